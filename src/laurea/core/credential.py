"""The credential as a frozen value: parse it, serialise it (W3C VC 2.0)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError

MAX_BYTES = 256 << 10  # of the JCS form without `proof` (DESIGN.md section 2)
MAX_DEPTH = 32  # the outermost object is 1
CONTEXT_1_1 = "https://www.w3.org/2018/credentials/v1"
MAX_PROOFS = 16  # a set of the suites that exist, with room for chains; bounds what one credential can make us verify

# xsd:dateTimeStamp in the years that Python's calendar has; 24:00:00 is left out, which nobody writes.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential without `proof`, within the limits, and the proofs of its set in their order."""

    document: JsonObject
    proofs: tuple[JsonObject, ...]

    @classmethod
    def parse(cls, data: bytes) -> "Credential":
        """Read a credential from JSON text; raises FormatError."""
        return cls.of(canonical.parse(data), text=data)

    @classmethod
    def of(cls, value: Json, *, max_bytes: int = MAX_BYTES, text: bytes | None = None) -> "Credential":
        """Take a parsed JSON value for a credential; raises FormatError when it is none or beyond the limits.

        `text` is what the value was parsed from, or is a part of: what that shows need not be looked for again.
        """
        if not isinstance(value, dict):
            raise FormatError("the credential is not a JSON object")
        document = {name: member for name, member in value.items() if name != "proof"}
        _check(document, text, max_depth=MAX_DEPTH)
        small = text is not None and len(text) * canonical.MAX_GROWTH <= max_bytes
        if not small and len(canonical.dump(document)) > max_bytes:
            raise FormatError(f"the credential is larger than {max_bytes:,} bytes")
        proofs = _proofs(value)
        _check(list(proofs), text, max_depth=canonical.MAX_DEPTH)
        return cls(document, proofs)

    @property
    def id(self) -> str | None:
        """The credential's own identifier, when it has one."""
        return _text(self.document.get("id"))

    @property
    def issuer(self) -> str:
        """The issuer's identifier, "" when there is none: the data model's check says so."""
        issuer = self.document.get("issuer")
        return _text(issuer.get("id") if isinstance(issuer, dict) else issuer) or ""

    @property
    def subject_id(self) -> str | None:
        """The identifier of the one subject; None when it is hidden, absent or in an array."""
        subject = self.document.get("credentialSubject")
        return _text(subject.get("id")) if isinstance(subject, dict) else None

    @property
    def valid_from(self) -> datetime | None:
        """When the credential begins to hold; raises FormatError when it is not a dateTimeStamp."""
        return _time(self.document, "issuanceDate" if self.is_legacy else "validFrom")

    @property
    def valid_until(self) -> datetime | None:
        """When the credential ceases to hold; raises FormatError when it is not a dateTimeStamp."""
        return _time(self.document, "expirationDate" if self.is_legacy else "validUntil")

    @property
    def is_legacy(self) -> bool:
        """Whether the credential says that it follows VC 1.1, which has other names for its dates: by its first context."""
        context = self.document.get("@context")
        return (context[:1] if isinstance(context, list) else [context]) == [CONTEXT_1_1]

    def secured(self) -> JsonObject:
        """Return the document with its proof set, as it is handed out."""
        return {**self.document, "proof": list(self.proofs)}


def parse_time(text: str) -> datetime:
    """Return the moment that an xsd:dateTimeStamp names, in UTC; raises FormatError without a time zone."""
    try:
        if _TIME.fullmatch(text):  # Python would take more forms, such as weeks, and not the same in every version
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise FormatError(f"{text[:40]!r} is not a date and time with a time zone")


@lru_cache(maxsize=256)  # a report names the same few moments, and so do all of a batch
def format_time(moment: datetime) -> str:
    """Return a moment as an xsd:dateTimeStamp in UTC, to the second."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _time(document: JsonObject, name: str) -> datetime | None:
    if name not in document:
        return None
    text = document[name]
    if not isinstance(text, str):
        raise FormatError(f"{name} is not a string")
    return parse_time(text)


def _proofs(value: JsonObject) -> tuple[JsonObject, ...]:
    if "proof" not in value:
        return ()
    proof = value["proof"]
    found = proof if isinstance(proof, list) else [proof]
    if len(found) > MAX_PROOFS:
        raise FormatError(f"the credential has more than {MAX_PROOFS} proofs")
    proofs = tuple(item for item in found if isinstance(item, dict))
    if len(proofs) != len(found):
        raise FormatError("a proof is not a JSON object")
    return proofs


def _check(value: Json, text: bytes | None, *, max_depth: int) -> None:
    if text is None:
        canonical.check(value, max_depth=max_depth)
    else:
        canonical.check_parsed(value, text, max_depth=max_depth)
