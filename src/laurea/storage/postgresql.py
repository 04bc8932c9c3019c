"""What is PostgreSQL's own: one writer at a time, as on SQLite, and locks for work that two must not do at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from psycopg import errors
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from laurea.errors import Busy

CONNECT_SECONDS = 10  # how long to wait for a server that does not answer
OPTIONS: Mapping[str, Any] = {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_SECONDS}}
"""Of the engine: a connection that the server has ended meanwhile is replaced before it is used."""

# What is the database's trouble and neither ours nor the operator's: a server that goes, is full, or stands by for another one.
PASSING = (errors.OperationalError, errors.InterfaceError, errors.ReadOnlySqlTransaction, errors.IdleInTransactionSessionTimeout)


def prepare(engine: Engine, _busy_seconds: float) -> None:
    """Set up every transaction."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options: Any = connection.get_execution_options()
        if not options.get("laurea_write"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def wait_turn(connection: Connection, busy_seconds: float) -> None:
    """Let a writer wait for its turn before it reads, as on SQLite: what it decides on cannot change under it."""
    # Within the transaction, and not as it begins: one that could not begin would leave its connection to nobody.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(busy_seconds * 1000)}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_number('the writer')})")


def passes(error: DBAPIError) -> bool:
    """Tell whether an error of the driver passes by itself: no connection, a lock not had in time, a disk that is full."""
    return error.connection_invalidated or isinstance(error.orig, PASSING)


def problem(error: DBAPIError) -> tuple[str, str] | None:
    """Return what is wrong with the database and what its administrator can do; None when the error says nothing of it."""
    if isinstance(error.orig, errors.InsufficientPrivilege):
        return "the database refuses", "its user must own the tables, and may create some in the schema"
    return None


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
            # The server ends a session some time after it was closed, and whoever comes next would find the lock held until then.
            with suppress(DBAPIError):
                held.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": _number(name)})
            connection.invalidate()  # not back to the pool: if it is not well, it may keep the lock


def forget(engine: Engine) -> None:
    """Free the dead rows; that their bytes are gone from the files and the log is for the server's administrator."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")


def _number(name: str) -> int:
    """Return the number of an advisory lock: 63 bits of the hash of its name, so that other programs' locks do not meet ours."""
    return int.from_bytes(sha256(f"laurea {name}".encode()).digest()[:8]) >> 1
