"""Queries about what a learner has: the credentials of a mail address that are released and stand."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.credentials import standing
from laurea.storage.issuer.tables import BatchRow, BatchState, CredentialRow, MemberRow


class Owned(NamedTuple):
    """Whose credentials are meant: those of an address, or one by its id."""

    email: str | None
    credential: str | None


class Shelf:
    """The credentials that a learner can take away."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def address(self, candidates: tuple[str, ...]) -> str | None:
        """Return the first of these addresses that something was released to, in exactly this spelling; None when nothing was."""
        return next((each for each in candidates if self.count(Owned(each, None))), None)

    def count(self, owned: Owned, since: datetime | None = None) -> int:
        """Return how many there are, released after a time."""
        found: int = self._session.exec(_joined(select(func.count()).select_from(CredentialRow), owned, since)).one()
        return found

    def part(self, owned: Owned, since: datetime | None, offset: int, limit: int) -> list[CredentialRow]:
        """Return some of them, in the order in which they were released: later ones stand behind earlier ones."""
        order = (col(BatchRow.released_at), col(BatchRow.id), col(MemberRow.index))
        query = _joined(select(CredentialRow), owned, since).order_by(*order)
        return list(self._session.exec(query.offset(offset).limit(limit)))


def _joined(query: Any, owned: Owned, since: datetime | None) -> Any:
    query = query.join(MemberRow, col(MemberRow.credential) == CredentialRow.id).join(BatchRow, col(BatchRow.id) == MemberRow.batch)
    query = query.where(col(BatchRow.state) == BatchState.RELEASED, *standing())
    if since is not None:
        query = query.where(col(BatchRow.released_at) > since)
    if owned.credential is not None:
        return query.where(col(CredentialRow.id) == owned.credential)
    return query.where(col(CredentialRow.email) == owned.email)
