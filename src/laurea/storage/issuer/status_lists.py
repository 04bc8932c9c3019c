"""Queries about status lists."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from laurea.core.status_list import REVOCATION
from laurea.storage.issuer.credentials import MAX_PARAMETERS
from laurea.storage.issuer.tables import AT_ONCE, CredentialRow, StatusListRow


class StatusLists:
    """The lists, and which entries of them are taken and set."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: StatusListRow) -> None:
        """Keep a new list."""
        self._session.add(row)
        self._session.flush()

    def get(self, status_list: str) -> StatusListRow | None:
        """Return one list."""
        return self._session.get(StatusListRow, status_list)

    def all(self) -> list[StatusListRow]:
        """Return every list, in the order in which they were made."""
        return list(self._session.exec(select(StatusListRow).order_by(col(StatusListRow.created_at), col(StatusListRow.id))))

    def open(self, url: str, purposes: str) -> list[StatusListRow]:
        """Return the lists of this place and these purposes that still take credentials, the newest first."""
        query = select(StatusListRow).where(
            StatusListRow.url == url, StatusListRow.purposes == purposes, col(StatusListRow.closed_at).is_(None)
        )
        return list(self._session.exec(query.order_by(col(StatusListRow.created_at).desc())))

    def size(self, status_list: str) -> int:
        """Return how many entries of a list are taken."""
        return self._session.exec(select(func.count()).where(CredentialRow.status_list == status_list)).one()

    def taken(self, status_list: str, indices: Collection[int]) -> set[int]:
        """Return those of some entries of a list that credentials have."""
        sought, found = list(indices), set[int]()
        for start in range(0, len(sought), MAX_PARAMETERS):
            some = col(CredentialRow.status_index).in_(sought[start : start + MAX_PARAMETERS])
            query = select(CredentialRow.status_index).where(CredentialRow.status_list == status_list, some)
            found.update(index for index in self._session.exec(query) if index is not None)
        return found

    def set_in(self, status_list: str, purpose: str) -> list[int]:
        """Return the entries that are set for a purpose: those of the credentials that are revoked on the chain, or suspended.

        A credential that was handed out at once and then withdrawn no chain knows of: the list alone says that it is revoked.
        """
        withdrawn = and_(col(CredentialRow.withdrawn_at).is_not(None), col(CredentialRow.achievement) == AT_ONCE)
        revoked = or_(col(CredentialRow.revoked_at).is_not(None), withdrawn)
        is_set = revoked if purpose == REVOCATION else col(CredentialRow.suspended_at).is_not(None)
        query = select(CredentialRow.status_index).where(CredentialRow.status_list == status_list, is_set)
        return [index for index in self._session.exec(query.order_by(col(CredentialRow.status_index))) if index is not None]

    def close_all(self, now: datetime) -> None:
        """Let no list take any more credentials."""
        statement = update(StatusListRow).where(col(StatusListRow.closed_at).is_(None)).values(closed_at=now)
        self._session.connection().execute(statement)
