"""The roster: who achieved what, from a CSV file or given as values (docs/roster.md). All of it is right, or nothing of it is taken."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from laurea.core import cells
from laurea.core.achievement import Achievement
from laurea.errors import FormatError, RosterError

REQUIRED = ("learner", "name", "achievement")
OPTIONAL = ("result", "evidence", "evidence_name", "holder", "awarded", "valid_until", "email")
COLUMNS = REQUIRED + OPTIONAL

SHOWN_CHARACTERS = 40  # of a wrong value: enough to find it
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets write one
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


def read_roster(data: bytes, achievements: Mapping[str, Achievement], *, now: datetime) -> tuple[tuple[Row, ...], list[str]]:
    """Return the rows of a roster that could be read, and a line for every problem; no row may be taken when there is any.

    `achievements` are those that it may name, by their keys. A problem names row (as a spreadsheet counts, the header is row 1), column,
    value and fix. Raises RosterError when the file as a whole cannot be read as a table with these columns.
    """
    table = _table(_text(data))
    header = [cell.strip() for cell in table[0][1]] if table else []
    problems = list(_header_problems(header))
    if problems:
        raise RosterError(problems)
    rows = tuple(_rows(_records(table[1:], header, problems), achievements, now, problems))
    if not table[1:]:
        problems.append("row 2: add a row for each learner, the roster has none")
    return rows, problems


def read_records(
    records: Sequence[Mapping[str, str]], achievements: Mapping[str, Achievement], *, now: datetime
) -> tuple[tuple[Row, ...], list[str]]:
    """Return the rows that records stand for, each with texts by our columns, and a line for every problem; records are counted from 0."""
    problems: list[str] = []
    table = enumerate(records)
    return tuple(_rows(table, achievements, now, problems, noun="record")), problems


def _text(data: bytes) -> str:
    try:
        return data.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        row = len(data[: error.start + 1].splitlines())
        raise RosterError([f"row {row}: save the file as CSV in UTF-8, byte {error.start} of it is not"]) from error


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their numbers."""
    table: list[tuple[int, list[str]]] = []
    reader = enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1)
    number = 0
    try:
        for number, row in reader:
            if any(cell.strip() for cell in row):
                table.append((number, row))
    except csv.Error as error:
        fix = "put quotes around a whole cell, and double those inside it"
        raise RosterError([f"row {number + 1}: {fix} ({error})"]) from error
    return table


def _header_problems(header: Sequence[str]) -> Iterator[str]:
    if not header:
        yield f"row 1: begin the roster with a header, like {','.join(COLUMNS)}"
        return
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        yield f"row 1, {_shown(header[0])}: save the file as CSV with commas between the cells"
        return
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            yield f"row 1, column {_shown(column)}: remove the column or name it one of {', '.join(COLUMNS)}"
        elif header.count(column) > 1:
            yield f"row 1, column {column}: keep one, the column stands {header.count(column)} times"
    for column in REQUIRED:
        if column not in header:
            yield f"row 1, column {column}: add the column, it is required"


def _records(table: Sequence[tuple[int, list[str]]], header: Sequence[str], problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows below the header by their columns; those of another width are added to `problems`."""
    for number, values in table:
        if len(values) == len(header):
            yield number, dict(zip(header, values, strict=True))
        else:
            problems.append(
                f"row {number}: put quotes around cells that hold a comma, {len(values)} cells stand under {len(header)} columns"
            )


def _rows(
    table: Iterable[tuple[int, Mapping[str, str]]],
    achievements: Mapping[str, Achievement],
    now: datetime,
    problems: list[str],
    *,
    noun: str = "row",
) -> Iterator[Row]:
    """Read the rows; what is wrong with them is added to `problems`."""
    first: dict[tuple[str, str], int] = {}
    for number, texts in table:
        cells_of_row = _Cells(number, texts, problems, noun)
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


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row by their columns; what is wrong with them is noted: row, column, value and fix."""

    number: int
    texts: Mapping[str, str]
    problems: list[str]
    noun: str = "row"

    def take(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return the value of a cell; None when it is empty or wrong."""
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
        self.problems.append(f"{self.noun} {self.number}, column {column}, {_shown(self.texts.get(column, ''))}: {fix}")
