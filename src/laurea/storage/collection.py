"""Many files in one place: those of a folder, or of a zip, given one after the other and never all held.

Both may come from strangers: no link is followed, and nothing that a zip says of itself is believed.
"""

import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from laurea.errors import InputError
from laurea.storage import files

MOST_ENTRIES = 200_000  # of a zip
MAX_DIRECTORY = 32 << 20  # bytes of a zip's list of its entries, which is read at once: a hundred and more for each
MAX_INFLATED = 2 << 30  # bytes of all entries of a zip together
MAX_RATIO = 1032  # of Deflate
HIDDEN, SPECIAL = "hidden", "no regular file"

Item = tuple[str, bytes | InputError]
"""A file by its name in the collection: its bytes, or why it cannot be read."""


class Collection:
    """The regular files of a folder and all below it, or of a zip, in the order of their names; hidden ones are left out."""

    def __init__(self, path: Path, *, limit: int) -> None:
        """Read nothing yet; a file may have `limit` bytes."""
        self.left_out: Counter[str] = Counter()
        """How many were left out so far, by the reason."""
        self._path = path
        self._limit = limit

    @staticmethod
    def is_one(path: Path) -> bool:
        """Tell whether a path is a collection: a folder, or a file that is called a zip."""
        return path.is_dir() or path.suffix.lower() == ".zip"

    def files(self) -> Iterator[Item]:
        """Give the files; raises InputError when the collection as a whole cannot be read, or is beyond the limits."""
        return self._of_folder() if self._path.is_dir() else self._of_zip()

    def _of_folder(self) -> Iterator[Item]:
        waiting = self._below(self._path)
        while waiting:
            entry = waiting.pop()
            name = os.path.relpath(entry.path, self._path)
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting += self._below(entry.path)
                else:
                    yield name, files.read(Path(entry.path), limit=self._limit, plain=True)
            except InputError as error:
                yield name, error

    def _below(self, folder: "os.PathLike[str] | str") -> list["os.DirEntry[str]"]:
        """Return what counts in a folder, the first at the end."""
        try:
            with os.scandir(folder) as entries:
                return sorted(filter(self._counts, entries), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            raise InputError(f"{os.fspath(folder)} cannot be read: {error.strerror}") from error

    def _counts(self, entry: "os.DirEntry[str]") -> bool:
        return self._takes(entry.name, plain=entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))

    def _takes(self, name: str, *, plain: bool) -> bool:
        hidden = any(part.startswith(".") for part in name.split("/"))
        if hidden or not plain:
            self.left_out[HIDDEN if hidden else SPECIAL] += 1
        return plain and not hidden

    def _of_zip(self) -> Iterator[Item]:
        try:
            with self._path.open("rb") as file, zipfile.ZipFile(_Bounded(file)) as archive:
                yield from self._entries(archive)
        except OSError as error:
            raise InputError(f"{self._path} cannot be read: {error.strerror}") from error
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
            raise InputError(f"{self._path} is no zip that can be read: {error}") from error

    def _entries(self, archive: zipfile.ZipFile) -> Iterator[Item]:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise InputError(f"{self._path} has more than {MOST_ENTRIES:,} entries")
        inflated = 0
        for entry in sorted((entry for entry in entries if self._is_wanted(entry)), key=lambda entry: entry.filename):
            found = _inflated(archive, entry, self._limit)
            # What is refused was work, too: as much as Deflate can make of what is there.
            inflated += len(found) if isinstance(found, bytes) else min(self._limit, entry.compress_size * MAX_RATIO)
            if inflated > MAX_INFLATED:
                raise InputError(f"the entries of {self._path} are more than {MAX_INFLATED:,} bytes together")
            yield entry.filename, found

    def _is_wanted(self, entry: zipfile.ZipInfo) -> bool:
        if entry.is_dir():
            return False
        return self._takes(entry.filename, plain=stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG))


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes | InputError:
    """Return the bytes of an entry, whatever it says of its size, or why they cannot be had."""
    if entry.flag_bits & 1:
        return InputError(f"{entry.filename} is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others need not be bounded in memory
        return InputError(f"{entry.filename} is compressed in another way than Deflate")
    try:
        with archive.open(entry) as file:
            raw = file.read(limit + 1)  # to the end, where its checksum is compared
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        return InputError(f"{entry.filename} is damaged: {error}")
    return raw if len(raw) <= limit else InputError(f"{entry.filename} is larger than {limit:,} bytes")


class _Bounded:
    """A file that nobody makes give all of itself at once: `zipfile` reads the list of entries as long as the zip says it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        raw = self._file.read(size if 0 <= size <= MAX_DIRECTORY else MAX_DIRECTORY + 1)
        if len(raw) > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"its list of entries is larger than {MAX_DIRECTORY:,} bytes")
        return raw
