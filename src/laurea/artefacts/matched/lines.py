"""A table of candidates as lines for people."""

from collections.abc import Iterator

from laurea.artefacts.plain import plain
from laurea.core.candidate import NOT_USED, USED, Row, Table
from laurea.core.matching import Fit
from laurea.core.plural import counted

WIDEST = 40  # characters of a requirement's name


def lines(table: Table) -> Iterator[str]:
    """Give the lines: what was used and what was not, then each candidate with findings, gaps and reasons."""
    items = table.requirements.items
    essential = sum(each.essential for each in items)
    yield f"{plain(table.requirements.title)}: {counted(len(table.rows), 'candidate')}; essential requirements: {essential}, others: {len(items) - essential}"
    yield f"  used:     {USED}"
    yield f"  not used: {NOT_USED}"
    for row in table.rows:
        yield ""
        yield from _row(row)


def _row(row: Row) -> Iterator[str]:
    name = f"{plain(row.name)} ({row.id})" if row.name else row.id
    yield f"{row.place}. {name}: {_counts(row, essential=True)} essential, {_counts(row, essential=False)} other"
    width = min(max((len(plain(each.requirement.name)) for each in row.findings), default=0), WIDEST)
    for each in row.findings:
        asked = plain(each.requirement.name)
        asked = asked if len(asked) <= WIDEST else asked[: WIDEST - 1] + "…"
        yield f"    {each.fit:8} {asked:{width}}  {'' if each.requirement.essential else '(nice to have) '}{plain(each.reason)}"
    for reason in row.not_counted:
        yield f"    not counted: {plain(reason)}"
    for note in row.notes:
        yield f"    note: {note}"


def _counts(row: Row, *, essential: bool) -> str:
    asked = sum(each.requirement.essential is essential for each in row.findings)
    partly = row.count(Fit.PARTLY, essential=essential)
    return f"{row.count(Fit.MET, essential=essential)} of {asked}{f' (and {partly} partly)' if partly else ''}"
