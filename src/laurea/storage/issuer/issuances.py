"""Queries about wallets that came by OpenID4VCI."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from laurea.storage.issuer.tables import IssuanceRow


class Issuances:
    """Credentials on their way to wallets."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: IssuanceRow) -> None:
        """Keep one, or what has become of it."""
        self._session.add(row)
        self._session.flush()

    def of_token(self, digest: bytes) -> IssuanceRow | None:
        """Return the one whose access token has this SHA-256."""
        return self._session.exec(select(IssuanceRow).where(IssuanceRow.token == digest)).one_or_none()

    def of_handle(self, digest: bytes) -> IssuanceRow | None:
        """Return the one whose refresh tokens begin with what has this SHA-256."""
        return self._session.exec(select(IssuanceRow).where(IssuanceRow.handle == digest)).one_or_none()

    def end(self, link: bytes) -> None:
        """Remove the one that was begun with a link, given by the SHA-256 of its token, if there is one: its tokens work no more."""
        self._session.connection().execute(delete(IssuanceRow).where(col(IssuanceRow.link) == link))

    def forget(self, now: datetime) -> None:
        """Remove those that have ended."""
        self._session.connection().execute(delete(IssuanceRow).where(col(IssuanceRow.expires_at) <= now))
