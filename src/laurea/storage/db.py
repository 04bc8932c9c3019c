"""The database: engine, migrations, and the two ways to open a session. SQLite and PostgreSQL behave alike to all above it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module

from sqlalchemy import Connection, Engine, create_engine, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session

from laurea.errors import Busy, InputError
from laurea.storage import postgresql, sqlite

SCHEMA = "0010"  # the newest revision under migrations/
COPIED_AT_ONCE = 500  # rows
BUSY_SECONDS = 10  # how long a writer waits for another one before it says Busy
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """One database, migrated to the newest schema; `read` and `write` give sessions, and one writer writes at a time."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Connect to the database at a URL and migrate it; raises InputError when it is not ours, Busy when it is locked or away."""
        self._open: ContextVar[Session | None] = ContextVar("open", default=None)
        self._engine = _engine(url, busy_seconds)
        self._busy_seconds = busy_seconds
        self._writing = self._engine.execution_options(laurea_write=True)
        try:
            self._migrate()
        except BaseException:
            self._engine.dispose()
            raise

    def _migrate(self) -> None:
        with _translated():
            with self._engine.begin() as connection:
                current = _revision(connection)
            # Only a schema that is behind takes the writer's lock, and the time to import Alembic, as long as a whole command's.
            if current != SCHEMA:
                with self._writing.execution_options(laurea_migrating=True).begin() as connection:
                    self._wait_turn(connection)
                    import_module("laurea.storage.schema").upgrade(connection)
                self._engine.dispose()  # of connections that keep no references

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session on one consistent state of the data; nothing it changes is kept, except within `write`, whose session it is."""
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        with _translated(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give the session of one transaction: committed when the block ends, rolled back when it raises.

        Within another `write` it is the same transaction: several acts are then kept together, or none.
        """
        outer = self._open.get()
        if outer is not None:
            yield outer
            outer.flush()
            return
        with _translated(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            self._wait_turn(session.connection())  # begins now, and not with the first query
            token = self._open.set(session)
            try:
                yield session
            finally:
                self._open.reset(token)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the work called `name` against all who share this database; raises Busy at once when another one holds it.

        SQLite has one machine only, on which the lock of the directory does the same.
        """
        if self._engine.dialect.name == "sqlite":
            yield
            return
        with _translated(), postgresql.work(self._engine, name):
            yield

    def copy_to(self, other: "Database") -> None:
        """Copy every row, as it is at one moment, into a database that has none; raises InputError when it has some."""
        tables = import_module("laurea.storage.schema").tables()
        with self.read() as source, other.write() as target:
            reading, writing = source.connection(), target.connection()
            for table in tables:
                if writing.execute(select(table).limit(1)).first() is not None:
                    raise InputError("the database is not empty", hint="name a new one")
            for table in tables:
                for rows in reading.execute(select(table)).mappings().partitions(COPIED_AT_ONCE):
                    writing.execute(insert(table), [dict(row) for row in rows])

    def forget(self) -> None:
        """Leave nothing of deleted rows in the database's files, as far as the database can do that."""
        with _translated():
            (sqlite if self._engine.dialect.name == "sqlite" else postgresql).forget(self._engine)

    def _wait_turn(self, connection: Connection) -> None:
        if self._engine.dialect.name == "postgresql":
            postgresql.wait_turn(connection, self._busy_seconds)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _engine(url: str, busy_seconds: float) -> Engine:
    try:
        parsed = make_url(url)
        options = {} if parsed.drivername == "sqlite" else postgresql.OPTIONS
        engine = create_engine(parsed.set(drivername=DRIVERS[parsed.drivername]), hide_parameters=True, **options)
    except (ArgumentError, NoSuchModuleError, KeyError) as error:
        # The URL is not repeated: it may hold a password.
        raise InputError("the database's URL is none of SQLite or PostgreSQL", hint="for example postgresql://user@host/laurea") from error
    (sqlite if engine.dialect.name == "sqlite" else postgresql).prepare(engine, busy_seconds)
    return engine


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
    except DBAPIError as error:
        kind = sqlite if isinstance(error.orig, sqlite3.Error) else postgresql
        if kind.passes(error):
            hint = "another command may hold it, or the disk is full, or its server is away"
            raise Busy(f"the database cannot be used now: {_first_line(error)}", hint=hint) from error
        problem = kind.problem(error)
        if problem is None:
            raise  # integrity errors and the like are bugs of ours and keep their type
        raise InputError(f"{problem[0]}: {_first_line(error)}", hint=problem[1]) from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]
