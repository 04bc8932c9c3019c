"""Queries about the accounts that anchor and revoke."""

from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import KeyRow, KeyState, Role


class Keys:
    """The issuer's keys, in the order in which they were made."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def all(self) -> list[KeyRow]:
        """Return every key there ever was."""
        return list(self._session.exec(select(KeyRow).order_by(col(KeyRow.created_at), col(KeyRow.name))))

    def named(self, name: str) -> KeyRow | None:
        """Return the key of that name."""
        return self._session.exec(select(KeyRow).where(KeyRow.name == name)).one_or_none()

    def at(self, address: bytes) -> KeyRow | None:
        """Return the key of that address."""
        return self._session.get(KeyRow, address)

    def acting(self, role: Role) -> list[KeyRow]:
        """Return the keys that have a role on the chain, the newest first."""
        query = select(KeyRow).where(KeyRow.state == KeyState.GRANTED).order_by(col(KeyRow.created_at).desc())
        return [key for key in self._session.exec(query) if key.roles & role]

    def add(self, row: KeyRow) -> None:
        """Keep a key."""
        self._session.add(row)
