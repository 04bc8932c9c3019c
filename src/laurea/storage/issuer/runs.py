"""Queries about runs of the nightly job, and the sums that they change."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import BatchRow, CredentialRow, MailRow, MailState, RunRow


@dataclass(frozen=True, slots=True)
class Sums:
    """How many credentials were ever sealed, released and revoked, how many mails sent, and what the anchors cost."""

    sealed: int
    released: int
    revoked: int
    mails: int
    gas_used: int
    fee_wei: int


class Runs:
    """The runs, the latest last."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: RunRow) -> int:
        """Keep a new run and return its number."""
        row.id = self._session.exec(select(func.coalesce(func.max(RunRow.id), 0) + 1)).one()  # as for batches
        self._session.add(row)
        self._session.flush()
        return row.number

    def get(self, run: int) -> RunRow | None:
        """Return one run."""
        return self._session.get(RunRow, run)

    def newest(self, *, before: int | None = None, limit: int) -> list[RunRow]:
        """Return the newest runs, those before number `before` if it is given; the latest first."""
        query = select(RunRow).order_by(col(RunRow.id).desc()).limit(limit)
        return list(self._session.exec(query if before is None else query.where(col(RunRow.id) < before)))

    def last_done(self) -> RunRow | None:
        """Return the latest run that did all that was due."""
        return self._session.exec(select(RunRow).where(RunRow.exit_code == 0).order_by(col(RunRow.id).desc()).limit(1)).first()

    def sums(self) -> Sums:
        """Return the sums as they are now."""
        sizes = self._session.exec(select(BatchRow.size, BatchRow.released_at, BatchRow.gas_used, BatchRow.fee_wei)).all()
        revoked = self._session.exec(
            select(func.count()).select_from(CredentialRow).where(col(CredentialRow.revoked_at).is_not(None))
        ).one()
        mails = self._session.exec(select(func.count()).select_from(MailRow).where(MailRow.state == MailState.SENT)).one()
        return Sums(
            sealed=sum(size for size, *_ in sizes),
            released=sum(size for size, released_at, *_ in sizes if released_at is not None),
            revoked=revoked,
            mails=mails,
            gas_used=sum(gas or 0 for *_, gas, _ in sizes),
            fee_wei=sum(int(fee or 0) for *_, fee in sizes),
        )
