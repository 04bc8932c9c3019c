"""An issuer's profile as Blockcerts has it: which accounts anchor for the issuer, in what time, and where it publishes what it has revoked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.core.did_document import DidDocument
from laurea.errors import FormatError

KINDS = {"issuer", "profile", "blockcertsissuerprofile"}
MAX_KEYS = 1024
KEY = "ecdsa-koblitz-pubkey:"  # in front of an address

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_OLD_ZONE = re.compile(r"(.*T.*[+-]\d\d)(\d\d)")  # without the colon, as older profiles have it


@dataclass(frozen=True, slots=True)
class Key:
    """An account that anchors for an issuer, since when and until when; `trouble` says why that cannot be told."""

    created: datetime | None = None
    revoked: datetime | None = None
    expires: datetime | None = None
    trouble: str = ""

    def problem(self, moment: datetime) -> str:
        """Return "" when the key was good at a moment, else why not, in words for people."""
        if self.created is not None and moment < self.created:
            return f"only since {format_time(self.created)}"
        if self.revoked is not None and moment >= self.revoked:
            return f"only until it was revoked at {format_time(self.revoked)}"
        if self.expires is not None and moment >= self.expires:
            return f"only until it expired at {format_time(self.expires)}"
        return ""


@dataclass(frozen=True, slots=True)
class IssuerProfile:
    """A profile: its accounts on Ethereum with the keys that it lists for each, its revocation list ("" when it has none), and what it says as a DID document."""

    document: DidDocument
    keys: Mapping[bytes, tuple[Key, ...]]
    revocation_list: str = ""

    @property
    def id(self) -> str:
        """Its own URL."""
        return self.document.did

    @classmethod
    def parse(cls, data: bytes) -> "IssuerProfile":
        """Read a profile from JSON text; raises FormatError. Keys of other chains are passed over."""
        value = canonical.parse(data)
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise FormatError("the issuer profile is not an object with an id")
        kinds = {word.lower() for word in _several(value.get("type")) if isinstance(word, str)}
        if kinds.isdisjoint(KINDS):
            raise FormatError("the document is no issuer profile: its type is neither Profile nor Issuer")
        named = value.get("revocationList", "")
        if not isinstance(named, str):
            raise FormatError("the revocationList of the issuer profile is no URL")
        listed = _several(value.get("publicKey", value.get("publicKeys", [])))
        if len(listed) > MAX_KEYS:
            raise FormatError(f"the issuer profile has more than {MAX_KEYS:,} keys")
        keys: dict[bytes, tuple[Key, ...]] = {}
        for address, key in _keys(listed):
            keys[address] = (*keys.get(address, ()), key)
        return cls(DidDocument.of(value), keys, named)


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """A profile as it was read at a time, or as it came as a file (`read_at` is None then); without one, `trouble` says why."""

    profile: IssuerProfile | None = None
    read_at: datetime | None = None
    trouble: str = ""


def _keys(listed: list[Json]) -> Iterator[tuple[bytes, Key]]:
    for each in listed:
        value: JsonObject = each if isinstance(each, dict) else {"id": each}
        name = value.get("id", value.get("publicKey"))
        address = name.removeprefix(KEY) if isinstance(name, str) else ""
        if _ADDRESS.fullmatch(address):
            yield bytes.fromhex(address[2:]), _key(value)


def _key(value: JsonObject) -> Key:
    try:
        return Key(_time(value, "created"), _time(value, "revoked"), _time(value, "expires"))
    except FormatError as error:
        return Key(trouble=str(error))


def _time(value: JsonObject, name: str) -> datetime | None:
    text = value.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise FormatError(f"its {name} is no time")
    old = _OLD_ZONE.fullmatch(text)
    return parse_time(f"{old[1]}:{old[2]}" if old else text)


def _several(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
