"""An issuer's directory: database, keys, level files, released credentials.

    issuer.db                 the tables, in SQLite; or instead of it:
    database                  the URL of a PostgreSQL database that has them
    keys/<name>.pem           Ed25519 keys that sign credentials, the first called "signing": encrypted PKCS#8
    keys/<name>.json          accounts: encrypted keystores
    levels/<batch>.levels     the tree of a batch
    levels/<batch>.staples    what the registry held of it when it was final, proven: a line for each 256 credentials
    released/<uuid>.json      complete credentials with their proofs, as they are handed out
    status/<list>-<purpose>.json  status lists, as they are published
    uploads/<uuid>            rosters that were uploaded and are not committed yet
    <name>.lock               held by the command that does the work of that name

Only its owner may look inside.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from laurea.errors import Busy, InputError, NotFound
from laurea.storage import files
from laurea.storage.db import BUSY_SECONDS, Database

MAX_URL_BYTES = 4096
BACKUP_PREFIX = ".backup-"  # of the folder in which a backup copies the database
MAX_STATUS_BYTES = 1 << 20
MAX_RELEASED_BYTES = 1 << 20  # a credential of 256 KiB and its proofs, as text


@dataclass(frozen=True, slots=True)
class IssuerDirectory:
    """The paths under one issuer's directory, and what is read from and written to them."""

    path: Path

    def create(self, database_url: str | None = None) -> None:
        """Make the directory and its folders, for the owner only; what exists stays. Raises InputError when that fails.

        With a URL the tables are in that PostgreSQL database, and the directory keeps the URL.
        """
        self.create_folders()
        try:
            if database_url is not None:
                files.replace(self._database_url, database_url.encode() + b"\n")
            elif not self._database_url.is_file():
                # SQLite gives its journals the mode of the database.
                os.close(os.open(self._database_file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise InputError(f"{error.filename} cannot be made: {error.strerror}") from error

    def create_folders(self) -> None:
        """Make the directory and its folders, for the owner only; what exists stays. Raises InputError when that fails."""
        try:
            for folder in (self.path, self.keys, self.levels, self.released, self.status, self.uploads):
                folder.mkdir(mode=0o700, parents=folder == self.path, exist_ok=True)
        except OSError as error:
            raise InputError(f"{error.filename} cannot be made: {error.strerror}") from error

    def open(self, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """Open the database; raises NotFound when no issuer lives here."""
        if self._database_url.is_file():
            return Database(files.read(self._database_url, limit=MAX_URL_BYTES).decode().strip(), busy_seconds=busy_seconds)
        if not self._database_file.is_file():
            raise NotFound(f"there is no issuer in {self.path}", hint="make one with `laurea issuer init`, or pass --dir DIR")
        return Database(f"sqlite:///{self._database_file}", busy_seconds=busy_seconds)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the work called `name` in this directory; raises Busy at once when another process holds it. See `Issuer.lock`."""
        descriptor = os.open(self.path / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"another command is at work here ({name})", hint="wait for it to end, then try again") from error
            yield
        finally:
            os.close(descriptor)  # which ends the lock, as does a kill

    @property
    def keys(self) -> Path:
        """Where the keys are."""
        return self.path / "keys"

    @property
    def levels(self) -> Path:
        """Where the trees are."""
        return self.path / "levels"

    @property
    def released(self) -> Path:
        """Where the released credentials are."""
        return self.path / "released"

    @property
    def uploads(self) -> Path:
        """Where uploaded rosters wait."""
        return self.path / "uploads"

    @property
    def status(self) -> Path:
        """Where the status lists are."""
        return self.path / "status"

    def signing_key(self, name: str) -> Path:
        """A key that signs credentials."""
        return self.keys / f"{name}.pem"

    def keystore(self, name: str) -> Path:
        """The keystore of the account called `name`."""
        return self.keys / f"{name}.json"

    def level_file(self, batch: int) -> Path:
        """The tree of a batch."""
        return self.levels / f"{batch}.levels"

    def write_staples(self, batch: int, values: Sequence[str]) -> None:
        """Keep the staples of a batch, all or none."""
        files.replace(self.levels / f"{batch}.staples", "".join(f"{value}\n" for value in values).encode())

    def read_staples(self, batch: int) -> tuple[str, ...]:
        """Return the staples that are kept of a batch; none when there are none, or they cannot be read."""
        try:
            return tuple((self.levels / f"{batch}.staples").read_text(encoding="ascii").splitlines())
        except (OSError, UnicodeDecodeError):
            return ()

    def write_released(self, credential: str, data: bytes) -> None:
        """Put a complete credential where `read_released` finds it, for good once `files.settle` was called."""
        files.replace(self.released / f"{credential}.json", data, lasting=False)

    def read_released(self, credential: str) -> bytes:
        """Return a complete credential, exactly as it was released; raises InputError."""
        return files.read(self.released / f"{credential}.json", limit=MAX_RELEASED_BYTES)

    def remove_released(self, credential: str) -> None:
        """Remove a complete credential, for good once `files.settle` was called; nothing if there is none."""
        (self.released / f"{credential}.json").unlink(missing_ok=True)

    def write_status(self, name: str, data: bytes) -> None:
        """Publish a status list under the name of its file."""
        self.status.mkdir(mode=0o700, exist_ok=True)  # which a directory of an older laurea, or of a backup, has not
        files.replace(self.status / name, data)

    def read_status(self, name: str) -> bytes | None:
        """Return a status list as it is published; None when it is not, or cannot be read."""
        try:
            return files.read(self.status / name, limit=MAX_STATUS_BYTES)
        except InputError:
            return None

    def write_upload(self, upload: str, data: bytes) -> None:
        """Keep a roster while it is reviewed."""
        files.replace(self.uploads / upload, data)

    def remove_upload(self, upload: str) -> None:
        """Remove a roster; nothing if there is none."""
        (self.uploads / upload).unlink(missing_ok=True)

    def upload_names(self) -> list[str]:
        """Return the names of all rosters, and of what a kill has left of one."""
        return [path.name for path in self.uploads.iterdir()]

    def clear_unfinished(self) -> None:
        """Remove the half-written files that a killed run left; only for the holder of the lock "run"."""
        for folder in (self.levels, self.released, self.status):
            for left in folder.glob(".*.tmp-*"):
                left.unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Give what belongs into a backup beside the database, each with its name in the directory."""
        for folder in (self.keys, self.levels, self.released):
            for path in sorted(folder.iterdir()):
                if not path.name.startswith("."):
                    yield f"{folder.name}/{path.name}", path

    def settle_database(self, database_url: str | None) -> None:
        """Say where the tables are; with a URL the file of SQLite goes."""
        if database_url is not None:
            files.replace(self._database_url, database_url.encode() + b"\n")
            self._database_file.unlink(missing_ok=True)

    def clear_backups(self) -> None:
        """Remove the copy of the database that a killed backup left; only for the holder of the lock "backup"."""
        for left in self.path.glob(f"{BACKUP_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)

    @property
    def _database_file(self) -> Path:
        return self.path / "issuer.db"

    @property
    def _database_url(self) -> Path:
        return self.path / "database"
