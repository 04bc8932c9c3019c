"""The roster: who achieved what, from a CSV file or given as values (docs/roster.md). All of it is right, or nothing of it is taken."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from laurea.core import cells
from laurea.core.achievement import Achievement
from laurea.core.mapping import COLUMNS, REQUIRED, ColumnMapping
from laurea.core.problem import Problem, shown
from laurea.core.sheet import Sheet, read_sheet
from laurea.errors import FormatError, RosterError

BLANKS = " \u00a0\u3000"  # no tab or line break: those are refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One achievement of one learner; what the roster leaves empty is None."""

    learner: str
    name: str
    achievement: str  # the achievement's key
    result: str | None = None
    evidence: str | None = None
    evidence_name: str | None = None
    holder: str | None = None
    awarded: datetime | None = None
    valid_until: datetime | None = None
    email: str | None = None
    number: int = field(default=0, compare=False)  # of the row, as a spreadsheet counts


def read_roster(data: bytes, achievements: Mapping[str, Achievement], *, now: datetime) -> tuple[tuple[Row, ...], list[Problem]]:
    """Return the rows of a roster that could be read, and every problem; no row may be taken when there is any.

    `achievements` are those that it may name, by their keys. A problem names row (as a spreadsheet counts, the header is row 1), column,
    value and fix. Raises RosterError when the file as a whole cannot be read as a table with these columns.
    """
    sheet = read_sheet(data)
    problems = list(_header_problems(sheet.header))
    if problems:
        raise RosterError(problems)
    return read_mapped(sheet, ColumnMapping({column: (column,) for column in sheet.header}), achievements, now=now)


def read_mapped(
    sheet: Sheet, mapping: ColumnMapping, achievements: Mapping[str, Achievement], *, now: datetime
) -> tuple[tuple[Row, ...], list[Problem]]:
    """Return the rows of a sheet whose columns are mapped to ours, and every problem; raises RosterError when the mapping is wrong."""
    problems = list(mapping.problems(sheet.header))
    if problems:
        raise RosterError(problems)
    rows = tuple(_rows(_records(sheet, mapping, problems), achievements, now, problems, label=mapping.label))
    if not sheet.rows:
        problems.append(Problem("add a row for each learner, the roster has none", 2))
    return rows, problems


def read_records(
    records: Sequence[Mapping[str, str]], achievements: Mapping[str, Achievement], *, now: datetime
) -> tuple[tuple[Row, ...], list[Problem]]:
    """Return the rows that records stand for, each with texts by our columns, and every problem; records are counted from 0."""
    problems: list[Problem] = []
    table = enumerate(records)
    return tuple(_rows(table, achievements, now, problems, noun="record")), problems


def _header_problems(header: Sequence[str]) -> Iterator[Problem]:
    if not header:
        yield Problem(f"begin the roster with a header, like {','.join(COLUMNS)}", 1)
        return
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        yield Problem("save the file as CSV with commas between the cells", 1, value=header[0])
        return
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            yield Problem(f"remove the column or name it one of {', '.join(COLUMNS)}", 1, shown(column))
        elif header.count(column) > 1:
            yield Problem(f"keep one, the column stands {header.count(column)} times", 1, column)
    for column in REQUIRED:
        if column not in header:
            yield Problem("add the column, it is required", 1, column)


def _records(sheet: Sheet, mapping: ColumnMapping, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows by our columns; those that are wider than the header are added to `problems`, and in CSV those that are narrower."""
    width = len(sheet.header)
    for number, values in sheet.rows:
        if len(values) == width or (sheet.ragged and len(values) < width):
            yield number, mapping.apply(sheet.header, values)
        else:
            fix = f"put quotes around cells that hold a comma, {len(values)} cells stand under {width} columns"
            problems.append(Problem("clear the cells beyond the header" if sheet.ragged else fix, number))


def _rows(
    table: Iterable[tuple[int, Mapping[str, str]]],
    achievements: Mapping[str, Achievement],
    now: datetime,
    problems: list[Problem],
    *,
    noun: str = "row",
    label: Callable[[str], str] = str,
) -> Iterator[Row]:
    """Read the rows; what is wrong with them is added to `problems`."""
    first: dict[tuple[str, str], int] = {}
    for number, texts in table:
        cells_of_row = _Cells(number, texts, problems, noun, label)
        row = _row(cells_of_row, achievements, now)
        if row is None:
            continue
        earlier = first.setdefault((row.learner, row.achievement), number)
        if earlier != number:
            cells_of_row.note("learner", f"remove the {noun}, {noun} {earlier} gives this learner the same achievement")
        yield row


def _row(row: "_Cells", achievements: Mapping[str, Achievement], now: datetime) -> Row | None:
    learner = row.take("learner", cells.learner)
    name = row.take("name", cells.name)
    key = row.take("achievement", partial(_known, achievements))
    result = None if key is None else row.take("result", partial(_fitting, achievements[key]))
    evidence = row.take("evidence", cells.https_url)
    evidence_name = row.take("evidence_name", str)
    if evidence_name and not row.given("evidence"):
        row.note("evidence", "give the URL of the evidence, or leave evidence_name empty, too")
    holder = row.take("holder", cells.holder)
    awarded = row.take("awarded", partial(cells.awarded, now=now))
    valid_until = row.take("valid_until", partial(cells.valid_until, now=now))
    email = row.take("email", cells.email)
    if learner is None or name is None or key is None:
        return None
    if email is None and cells.is_email(learner):
        email = learner
    return Row(learner, name, key, result, evidence, evidence_name, holder, awarded, valid_until, email, row.number)


def _known(achievements: Mapping[str, Achievement], key: str) -> str:
    if key not in achievements:
        names = ", ".join(achievements)
        raise FormatError(f"name one of {names}, or add the achievement first" if names else "add the achievement first, none is known")
    return key


def _fitting(achievement: Achievement, text: str) -> str:
    achievement.result(text)
    return text


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row by their columns; what is wrong with them is noted: row, column, value and fix."""

    number: int
    texts: Mapping[str, str]
    problems: list[Problem]
    noun: str = "row"
    label: Callable[[str], str] = str

    def take(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return the value of a cell; None when it is empty or wrong."""
        if column not in self.texts and column not in REQUIRED:
            return None
        # Blanks around an identifier would make another learner of it; elsewhere they say nothing.
        text = self.given(column) if column != "learner" else self.texts.get(column, "")
        try:
            if text:
                return parse(cells.check_text(text, number=column == "result"))
            if column in REQUIRED:
                self.note(column, "fill in the cell, it is required")
        except FormatError as error:
            self.note(column, str(error))
        return None

    def given(self, column: str) -> str:
        """Return a cell without the blanks around it."""
        return self.texts.get(column, "").strip(BLANKS)

    def note(self, column: str, fix: str) -> None:
        self.problems.append(Problem(fix, self.number, self.label(column), self.texts.get(column, ""), self.noun))
