"""The record of a run: that it began is written down before it works, how it ended and what it did after that."""

from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.runs import Runs, Sums
from laurea.storage.issuer.tables import RunRow


class RunRecord:
    """One run on its way; one that is killed stays in the record as begun and not ended."""

    def __init__(self, issuer: Issuer) -> None:
        """Write down that a run begins; the caller holds the issuer's lock "run"."""
        self._issuer = issuer
        with issuer.database.write() as session:
            self._before = Runs(session).sums()
            self.number = Runs(session).add(RunRow(started_at=issuer.now()))

    def end(self, exit_code: int, problem: str = "") -> None:
        """Write down how the run ended, and what the database says that it did."""
        with self._issuer.database.write() as session:
            row, after = Runs(session).get(self.number), Runs(session).sums()
            if row is None:  # pragma: no cover - nothing removes a run
                raise RuntimeError("the run has no row")
            row.ended_at, row.exit_code, row.problem = self._issuer.now(), exit_code, problem
            done = _difference(self._before, after)
            row.sealed, row.released, row.revoked, row.mails = done.sealed, done.released, done.revoked, done.mails
            row.gas_used, row.fee_wei = done.gas_used, str(done.fee_wei)
            detail = {"exit": exit_code, "sealed": done.sealed, "released": done.released, "revoked": done.revoked}
            self._issuer.record(session, "run.end", f"run:{self.number}", {**detail})


def _difference(before: Sums, after: Sums) -> Sums:
    return Sums(
        sealed=after.sealed - before.sealed,
        released=after.released - before.released,
        revoked=after.revoked - before.revoked,
        mails=after.mails - before.mails,
        # A reorganisation can take back what was paid before this run.
        gas_used=max(after.gas_used - before.gas_used, 0),
        fee_wei=max(after.fee_wei - before.fee_wei, 0),
    )
