"""Queries about who accredits the issuer."""

from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import AccreditationRow


class Accreditations:
    """The endorsements that the issuer's credentials carry."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def all(self) -> list[AccreditationRow]:
        """Return all, in the order of their ids."""
        return list(self._session.exec(select(AccreditationRow).order_by(col(AccreditationRow.id))))

    def get(self, credential: str) -> AccreditationRow | None:
        """Return one by the id of the credential."""
        return self._session.get(AccreditationRow, credential)

    def add(self, row: AccreditationRow) -> None:
        """Keep one."""
        self._session.add(row)

    def remove(self, row: AccreditationRow) -> None:
        """Forget one."""
        self._session.delete(row)
