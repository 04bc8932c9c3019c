"""What is done to credentials by the thousand: each database in its own fastest way, and without a row object for each."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from laurea.storage.issuer.tables import STANDING, Moment


class NewCredential(NamedTuple):
    """A credential that is not kept yet, with what such a one has of the columns; a row of the database takes ten times as long to make."""

    id: str
    learner: str
    achievement: str
    document: bytes
    form: int | None
    seed: bytes | None
    committed: bytes | None
    email: str | None
    holder: str | None
    status_list: str | None
    status_index: int | None
    replaces: str | None
    profile: str
    enrolled_at: datetime
    waits_until: datetime | None


COLUMNS = NewCredential._fields
PART = 2000  # rows that are written at once
MOMENTS = ("enrolled_at", "waits_until")
Columns = Mapping[str, Sequence[Any]]
"""New credentials column by column, by the names of COLUMNS: of a roster of millions no row is made for each."""


def in_columns(credentials: Sequence[NewCredential]) -> Columns:
    """Return the columns of new credentials, of which there is at least one."""
    return dict(zip(COLUMNS, zip(*credentials, strict=True), strict=True))


def insert(connection: Connection, credentials: Columns) -> None:
    """Keep new credentials."""
    if connection.dialect.name == "postgresql":
        _copy(connection, "credential", COLUMNS, zip(*[credentials[name] for name in COLUMNS], strict=True))
        return
    stored = _stored_moment(connection)
    columns = [map(stored, credentials[name]) if name in MOMENTS else credentials[name] for name in COLUMNS]
    _insert(connection, "credential", COLUMNS, list(zip(*columns, strict=True)))


def standing(connection: Connection, learners: Iterable[str]) -> list[str]:
    """Return the ids of the credentials of these learners that were not taken back."""
    # As one text: a list of thousands takes the driver longer than the database to look them up.
    among = (
        "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))"
        if connection.dialect.name == "postgresql"
        else "IN (SELECT value FROM json_each(?))"
    )
    statement = f"SELECT id FROM credential WHERE learner {among} AND {STANDING}"  # noqa: S608 - a text of ours
    return [row[0] for row in connection.exec_driver_sql(statement, (json.dumps(list(learners)),))]


def place(connection: Connection, batch: int, members: Iterable[tuple[int, str]]) -> None:
    """Make credentials members of a batch, each given with its index."""
    columns = ("batch", '"index"', "credential")
    rows: Iterator[tuple[object, ...]] = ((batch, index, credential) for index, credential in members)
    if connection.dialect.name == "postgresql":
        _copy(connection, "member", columns, rows)  # in one go: the server takes them while we find the next
        return
    while some := list(islice(rows, PART)):
        _insert(connection, "member", columns, some)


def give_seeds(connection: Connection, seeds: Sequence[tuple[str, bytes]]) -> None:
    """Give credentials, named by their ids, a seed each, in the place of the one that they were drawn with, if they were."""
    if connection.dialect.name == "postgresql":
        statement = "UPDATE credential SET seed = given.seed, committed = NULL FROM unnest(%s::varchar[], %s::bytea[]) AS given (id, seed) WHERE credential.id = given.id"
        connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*seeds, strict=True)))
        return
    connection.exec_driver_sql(
        "UPDATE credential SET seed = ?, committed = NULL WHERE id = ?", [(seed, credential) for credential, seed in seeds]
    )


def _insert(connection: Connection, table: str, columns: Sequence[str], rows: list[tuple[object, ...]]) -> None:
    places = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608 - names of ours


def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    """Let the server read rows, as it keeps them: as text they take both sides twice as long. Its errors are those of any other statement."""
    names = ", ".join(columns)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
    cursor: Any = connection.connection.cursor()
    try:
        with cursor:
            cursor.execute(f"SELECT {names} FROM {table} LIMIT 0")  # noqa: S608 - names of ours
            types = [column.type_code for column in cursor.description]  # nobody checks that numbers fit them: ours are far below 2^31
            with cursor.copy(statement) as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _stored_moment(connection: Connection) -> Any:
    """Return what turns a moment into what the database keeps of it; those of a roster are few."""
    process = Moment().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return lru_cache(maxsize=1024)(process or (lambda moment: moment))
