"""Queries about credentials that are renewed: which end, which may be renewed, and which stand in whose place."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.credentials import MAX_PARAMETERS, Credentials, standing
from laurea.storage.issuer.tables import (
    AT_ONCE,
    BatchProfile,
    BatchRow,
    BatchState,
    CredentialRow,
    ExpiryRow,
    ExpiryScanRow,
    MailState,
    MemberRow,
    NoticeRow,
    stored,
)

PART = 1000  # rows that are looked at together


class Renewals:
    """What ends, and what takes its place."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def unscanned(self) -> tuple[int, int] | None:
        """Return a released batch whose members were not all looked at for when they end, and from which place on; None when there is none."""
        seen = select(BatchRow.id, ExpiryScanRow.scanned).join(ExpiryScanRow, col(ExpiryScanRow.batch) == BatchRow.id, isouter=True)
        left = func.coalesce(ExpiryScanRow.scanned, 0) < BatchRow.size
        found = self._session.exec(seen.where(BatchRow.state == BatchState.RELEASED, left).order_by(col(BatchRow.id)).limit(1)).first()
        return None if found is None else (stored(found[0]), found[1] or 0)

    def members(self, batch: int, start: int) -> list[CredentialRow]:
        """Return the members of a batch in a part of its places."""
        query = select(CredentialRow).join(MemberRow, col(MemberRow.credential) == CredentialRow.id)
        index = col(MemberRow.index)
        return list(self._session.exec(query.where(MemberRow.batch == batch, index >= start, index < start + PART)))

    def note(self, batch: int, scanned: int, ends: Sequence[tuple[str, datetime]]) -> None:
        """Keep when credentials end, and that so many places of their batch were looked at."""
        for credential, valid_until in ends:
            self._session.merge(ExpiryRow(credential=credential, valid_until=valid_until))
        self._session.merge(ExpiryScanRow(batch=batch, scanned=scanned))

    def ending(self, after: datetime, until: datetime, *, achievement: str | None = None) -> Iterator[tuple[CredentialRow, datetime]]:
        """Give the released credentials of ours that end in a time and can be renewed, with when they do, a part at a time."""
        wanted: list[Any] = [] if achievement is None else [CredentialRow.achievement == achievement]
        kind = (CredentialRow.profile == BatchProfile.LAUREA, CredentialRow.achievement != AT_ONCE)
        query = (
            select(CredentialRow.id, ExpiryRow.valid_until)
            .join(ExpiryRow, col(ExpiryRow.credential) == CredentialRow.id)
            .where(ExpiryRow.valid_until > after, ExpiryRow.valid_until <= until, *standing(), *wanted, *kind)
            .where(col(CredentialRow.suspended_at).is_(None))
            .order_by(col(CredentialRow.id))
        )
        # Their ids first, and at once: a page at a time, all that end would be sorted for each page.
        found = self._session.exec(query).all()
        for start in range(0, len(found), MAX_PARAMETERS):
            ends = {each[0]: each[1] for each in found[start : start + MAX_PARAMETERS]}
            yield from ((row, ends[row.id]) for row in Credentials(self._session).in_order(ends))

    def replaced_in(self, batch: int) -> list[CredentialRow]:
        """Return the renewed credentials, not taken back yet, in whose place members of a batch stand that were not withdrawn."""
        new = (
            select(CredentialRow.replaces)
            .join(MemberRow, col(MemberRow.credential) == CredentialRow.id)
            .where(MemberRow.batch == batch, col(CredentialRow.replaces).is_not(None), col(CredentialRow.withdrawn_at).is_(None))
        )
        found = select(CredentialRow).where(col(CredentialRow.id).in_(new), col(CredentialRow.renewed_at).is_not(None))
        gone = (CredentialRow.withdrawn_at, CredentialRow.revoked_at, CredentialRow.revocation, CredentialRow.erased_at)
        return list(self._session.exec(found.where(*(col(each).is_(None) for each in gone))))

    def in_place_of(self, credential: str) -> CredentialRow | None:
        """Return the credential in the place of another, if it was not withdrawn."""
        query = select(CredentialRow).where(CredentialRow.replaces == credential, col(CredentialRow.withdrawn_at).is_(None))
        return self._session.exec(query).first()


class Notices:
    """The notices in the outbox."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def given(self, credentials: Sequence[str], days: int) -> set[str]:
        """Return those of these credentials of which there was notice so many days before their end, or later."""
        query = select(NoticeRow.credential).where(col(NoticeRow.credential).in_(credentials), NoticeRow.days <= days)
        return set(self._session.exec(query))

    def add(self, row: NoticeRow) -> None:
        """Put a notice into the outbox."""
        self._session.add(row)

    def get(self, notice: str) -> NoticeRow | None:
        """Return one notice."""
        return self._session.get(NoticeRow, notice)

    def due(self, now: datetime, limit: int) -> Sequence[NoticeRow]:
        """Return the notices that are to be sent now, those that wait longest first."""
        query = select(NoticeRow).where(NoticeRow.state == MailState.WAITING, NoticeRow.next_at <= now)
        return self._session.exec(query.order_by(col(NoticeRow.next_at), col(NoticeRow.id)).limit(limit)).all()

    def waiting(self) -> int:
        """Return how many notices wait."""
        return len(self._session.exec(select(NoticeRow.id).where(NoticeRow.state == MailState.WAITING)).all())
