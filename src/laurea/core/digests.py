"""Digests that documents name for files: `digestSRI` (W3C SRI) and `digestMultibase` (multihash) of VC 2.0, 5.3."""

import hashlib
import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from base58 import b58decode

from laurea.core.canonical import Json, JsonObject

MAX_NAMED = 64  # digests that one document can name
MAX_TEXT = 120  # characters: a SHA-512 in base 64 or 58 and what stands before it
SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
MULTIHASH = {0x12: "sha256", 0x13: "sha512", 0x20: "sha384"}  # the multicodec codes

_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})")


class Likeness(StrEnum):
    """How a file compares with the digests that a document names; pages have the words in other languages by the name."""

    SAME = "same"
    OTHER = "other"
    UNNAMED = "self-asserted"  # the document names none, so that the file goes with it is its holder's word


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest and its algorithm, by the name that hashlib has for it."""

    algorithm: str
    value: bytes

    def fits(self, data: bytes) -> bool:
        """Tell whether it is the digest of some bytes."""
        return hashlib.new(self.algorithm, data).digest() == self.value

    @classmethod
    def parse(cls, text: str) -> "Digest | None":
        """Read a digest in either form; None for what is none, or of another algorithm."""
        if len(text) > MAX_TEXT or not text.isascii():
            return None
        try:
            found = _SRI.fullmatch(text)
            return cls._of(found[1], b64decode(found[2], validate=True)) if found else cls._of_multihash(text)
        except ValueError:
            return None

    @classmethod
    def _of(cls, algorithm: str | None, value: bytes) -> "Digest | None":
        return cls(algorithm, value) if algorithm and len(value) == SIZES[algorithm] else None

    @classmethod
    def _of_multihash(cls, text: str) -> "Digest | None":
        raw = _multibase(text)
        return cls._of(MULTIHASH.get(raw[0]), raw[2:]) if len(raw) > 2 and raw[1] == len(raw) - 2 else None


def sri(data: bytes) -> str:
    """Return the digest of a file as `digestSRI` has it."""
    return "sha256-" + b64encode(hashlib.sha256(data).digest()).decode()


def named(document: JsonObject) -> tuple[Digest, ...]:
    """Return the digests that a credential names for its evidence and for related resources."""
    return tuple(islice(_named(document), MAX_NAMED))


def likeness(data: bytes, digests: tuple[Digest, ...]) -> Likeness:
    """Compare a file with what a document names."""
    if not digests:
        return Likeness.UNNAMED
    hashes = {name: hashlib.new(name, data).digest() for name in {digest.algorithm for digest in digests}}  # once, however many are named
    return Likeness.SAME if any(hashes[digest.algorithm] == digest.value for digest in digests) else Likeness.OTHER


def _named(document: JsonObject) -> Iterator[Digest]:
    subject = document.get("credentialSubject")
    within = (subject if isinstance(subject, list) else [subject])[:MAX_NAMED]
    places = [
        document.get("relatedResource"),
        document.get("evidence"),
        *(each.get("evidence") for each in within if isinstance(each, dict)),
    ]
    for item in (item for place in places for item in (place if isinstance(place, list) else [place])):
        for text in _texts(item):
            digest = Digest.parse(text)
            if digest is not None:
                yield digest


def _texts(item: Json) -> Iterator[str]:
    said = item if isinstance(item, dict) else {}
    for name in ("digestSRI", "digestMultibase"):
        value = said.get(name)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _multibase(text: str) -> bytes:
    """Return the bytes of multibase text in base58btc ("z") or base64url ("u"), b"" for others."""
    if text.startswith("z"):
        return b58decode(text[1:])
    return urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)) if text.startswith("u") else b""
