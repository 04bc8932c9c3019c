"""The catalogue: achievements that can be earned, with what they cost, how long they take and where to ask (docs/pathways.md)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from laurea.core import canonical, openbadge
from laurea.core.canonical import Json, JsonObject
from laurea.core.learning import Learning
from laurea.core.lenient import identifier, member, objects, text
from laurea.core.openbadge.values import ClosedThing, Date, Several, Text, Url, wrong
from laurea.errors import FormatError

KIND = "catalogue"
VERSION = 1
MAX_BYTES = 16 << 20  # some thousand achievements
MAX_OFFERS = 5_000
MAX_PARTS = 100  # of a stack

_CURRENCY = re.compile(r"[A-Z]{3}")
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"{}|\\^`]+")


def _currency(value: object) -> str:
    if isinstance(value, str) and _CURRENCY.fullmatch(value):
        return value
    raise wrong("give a currency by its three letters (ISO 4217), like EUR")


def _web(value: object) -> str:
    if isinstance(value, str) and _WEB.fullmatch(value):
        return value
    raise wrong("give a web address, like https://…")


class _Cost(ClosedThing):
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    currency: Annotated[str, PlainValidator(_currency)]


class _Issuer(ClosedThing):
    id: Url
    name: Text | None = None


class _Stack(ClosedThing):
    needs: Annotated[int, Field(ge=1, le=MAX_PARTS)]
    of: Annotated[tuple[Url, ...], Several, Field(min_length=1, max_length=MAX_PARTS)]
    credits: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.needs > len(set(self.of)):
            raise wrong(f"it needs {self.needs} of {len(set(self.of))} achievements: name more, or ask for fewer")
        return self


class _Offer(ClosedThing):
    achievement: openbadge.LearningAchievement
    issuer: _Issuer
    cost: _Cost | None = None
    url: Annotated[str, PlainValidator(_web)] | None = None
    starts: Date | None = None
    stack: _Stack | None = None


class _Catalogue(ClosedThing):
    laurea: Literal["catalogue"]
    version: Literal[1]
    offers: Annotated[tuple[_Offer, ...], Several]


@dataclass(frozen=True, slots=True)
class StackRule:
    """How an achievement is reached by others: `needs` of those that `of` names by their ids, and so many credits, if any are asked for."""

    needs: int
    of: tuple[str, ...]
    credits: float | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An achievement that somebody can earn: of whom, at what cost (None when it is not said; 0 is free of charge), from when on.

    `document` is the achievement as Open Badges has it; `issuer` an id; `url` where to ask, "" when it is not said.
    """

    learning: Learning
    document: JsonObject
    issuer: str
    issuer_name: str = ""
    cost: float | None = None
    currency: str = ""
    url: str = ""
    starts: date | None = None
    stack: StackRule | None = None

    @property
    def id(self) -> str:
        """The achievement's id, by which pathways know it."""
        return identifier(self.document)

    def written(self) -> JsonObject:
        """Return the offer as a catalogue has it."""
        found: JsonObject = {"achievement": self.document, "issuer": {"id": self.issuer}}
        if self.issuer_name:
            found["issuer"] = {"id": self.issuer, "name": self.issuer_name}
        if self.cost is not None:
            found["cost"] = {"amount": self.cost, "currency": self.currency}
        if self.url:
            found["url"] = self.url
        if self.starts is not None:
            found["starts"] = self.starts.isoformat()
        if self.stack is not None:
            rule: JsonObject = {"needs": self.stack.needs, "of": list(self.stack.of)}
            found["stack"] = rule if self.stack.credits is None else {**rule, "credits": self.stack.credits}
        return found


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be earned, in the order of the file."""

    offers: tuple[Offer, ...]

    @classmethod
    def parse(cls, data: bytes, language: str = "") -> "Catalogue":
        """Read a catalogue from JSON text; raises FormatError, which names every wrong place and what to give there."""
        document = canonical.parse(data, max_bytes=MAX_BYTES)
        if not isinstance(document, dict) or document.get("laurea") != KIND:
            raise FormatError("this is no catalogue", hint='a catalogue begins with {"laurea": "catalogue", "version": 1, "offers": [')
        if document.get("version") != VERSION:
            raise FormatError(
                f"the catalogue is of another version than {VERSION}", hint="take a newer laurea, or ask for an older catalogue"
            )
        listed = document.get("offers")
        if not isinstance(listed, list) or len(listed) > MAX_OFFERS:
            raise FormatError(f"the catalogue has no array of at most {MAX_OFFERS:,} offers")
        problems = openbadge.problems_of(_Catalogue, document)
        if problems:
            raise FormatError("\n  ".join(["the catalogue does not follow its format:", *problems]))
        return cls(tuple(_offer(each, language) for each in objects(listed)))

    def written(self) -> JsonObject:
        """Return the catalogue as its file has it."""
        offers: list[Json] = [each.written() for each in self.offers]
        return {"laurea": KIND, "version": VERSION, "offers": offers}


def joined(catalogues: Iterable[Catalogue]) -> Catalogue:
    """Return what several catalogues offer; an achievement of one issuer that two of them have is taken from the first."""
    found: dict[tuple[str, str], Offer] = {}
    for catalogue in catalogues:
        for each in catalogue.offers:
            found.setdefault((each.id, each.issuer), each)
    return Catalogue(tuple(found.values()))


def _offer(document: JsonObject, language: str) -> Offer:
    model = _Offer.model_validate(document)
    achievement = document["achievement"]
    described = achievement if isinstance(achievement, dict) else {}
    cost, stack = model.cost, model.stack
    return Offer(
        Learning.of_achievement(described, language),
        described,
        model.issuer.id,
        text(member(document, "issuer", "name"), language),
        None if cost is None else cost.amount,
        "" if cost is None else cost.currency,
        model.url or "",
        model.starts,
        None if stack is None else StackRule(stack.needs, stack.of, stack.credits),
    )
