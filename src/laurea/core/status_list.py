"""Status entries of credentials, and the lists that they are in (Bitstring Status List 1.0, 2.1 and 2.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from laurea.core import bitstring, canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.errors import FormatError

CONTEXT = "https://www.w3.org/ns/credentials/v2"
ENTRY = "BitstringStatusListEntry"
LIST = "BitstringStatusList"
LIST_CREDENTIAL = "BitstringStatusListCredential"
REVOCATION = "revocation"
SUSPENSION = "suspension"

MAX_LIST_BYTES = 1 << 20  # of a list credential as JSON text
MAX_STATUS_BITS = 32  # of one entry
DEFAULT_TTL = timedelta(minutes=5)  # where a list does not say (2.2)

_INDEX = re.compile(r"0|[1-9][0-9]{0,39}", re.ASCII)  # of any size, but no work
_STATUS = re.compile(r"0x[0-9a-fA-F]{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the status of a credential stands, for one purpose: at an index of a list, in `size` bits."""

    purpose: str
    index: int
    list_url: str
    size: int = 1

    def document(self) -> JsonObject:
        """Return it as a member of `credentialStatus`."""
        return {
            "type": ENTRY,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }

    @classmethod
    def of(cls, value: JsonObject) -> "Entry":
        """Read a member of `credentialStatus`; raises FormatError for another kind of status, or one that is malformed."""
        if ENTRY not in _words(value.get("type")):
            raise FormatError(f"the kind of status {str(value.get('type'))[:60]!r} is not known here")
        purpose, index, url = (value.get(name) for name in ("statusPurpose", "statusListIndex", "statusListCredential"))
        if not isinstance(purpose, str) or not purpose or not isinstance(url, str) or not url:
            raise FormatError("a status entry lacks its statusPurpose or its statusListCredential")
        if value.get("id") == url:
            raise FormatError("a status entry has the id of its list")
        if not isinstance(index, str) or _INDEX.fullmatch(index) is None:
            raise FormatError("statusListIndex is not a whole number in a string")
        size = value.get("statusSize", 1)
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_STATUS_BITS:
            raise FormatError(f"statusSize is not a whole number from 1 to {MAX_STATUS_BITS}")
        if size > 1 or "statusMessage" in value:
            _require_messages(value.get("statusMessage"), size)
        return cls(purpose, int(index), url, size)


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list of statuses as its issuer signed it: the credential it is, its purposes, its bits as text, and how long one may keep it."""

    credential: Credential
    purposes: frozenset[str]
    encoded: str
    ttl: timedelta

    @classmethod
    def parse(cls, data: bytes) -> "StatusList":
        """Read a list credential from JSON text; raises FormatError. Who has signed it is another matter."""
        value = canonical.parse(data, max_bytes=MAX_LIST_BYTES)
        if not isinstance(value, dict):
            raise FormatError("the status list is not a JSON object")
        # Longer than another credential may be: a list is mostly one text.
        credential = Credential.of(value, max_bytes=MAX_LIST_BYTES)
        subject = credential.document.get("credentialSubject")
        if LIST_CREDENTIAL not in _words(value.get("type")) or not isinstance(subject, dict) or LIST not in _words(subject.get("type")):
            raise FormatError(f"this is not a {LIST_CREDENTIAL}")
        encoded, ttl = subject.get("encodedList"), subject.get("ttl", DEFAULT_TTL // timedelta(milliseconds=1))
        if not isinstance(encoded, str) or not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
            raise FormatError("the status list lacks its encodedList, or has a ttl that is no number of milliseconds")
        _ = credential.valid_from, credential.valid_until  # read once here, where a wrong one is an answer
        return cls(credential, frozenset(_words(subject.get("statusPurpose"))), encoded, timedelta(milliseconds=ttl))

    def value(self, entry: Entry, bits: bytes) -> int:
        """Return the status at an entry, from the bits of the list; raises FormatError when the list does not speak about it."""
        if entry.purpose not in self.purposes:
            raise FormatError(f"the status list is not one for {entry.purpose[:60]}")
        if len(bits) * 8 // entry.size < bitstring.MIN_ENTRIES:
            raise FormatError(f"the status list has fewer than {bitstring.MIN_ENTRIES:,} entries")
        return bitstring.entry(bits, entry.index, size=entry.size)

    def require_fresh(self, read_at: datetime | None, at: datetime) -> None:
        """Demand a list that can be relied on at `at`: by its own dates, and by its `ttl` since it was fetched; raises FormatError.

        Of a file nobody knows when it was fetched: where it does not say until when it holds, its `ttl` counts from its beginning.
        """
        start, end = self.credential.valid_from, self.credential.valid_until
        if start is not None and at < start:
            raise FormatError(f"it is not valid before {format_time(start)}")
        if end is not None and at >= end:
            raise FormatError(f"it is stale, it was valid until {format_time(end)}")
        kept_since = read_at if end is not None else read_at or start
        if end is None and kept_since is None:
            raise FormatError("it says neither since when nor until when it holds")
        if kept_since is not None and at - kept_since > self.ttl:
            raise FormatError(f"it is stale, it was to be fetched again after {self.ttl}")

    def require_then(self, at: datetime) -> None:
        """Demand a list whose own dates reach over a moment in the past; raises FormatError: what one says now, it need not have said then."""
        start, end = self.credential.valid_from, self.credential.valid_until
        if start is None or (end is None and at - start > self.ttl):
            raise FormatError(f"it does not say that it holds at {format_time(at)}")


def entries(document: JsonObject) -> list[JsonObject]:
    """Return the members of a credential's `credentialStatus`, of whatever kind."""
    status = document.get("credentialStatus", [])
    return [each for each in (status if isinstance(status, list) else [status]) if isinstance(each, dict)]


def build(url: str, issuer: Json, purpose: str, indices: Iterable[int], *, period: tuple[datetime, datetime], ttl: timedelta) -> JsonObject:
    """Return the credential, without proofs, of the list at a URL: which entries are set, in what period it can be relied on.

    `ttl` is how long one may keep it before one looks for a newer one.
    """
    valid_from, valid_until = period
    return {
        "@context": [CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", LIST_CREDENTIAL],
        "issuer": issuer,
        "validFrom": format_time(valid_from),
        "validUntil": format_time(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": LIST,
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(indices),
            "ttl": ttl // timedelta(milliseconds=1),
        },
    }


def _require_messages(value: Json, size: int) -> None:
    """Demand a message for each value that so many bits can have (2.1)."""
    if not isinstance(value, list) or len(value) != 1 << size:
        raise FormatError(f"a status of {size} bits has not {1 << size} messages in its statusMessage")
    if not all(isinstance(each, dict) and isinstance(each.get("message"), str) and _is_status(each.get("status")) for each in value):
        raise FormatError("a statusMessage has not a status like 0x0 and a message")


def _is_status(value: Json) -> bool:
    return isinstance(value, str) and _STATUS.fullmatch(value) is not None


def _words(value: Json) -> list[str]:
    return [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)]
