"""What is SQLite's own: a lock for the writer before it reads, and nothing left of what was deleted."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

# What passes by itself or is not the database's fault, by SQLite's primary result codes.
PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)

CACHE_KIB = 32_768  # of pages a connection: what sealing a million leaves of 256 MiB; with less, their indices are read and written again more often
# Of a new database; of one that is there nothing changes. Rows have half a kilobyte, and an index of millions is of fewer pages.
PAGE_BYTES = 16_384
CHECKPOINT_PAGES = 250  # of the log, 4 MiB, after which it is written into the database


def prepare(engine: Engine, busy_seconds: float) -> None:
    """Set up every connection and transaction."""

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        # The driver must not begin or commit by itself: its own rules leave DDL outside transactions, and a migration that was
        # killed half-way would stay half-way.
        connection.isolation_level = None
        for pragma in (
            f"page_size = {PAGE_BYTES}",
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "journal_mode = WAL",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{CACHE_KIB}",
            "secure_delete = ON",  # a withdrawn person's data leaves the file's free pages too
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock before it reads: what it decides on cannot change under it, and it never fails half-way
        # because somebody else wrote first.
        options: Any = connection.get_execution_options()
        if options.get("laurea_migrating"):
            # A table that is made anew is dropped on the way, and whatever refers to it would be lost or in the way.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("laurea_write") else "BEGIN")


def passes(error: DBAPIError) -> bool:
    """Tell whether an error of the driver passes by itself or is not the database's fault."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorcode", PASSING[0]) & 0xFF in PASSING


def problem(error: DBAPIError) -> tuple[str, str] | None:
    """Return what is wrong with the database and what the operator can do; None when the error says nothing of it."""
    if "not a database" in str(error.orig):
        return "the database cannot be read", ""
    if isinstance(error, OperationalError):
        return "the database is damaged", "put a backup of it in its place"
    return None


def forget(engine: Engine) -> None:
    """Empty the write-ahead log, in which older pages stand; free pages are zeroed as they become free."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
