"""The achievement: what the operator defines once and every credential of it carries (Open Badges 3.0, Achievement)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from laurea.core import canonical, openbadge
from laurea.core.canonical import Json, JsonObject
from laurea.core.scale import Scale, scale_problems
from laurea.errors import FormatError

MAX_BYTES = 128 << 10  # half of a credential (DESIGN.md section 2), so that the learner's part always has room
MAX_DEPTH = 30  # a credential has 32 levels and carries the achievement two levels down

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Achievement:
    """An achievement that credentials can be issued for; `key` is its short name in rosters, `humanCode` in Open Badges."""

    document: JsonObject
    key: str
    scales: tuple[Scale, ...]  # of what its results are, one for each resultDescription

    @classmethod
    def parse(cls, data: bytes) -> "Achievement":
        """Read an achievement from JSON text; raises FormatError, which names every problem."""
        document = canonical.parse(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
        if not isinstance(document, dict):
            raise FormatError("the achievement is not a JSON object")
        _refuse(openbadge.problems_of(openbadge.LearningAchievement, document))
        model = openbadge.LearningAchievement.model_validate(document)
        _refuse([*_problems(model), *_unknown(model)])
        return cls(document, str(model.human_code), tuple(Scale.of(description) for description in model.result_description))

    @property
    def contexts(self) -> list[Json]:
        """The contexts of a credential for it: what it tells beyond Open Badges is defined in the credential itself."""
        terms = openbadge.terms_of(self.document)
        return [openbadge.CONTEXT, openbadge.BADGE_CONTEXT, *([terms] if terms else [])]

    def require_assessed(self) -> None:
        """Refuse an achievement that does not say how it is assessed: it would certify attendance, and no competence; raises FormatError."""
        if not openbadge.LearningAchievement.model_validate(self.document).assessment_method_type:
            raise FormatError(
                f"the achievement {self.key} does not say how it is assessed",
                hint='add "assessmentMethodType", for example ["Written examination"] or ["Project, marked by two examiners"]',
            )

    def result(self, text: str) -> JsonObject:
        """Return the Result that a cell of a roster stands for; raises FormatError that says what fits."""
        if len(self.scales) != 1:
            described = "no result" if not self.scales else f"{len(self.scales)} results, of which a roster cannot name one"
            raise FormatError(f"leave the cell empty, the achievement describes {described}")
        return self.scales[0].result(text)


def _refuse(problems: Iterable[str]) -> None:
    lines = list(problems)
    if lines:
        no_id = any(line.startswith("/id:") for line in lines)
        raise FormatError(
            "\n  ".join(["the achievement does not follow Open Badges 3.0, or our rules for it:", *lines]),
            hint="for the id, take a URL of your own or a new urn:uuid:…, and keep it: it tells your achievements apart" if no_id else "",
        )


def _problems(model: openbadge.LearningAchievement) -> Iterator[str]:
    """Find what Open Badges leaves open and we do not."""
    if not (isinstance(model.human_code, str) and _KEY.fullmatch(model.human_code)):
        yield "/humanCode: give a short name of letters, digits, dots, dashes and underscores; rosters name the achievement by it"
    if model.criteria.narrative is None and model.criteria.id is None:
        yield "/criteria: give a narrative, or the id of a page that says what it takes"
    for number, description in enumerate(model.result_description):
        for problem in scale_problems(description):
            yield f"/resultDescription/{number}{problem}"
    for name, count in Counter(description.id for description in model.result_description).items():
        if count > 1:
            yield f"/resultDescription: give each its own id, {count} have {name}"


def _unknown(model: openbadge.Thing, pointer: str = "") -> Iterator[str]:
    """Find members that Open Badges does not know; they are misspelt, or say what no context of our credentials defines."""
    for name in model.model_extra or ():
        yield f"{pointer}/{name}: remove this member, Open Badges has none of that name"
    for field, info in type(model).model_fields.items():
        value = getattr(model, field)
        several = value if isinstance(value, tuple) else (value,)
        for number, item in enumerate(several):
            # An endorsement is a credential with contexts of its own, which may define more.
            if isinstance(item, openbadge.Thing) and not isinstance(item, openbadge.EndorsementCredential):
                yield from _unknown(item, f"{pointer}/{info.alias}/{number}" if isinstance(value, tuple) else f"{pointer}/{info.alias}")
