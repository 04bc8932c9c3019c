"""Files that are whole at every moment: replaced at once or not at all, by one process at a time."""

import fcntl
import glob
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from laurea.errors import InputError


def read(path: Path, *, limit: int, plain: bool = False) -> bytes:
    """Return the bytes of a file; raises InputError when it cannot be read or is larger than `limit` bytes.

    One that was seen to be `plain` is opened as such: of what took its place meanwhile, a link is not followed and a pipe not waited for.
    """
    try:
        with open(os.open(path, os.O_RDONLY | (os.O_NOFOLLOW | os.O_NONBLOCK if plain else 0)), "rb") as file:  # noqa: PTH123 - of a descriptor
            raw = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > limit:
        raise InputError(f"{path} is larger than {limit:,} bytes")
    return raw


def opener(path: Path, *, limit: int) -> Callable[[], BinaryIO]:
    """Return what opens a file to read it from its begin, each time the same.

    It raises InputError when that cannot be done, when the file is larger than `limit` bytes, and when it is not what it was the first time.
    """
    known: set[tuple[int, int, int, int]] = set()

    def opened() -> BinaryIO:
        try:
            file = path.open("rb")
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
        found = os.fstat(file.fileno())
        known.add((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))
        if found.st_size > limit or len(known) > 1:
            file.close()
            raise InputError(f"{path} is larger than {limit:,} bytes" if found.st_size > limit else f"{path} was changed while it was read")
        return file

    return opened


def create(path: Path, data: bytes) -> None:
    """Put `data` into a new file, readable by its owner only; raises InputError when there is anything at `path`, or it cannot be written."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise InputError(f"{path} exists already", hint="name another file") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def replace(path: Path, data: bytes, *, lasting: bool = True, mode: int = 0o600) -> None:
    """Put `data` at `path`, readable by its owner only unless `mode` is another; after a kill or a power loss the old or the new file is there, whole.

    Without `lasting` that holds for a kill alone until `settle` was called: many files settle together a hundred times faster.
    Raises InputError when it cannot be written.
    """
    with writing(path, lasting=lasting, mode=mode) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, lasting: bool = True, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Give a file that takes the place of the one at `path`, as `replace` does, when the block ends; when it raises, that one stays.

    Raises InputError as `replace` does, and at once when something else than a file is there.
    """
    target = _place(path)
    try:
        # The same folder, for a rename across file systems is a copy; mkstemp makes it 0600.
        descriptor, name = tempfile.mkstemp(prefix=_prefix(target.name), dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                os.fchmod(file.fileno(), mode)
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())  # else the new name may survive a power loss that the bytes do not
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        if lasting:
            _sync_folder(target.parent)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def remove(path: Path) -> None:
    """Take a file away, if it is there, so that a power loss does not bring it back; raises InputError when that cannot be done."""
    try:
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"{path} cannot be removed: {error.strerror}") from error


class Filling:
    """A folder that many files are put into, each with four calls of the system; they settle together."""

    def __init__(self, folder: int) -> None:
        """Put them into the folder that this descriptor is of."""
        self._folder = folder
        self._own = secrets.token_hex(8)  # no file that another process writes has this in its name

    def put(self, name: str, data: bytes) -> None:
        """Put a file there as `replace` does that is not lasting. Raises InputError when it cannot be written."""
        unfinished = _prefix(name) + self._own
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self._folder)
            try:
                try:
                    _write(descriptor, data)
                finally:
                    os.close(descriptor)
                os.rename(unfinished, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            except BaseException:
                os.unlink(unfinished, dir_fd=self._folder)
                raise
        except OSError as error:
            raise InputError(f"{name} cannot be written: {error.strerror}") from error


@contextmanager
def filling(folder: Path) -> Iterator[Filling]:
    """Give a folder to put many files into; raises InputError when there is none."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(f"{folder} cannot be opened: {error.strerror}") from error
    try:
        yield Filling(descriptor)
    finally:
        os.close(descriptor)


def settle() -> None:
    """Wait until all that was written is on disk."""
    os.sync()


@contextmanager
def lock(path: Path, *, create: bool = False) -> Iterator[None]:
    """Hold the file at `path` against every other process that takes this lock; waits for its turn.

    With `create` a file that does not exist is made, empty, and goes again unless it was replaced. Raises InputError when there is none,
    or something else than a file.
    """
    target = _place(path)
    try:
        descriptor = _lock_current(target, os.O_RDWR | (os.O_CREAT if create else 0))
    except OSError as error:
        raise InputError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        _clear(target)
        yield
    finally:
        if create and _is_current(descriptor, target) and os.fstat(descriptor).st_size == 0:
            target.unlink()
        os.close(descriptor)


def _place(path: Path) -> Path:
    """Return what a path leads to, for a link stays a link; raises InputError for what is no file: /dev/null would be gone for everybody."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise InputError(f"{path} is no regular file", hint="name another file")
    return target


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:  # a disk that is nearly full takes a part, and none the next time
        left = left[os.write(descriptor, left) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the rename itself is on disk only now
    finally:
        os.close(descriptor)


def _lock_current(target: Path, flags: int) -> int:
    # Whoever held the lock before us has usually put another file in its place: a lock on the old one guards nothing.
    while True:
        descriptor = os.open(target, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            os.close(descriptor)
            raise
        if _is_current(descriptor, target):
            return descriptor
        os.close(descriptor)


def _is_current(descriptor: int, target: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), target.stat())
    except FileNotFoundError:
        return False


def _clear(target: Path) -> None:
    # Only the holder of the lock writes, so what lies here was left by a run that was killed.
    for left in target.parent.glob(glob.escape(_prefix(target.name)) + "*"):
        left.unlink(missing_ok=True)


def _prefix(name: str) -> str:
    return f".{name}.tmp-"
