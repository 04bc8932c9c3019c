"""What a file carries: a credential as JSON or as a compact JWS, or a badge of Open Badges 2.0."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from laurea.core import canonical
from laurea.core.credential_offer import is_offer_link
from laurea.errors import FormatError, NotFound

MAX_FILE = 10 << 20  # bytes of a picture or a PDF: those of badges have some hundred KiB; what is refused is refused before it is read
MAX_TEXT = canonical.MAX_BYTES  # of what it carries

LINKS = ("https://", "http://")

_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")


class Kind(StrEnum):
    """What the text in a file is."""

    CREDENTIAL = "credential"  # JSON; whether it is a good one, its reader says
    JWS = "compact JWS"
    OPEN_BADGES_2 = "Open Badges 2.0"


@dataclass(frozen=True, slots=True)
class Baked:
    """What was found in a file, to the byte."""

    data: bytes
    kind: Kind

    @classmethod
    def of(cls, data: bytes) -> "Baked":
        """Take text for a credential; raises FormatError when it is neither JSON nor a JWS by its looks."""
        if len(data) > MAX_TEXT:
            raise FormatError(f"the file carries a credential larger than {MAX_TEXT:,} bytes")
        text = data.strip()
        if text.startswith(b"{"):
            return cls(data, Kind.CREDENTIAL)
        if _JWS.fullmatch(text):
            return cls(text, Kind.JWS)
        raise FormatError("what the file carries as its credential is neither JSON nor a compact JWS")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file carries: a document as text, to the byte, or the link that its QR code holds."""

    data: bytes = field(default=b"", repr=False)
    link: str = field(default="", repr=False)


def one(found: list[Baked], *, file: str) -> Baked:
    """Return the only credential of a file, or its only badge of Open Badges 2.0; raises FormatError for several, NotFound for none."""
    credentials = [item for item in found if item.kind is not Kind.OPEN_BADGES_2]
    candidates = credentials or found
    if len(candidates) > 1:
        raise FormatError(f"the {file} carries several credentials, and nobody can tell which one counts", hint="ask for one that has one")
    if not candidates:
        raise NotFound(
            f"the {file} carries no credential", hint="a copy that was scaled, converted or photographed has lost it: take the original"
        )
    return candidates[0]


def check_size(data: bytes, *, file: str) -> None:
    """Refuse a file that is too large to be looked at; raises FormatError."""
    if len(data) > MAX_FILE:
        raise FormatError(f"the {file} is larger than {MAX_FILE:,} bytes")


def check_credential(data: bytes) -> None:
    """Refuse what is no JSON object, before it goes into a file; raises FormatError."""
    if not isinstance(canonical.parse(data), dict):
        raise FormatError("the credential is not a JSON object")


def is_link(text: str) -> bool:
    """Tell whether a text is a link to a page, and neither a document nor the name of a file."""
    return text.lower().startswith(LINKS)


def is_any_link(text: str) -> bool:
    """Tell whether a text is a link to a page or to a credential offer."""
    return is_link(text) or is_offer_link(text)
