"""Lists in parts: what comes behind a cursor, in an order that new rows do not disturb."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import contains_eager
from sqlmodel import Session, col, select

from laurea.storage.issuer.credentials import PLACE
from laurea.storage.issuer.tables import BatchRow, BatchState, CredentialRow, MemberRow, RevocationRow

TAKEN_BACK = {
    "withdrawn": (col(CredentialRow.withdrawn_at).is_not(None),),
    "revoked": (col(CredentialRow.withdrawn_at).is_(None), col(CredentialRow.revoked_at).is_not(None)),
    "open": (col(CredentialRow.withdrawn_at).is_(None), col(CredentialRow.revoked_at).is_(None), col(MemberRow.batch).is_(None)),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """Which credentials are wanted; None is all."""

    achievement: str | None = None
    state: str | None = None
    batch: int | None = None


class Pages:
    """Parts of lists."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def credentials(self, sought: Sought, *, after: tuple[datetime, str] | None, limit: int) -> list[CredentialRow]:
        """Return credentials in the order in which they were enrolled, those behind one that was enrolled then and has this id."""
        query = (
            select(CredentialRow)
            .join(MemberRow, col(MemberRow.credential) == CredentialRow.id, isouter=True)
            .join(BatchRow, col(BatchRow.id) == MemberRow.batch, isouter=True)
            .options(contains_eager(PLACE))
        )
        if after is not None:
            at, uuid = after
            enrolled = col(CredentialRow.enrolled_at)
            query = query.where(or_(enrolled > at, and_(enrolled == at, col(CredentialRow.id) > uuid)))
        for condition in _conditions(sought):
            query = query.where(condition)
        query = query.order_by(col(CredentialRow.enrolled_at), col(CredentialRow.id)).limit(limit)
        return list(self._session.exec(query))

    def batches(self, *, before: int | None, limit: int) -> list[BatchRow]:
        """Return batches, the newest first, those before a number."""
        query = select(BatchRow).order_by(col(BatchRow.id).desc()).limit(limit)
        return list(self._session.exec(query if before is None else query.where(col(BatchRow.id) < before)))

    def revocations(self, *, before: int | None, limit: int) -> list[RevocationRow]:
        """Return revocations, the newest first, those before a number."""
        query = select(RevocationRow).order_by(col(RevocationRow.id).desc()).limit(limit)
        return list(self._session.exec(query if before is None else query.where(col(RevocationRow.id) < before)))


def _conditions(sought: Sought) -> list[Any]:
    found: list[Any] = [col(CredentialRow.erased_at).is_(None)]
    if sought.achievement is not None:
        found.append(CredentialRow.achievement == sought.achievement)
    if sought.batch is not None:
        found.append(MemberRow.batch == sought.batch)
    if sought.state in TAKEN_BACK:
        found.extend(TAKEN_BACK[sought.state])
    elif sought.state is not None:
        standing = (col(CredentialRow.withdrawn_at).is_(None), col(CredentialRow.revoked_at).is_(None))
        found.extend((*standing, BatchRow.state == BatchState(sought.state)))
    return found
