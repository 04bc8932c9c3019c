"""The claims of documents of one form: written line by line, with the values of each document in their places; and the root over them."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from laurea.core import canonical, claims, tree
from laurea.core.canonical import JsonObject
from laurea.core.form import SEPARATOR, Form
from laurea.errors import FormatError

_MARK = b'"laurea-form:%d:"'
_MARKED = re.compile(rb'"laurea-form:(\d+):"')

Values = Sequence[bytes] | Mapping[int, bytes]
Filler = Callable[[Values], bytes]
_leaf_begin = Struct(f"x{claims.SALT_BYTES}s").pack  # 0x00 || the begin of a hash, sooner than by cutting and joining it


class Root(NamedTuple):
    """How many claims a credential has, and the root over them."""

    claim_count: int
    root: bytes


class ClaimLines:
    """The claims of a document that has marks in the places of the values in which others of its form differ."""

    def __init__(self, marked: JsonObject, mark: re.Pattern[bytes]) -> None:
        """Take the document, and what its marks look like in JCS, with their numbers."""
        self._lines: list[bytes] = []  # those without marks as they are, and what writes each of the others by its index
        self._fillers: list[tuple[int, Filler]] = []
        for index, claim in enumerate(claims.split(marked)):
            constant, *rest = mark.split(canonical.dump([claim.pointer, claim.value]))
            self._lines.append(constant)
            if rest:
                self._fillers.append((index, _filler(constant, rest)))
        self._numbers = [index.to_bytes(4, "big") for index in range(len(self._lines))]

    def root(self, values: Values, seed: bytes) -> Root:
        """Return the claims root of the document with these values, by the numbers of their marks, and a 32-byte seed."""
        if len(seed) != claims.SEED_BYTES:
            raise FormatError(f"a seed has {claims.SEED_BYTES} bytes, not {len(seed)}")
        lines = self._lines.copy()
        for index, fill in self._fillers:
            lines[index] = fill(values)
        salted, begin = b"laurea/salt" + seed, _leaf_begin
        level = [sha256(begin(sha256(salted + number).digest()) + line).digest() for number, line in zip(self._numbers, lines, strict=True)]
        return Root(len(level), tree.root_of(level))


def lines_of(form: Form) -> ClaimLines:
    """Return the claims of the documents of a form, whose values are those in its holes; raises FormatError when it has marks of ours."""
    if b"laurea-form:" in form.text:
        raise FormatError("the form has texts like our marks")
    marked = canonical.parse(form.fill(SEPARATOR.join(_MARK % number for number in range(form.holes))))
    if not isinstance(marked, dict):
        raise FormatError("a form is not a JSON object")
    return ClaimLines(marked, _MARKED)


def _filler(begin: bytes, rest: Sequence[bytes]) -> Filler:
    """Return what writes a claim with the values of a document; `rest` has the number of each mark, and what is behind it."""
    line = b"%b".join(piece.replace(b"%", b"%%") for piece in (begin, *rest[1::2]))
    numbers = [int(number) for number in rest[::2]]
    if len(numbers) == 1:
        (only,) = numbers
        return lambda values: line % values[only]
    pick = itemgetter(*numbers)
    return lambda values: line % pick(values)
