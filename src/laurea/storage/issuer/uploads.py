"""Queries about rosters that were uploaded."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import UploadRow


class Uploads:
    """The rosters on their way in, and those that were taken."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: UploadRow) -> None:
        """Keep a new one."""
        self._session.add(row)

    def get(self, upload: str) -> UploadRow | None:
        """Return one."""
        return self._session.get(UploadRow, upload)

    def waiting(self, now: datetime) -> set[str]:
        """Return the ids of those that may still be committed."""
        query = select(UploadRow.id).where(col(UploadRow.committed_at).is_(None), col(UploadRow.expires_at) > now)
        return set(self._session.exec(query))

    def remove(self, upload: str) -> None:
        """Remove one."""
        self._session.connection().execute(delete(UploadRow).where(col(UploadRow.id) == upload))

    def remove_expired(self, now: datetime) -> None:
        """Remove those that nobody has committed in time."""
        old = delete(UploadRow).where(col(UploadRow.committed_at).is_(None), col(UploadRow.expires_at) <= now)
        self._session.connection().execute(old)
