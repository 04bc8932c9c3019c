"""The values that members of a credential may have: text, URLs, times, terms, and how a wrong one is named.

Each kind refuses with one message that says what to give. A union would report each branch that did not fit.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from laurea.core import credential
from laurea.errors import FormatError

WRONG = "wrong"  # the error type of every message of ours

# An absolute URL in the sense of VC 2.0, 4.4: a scheme, then no space, control character or delimiter (RFC 3987, 2.2).
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"{}|\\^`]+")
_TYPE = re.compile(r"[^\s\x00-\x20\x7f]+")  # a term or a URL (VC 2.0, 4.5)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LANGUAGE_KEY = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_ANYTHING = re.compile(r".*", re.DOTALL)
_JWS = re.compile(r"[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+")
_EXTENSION = re.compile(r"ext:[a-zA-Z0-9|._-]")  # the begin is what the schema demands of a term outside its list

LocalText = str | dict[str, str]


class Thing(BaseModel):
    """An object of the data model: strict, frozen, and open to members that the model does not know."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", alias_generator=to_camel)

    @field_validator("*", mode="before")
    @classmethod
    def _no_null(cls, value: object) -> object:
        # None is how a model says that a member is absent; in a document, null is a value, and never a right one.
        if value is None:
            raise wrong("null says nothing: leave the member out")
        return value


class ClosedThing(Thing):
    """An object to which Open Badges allows no further members."""

    model_config = ConfigDict(extra="forbid")


def wrong(fix: str) -> PydanticCustomError:
    """Return the error for a value that breaks the data model; `fix` says what to give instead."""
    return PydanticCustomError(WRONG, "{fix}", {"fix": fix})


def _text(value: object) -> LocalText:
    if isinstance(value, str) or _is_language_map(value, _ANYTHING):
        return value  # type: ignore[return-value] # one of the two, as was just seen
    raise wrong('give a string, or strings by language, like {"en": "…", "de": "…"}')


def _language(value: object) -> LocalText:
    if (isinstance(value, str) and _LANGUAGE.fullmatch(value)) or _is_language_map(value, _LANGUAGE):
        return value  # type: ignore[return-value] # one of the two, as was just seen
    raise wrong("give a language tag, like en or de-AT")


def _is_language_map(value: object, content: re.Pattern[str]) -> bool:
    return isinstance(value, dict) and all(
        isinstance(tag, str) and _LANGUAGE_KEY.fullmatch(tag) is not None and isinstance(text, str) and content.fullmatch(text) is not None
        for tag, text in value.items()
    )


def is_url(text: str) -> bool:
    """Tell whether a text is an absolute URL."""
    return _URL.fullmatch(text) is not None


def _url(value: object) -> str:
    if isinstance(value, str) and is_url(value):
        return value
    raise wrong("give a URL with its scheme, like https://… or did:… or urn:uuid:…")


def _time(value: object) -> datetime:
    if isinstance(value, str):
        try:
            return credential.parse_time(value)
        except FormatError:
            pass
    raise wrong("give a date and time with a time zone, like 2026-11-23T09:00:00Z")


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong("give a date, like 2026-11-23")


def _jws(value: object) -> str:
    if isinstance(value, str) and _JWS.fullmatch(value):
        return value
    raise wrong("give a signed JWT in its compact form, three parts with dots between")


def _types(value: object) -> tuple[str, ...]:
    types: tuple[Any, ...] = several(value)
    if types and all(_is_type(name) for name in types):
        return types
    raise wrong("give a type or an array of types")


def _is_type(name: object) -> bool:
    return isinstance(name, str) and _TYPE.fullmatch(name) is not None


def several(value: object) -> tuple[object, ...]:
    """Return the items of an array, or a lone value, which in JSON-LD stands for an array of one."""
    return tuple(value) if isinstance(value, list) else (value,)


def types_with(*groups: tuple[str, ...]) -> PlainValidator:
    """Demand types that name at least one of every group."""
    fix = "give an array of types with " + " and ".join(" or ".join(group) for group in groups)

    def check(value: object) -> tuple[str, ...]:
        types: tuple[Any, ...] = several(value)
        if all(_is_type(name) for name in types) and not any(set(group).isdisjoint(types) for group in groups):
            return types
        raise wrong(fix)

    return PlainValidator(check)


def types_or_text(name: str) -> PlainValidator:
    """Demand types that name `name`, or `name` alone, as a sample has it; the official schema would take any one type that stands alone."""
    fix = f"give an array of types with {name}"

    def check(value: object) -> tuple[str, ...]:
        types: tuple[Any, ...] = several(value)
        if all(_is_type(item) for item in types) and name in types:
            return types
        raise wrong(fix)

    return PlainValidator(check)


def term(*choices: str, extensible: bool = True) -> PlainValidator:
    """Demand one term of a list, or an extension of it, "ext:…", where Open Badges allows extensions."""
    allowed = frozenset(choices)
    fix = f"give one of {', '.join(choices)}" + (", or a term of your own that begins with ext:" if extensible else "")

    def check(value: object) -> str:
        if isinstance(value, str) and (value in allowed or (extensible and _EXTENSION.match(value))):
            return value
        raise wrong(fix)

    return PlainValidator(check)


Text = Annotated[LocalText, PlainValidator(_text)]
Url = Annotated[str, PlainValidator(_url)]
Time = Annotated[datetime, PlainValidator(_time)]
Date = Annotated[date, PlainValidator(_date)]
Language = Annotated[LocalText, PlainValidator(_language)]
Jws = Annotated[str, PlainValidator(_jws)]
Types = Annotated[tuple[str, ...], PlainValidator(_types)]
Several = BeforeValidator(several)
