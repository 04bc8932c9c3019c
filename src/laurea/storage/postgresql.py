"""What is PostgreSQL's own: one writer at a time, as on SQLite, and locks for work that two must not do at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from laurea.errors import Busy


def prepare(engine: Engine, busy_seconds: float) -> None:
    """Set up every transaction."""
    writers = _number("the writer")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options: Any = connection.get_execution_options()
        if not options.get("laurea_write"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return
        # As on SQLite: a writer waits for its turn before it reads, so what it decides on cannot change under it.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(busy_seconds * 1000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({writers})")


@contextmanager
def work(engine: Engine, name: str) -> Iterator[None]:
    """Hold the work called `name` on a connection of its own; the server ends the lock with it, also after a kill."""
    with engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not held.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _number(name)}):
            raise Busy(f"another command is at work on this database ({name})", hint="wait for it to end, then try again")
        try:
            yield
        finally:
            connection.invalidate()  # not back to the pool, where it would keep the lock


def forget(engine: Engine) -> None:
    """Free the dead rows; that their bytes are gone from the files and the log is for the server's administrator."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")


def _number(name: str) -> int:
    """Return the number of an advisory lock: 63 bits of the hash of its name, so that other programs' locks do not meet ours."""
    return int.from_bytes(sha256(f"laurea {name}".encode()).digest()[:8]) >> 1
