"""A form: what many JCS texts have in common, with holes where they differ. A text of a form is kept as what stands in its holes."""

from collections.abc import Iterable
from functools import lru_cache

from laurea.errors import FormatError

SEPARATOR = b"\x00"  # between the pieces of a form, and between what stands in its holes: no JCS text has it


class Form:
    """A text with holes, each for a whole value in JCS: written as its pieces, with a separator for each hole."""

    def __init__(self, text: bytes) -> None:
        """Read a form as it was written."""
        pieces = text.split(SEPARATOR)
        self.text = text
        self.holes = len(pieces) - 1
        self._line = b"%b".join(piece.replace(b"%", b"%%") for piece in pieces)

    def fill(self, filling: bytes) -> bytes:
        """Return the text with a filling, the values in the order of the holes; raises FormatError when they are not as many."""
        values = filling.split(SEPARATOR)
        if len(values) != self.holes:
            raise FormatError(f"{len(values)} values do not fill a form with {self.holes} holes")
        return self._line % tuple(values)


def filling(values: Iterable[str]) -> bytes:
    """Return values in JCS, in the order of the holes of their form, as they are kept."""
    return "\x00".join(values).encode()


@lru_cache(maxsize=1024)
def form_of(text: bytes) -> Form:
    """Return the form that was written so; there are few, and each is read once."""
    return Form(text)
