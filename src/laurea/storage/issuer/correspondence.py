"""Queries about links and mails."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import LinkPurpose, LinkRow, MailRow, MailState, MemberRow


class Links:
    """The links that learners were given."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: LinkRow) -> None:
        """Keep a new link."""
        self._session.add(row)
        self._session.flush()

    def get(self, digest: bytes) -> LinkRow | None:
        """Return the link whose token has this SHA-256."""
        return self._session.get(LinkRow, digest)

    def use(self, digest: bytes, now: datetime) -> bool:
        """Use a link up, and tell whether it was this call that did."""
        unused = update(LinkRow).where(col(LinkRow.hash) == digest, col(LinkRow.used_at).is_(None), col(LinkRow.expires_at) > now)
        return self._session.connection().execute(unused.values(used_at=now)).rowcount == 1

    def end(self, credential: str, purpose: LinkPurpose, now: datetime) -> None:
        """Let the links of one purpose to a credential work no more."""
        unused = update(LinkRow).where(
            col(LinkRow.credential) == credential, col(LinkRow.purpose) == purpose, col(LinkRow.used_at).is_(None)
        )
        self._session.connection().execute(unused.values(used_at=now))


class Mails:
    """The outbox."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: MailRow) -> None:
        """Put a mail into the outbox."""
        self._session.add(row)

    def get(self, mail: str) -> MailRow | None:
        """Return one mail."""
        return self._session.get(MailRow, mail)

    def due(self, now: datetime, limit: int) -> Sequence[MailRow]:
        """Return the mails that are to be sent now, those that wait longest first."""
        query = select(MailRow).where(MailRow.state == MailState.WAITING, MailRow.next_at <= now)
        return self._session.exec(query.order_by(col(MailRow.next_at), col(MailRow.id)).limit(limit)).all()

    def of(self, credential: str) -> Sequence[MailRow]:
        """Return the mails about a credential, oldest first."""
        return self._session.exec(select(MailRow).where(MailRow.credential == credential).order_by(col(MailRow.created_at))).all()

    def written_about(self, batch: int, purpose: LinkPurpose) -> set[str]:
        """Return the credentials of a batch about which there is a mail of this purpose, whatever became of it."""
        query = select(MailRow.credential).join(MemberRow, col(MemberRow.credential) == MailRow.credential)
        return set(self._session.exec(query.where(MemberRow.batch == batch, MailRow.purpose == purpose)))

    def counts(self) -> dict[str, int]:
        """Return how many mails are in each state."""
        return dict(self._session.exec(select(MailRow.state, func.count()).group_by(MailRow.state)).all())
