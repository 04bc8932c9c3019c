"""What is done to credentials by the thousand: each database in its own fastest way, and without a row object for each."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
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


def insert(connection: Connection, credentials: Sequence[NewCredential]) -> None:
    """Keep new credentials."""
    if connection.dialect.name == "postgresql":
        _copy(connection, "credential", COLUMNS, credentials)
        return
    stored = _stored_moment(connection)
    _insert(connection, "credential", COLUMNS, [(*row[:-2], stored(row[-2]), stored(row[-1])) for row in credentials])


def standing(connection: Connection, learners: Iterable[str]) -> list[str]:
    """Return the ids of the credentials of these learners that were not taken back."""
    if connection.dialect.name == "postgresql":
        among: str = "= ANY(%s)"
        sought: object = list(learners)
    else:
        among, sought = "IN (SELECT value FROM json_each(?))", json.dumps(list(learners))
    statement = f"SELECT id FROM credential WHERE learner {among} AND {STANDING}"  # noqa: S608 - a text of ours
    return [row[0] for row in connection.exec_driver_sql(statement, (sought,))]


def place(connection: Connection, batch: int, members: Iterable[tuple[int, str]]) -> None:
    """Make credentials members of a batch, each given with its index."""
    write = _copy if connection.dialect.name == "postgresql" else _insert
    write(connection, "member", ("batch", '"index"', "credential"), [(batch, index, credential) for index, credential in members])


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
    """Let the server read rows; its errors are those of any other statement."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
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
