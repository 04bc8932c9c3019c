"""A whole credential as the text of a QR code: its JCS form, compressed with words that Open Badges share, in base 45 (docs/qr.md)."""

import zlib
from importlib import resources

from laurea.core import base45, canonical, claims
from laurea.core.canonical import JsonObject
from laurea.core.claims import ENVELOPE
from laurea.errors import FormatError, InputError

PREFIX = "LAUREA1:"  # the version, too: another dictionary would be another one
MAX_CHARACTERS = 4296  # that the largest QR code holds, of this alphabet and at error level L (ISO/IEC 18004, table 7)
MAX_BYTES = 256 << 10  # of the document; a text of this length could inflate to ten times as much
NAMED = 3  # of the claims that take most room

DICTIONARY = (resources.files("laurea.core") / "qr-dictionary-1.txt").read_bytes()  # a part of the format: it never changes
_RAW = -zlib.MAX_WBITS  # DEFLATE (RFC 1951) without a header or a checksum: a QR code has its own


def to_text(document: JsonObject | bytes) -> str:
    """Return the text that carries a document; raises InputError when no QR code holds it, FormatError when it is no I-JSON object."""
    parsed = _object(document) if isinstance(document, bytes) else document
    raw = canonical.encode(parsed)
    if len(raw) > MAX_BYTES:
        raise InputError(f"the document has {len(raw):,} bytes, and a QR code takes {MAX_BYTES:,} at most", hint=_advice(parsed))
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zlib.Z_DEFAULT_STRATEGY, DICTIONARY)
    text = PREFIX + base45.encode(packer.compress(raw) + packer.flush())
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the document takes {len(text):,} characters, and a QR code holds {MAX_CHARACTERS:,}", hint=_advice(parsed))
    return text


def is_text(text: str) -> bool:
    """Tell whether a text says that it is one of these."""
    return text.startswith(PREFIX)


def from_text(text: str) -> bytes:
    """Return the document that a text carries, in its JCS form; raises FormatError for anything that `to_text` does not write."""
    if not is_text(text):
        raise FormatError(f"the text does not begin with {PREFIX}: it carries no credential, or one of another version")
    if len(text) > MAX_CHARACTERS:
        raise FormatError(f"the text has more than {MAX_CHARACTERS:,} characters")
    raw = _inflate(base45.decode(text[len(PREFIX) :]))
    if canonical.encode(_object(raw)) != raw:
        raise FormatError("the document in the text is not in its JCS form")
    return raw


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj(_RAW, DICTIONARY)
    try:
        raw = inflater.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise FormatError("the text is damaged: it cannot be inflated") from error
    if len(raw) > MAX_BYTES:
        raise FormatError(f"the text inflates to more than {MAX_BYTES:,} bytes")
    if not inflater.eof or inflater.unused_data:
        raise FormatError("the text is cut off, or has something behind its end")
    return raw


def _object(raw: bytes) -> JsonObject:
    value = canonical.parse(raw)
    if not isinstance(value, dict):
        raise FormatError("the document is not a JSON object")
    return value


def _advice(document: JsonObject) -> str:
    """Return what to hide: the claims that take most room."""
    held = document.get("verifiableCredential", document)
    shown = held[0] if isinstance(held, list) and held else held
    if not isinstance(shown, dict):
        return "show less of it, or share it by a link"
    sizes = {claim.pointer: len(canonical.dump(claim.value)) for claim in claims.split(shown) if claim.pointer != ENVELOPE}
    largest = sorted(sizes, key=lambda pointer: -sizes[pointer])[:NAMED]
    named = ", ".join(f"{pointer} ({sizes[pointer]:,} bytes)" for pointer in largest)
    return f"hide some of {named}, or share it by a link" if named else "share it by a link"
