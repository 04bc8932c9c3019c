"""Lines of N-Quads with holes: how they are written, and in which order, is found out once as far as it does not depend on what goes in."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

Terms = Sequence[bytes]
Writer = Callable[[Terms], bytes]
HOLE = b"%b"


class Line(NamedTuple):
    """The pieces of a line or of a part of it, and which of the terms go between them: one fewer."""

    pieces: tuple[bytes, ...]
    places: tuple[int, ...] = ()

    def then(self, other: "Line") -> "Line":
        """Return this with the other after it."""
        seam = self.pieces[-1] + other.pieces[0]
        return Line((*self.pieces[:-1], seam, *other.pieces[1:]), self.places + other.places)


NOTHING = Line((b"",))


class Alike(Exception):
    """Two lines are the same, which are one quad."""


class Block:
    """Lines in the order of their bytes."""

    def __init__(self, lines: Iterable[Line], start: Line = NOTHING, *, repeats: bool = False) -> None:
        """Take lines, in any order, without what all of them start with; `repeats` tells whether two may be the same."""
        runs: list[list[Line]] = []
        ordered = sorted(lines)
        self.constant = not any(line.places for line in [start, *ordered])
        """Whether nothing goes into them."""
        for line in ordered:
            # Whatever goes into the holes, the lines are ordered by what stands before the first, unless the one begins with the other.
            if runs and line.pieces[0].startswith(runs[-1][0].pieces[0]):
                runs[-1].append(line)
            else:
                runs.append([line])
        whole = [[start.then(line) for line in run] for run in runs]
        parts = [_sorting(run, repeats=repeats) if len(run) > 1 else writer(run[0]) for run in _joined(whole)]
        self.write: Writer = parts[0] if len(parts) == 1 else lambda terms: b"".join([part(terms) for part in parts])
        """Returns the lines with the terms that it is given; raises Alike when two of them are the same."""


def writer(line: Line) -> Writer:
    """Return what writes a line."""
    if not line.places:
        constant = line.pieces[0]
        return lambda _: constant
    text = HOLE.join(piece.replace(b"%", b"%%") for piece in line.pieces)
    if len(line.places) == 1:
        (only,) = line.places
        return lambda terms: text % terms[only]
    pick = itemgetter(*line.places)
    return lambda terms: text % pick(terms)


def merged(first: bytes, second: bytes) -> bytes:
    """Return the lines of both in the order of their bytes; raises Alike when two of them are the same."""
    return _in_order((first + second).splitlines(keepends=True))


def _joined(runs: Iterable[Sequence[Line]]) -> list[list[Line]]:
    """Return the runs with those of one line that follow one another made one line."""
    joined: list[list[Line]] = []
    for run in runs:
        if len(run) == 1 and joined and len(joined[-1]) == 1:
            joined[-1] = [joined[-1][0].then(run[0])]
        else:
            joined.append(list(run))
    return joined


def _sorting(run: Sequence[Line], *, repeats: bool) -> Writer:
    """Return what writes lines whose order depends on what goes into them."""
    writers = [writer(line) for line in run]
    if repeats:
        return lambda terms: b"".join(sorted([each(terms) for each in writers]))
    return lambda terms: _in_order([each(terms) for each in writers])


def _in_order(lines: list[bytes]) -> bytes:
    if len(set(lines)) < len(lines):
        raise Alike
    return b"".join(sorted(lines))
