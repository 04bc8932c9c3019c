"""The tree of a batch on disk: a flat file of levels, 64 bytes a leaf; a proof is read from it without loading the tree."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laurea.core.tree import Levels
from laurea.errors import InputError
from laurea.storage import files


def write(path: Path, levels: Levels) -> None:
    """Put the levels at `path`, whole and on disk when this returns."""
    files.replace(path, bytes(levels.nodes))


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
