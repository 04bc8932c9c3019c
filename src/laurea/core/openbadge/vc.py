"""The W3C Verifiable Credentials Data Model 2.0: what every credential is, whatever it says."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator

from laurea.core.openbadge.related import related
from laurea.core.openbadge.values import Several, Text, Thing, Time, Types, Url, is_url, several, types_with, wrong

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL = "VerifiableCredential"

_VALUE_OBJECT = {"@value", "@language", "@direction"}  # VC 2.0, 11.1
_DIRECTIONS = ("ltr", "rtl")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # well-formed in the sense of BCP 47, or nearly


def contexts(value: object) -> tuple[object, ...]:
    """Demand an array of contexts, the one of VC 2.0 first."""
    return contexts_after(CONTEXT, value)


def contexts_after(first: str, value: object) -> tuple[object, ...]:
    """Demand an array of contexts that begins with a certain one."""
    if isinstance(value, list) and value[:1] == [first] and all(isinstance(item, dict) or _is_context(item) for item in value):
        return tuple(value)
    raise wrong(f"give an array of contexts that begins with {first}, each a URL or an object")


def _is_context(item: object) -> bool:
    return isinstance(item, str) and is_url(item)


def _label(value: object) -> object:
    for item in several(value):
        if not isinstance(item, str) and not (isinstance(item, dict) and _is_text_in_language(item)):
            raise wrong('give a string, or one with its language, like {"@value": "…", "@language": "en"}')
    return value


def _is_text_in_language(item: dict[str, object]) -> bool:
    language, direction = item.get("@language", "en"), item.get("@direction", "ltr")
    return (
        set(item) <= _VALUE_OBJECT
        and isinstance(item.get("@value"), str)
        and isinstance(language, str)
        and _LANGUAGE.fullmatch(language) is not None
        and direction in _DIRECTIONS
    )


def subjects(value: object) -> tuple[object, ...]:
    """Demand an object that says something, or several."""
    found = several(value)
    if found and all(isinstance(item, dict) and item for item in found):
        return found
    raise wrong("give an object with at least one member, or a non-empty array of such objects")


def as_object(value: object) -> object:
    """Take a URL alone for an object that has it."""
    return {"id": value} if isinstance(value, str) else value


class Named(Thing):
    """An object that VC 2.0 identifies by a URL."""

    id: Url


class Issuer(Named):
    """Who issued a credential, and how they are called (VC 2.0, 4.6 and 4.7)."""

    name: Annotated[object, PlainValidator(_label)] = None
    description: Annotated[object, PlainValidator(_label)] = None


class Typed(Thing):
    """An object that VC 2.0 wants to have a type."""

    type: Types
    id: Url | None = None


class NamedTyped(Typed):
    """An object with a type and a URL that must be given."""

    id: Url


class Subject(Thing):
    """What the claims are about."""

    id: Url | None = None


class Proof(Thing):
    """A proof inside a credential: its shape alone, for a credential is checked without its own."""

    type: Text
    created: Time | None = None
    cryptosuite: Text | None = None
    challenge: Text | None = None
    domain: Text | None = None
    nonce: Text | None = None
    proof_purpose: Text | None = None
    proof_value: Text | None = None
    verification_method: Text | None = None


class Credential(Thing):
    """What any credential and a badge say in the same way."""

    valid_from: Time | None = None
    valid_until: Time | None = None
    credential_status: Annotated[tuple[Typed, ...], Several] = ()
    credential_schema: Annotated[tuple[NamedTyped, ...], Several] = ()
    terms_of_use: Annotated[tuple[Typed, ...], Several] = ()
    related_resource: Annotated[object, PlainValidator(related)] = None
    proof: Annotated[tuple[Proof, ...], Several] = ()

    @field_validator("valid_until")
    @classmethod
    def _not_reversed(cls, until: datetime, info: ValidationInfo) -> datetime:
        begin = info.data.get("valid_from")
        if isinstance(begin, datetime) and until < begin:
            raise wrong("give a time that is not before validFrom")
        return until


class VerifiableCredential(Credential):
    """Any credential (VC 2.0, 4)."""

    context: Annotated[tuple[object, ...], PlainValidator(contexts)] = Field(alias="@context")
    type: Annotated[tuple[str, ...], types_with((CREDENTIAL,))]
    id: Url | None = None
    name: Annotated[object, PlainValidator(_label)] = None
    description: Annotated[object, PlainValidator(_label)] = None
    issuer: Annotated[Issuer, BeforeValidator(as_object)]
    credential_subject: Annotated[tuple[Subject, ...], BeforeValidator(subjects)]
    refresh_service: Annotated[tuple[Typed, ...], Several] = ()
    evidence: Annotated[tuple[Typed, ...], Several] = ()
