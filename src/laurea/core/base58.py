"""Base 58 of bytes, with the alphabet of Bitcoin (Multibase `z`): ten digits at a time, as a batch has a signature or two for each credential.

Longer ones are halved until 32 digits are left of each part; those are taken apart in all parts at once, in lanes of one large number.
"""

from functools import lru_cache
from struct import unpack

from laurea.errors import FormatError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_TEN_DIGITS = 58**10  # below 2^60: what a division by it leaves is divided fast


SHORT = 128  # bytes: up to so many the simple way is the faster one
_PART = 32  # digits, which are below 2^188
# The width of a lane, the power p that a number below p * p in it is divided by, and by what and how far: p^3 < 2^shift makes it exact.
_LANES = tuple(
    (width, power, (1 << shift) // power + 1, shift)
    for width, power, shift in ((512, 58**16, 282), (256, 58**8, 141), (128, 58**4, 71), (64, 58**2, 36), (32, 58, 18))
)
_DIGITS = ALPHABET.encode().ljust(256, b"?")
_ORDINALS = bytes(ALPHABET.find(chr(byte)) & 0xFF for byte in range(256))


def encode(raw: bytes) -> str:
    """Return bytes in base 58."""
    if len(raw) > SHORT:
        return _encode_long(raw)
    number = int.from_bytes(raw, "big")
    pairs: list[str] = []  # of digits, the lowest first
    while number:
        number, ten = divmod(number, _TEN_DIGITS)
        for _ in range(5):
            ten, pair = divmod(ten, len(_PAIRS))
            pairs.append(_PAIRS[pair])
    pairs.reverse()
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return ALPHABET[0] * zeros + "".join(pairs).lstrip(ALPHABET[0])


def decode(text: str) -> bytes:
    """Return the bytes that base 58 stands for; raises FormatError for other digits. The work grows with the square of the length."""
    if not text.isascii() or text.encode().translate(None, ALPHABET.encode()):
        raise FormatError("base 58 has digits that are none")
    digits = text.lstrip(ALPHABET[0])
    parts = -(-len(digits) // 8) or 1  # of eight digits, which are below 2^47
    lanes = int.from_bytes(digits.encode().translate(_ORDINALS), "big")
    for width, power in ((8, 58), (16, 58**2), (32, 58**4)):
        mask = _mask(width, 2 * width, parts * 32 // width)
        lanes = (lanes >> width & mask) * power + (lanes & mask)
    level: list[int] = list(unpack(f">{parts}Q", lanes.to_bytes(8 * parts, "big")))
    power = 58**8
    while len(level) > 1:
        level = ([0] if len(level) % 2 else []) + level
        pairs = iter(level)
        level = [high * power + low for high, low in zip(pairs, pairs, strict=True)]
        power *= power
    return b"\0" * (len(text) - len(digits)) + level[0].to_bytes((level[0].bit_length() + 7) // 8, "big")


def _encode_long(raw: bytes) -> str:
    level = [int.from_bytes(raw, "big")]
    for power in _powers(8 * len(raw)):
        level = [half for number in level for half in divmod(number, power)]
    parts = len(level)
    lanes = int.from_bytes(b"".join([part.to_bytes(64, "big") for part in level]), "big")
    for width, power, factor, shift in _LANES:
        high = lanes * factor >> shift & _mask(width - shift, width, parts * 512 // width)
        lanes = high << width // 2 | lanes - high * power
    digits = lanes.to_bytes(64 * parts, "big")[1::2].translate(_DIGITS)
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return ALPHABET[0] * zeros + digits.decode().lstrip(ALPHABET[0])


@lru_cache(maxsize=64)
def _mask(ones: int, width: int, count: int) -> int:
    """Return so many lanes of a width, each with so many ones at its low end."""
    return int.from_bytes(((1 << ones) - 1).to_bytes(width // 8, "big") * count, "big")


@lru_cache(maxsize=64)
def _powers(bits: int) -> tuple[int, ...]:
    """Return the powers of 58^32 by squaring that numbers of so many bits are halved by, the largest first."""
    found, power = [], 58**_PART
    while power.bit_length() <= bits:
        found.append(power)
        power *= power
    return tuple(reversed(found))
