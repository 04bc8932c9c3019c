"""A table of candidates as JSON (docs/matching.md): every finding with its reason, and what was not counted."""

from datetime import datetime

from laurea.artefacts.plain import plain
from laurea.core.candidate import HIDDEN, NOT_USED, USED, Row, Table
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.matching import Finding, Fit

KIND = "match"
VERSION = 1


def document(table: Table, at: datetime) -> JsonObject:
    """Return the table as JSON."""
    return {
        "laurea": KIND,
        "version": VERSION,
        "at": format_time(at),
        "blind": table.blind,
        "basis": {"used": USED, "notUsed": NOT_USED},
        "requirements": table.requirements.document(),
        "candidates": [_row(row, blind=table.blind) for row in table.rows],
    }


def _row(row: Row, *, blind: bool) -> JsonObject:
    counts: JsonObject = {
        name: {fit.value: row.count(fit, essential=essential) for fit in Fit} for name, essential in (("essential", True), ("other", False))
    }
    return {
        "place": row.place,
        "id": row.id,
        **({} if blind else {"name": plain(row.name)}),
        **counts,
        "findings": [_finding(each, row) for each in row.findings],
        "credentials": [_credential(row, place, blind=blind) for place in range(len(row.candidate.shown))],
        "notCounted": list(map(plain, row.not_counted)),
        "notes": list(row.notes),
    }


def _finding(finding: Finding, row: Row) -> JsonObject:
    by: list[Json] = [plain(row.credentials[place]) for place in finding.by]
    return {
        "requirement": finding.requirement.id,
        "name": finding.requirement.name,
        "essential": finding.requirement.essential,
        "fit": finding.fit.value,
        "by": by,
        "reason": plain(finding.reason),
    }


def _credential(row: Row, place: int, *, blind: bool) -> JsonObject:
    shown = row.candidate.shown[place]
    learning = shown.learning()
    return {
        "name": plain(row.credentials[place]),
        "verdict": shown.report.verdict.value,
        "issuer": HIDDEN if blind and learning.issuer == shown.holder else learning.issuer,  # who issues to themselves is named by that
        "achievement": learning.achievement,
    }
