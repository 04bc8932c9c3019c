"""JCS texts of one form: objects that are alike but for some of their texts."""

import re
from typing import NamedTuple

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.errors import FormatError

# A text without escapes: in JCS there is one way to write it.
_HOLE = rb'([^"\\\x00-\x1f]*+)'


class Found(NamedTuple):
    """The texts of an object that stand in the places of the marks, by their numbers, and where in it the member would begin (or its end)."""

    texts: dict[int, bytes]
    at: int


class JcsForm:
    """Finds the texts in the JCS of objects of this form, and where a further member goes."""

    def __init__(self, marked: JsonObject, mark: re.Pattern[bytes], member: str | None = None) -> None:
        """Take an object with marks in place of texts, with what finds them and their numbers; it has no `member`, and some before that."""
        before, after = (canonical.dump(marked), b"") if member is None else around(marked, member)
        head, tail = mark.split(before), mark.split(after)
        self._order = [int(number) for number in (*head[1::2], *tail[1::2])]
        # The member's place is an empty group: found by what stands around the texts, whatever is in them.
        pattern = _HOLE.join(map(re.escape, head[::2])) + b"()" + _HOLE.join(map(re.escape, tail[::2]))
        self._pattern = re.compile(pattern, re.DOTALL)
        self._place = len(head) // 2 + 1

    @property
    def holes(self) -> int:
        """How many marks there are."""
        return len(self._order)

    def find(self, text: bytes) -> Found | None:
        """Return what is in the JCS of an object of this form; None for any other text."""
        match = self._pattern.fullmatch(text)
        if match is None or len(text) > canonical.MAX_BYTES:
            return None
        texts = list(match.groups())
        texts.pop(self._place - 1)
        if not text.isascii() and not all(each.isascii() or _is_text(each) for each in texts):
            return None
        return Found(dict(zip(self._order, texts, strict=True)), match.start(self._place))


def around(value: JsonObject, member: str) -> tuple[bytes, bytes]:
    """Return the JCS of an object up to where `,"member":…` goes, and from there on; `member` is ASCII, and not the first.

    Raises FormatError when the object has that member, or none before it.
    """
    before = {name: item for name, item in value.items() if name < member}  # the order of code units, for the one is ASCII
    after = {name: item for name, item in value.items() if name > member}
    if not before or len(before) + len(after) < len(value):
        raise FormatError(f"{member} cannot be put into this object")
    return canonical.dump(before)[:-1], (b"," if after else b"") + canonical.dump(after)[1:]


def _is_text(raw: bytes) -> bool:
    """Tell whether bytes are a text that I-JSON may carry."""
    try:
        canonical.check(raw.decode(), max_depth=1)
    except (UnicodeDecodeError, FormatError):
        return False
    return True
