"""Rules by which a registrar proposes credit for prior learning (docs/registrar.md). Without a file: what issuers say in ECTS, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from laurea.core import canonical, openbadge
from laurea.core.learning import ECTS
from laurea.core.openbadge.values import ClosedThing, Url, several, wrong
from laurea.errors import FormatError

KIND = "transfer-rules"
VERSION = 1
MAX_EQUIVALENCES = 5_000

_BEGIN = '{"laurea": "transfer-rules", "version": 1, "title": "…", "minimumLevel": 5}'


class Need(StrEnum):
    """What a credential may be needed to say, or its check to have shown, before credit is proposed."""

    ASSESSMENT = "assessment"
    QUALITY = "quality"
    LEVEL = "level"
    WORKLOAD = "workload"
    IDENTITY = "identity"
    HOLDER = "holder"
    ACCREDITATION = "accreditation"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """An achievement that the registrar knows: for which course it counts, and for how many credits, if not for as many as it says."""

    achievement: str
    course: str
    credits: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one institution; amounts are credits of `framework`."""

    title: str = "what issuers say"
    framework: str = ECTS
    minimum_level: int | None = None  # EQF
    hours_per_credit: float | None = None  # None: hours alone make no credit
    conversions: Mapping[str, float] = field(default_factory=dict)  # credits of `framework` for one of another
    most: float | None = None  # in all
    needs: frozenset[Need] = frozenset()
    issuers: frozenset[str] = frozenset()  # empty: all that the verifier accepts
    equivalences: tuple[Equivalence, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> "Rules":
        """Read rules from JSON text; raises FormatError, which names every wrong place and what to give there."""
        document = canonical.parse(data)
        if not isinstance(document, dict) or document.get("laurea") != KIND:
            raise FormatError("these are no rules for transfer", hint=f"a file of rules is like {_BEGIN}")
        if document.get("version") != VERSION:
            raise FormatError(f"the rules are of another version than {VERSION}", hint="take a newer laurea, or write version 1")
        problems = openbadge.problems_of(_Rules, document)
        if problems:
            raise FormatError("\n  ".join(["the rules do not follow their format:", *problems]))
        return _rules(_Rules.model_validate(document))


DEFAULT = Rules()

_Several = BeforeValidator(several)
_Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Text = Annotated[str, Field(min_length=1, max_length=500)]


def _need(value: object) -> Need:
    try:
        return Need(str(value))
    except ValueError:
        raise wrong(f"give one of {', '.join(Need)}") from None


class _Equivalence(ClosedThing):
    achievement: Url
    course: _Text
    credits: _Amount | None = None


class _Rules(ClosedThing):
    laurea: Literal["transfer-rules"]
    version: Literal[1]
    title: _Text
    framework: _Text = ECTS
    minimum_level: Annotated[int, Field(ge=1, le=8)] | None = None
    hours_per_credit: _Amount | None = None
    conversions: dict[str, _Amount] = {}  # noqa: RUF012 - pydantic copies it
    most: _Amount | None = None
    needs: Annotated[tuple[Annotated[Need, BeforeValidator(_need)], ...], _Several] = ()
    issuers: Annotated[tuple[Url, ...], _Several] = ()
    equivalences: Annotated[tuple[_Equivalence, ...], _Several, Field(max_length=MAX_EQUIVALENCES)] = ()


def _rules(model: _Rules) -> Rules:
    return Rules(
        model.title,
        model.framework,
        model.minimum_level,
        model.hours_per_credit,
        {name.casefold(): factor for name, factor in model.conversions.items()},
        model.most,
        frozenset(model.needs),
        frozenset(model.issuers),
        tuple(Equivalence(each.achievement, each.course, each.credits) for each in model.equivalences),
    )
