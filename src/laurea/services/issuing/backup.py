"""Back up an issuer while it works, and restore it elsewhere: one file, which is as secret as the directory."""

import re
import secrets
import shutil
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from laurea.core.credential import format_time, parse_time
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.storage import archive
from laurea.storage.db import SCHEMA, Database
from laurea.storage.issuer.directory import BACKUP_PREFIX, IssuerDirectory
from laurea.storage.issuer.status_lists import StatusLists

DATABASE = "issuer.db"
FORMAT = "laurea-backup-1"
NAMES = re.compile(r"issuer\.db|keys/[a-z0-9-]{1,40}\.(json|pem)|levels/[0-9]{1,10}\.(levels|staples)|released/[0-9a-f-]{36}\.json")


def back_up(issuer: Issuer, target: Path) -> int:
    """Write everything of an issuer into a new file and return of how many files it is made; a run may be at work meanwhile.

    The caller holds the lock "backup".

    The database is copied first, as it is at one moment: every file that it speaks of was there before that.
    """
    issuer.directory.clear_backups()
    with tempfile.TemporaryDirectory(dir=issuer.directory.path, prefix=BACKUP_PREFIX) as folder:
        copy = Path(folder) / DATABASE
        copied = Database(f"sqlite:///{copy}")
        try:
            issuer.database.copy_to(copied)
            copied.forget()  # the write-ahead log goes into the file
        finally:
            copied.close()
        about = {"format": FORMAT, "laurea": version("laurea"), "schema": SCHEMA, "created": format_time(issuer.now())}
        count = archive.write(target, ((DATABASE, copy), *issuer.directory.files()), about)
    with issuer.database.write() as session:
        issuer.record(session, "issuer.backup", "issuer", {"files": count})
    return count


def restore(source: Path, target: Path, *, database_url: str | None = None) -> None:
    """Make the directory at `target` from a backup, with the tables in SQLite or in an empty PostgreSQL database.

    Raises InputError when there is something at `target`, FormatError when the file is no backup, is damaged, or was altered.
    """
    if target.exists():
        raise InputError(f"there is something at {target} already", hint="name a new directory")
    place = target.parent / f".{target.name}.tmp-{secrets.token_hex(4)}"
    directory = IssuerDirectory(place)
    try:
        directory.create_folders()
        manifest = archive.extract(source, place, names=NAMES)
        if manifest.get("format") != FORMAT or not (place / DATABASE).is_file():
            raise FormatError(f"{source} is a backup of another kind than {FORMAT}")
        _close_lists(place / DATABASE, parse_time(str(manifest.get("created"))))
        if database_url is not None:
            _move(place / DATABASE, database_url)
            directory.settle_database(database_url)
        place.rename(target)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _close_lists(file: Path, created: datetime) -> None:
    """Let no new credential take a place in a status list that one made after the backup may have."""
    database = Database(f"sqlite:///{file}")
    try:
        with database.write() as session:
            StatusLists(session).close_all(created)
        database.forget()
    finally:
        database.close()


def _move(file: Path, database_url: str) -> None:
    copy, target = Database(f"sqlite:///{file}"), Database(database_url)
    try:
        copy.copy_to(target)
    finally:
        copy.close()
        target.close()
