"""Base 58 of bytes, with the alphabet of Bitcoin (Multibase `z`): ten digits at a time, as a batch has a signature or two for each credential."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_TEN_DIGITS = 58**10  # below 2^60: what a division by it leaves is divided fast


def encode(raw: bytes) -> str:
    """Return bytes in base 58."""
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
