"""A DCQL query, read strictly (OpenID4VP 1.0, sections 6.1 to 6.3). What a later version may add is passed over, as it says there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError

LDP_VC = "ldp_vc"  # the format of credentials with Data Integrity proofs (OpenID4VP 1.0, B.1.3.2)
MAX_QUERIES = 16  # credentials that are asked for at once
MAX_ITEMS = 64  # of any other list
MAX_SETS = 16  # of claims or of credentials, and their options
MAX_PATH = 16
MAX_TEXT = 1000  # characters of a name, a value or a type
MAX_ID = 100

_ID = re.compile(r"[A-Za-z0-9_-]+")

T = TypeVar("T")
Step = str | int | None
Path = tuple[Step, ...]
"""A claims path pointer (section 7): names, indices, and None for all elements of an array."""


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One claim that is asked for; with `values`, only if it is one of them."""

    path: Path
    values: tuple[Json, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential that is asked for, or with `multiple` several. `types` are alternatives, None when the format has none that we know."""

    id: str
    format: str
    types: tuple[frozenset[str], ...] | None
    claims: tuple[ClaimQuery, ...] = ()
    claim_sets: tuple[tuple[str, ...], ...] = ()
    multiple: bool = False
    bound: bool = True  # require_cryptographic_holder_binding
    authorities: tuple[tuple[str, frozenset[str]], ...] = ()

    def combinations(self) -> tuple[tuple[ClaimQuery, ...], ...]:
        """Return which claims are to be shown together: alternatives, the one that the verifier likes best first."""
        named = {claim.id: claim for claim in self.claims}
        return tuple(tuple(named[name] for name in names) for names in self.claim_sets) or (self.claims,)


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """Alternatives, each of which are ids of credential queries."""

    options: tuple[tuple[str, ...], ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What a verifier asks for, and as it wrote that."""

    credentials: tuple[CredentialQuery, ...]
    sets: tuple[CredentialSet, ...]
    document: JsonObject

    @classmethod
    def of(cls, value: Json) -> "Query":
        """Read a parsed query; raises FormatError for what is none, or is larger than any that people could agree to."""
        found = _object(value, "the DCQL query")
        credentials = _list(found, "credentials", _credential, most=MAX_QUERIES)
        ids = _unique([each.id for each in credentials], "credentials")
        sets = _list(found, "credential_sets", _set, most=MAX_SETS) if "credential_sets" in found else ()
        named = {name for each in sets for option in each.options for name in option}
        if not named <= ids:
            raise FormatError("credential_sets names a credential query that is not there")
        return cls(credentials, sets, found)


def _credential(value: Json) -> CredentialQuery:
    found = _object(value, "a credential query")
    name, kind = _id(found), _text(found.get("format"), "format")
    claims = _list(found, "claims", _claim, most=MAX_ITEMS) if "claims" in found else ()
    claim_ids = _unique([claim.id for claim in claims if claim.id], "claims")
    claim_sets = _list(found, "claim_sets", _ids, most=MAX_SETS) if "claim_sets" in found else ()
    if claim_sets and not all(claim.id for claim in claims):
        raise FormatError("with claim_sets every claim has an id")
    if not {each for names in claim_sets for each in names} <= claim_ids:
        raise FormatError("claim_sets names a claim that is not there")
    authorities = _list(found, "trusted_authorities", _authority, most=MAX_ITEMS) if "trusted_authorities" in found else ()
    bound = _flag(found, "require_cryptographic_holder_binding", otherwise=True)
    return CredentialQuery(
        name, kind, _types(found, kind), claims, claim_sets, _flag(found, "multiple", otherwise=False), bound, authorities
    )


def _types(found: JsonObject, kind: str) -> tuple[frozenset[str], ...] | None:
    meta = _object(found.get("meta"), "meta")
    if kind != LDP_VC:
        return None
    # B.1.1: type_values is required for W3C credentials.
    return _list(meta, "type_values", lambda each: frozenset(_texts(each, "type_values")), most=MAX_SETS)


def _claim(value: Json) -> ClaimQuery:
    found = _object(value, "a claims query")
    path = _list(found, "path", _step, most=MAX_PATH)
    values = _list(found, "values", _value, most=MAX_ITEMS) if "values" in found else ()
    return ClaimQuery(path, values, _id(found) if "id" in found else "")


def _step(value: Json) -> Step:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    return _text(value, "path", empty=True)


def _value(value: Json) -> Json:
    if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= MAX_TEXT):
        return value
    raise FormatError("values are texts, whole numbers and booleans")


def _set(value: Json) -> CredentialSet:
    found = _object(value, "a credential set query")
    return CredentialSet(_list(found, "options", _ids, most=MAX_SETS), _flag(found, "required", otherwise=True))


def _authority(value: Json) -> tuple[str, frozenset[str]]:
    found = _object(value, "a trusted authorities query")
    return _text(found.get("type"), "type"), frozenset(_texts(found.get("values"), "values"))


def _ids(value: Json) -> tuple[str, ...]:
    names = _texts(value, "a set")
    if not all(map(_ID.fullmatch, names)):
        raise FormatError("a set holds ids")
    return names


def _id(found: JsonObject) -> str:
    name = found.get("id")
    if not isinstance(name, str) or len(name) > MAX_ID or _ID.fullmatch(name) is None:
        raise FormatError("an id is made of letters, digits, _ and -")
    return name


def _unique(names: list[str], what: str) -> set[str]:
    if len(set(names)) != len(names):
        raise FormatError(f"two of {what} have the same id")
    return set(names)


def _flag(found: JsonObject, name: str, *, otherwise: bool) -> bool:
    value = found.get(name, otherwise)
    if not isinstance(value, bool):
        raise FormatError(f"{name} is true or false")
    return value


def _object(value: Json, what: str) -> JsonObject:
    if not isinstance(value, dict):
        raise FormatError(f"{what} is an object")
    return value


def _list(found: JsonObject, name: str, read: Callable[[Json], T], *, most: int) -> tuple[T, ...]:
    value = found.get(name)
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise FormatError(f"{name} is a list of 1 to {most}")
    return tuple(map(read, value))


def _texts(value: Json, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ITEMS:
        raise FormatError(f"{what} is a list of 1 to {MAX_ITEMS} texts")
    return tuple(_text(each, what) for each in value)


def _text(value: Json, what: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or not (value or empty):
        raise FormatError(f"{what} is a text of at most {MAX_TEXT:,} characters")
    return value
