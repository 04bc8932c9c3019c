"""The report: what the last runs did. Counts, states and amounts; nothing about a person."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from laurea.chain.fees import amount
from laurea.core.canonical import JsonObject
from laurea.core.cells import harmless
from laurea.core.credential import format_time
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.runs import Runs
from laurea.storage.issuer.tables import RunRow

ENDINGS = {0: "done", 1: "failed", 2: "wrong usage", 3: "partly done", 75: "to be tried later"}
COLUMNS = ("run", "began", "took", "ended", "sealed", "released", "revoked", "mails", "gas", "fees", "problem")
AT_WORK_FOR = timedelta(hours=24)  # a run that began longer ago and has no end was interrupted


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run: when it began, how long it took (None: it has not ended), how it ended in words, and what it did; fees in wei."""

    number: int
    began: datetime
    took: timedelta | None
    exit_code: int | None
    ending: str
    sealed: int
    released: int
    revoked: int
    mails: int
    gas: int
    fees: int
    problem: str

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "run": self.number,
            "began": format_time(self.began),
            "seconds": None if self.took is None else int(self.took.total_seconds()),
            "exitCode": self.exit_code,
            "ended": self.ending,
            "sealed": self.sealed,
            "released": self.released,
            "revoked": self.revoked,
            "mails": self.mails,
            "gasUsed": self.gas,
            "feeWei": str(self.fees),
            "problem": self.problem or None,
        }

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of a table, under COLUMNS."""
        took = "" if self.took is None else str(timedelta(seconds=int(self.took.total_seconds())))
        counts = map(str, (self.sealed, self.released, self.revoked, self.mails, self.gas))
        return (str(self.number), format_time(self.began), took, self.ending, *counts, amount(self.fees), self.problem)


def report(issuer: Issuer, *, last: int) -> list[RunReport]:
    """Return the last runs, the latest first."""
    with issuer.database.read() as session:
        rows = Runs(session).newest(limit=last)
    newest = rows[0].number if rows else 0
    return [_report(row, at_work=row.number == newest and issuer.now() - row.started_at < AT_WORK_FOR) for row in rows]


def as_csv(runs: Sequence[RunReport]) -> str:
    """Return the report as CSV; no cell of it begins as a formula does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for run in runs:
        writer.writerow(map(harmless, run.cells()))
    return text.getvalue()


def as_table(runs: Sequence[RunReport]) -> list[str]:
    """Return the report as lines of equal columns, the problem below its run."""
    rows = [COLUMNS[:-1], *(run.cells()[:-1] for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS) - 1)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    found = [lines[0]]
    for run, line in zip(runs, lines[1:], strict=True):
        found.extend([line, f"    {run.problem}"] if run.problem else [line])
    return found


def as_html(runs: Sequence[RunReport], *, issuer: str, currency: str) -> str:
    """Return the report as one page that needs nothing else, for a mail or a printer."""
    head = "".join(f'<th scope="col">{escape(name if name != "fees" else f"fees ({currency})")}</th>' for name in COLUMNS)
    body = "\n".join(f"<tr>{''.join(_cell(column, cell) for column, cell in zip(COLUMNS, run.cells(), strict=True))}</tr>" for run in runs)
    return PAGE.format(issuer=escape(issuer), head=head, body=body)


def _cell(column: str, cell: str) -> str:
    if column == "run":
        return f'<th scope="row">{escape(cell)}</th>'
    return f"<td>{escape(cell)}</td>"


def _report(row: RunRow, *, at_work: bool) -> RunReport:
    ending = "at work" if at_work else "interrupted"
    if row.exit_code is not None:
        ending = ENDINGS.get(row.exit_code, f"ended with {row.exit_code}")
    return RunReport(
        number=row.number,
        began=row.started_at,
        took=None if row.ended_at is None else row.ended_at - row.started_at,
        exit_code=row.exit_code,
        ending=ending,
        sealed=row.sealed,
        released=row.released,
        revoked=row.revoked,
        mails=row.mails,
        gas=row.gas_used,
        fees=int(row.fee_wei),
        problem=row.problem,
    )


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runs of {issuer}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1b1b; background: #fff }}
table {{ border-collapse: collapse }}
caption {{ text-align: left; font-weight: 600; padding-bottom: .5rem }}
th, td {{ text-align: left; padding: .25rem .75rem; border-bottom: 1px solid #bbb; vertical-align: top }}
</style>
</head>
<body>
<main>
<h1>Runs of {issuer}</h1>
<table>
<caption>The last runs, the latest first</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</main>
</body>
</html>
"""
