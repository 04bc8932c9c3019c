"""What somebody asks of people: competences by the URIs of frameworks, and at what level, workload and credits, issued by whom (docs/matching.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from laurea.core import canonical, openbadge
from laurea.core.canonical import Json, JsonObject
from laurea.core.concept import uri_key
from laurea.core.learning import Credit
from laurea.core.openbadge.values import ClosedThing, Url, several, wrong
from laurea.core.posting import Wanted
from laurea.errors import FormatError

KIND = "requirements"
VERSION = 1
MAX_REQUIREMENTS = 500
MAX_URIS = 100  # of one requirement
MAX_NAME = 500  # characters
MAX_SENTENCE = 4_000

_BEGIN = '{"laurea": "requirements", "version": 1, "title": "…", "requirements": [{"name": "SQL", "uris": ["http://…"]}]}'
_ID = re.compile(r"[^\s,;]{1,100}")


def _id(value: object) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise wrong("give a short name without blanks, commas and semicolons, like sql")


_Text = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Several = BeforeValidator(several)
_Urls = Annotated[tuple[Url, ...], _Several, Field(max_length=MAX_URIS)]


class _Credits(ClosedThing):
    framework: _Text
    point: _Amount


class _Requirement(ClosedThing):
    id: Annotated[str, PlainValidator(_id)] | None = None
    name: _Text
    uris: _Urls = ()
    essential: bool = True
    eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    hours: _Amount | None = None
    credits: _Credits | None = None
    achievement: Url | None = None
    issuers: _Urls = ()
    accredited: bool = False
    sentence: Annotated[str, Field(max_length=MAX_SENTENCE)] = ""


class _Requirements(ClosedThing):
    laurea: Literal["requirements"]
    version: Literal[1]
    title: _Text
    requirements: Annotated[tuple[_Requirement, ...], _Several, Field(min_length=1, max_length=MAX_REQUIREMENTS)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [each.id or str(number) for number, each in enumerate(self.requirements, 1)]
        if len(set(ids)) != len(ids):
            raise wrong("two requirements have the same id: give each another")
        return self


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that is asked for; whatever of `uris` somebody has will do, and of what else is set, all is needed.

    `name` is for people: without `uris` and `achievement` nothing can be said to meet it. `issuers` empty: of anybody that the verifier accepts.
    """

    id: str
    name: str
    uris: frozenset[str] = frozenset()
    essential: bool = True
    eqf: int | None = None  # at least this level
    hours: float | None = None  # at least so many
    credits: Credit | None = None  # at least so many, of this system
    achievement: str = ""  # its id
    issuers: frozenset[str] = frozenset()
    accredited: bool = False  # by somebody that an accreditor of the trust list vouches for
    sentence: str = ""  # where it comes from

    def document(self) -> JsonObject:
        """Return it as a file of requirements has it."""
        credits_: Json = None if self.credits is None else {"framework": self.credits.framework, "point": self.credits.point}
        said: JsonObject = {
            "uris": list[Json](sorted(self.uris)),
            "eqf": self.eqf,
            "hours": self.hours,
            "credits": credits_,
            "achievement": self.achievement,
            "issuers": list[Json](sorted(self.issuers)),
            "accredited": self.accredited,
            "sentence": self.sentence,
        }
        chosen = {name: value for name, value in said.items() if value not in (None, "", []) and value is not False}
        return {"id": self.id, "name": self.name, "essential": self.essential, **chosen}


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that is asked for, by a title, such as that of a job."""

    title: str
    items: tuple[Requirement, ...]

    @classmethod
    def parse(cls, data: bytes) -> "Requirements":
        """Read requirements from JSON text; raises FormatError, which names every wrong place and what to give there."""
        document = canonical.parse(data)
        if not isinstance(document, dict) or document.get("laurea") != KIND:
            raise FormatError("these are no requirements", hint=f"a file of requirements is like {_BEGIN}")
        if document.get("version") != VERSION:
            raise FormatError(f"the requirements are of another version than {VERSION}", hint="take a newer laurea, or write version 1")
        problems = openbadge.problems_of(_Requirements, document)
        if problems:
            raise FormatError("\n  ".join(["the requirements do not follow their format:", *problems]))
        model = _Requirements.model_validate(document)
        return cls(model.title, tuple(_requirement(each, str(number)) for number, each in enumerate(model.requirements, 1)))

    def document(self) -> JsonObject:
        """Return them as their file has them."""
        return {"laurea": KIND, "version": VERSION, "title": self.title, "requirements": [each.document() for each in self.items]}


def of_wanted(title: str, wanted: Sequence[Wanted]) -> Requirements:
    """Return what a posting asks for as requirements: each concept once, with the sentence that first names it, essential if any names it so.

    What no framework knows is kept by its words, and can be met by nothing that is known here.
    """
    first: dict[str, Wanted] = {}
    for each in wanted[:MAX_REQUIREMENTS]:
        first.setdefault(_key(each), each)
    essential = {_key(each) for each in wanted if each.essential}
    items = [
        Requirement(
            id=str(number),
            name=(each.concept.label if each.concept else each.words)[:MAX_NAME],
            uris=frozenset({each.concept.uri}) if each.concept else frozenset(),
            essential=key in essential,
            sentence=each.sentence[:MAX_SENTENCE],
        )
        for number, (key, each) in enumerate(first.items(), 1)
    ]
    return Requirements(title, tuple(items))


def _requirement(model: _Requirement, number: str) -> Requirement:
    credits_ = None if model.credits is None else Credit(model.credits.framework, model.credits.point)
    return Requirement(
        model.id or number,
        model.name,
        frozenset(model.uris),
        model.essential,
        model.eqf,
        model.hours,
        credits_,
        model.achievement or "",
        frozenset(model.issuers),
        model.accredited,
        model.sentence,
    )


def _key(each: Wanted) -> str:
    return uri_key(each.concept.uri) if each.concept else " ".join(each.words.casefold().split())
