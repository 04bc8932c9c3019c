"""Queries about access keys and about requests that were answered before."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from laurea.storage.issuer.tables import AccessKeyRow, IdempotencyRow, SessionRow


class AccessKeys:
    """The keys to the service."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: AccessKeyRow) -> None:
        """Keep a key."""
        self._session.add(row)

    def all(self) -> list[AccessKeyRow]:
        """Return every key there ever was, oldest first."""
        return list(self._session.exec(select(AccessKeyRow).order_by(col(AccessKeyRow.created_at), col(AccessKeyRow.id))))

    def named(self, name: str) -> AccessKeyRow | None:
        """Return the key of that name."""
        return self._session.exec(select(AccessKeyRow).where(AccessKeyRow.name == name)).one_or_none()

    def get(self, key: str) -> AccessKeyRow | None:
        """Return the key with a public id."""
        return self._session.get(AccessKeyRow, key)

    def end_sessions(self, key: str) -> None:
        """Forget every browser that has signed in with a key."""
        self._session.connection().execute(delete(SessionRow).where(col(SessionRow.access_key) == key))


class Sessions:
    """Browsers that have signed in."""

    def __init__(self, session: Session) -> None:
        """Query in this session of the database."""
        self._session = session

    def add(self, row: SessionRow) -> None:
        """Keep a new one."""
        self._session.add(row)

    def get(self, digest: bytes) -> SessionRow | None:
        """Return the one whose cookie has this SHA-256."""
        return self._session.get(SessionRow, digest)

    def remove(self, digest: bytes) -> None:
        """Forget one."""
        self._session.connection().execute(delete(SessionRow).where(col(SessionRow.hash) == digest))

    def forget(self, now: datetime) -> None:
        """Forget those that have ended."""
        self._session.connection().execute(delete(SessionRow).where(col(SessionRow.expires_at) <= now))


class Answers:
    """What was answered to writes that carried an idempotency key."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def get(self, access_key: str, key: str) -> IdempotencyRow | None:
        """Return what was answered."""
        return self._session.get(IdempotencyRow, (access_key, key))

    def add(self, row: IdempotencyRow) -> None:
        """Keep an answer."""
        self._session.add(row)

    def forget(self, before: datetime) -> None:
        """Remove the answers from before a time."""
        self._session.connection().execute(delete(IdempotencyRow).where(col(IdempotencyRow.created_at) < before))
