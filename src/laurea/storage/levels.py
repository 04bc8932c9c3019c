"""The tree of a batch on disk: a flat file of levels, 64 bytes a leaf; a proof is read from it without loading the tree."""

import mmap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from laurea.core import tree
from laurea.core.tree import HASH_BYTES, Levels
from laurea.errors import InputError
from laurea.storage import files


def grow(path: Path, leaf_hashes: bytes, levels_above: Callable[[bytes], Iterator[bytes]] = tree.levels_above) -> bytes:
    """Put the levels of the tree over concatenated leaf hashes at `path`, whole and on disk when this returns, and return the root.

    One level is in memory at a time, with the one above it. `levels_above` makes the levels, in trees of another kind.
    """
    with files.writing(path) as file:
        for level in levels_above(leaf_hashes):
            file.write(level)
    return level


class Growing:
    """The tree of a batch while it is made of subtrees, which come from left to right, all but the last equal in height."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Write the tree of `size` leaves into a file that is empty."""
        self._file = file
        self._layout = tree.layout(size)
        self._written = [0] * len(self._layout)
        self._height = 0
        self._roots: list[bytes] = []

    def put(self, levels: Sequence[bytes]) -> None:
        """Write the levels of the next subtree, its leaves first."""
        self._height = max(self._height, len(levels) - 1)
        for height in range(self._height + 1):
            # The root of a last one that is lower stands alone on each level up to the height of the others.
            self._write(height, levels[min(height, len(levels) - 1)])
        self._roots.append(levels[-1])

    def join(self) -> bytes:
        """Write the levels above the subtrees and return the root."""
        for height, level in enumerate(tree.levels_above(b"".join(self._roots)), start=self._height):
            if height > self._height:
                self._write(height, level)
        return level

    def _write(self, height: int, nodes: bytes) -> None:
        start, _ = self._layout[height]
        self._file.seek(HASH_BYTES * start + self._written[height])
        self._file.write(nodes)
        self._written[height] += len(nodes)


@contextmanager
def growing(path: Path, size: int) -> Iterator[Growing]:
    """Give a tree of `size` leaves to be grown at `path`, whole and on disk when the block ends."""
    with files.writing(path) as file:
        yield Growing(file, size)


@contextmanager
def mapped(path: Path, size: int) -> Iterator[Levels]:
    """Give the tree of `size` leaves that the file at `path` holds, mapped into memory.

    Raises InputError when the file is missing, FormatError when it is not the levels of a tree of that size.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as nodes, memoryview(nodes) as view:
            yield Levels(view, size)
    except (FileNotFoundError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise InputError(f"{path} cannot be read: {error}") from error
