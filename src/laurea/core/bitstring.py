"""The bitstring of a status list, and the text that carries it (Bitstring Status List 1.0, 3.3 and 3.4)."""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterable

from laurea.errors import FormatError

MIN_ENTRIES = 131_072  # fewer would tell who is who: the herd that one entry hides in (6.1)
MAX_BYTES = 16 << 20  # of a bitstring: 134 million entries; what would inflate to more is not inflated

_GZIP = 16 + zlib.MAX_WBITS
_BASE64URL = re.compile(r"u[A-Za-z0-9_-]+")


def encode(indices: Iterable[int], *, entries: int = MIN_ENTRIES) -> str:
    """Return the text of a list with so many entries of which these are set; the same text for the same entries."""
    bits = bytearray(entries // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8  # entry 0 is the left-most bit
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bitstring that a text carries; raises FormatError when it carries none, or one beyond MAX_BYTES."""
    if _BASE64URL.fullmatch(text) is None:
        raise FormatError("the list is not base64url behind a u")
    inflater = zlib.decompressobj(wbits=_GZIP)
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        bits = inflater.decompress(packed, MAX_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise FormatError("the list is not compressed as GZIP does") from error
    if len(bits) > MAX_BYTES:
        raise FormatError(f"the list inflates to more than {MAX_BYTES:,} bytes")
    if not inflater.eof or inflater.unused_data:
        raise FormatError("the list is cut off, or has something behind its end")
    return bits


def entry(bits: bytes, index: int, *, size: int = 1) -> int:
    """Return the value of an entry of `size` bits; raises FormatError when the list does not go so far."""
    first, last = index * size, (index + 1) * size
    if last > len(bits) * 8:
        raise FormatError(f"the list has no entry {index}")
    taken = bits[first // 8 : -(-last // 8)]
    return (int.from_bytes(taken) >> (-last % 8)) & ((1 << size) - 1)
