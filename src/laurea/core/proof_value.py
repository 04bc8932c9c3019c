"""A proofValue as text: multibase "u" (base64url) of deterministic CBOR (RFC 8949, 4.2.1), and its fields one by one.

Only what a proofValue may hold is read: unsigned integers, byte strings, the list around them and the map of hints. A general CBOR
reader would also take tags, which make dates, regular expressions and big numbers out of hostile bytes.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence

from laurea.errors import FormatError

CRYPTOSUITE = "merkle-anchor-2026"  # what these are of

Field = int | bytes | Mapping[str, int | bytes]

# The largest proof: 2,048 salts of 16 bytes and 2,048 cover nodes of 32 (every other claim shown), a path of 32 nodes; in base 64.
MAX_CHARACTERS = 160 << 10
INTEGER, OCTETS, TEXT, LIST, MAP = 0, 2, 3, 4, 5  # major types
INLINE = 24  # smaller arguments stand in the first byte; 24, 25, 26 and 27 say that 1, 2, 4 or 8 bytes follow
LEAST = (INLINE, 1 << 8, 1 << 16, 1 << 32)  # the least argument that needs so many bytes


def encode(fields: Sequence[Field]) -> str:
    """Return the text of a list of fields."""
    return written(start(len(fields)) + b"".join(encode_field(field) for field in fields))


def written(raw: bytes) -> str:
    """Return the text of encoded fields, after their start."""
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def start(fields: int) -> bytes:
    """Return what stands before so many fields."""
    return _head(LIST, fields)


def encode_field(field: Field) -> bytes:
    """Return one field of the list."""
    if isinstance(field, int):
        return _head(INTEGER, field)
    if isinstance(field, bytes):
        return _head(OCTETS, len(field)) + field
    # Deterministic order of keys: by their encoded bytes, shorter names first.
    pairs = sorted((_head(TEXT, len(name)) + name.encode(), value) for name, value in field.items())
    return _head(MAP, len(pairs)) + b"".join(name + encode_field(value) for name, value in pairs)


def _head(major: int, argument: int) -> bytes:
    if argument < INLINE:
        return bytes([major << 5 | argument])
    power = 0 if argument < LEAST[1] else 1 if argument < LEAST[2] else 2 if argument < LEAST[3] else 3
    return bytes([major << 5 | INLINE + power]) + argument.to_bytes(1 << power, "big")


class Fields:
    """The fields of a proofValue, taken in order, each of the type and size that it must have; raises FormatError."""

    def __init__(self, text: str) -> None:
        """Start before the first field of a text."""
        if not text.startswith("u") or len(text) > MAX_CHARACTERS or not text.isascii():
            raise FormatError("the proofValue is not base64url multibase (u…) within its size limit")
        try:
            self._raw = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        except binascii.Error as error:
            raise FormatError("the proofValue is not base64url multibase (u…)") from error
        # Base 64 has spare bits and a second alphabet: only the text that we would write passes. All else has one form as it is read.
        if written(self._raw) != text:
            raise FormatError("the proofValue is not in its canonical form")
        self._at = 0
        self._left = self._argument(LIST)

    @classmethod
    def between(cls, text: str, start: bytes, end: bytes, *, left: int) -> "Fields":
        """Start behind the fields that a text starts with, encoded, with so many left before those that it ends with."""
        fields = cls(text)
        size = len(fields._raw) - len(end)
        if size < len(start) or not fields._raw.startswith(start) or not fields._raw.endswith(end):
            raise FormatError("the proof has other fields at its start or its end")
        fields._raw, fields._at, fields._left = fields._raw[:size], len(start), left
        return fields

    def integer(self, *, limit: int) -> int:
        """Take an unsigned integer below `limit`."""
        self._next()
        return self._integer(limit)

    def octets(self, size: int) -> bytes:
        """Take a byte string of exactly this size."""
        value = self._octets()
        if len(value) != size:
            raise FormatError(f"the proof has a field of {len(value)} bytes in place of {size}")
        return value

    def up_to(self, size: int) -> bytes:
        """Take a byte string of at most this size."""
        value = self._octets()
        if len(value) > size:
            raise FormatError(f"the proof has a field of {len(value)} bytes, more than {size}")
        return value

    def pieces(self, size: int) -> tuple[bytes, ...]:
        """Take a byte string and cut it into pieces of this size."""
        value = self._octets()
        if len(value) % size:
            raise FormatError(f"the proof has a field of {len(value)} bytes, not made of pieces of {size}")
        return tuple(value[at : at + size] for at in range(0, len(value), size))

    def hints(self) -> tuple[bytes | None, int | None]:
        """Take the hints: at most `tx`, a transaction hash, then `block`, a number."""
        self._next()
        tx, block = None, None
        for _ in range(self._argument(MAP)):
            name = self._take(self._argument(TEXT))
            if name == b"tx" and tx is None and block is None:
                tx = self._take(self._argument(OCTETS))
            elif name == b"block" and block is None:
                block = self._integer(1 << 64)
            else:
                raise FormatError("the proof's hints hold something else than tx, then block")
        if tx is not None and len(tx) != 32:
            raise FormatError("the proof's hint tx is not a transaction hash")
        return tx, block

    def end(self) -> None:
        """Refuse anything that is left over."""
        if self._left or self._at != len(self._raw):
            raise FormatError("the proof has more in it than its fields")

    def _octets(self) -> bytes:
        self._next()
        return self._take(self._argument(OCTETS))

    def _integer(self, limit: int) -> int:
        value = self._argument(INTEGER)
        if value >= limit:
            raise FormatError("the proof has a number that is out of range")
        return value

    def _next(self) -> None:
        if not self._left:
            raise FormatError("the proof has too few fields")
        self._left -= 1

    def _argument(self, major: int) -> int:
        first = self._take(1)[0]
        small = first & 0x1F
        if first >> 5 != major or small > INLINE + 3:
            raise FormatError("the proof has a field of a wrong type")
        if small < INLINE:
            return small
        power = small - INLINE
        argument = int.from_bytes(self._take(1 << power), "big")
        if argument < LEAST[power]:
            raise FormatError("the proof has a number that is not in its shortest form")
        return argument

    def _take(self, size: int) -> bytes:
        taken = self._raw[self._at : self._at + size]
        if len(taken) != size:
            raise FormatError("the proof ends too early")
        self._at += size
        return taken
