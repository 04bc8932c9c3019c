"""What is to be sealed: found first, as there may be millions, and read a part at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from laurea.storage.issuer.credentials import MAX_PARAMETERS, standing
from laurea.storage.issuer.tables import CredentialRow

PART = 2000  # credentials that are read at once
SEPARATOR = "\n"
COLUMNS: tuple[Any, ...] = (col(CredentialRow.id), col(CredentialRow.achievement), col(CredentialRow.document))


class Due:
    """The credentials (of one achievement) that are members of no batch yet and are to be, and wait for no answer any more.

    They are found when this is made; each part has their rows in the order in which they were enrolled or near it, with the columns COLUMNS.
    """

    def __init__(self, session: Session, now: datetime, achievement: str | None = None) -> None:
        """Find them, in this session."""
        self._session = session
        query = select_columns(col(CredentialRow.id)).where(*conditions(now, achievement))
        found = session.connection().execute(query.execution_options(stream_results=True, yield_per=PART)).scalars()
        self._parts = [SEPARATOR.join(ids) for ids in found.partitions(PART)]  # a third of what as many texts take
        self.size = sum(1 + part.count(SEPARATOR) for part in self._parts)

    def parts(self) -> Iterator[list[Row[Any]]]:
        """Give their rows, a part at a time."""
        for part in self._parts:
            ids = part.split(SEPARATOR)
            yield [row for start in range(0, len(ids), MAX_PARAMETERS) for row in self._rows(ids[start : start + MAX_PARAMETERS])]

    def _rows(self, ids: list[str]) -> Sequence[Row[Any]]:
        return self._session.connection().execute(select_columns(*COLUMNS).where(col(CredentialRow.id).in_(ids))).all()


def count(session: Session, now: datetime, achievement: str | None = None) -> int:
    """Return how many are to be sealed."""
    return session.exec(select(func.count()).select_from(CredentialRow).where(*conditions(now, achievement))).one()


def conditions(now: datetime, achievement: str | None) -> tuple[Any, ...]:
    """Return what is so of a credential that is to be sealed."""
    waits = col(CredentialRow.waits_until)
    wanted = () if achievement is None else (CredentialRow.achievement == achievement,)
    return (col(CredentialRow.batch).is_(None), or_(waits.is_(None), waits <= now), *standing(), *wanted)
