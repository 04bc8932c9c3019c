"""Queries about the keys that sign credentials."""

from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import SigningKeyRow


class SigningKeys:
    """The issuer's signing keys, in the order in which they begin to sign."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def all(self) -> list[SigningKeyRow]:
        """Return every key there ever was."""
        return list(self._session.exec(select(SigningKeyRow).order_by(col(SigningKeyRow.signs_from), col(SigningKeyRow.created_at))))

    def named(self, name: str) -> SigningKeyRow | None:
        """Return the key of that name."""
        return self._session.exec(select(SigningKeyRow).where(SigningKeyRow.name == name)).one_or_none()

    def add(self, row: SigningKeyRow) -> None:
        """Keep a key."""
        self._session.add(row)
