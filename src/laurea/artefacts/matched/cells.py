"""A table of candidates as CSV: a row for each, a column for each requirement and one with the reason; no cell is a formula."""

import csv
import io

from laurea.artefacts.plain import plain
from laurea.core.candidate import Row, Table
from laurea.core.cells import harmless
from laurea.core.matching import Fit

MAX_CELL = 4_000  # characters


def text(table: Table) -> str:
    """Return the table as CSV (RFC 4180)."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    asked = [f"{each.id}: {each.name}" if each.id != each.name else each.name for each in table.requirements.items]
    names = [] if table.blind else ["name"]
    columns = ["place", "id", *names, "essential met", "essential", "other met", "other"]
    columns += [column for name in asked for column in (name, f"{name} (why)")]
    writer.writerow([_cell(column) for column in (*columns, "not counted", "notes")])
    for row in table.rows:
        writer.writerow([_cell(value) for value in _values(row, blind=table.blind)])
    return made.getvalue()


def _values(row: Row, *, blind: bool) -> list[str]:
    counts = [
        str(count) for essential in (True, False) for count in (row.count(Fit.MET, essential=essential), _asked(row, essential=essential))
    ]
    findings = [value for each in row.findings for value in (each.fit.value, each.reason)]
    return [str(row.place), row.id, *([] if blind else [row.name]), *counts, *findings, "; ".join(row.not_counted), "; ".join(row.notes)]


def _asked(row: Row, *, essential: bool) -> int:
    return sum(each.requirement.essential is essential for each in row.findings)


def _cell(value: str) -> str:
    line = plain(value)
    return harmless(line if len(line) <= MAX_CELL else line[:MAX_CELL] + "…")
