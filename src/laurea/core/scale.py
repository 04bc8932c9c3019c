"""The scale of a result: which values a resultDescription of Open Badges 3.0 lets a learner reach."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from laurea.core import openbadge
from laurea.core.canonical import JsonObject
from laurea.errors import FormatError

STATUS = "Status"
NUMERIC = ("GradePointAverage", "Percent", "RawScore", "RubricScore", "ScaledScore")

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")  # longer ones are no grades


@dataclass(frozen=True, slots=True)
class Scale:
    """What a result may be: a level, a status, one of some values, a number between bounds, or any text."""

    id: str
    kind: str  # the resultType
    levels: dict[str, str]  # the ids of rubric levels by their names
    values: tuple[str, ...]
    least: Decimal | None
    most: Decimal | None

    @classmethod
    def of(cls, description: openbadge.ResultDescription) -> "Scale":
        """Take a resultDescription that has no `scale_problems`."""
        return cls(
            id=description.id,
            kind=description.result_type,
            levels={str(level.name): level.id for level in description.rubric_criterion_level},
            values=tuple(str(value) for value in description.allowed_value),
            least=None if description.value_min is None else Decimal(str(description.value_min)),
            most=None if description.value_max is None else Decimal(str(description.value_max)),
        )

    def result(self, text: str) -> JsonObject:
        """Return the Result that a text stands for; raises FormatError that says what fits."""
        if not self._fits(text):
            raise FormatError(f"give {self._wanted()}")
        member, value = ("achievedLevel", self.levels[text]) if self.levels else ("status" if self.kind == STATUS else "value", text)
        return {"type": ["Result"], "resultDescription": self.id, member: value}

    @property
    def _choices(self) -> tuple[str, ...]:
        return tuple(self.levels) or (openbadge.STATUSES if self.kind == STATUS else self.values)

    @property
    def _numeric(self) -> bool:
        return self.kind in NUMERIC or self.least is not None or self.most is not None

    def _fits(self, text: str) -> bool:
        if self._choices:
            return text in self._choices
        if not self._numeric:
            return True
        number = parse_number(text)
        return number is not None and (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    def _wanted(self) -> str:
        if self._choices:
            return f"one of {', '.join(self._choices)}"
        least = "" if self.least is None else f" from {self.least}"
        most = "" if self.most is None else f" up to {self.most}"
        return f"a number{least}{most}, like 84 or 84.5"


def parse_number(text: str) -> Decimal | None:
    """Return the number that a text in plain decimal notation names, None for any other text."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def scale_problems(description: openbadge.ResultDescription) -> Iterator[str]:
    """Find what keeps a resultDescription from being a scale; each line begins with the pointer within it."""
    bounds = {"valueMin": description.value_min, "valueMax": description.value_max}
    numbers = [parse_number(bound) if isinstance(bound, str) else None for bound in bounds.values()]
    for (name, bound), number in zip(bounds.items(), numbers, strict=True):
        if bound is not None and number is None:
            yield f'/{name}: give a number in quotes, like "100"'
    least, most = numbers
    if least is not None and most is not None and least > most:
        yield "/valueMax: give a number that is not below valueMin"
    if not all(isinstance(value, str) for value in description.allowed_value):
        yield "/allowedValue: give plain strings, a roster has one language"
    names = [level.name for level in description.rubric_criterion_level]
    if not all(isinstance(name, str) for name in names) or len({str(name) for name in names}) != len(names):
        yield "/rubricCriterionLevel: give each level a name of its own, a plain string"
