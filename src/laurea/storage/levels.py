"""The tree of a batch on disk: a flat file of levels, 64 bytes a leaf; a proof is read from it without loading the tree."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laurea.core import tree
from laurea.core.tree import Levels
from laurea.errors import InputError
from laurea.storage import files


def grow(path: Path, leaf_hashes: bytes) -> bytes:
    """Put the levels of the tree over concatenated leaf hashes at `path`, whole and on disk when this returns, and return the root.

    One level is in memory at a time, with the one above it.
    """
    with files.writing(path) as file:
        for level in tree.levels_above(leaf_hashes):
            file.write(level)
    return level


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
