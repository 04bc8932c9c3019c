"""Queries about revocations."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import RevocationRow, RevocationState


class Revocations:
    """The revocations, in the order in which they were asked for."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: RevocationRow) -> int:
        """Keep a new revocation and return its number."""
        # Not a sequence's, which loses a number with every transaction that is rolled back.
        row.id = self._session.exec(select(func.coalesce(func.max(RevocationRow.id), 0) + 1)).one()
        self._session.add(row)
        self._session.flush()
        return row.number

    def get(self, revocation: int) -> RevocationRow | None:
        """Return one revocation."""
        return self._session.get(RevocationRow, revocation)

    def in_states(self, states: Sequence[RevocationState]) -> list[int]:
        """Return the numbers of the revocations in any of these states, ascending."""
        query = select(RevocationRow.id).where(col(RevocationRow.state).in_(states)).order_by(col(RevocationRow.id))
        return [number for number in self._session.exec(query) if number is not None]
