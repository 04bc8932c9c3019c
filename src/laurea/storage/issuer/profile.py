"""Queries about the issuer itself and its achievements."""

from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import AchievementRow, IssuerRow


class Profiles:
    """The issuer's one row, and the templates it issues."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def issuer(self) -> IssuerRow | None:
        """Return the issuer, None before it was made."""
        return self._session.get(IssuerRow, 1)

    def add_issuer(self, row: IssuerRow) -> None:
        """Keep the issuer."""
        self._session.add(row)

    def achievements(self) -> list[AchievementRow]:
        """Return all achievements, in the order of their ids."""
        return list(self._session.exec(select(AchievementRow).order_by(col(AchievementRow.id))))

    def achievement(self, achievement: str) -> AchievementRow | None:
        """Return one achievement."""
        return self._session.get(AchievementRow, achievement)

    def add_achievement(self, row: AchievementRow) -> None:
        """Keep an achievement."""
        self._session.add(row)
