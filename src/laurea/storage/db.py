"""The database: engine, migrations, and the two ways to open a session. The only module that knows SQLite from PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from laurea.errors import Busy, InputError

SCHEMA = "0001"  # the newest revision under migrations/
# What passes by itself or is not the database's fault, by SQLite's primary result codes.
PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)
BUSY_SECONDS = 10  # how long a writer waits for another one before it says Busy


class Database:
    """One database, migrated to the newest schema; `read` and `write` give sessions."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Connect to the database at an SQLAlchemy URL and migrate it; raises InputError when it is not ours, Busy when locked."""
        self._engine = create_engine(url)
        self._writing = self._engine.execution_options(laurea_write=True)
        if self._engine.dialect.name == "sqlite":
            _prepare_sqlite(self._engine, busy_seconds)
        with _translated():
            with self._engine.begin() as connection:
                current = _revision(connection)
            # Only a schema that is behind takes the writer's lock, and the time to import Alembic, as long as a whole command's.
            if current != SCHEMA:
                with self._writing.begin() as connection:
                    import_module("laurea.storage.schema").upgrade(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session on one consistent state of the data; nothing it changes is kept."""
        with _translated(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give the session of one transaction: committed when the block ends, rolled back when it raises."""
        with _translated(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            session.connection()  # begins now, and not with the first query
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into ours; the transaction that met one is rolled back by then."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", PASSING[0]) & 0xFF not in PASSING:
            raise InputError(f"the database is damaged: {error.orig}", hint="put a backup of it in its place") from error
        raise Busy(f"the database cannot be used now: {error.orig}", hint="another command may hold it, or the disk is full") from error
    except DatabaseError as error:
        # Integrity errors are bugs of ours and keep their type; a file that is no database is the operator's to correct.
        if isinstance(error.orig, sqlite3.DatabaseError) and "not a database" in str(error.orig):
            raise InputError(f"the database cannot be read: {error.orig}") from error
        raise


def _prepare_sqlite(engine: Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        # The driver must not begin or commit by itself: its own rules leave DDL outside transactions, and a migration that was
        # killed half-way would stay half-way.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",  # a withdrawn person's data leaves the file's free pages too
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock before it reads: what it decides on cannot change under it, and it never fails half-way
        # because somebody else wrote first.
        options: Any = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("laurea_write") else "BEGIN")
