"""What a share host keeps: sealed documents that it cannot open, each until its end, and how often it was opened.

DIR/lock                held while anything is read or changed
DIR/shares/ID.sealed    a sealed document
DIR/shares/ID.json      its end, its views, the hash of the token that ends it

A share is there when both files are. They are written in this order and removed in this order: after a kill at any line a
share is there whole, or it has ended and `sweep` removes what is left of it.
"""

import hmac
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from laurea.core import canonical
from laurea.core.credential import format_time, parse_time
from laurea.core.sealed_share import SIZES
from laurea.errors import Busy, ConfigError, FormatError, InputError, NotFound
from laurea.storage import files

ENDED = "this link has ended or never was"  # the same for what expired, what was ended, and what nobody ever shared
MAX_RECORD_BYTES = 4096

_NAME = re.compile(r"[A-Za-z0-9_-]{22}")  # 128 bits; nothing else becomes the name of a file
_SEALED, _RECORD = ".sealed", ".json"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a share; when it was last opened to the hour only, for when somebody reads is their own business."""

    expires: datetime
    token_hash: bytes
    views: int = 0
    last_viewed: datetime | None = None

    def encode(self) -> bytes:
        """Return it as it is kept."""
        viewed = None if self.last_viewed is None else format_time(self.last_viewed)
        return canonical.encode(
            {"expires": format_time(self.expires), "token": self.token_hash.hex(), "views": self.views, "lastViewed": viewed}
        )

    @classmethod
    def decode(cls, data: bytes) -> "Record":
        """Return what `encode` wrote; raises FormatError."""
        match canonical.parse(data):
            case {"expires": str() as expires, "token": str() as token, "views": int() as views, "lastViewed": str() | None as viewed}:
                return cls(parse_time(expires), bytes.fromhex(token), views, None if viewed is None else parse_time(viewed))
        raise FormatError("this is no record of a share")


class Shares:
    """The shares in a directory; threads and processes may share it."""

    def __init__(self, directory: Path, *, capacity: int) -> None:
        """Keep them in `directory`, which is made if need be, up to `capacity` bytes; raises ConfigError when it cannot be used."""
        self._folder = directory / "shares"
        self._lock = directory / "lock"
        self._capacity = capacity
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.touch(mode=0o600)
        except OSError as error:
            raise ConfigError(f"{directory} cannot be used: {error.strerror}", hint="name a directory that can be written to") from error

    def put(self, name: str, sealed: bytes, record: Record) -> None:
        """Keep a share under a name that is new; raises Busy when there is no room."""
        with self._locked():
            # Records and folders count as a page each: many small shares fill a disk, too.
            if self._size() + len(sealed) + SIZES[0] > self._capacity:
                raise Busy("this host is full", hint="share it elsewhere, or ask again when older links have ended")
            with _disk():
                files.replace(self._path(name, _SEALED), sealed)
                # Killed here, and the sealed document is one without a record: nobody was told of it.
                files.replace(self._path(name, _RECORD), record.encode())

    def look(self, name: str, *, at: datetime) -> Record:
        """Return what is known of a share; raises NotFound for one that has ended or never was."""
        with self._locked():
            return self._find(name, at)

    def open(self, name: str, *, at: datetime) -> bytes:
        """Return the sealed document and count one view; raises NotFound for a share that has ended or never was."""
        with self._locked():
            record = self._find(name, at)
            hour = at.replace(minute=0, second=0, microsecond=0)
            with _disk():
                sealed = files.read(self._path(name, _SEALED), limit=SIZES[-1])
                files.replace(self._path(name, _RECORD), replace(record, views=record.views + 1, last_viewed=hour).encode())
            return sealed

    def look_with(self, name: str, token_hash: bytes, *, at: datetime) -> Record:
        """Return what is known of a share to whoever has its token; raises NotFound as `look` does, and for another token."""
        with self._locked():
            return _require_token(self._find(name, at), token_hash)

    def remove(self, name: str, token_hash: bytes, *, at: datetime) -> None:
        """Take a share from the disk; raises NotFound for one that has ended or never was, and for another token."""
        with self._locked():
            # Of one whose removal was cut short only the record is left: it can be ended again.
            _require_token(self._find(name, at, whole=False), token_hash)
            with _disk():
                self._remove(name)

    def sweep(self, *, at: datetime) -> int:
        """Take from the disk what has ended, and what a kill left; return how many shares that were."""
        count = 0
        for path in sorted(self._folder.iterdir()):
            with self._locked(), _disk():
                if path.name.startswith("."):
                    files.remove(path)
                elif not self._is_there(path.stem, at):
                    self._remove(path.stem)
                    count += path.suffix == _RECORD
        return count

    def _remove(self, name: str) -> None:
        files.remove(self._path(name, _SEALED))
        # Killed here, and the record alone is there: the share has ended.
        files.remove(self._path(name, _RECORD))

    def _is_there(self, name: str, at: datetime) -> bool:
        try:
            self._find(name, at)
        except NotFound:
            return False
        return True

    def _find(self, name: str, at: datetime, *, whole: bool = True) -> Record:
        path = self._path(name, _RECORD)
        if _NAME.fullmatch(name) is None or not path.exists():
            raise NotFound(ENDED)
        with _disk():  # a disk that cannot be read now has not lost the share
            data = files.read(path, limit=MAX_RECORD_BYTES)
        try:
            record = Record.decode(data)
        except (FormatError, ValueError) as error:
            raise NotFound(ENDED) from error
        if at >= record.expires or (whole and not self._path(name, _SEALED).exists()):
            raise NotFound(ENDED)
        return record

    def _size(self) -> int:
        with os.scandir(self._folder) as found:
            return sum(max(entry.stat().st_size, SIZES[0]) for entry in found)

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{name}{suffix}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with files.lock(self._lock):
            yield


def _require_token(record: Record, token_hash: bytes) -> Record:
    if not hmac.compare_digest(record.token_hash, token_hash):
        raise NotFound(ENDED)
    return record


@contextmanager
def _disk() -> Iterator[None]:
    """Say that the disk fails without the path, which names a share."""
    try:
        yield
    except InputError as error:
        raise Busy("this host cannot read or write its disk", hint="ask again later") from error
