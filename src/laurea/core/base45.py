"""Base 45 of bytes (RFC 9285): what a QR code carries best, two bytes in three of the characters that take 5.5 bits each there."""

from laurea.errors import FormatError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGITS = {letter: digit for digit, letter in enumerate(ALPHABET)}


def encode(raw: bytes) -> str:
    """Return bytes in base 45."""
    groups = [raw[at : at + 2] for at in range(0, len(raw), 2)]
    return "".join(_letters(int.from_bytes(group, "big"), len(group) + 1) for group in groups)


def decode(text: str) -> bytes:
    """Return the bytes that a text stands for; raises FormatError when it is not the one text of any."""
    try:
        digits = [_DIGITS[letter] for letter in text]
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        # A number too large for the bytes of its group does not fit.
        found = b"".join(_number(group).to_bytes(len(group) - 1, "big") for group in groups)
    except (KeyError, OverflowError) as error:
        raise FormatError("the text is not base 45") from error
    if len(text) % 3 == 1:
        raise FormatError("the text is not base 45: it is cut off")
    return found


def _letters(number: int, count: int) -> str:
    found = ""
    for _ in range(count):
        number, digit = divmod(number, len(ALPHABET))
        found += ALPHABET[digit]
    return found


def _number(group: list[int]) -> int:
    return sum(digit * len(ALPHABET) ** place for place, digit in enumerate(group))
