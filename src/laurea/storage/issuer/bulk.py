"""What is done to credentials by the thousand: each database in its own fastest way, and without a row object for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from laurea.storage.issuer.tables import Moment


@dataclass(slots=True)
class NewCredential:
    """A credential that is not kept yet, with what such a one has of the columns; a row of the database takes ten times as long to make."""

    id: str
    learner: str
    achievement: str
    document: bytes
    enrolled_at: datetime
    email: str | None = None
    holder: str | None = None
    waits_until: datetime | None = None
    status_list: str | None = None
    status_index: int | None = None
    replaces: str | None = None


COLUMNS = NewCredential.__slots__
MOMENTS = [at for at, name in enumerate(COLUMNS) if name in {"enrolled_at", "waits_until"}]


def insert(connection: Connection, credentials: Sequence[NewCredential]) -> None:
    """Keep new credentials."""
    names = ", ".join(COLUMNS)
    rows = (tuple([getattr(each, name) for name in COLUMNS]) for each in credentials)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY credential ({names}) FROM STDIN", rows)
        return
    places = ", ".join("?" * len(COLUMNS))
    stored = _stored_moment(connection)
    values = [tuple([stored(value) if at in MOMENTS else value for at, value in enumerate(row)]) for row in rows]
    connection.exec_driver_sql(f"INSERT INTO credential ({names}) VALUES ({places})", values)  # noqa: S608 - names of ours


def place(connection: Connection, batch: int, members: Iterable[tuple[str, int, bytes]]) -> None:
    """Make credentials members of a batch that are members of none: (id, index, seed) each."""
    rows = list(members)
    if connection.dialect.name == "postgresql":
        statement = (
            'UPDATE credential SET batch = %s, "index" = placed.at, seed = placed.seed '
            "FROM unnest(%s::varchar[], %s::integer[], %s::bytea[]) AS placed (id, at, seed) "
            "WHERE credential.id = placed.id AND credential.batch IS NULL"
        )
        connection.exec_driver_sql(statement, (batch, *(list(column) for column in zip(*rows, strict=True))))
        return
    statement = 'UPDATE credential SET batch = ?, "index" = ?, seed = ? WHERE id = ? AND batch IS NULL'
    connection.exec_driver_sql(statement, [(batch, index, seed, member) for member, index, seed in rows])


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Let the server read rows; its errors are those of any other statement."""
    cursor: Any = connection.connection.cursor()
    try:
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _stored_moment(connection: Connection) -> Any:
    """Return what turns a moment into what the database keeps of it; those of a roster are few."""
    process = Moment().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return lru_cache(maxsize=1024)(process or (lambda moment: moment))
