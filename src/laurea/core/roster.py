"""The roster: who achieved what, from a CSV file or given as values (docs/roster.md). All of it is right, or nothing of it is taken."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple, TypeVar

from laurea.core import cells
from laurea.core.achievement import Achievement
from laurea.core.mapping import COLUMNS, REQUIRED, ColumnMapping, header_problems
from laurea.core.part import Part
from laurea.core.problem import Problem, Problems, Sink
from laurea.core.sheet import Sheet, Source
from laurea.errors import FormatError, RosterError

BLANKS = " \u00a0\u3000"  # no tab or line break: those are refused
MAX_TWICE = 100_000  # pairs of learner and achievement whose first rows are remembered
BUCKETS = 256
REMEMBERED = 4096  # results and moments: those of one roster are few

T = TypeVar("T")
Texts = tuple[str, ...]
"""The cells of a row by our columns, in the order of COLUMNS; what the roster does not have is empty."""
Table = Callable[[Sink], Iterator[tuple[int, Texts]]]
"""Gives the rows of a roster with their numbers, from its begin each time; those that are none are added to the problems."""


class Row(NamedTuple):
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
    number: int = 0  # of the row, as a spreadsheet counts
    parts: tuple[Part, ...] = ()  # of a capstone, which no roster has


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster that can be read several times, row by row; `achievements` are those that it may name, by their keys."""

    achievements: Mapping[str, Achievement]
    now: datetime
    noun: str  # what a row is called
    label: Callable[[str], str]
    _table: Table

    @classmethod
    def of(cls, source: Source, achievements: Mapping[str, Achievement], *, now: datetime) -> "Roster":
        """Take a file with our columns; raises RosterError when its begin cannot be read as a table with these."""
        sheet = Sheet.of(source)
        problems = list(header_problems(sheet.header))
        if problems:
            raise RosterError(problems)
        return cls.mapped(sheet, ColumnMapping({column: (column,) for column in sheet.header}), achievements, now=now)

    @classmethod
    def mapped(cls, sheet: Sheet, mapping: ColumnMapping, achievements: Mapping[str, Achievement], *, now: datetime) -> "Roster":
        """Take a sheet whose columns are mapped to ours; raises RosterError when the mapping is wrong."""
        problems = list(mapping.problems(sheet.header))
        if problems:
            raise RosterError(problems)
        return cls(achievements, now, "row", mapping.label, partial(_sheet_rows, sheet, mapping))

    @classmethod
    def of_records(cls, records: Sequence[Mapping[str, str]], achievements: Mapping[str, Achievement], *, now: datetime) -> "Roster":
        """Take records, each with texts by our columns; they are counted from 0."""
        return cls(achievements, now, "record", str, partial(_record_rows, records))

    def rows(self, problems: Sink) -> Iterator[Row]:
        """Give the rows that could be read; every problem is added to `problems` as it is met. No row may be taken when there is any.

        A problem names row (as a spreadsheet counts, the header is row 1), column, value and fix. What ends the file as a table is the last.
        Of all rows 8 bytes each are held, and no row; the roster is read twice, first for who stands in it twice.
        """
        judge = _Judge(self, problems)
        alike = _alike(self._pairs())
        first: dict[tuple[str, str], int] = {}
        try:
            for number, texts in self._table(problems):
                row = judge.row(number, texts)
                if row is None:
                    continue
                pair = row.learner, row.achievement
                if alike and hash(pair) in alike and first.setdefault(pair, number) != number:
                    fix = f"remove the {self.noun}, {self.noun} {first[pair]} gives this learner the same achievement"
                    judge.note(number, "learner", texts[0], fix)
                yield row
        except RosterError as error:
            for each in error.found:
                if isinstance(each, Problem):
                    problems.append(each)
        if len(alike) > MAX_TWICE:
            problems.append(Problem(f"mend these first, more than {MAX_TWICE:,} learners may have an achievement twice"))

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Give learner and achievement of all rows, right or wrong."""
        try:
            for _, texts in self._table(Problems(most=0)):
                yield texts[0], texts[2].strip(BLANKS)
        except RosterError:
            return  # which is told of where the rows are read


class _Judge:
    """Reads rows, and notes what is wrong with their cells: row, column, value and fix."""

    def __init__(self, roster: Roster, problems: Sink) -> None:
        self._noun = roster.noun
        self._label = roster.label
        self._problems = problems
        few = lru_cache(REMEMBERED)
        self._achievement = few(partial(_checked, partial(_known, roster.achievements)))
        self._result = few(partial(_fitting, roster.achievements))
        self._evidence_name = few(partial(_checked, str))
        self._awarded = few(partial(_checked, partial(cells.awarded, now=roster.now)))
        self._valid_until = few(partial(_checked, partial(cells.valid_until, now=roster.now)))

    def row(self, number: int, texts: Texts) -> Row | None:
        """Return what the cells of a row say; None when they do not say who achieved what."""
        try:
            return self._right(number, texts)
        except FormatError:
            return self._noted(number, texts)

    def note(self, number: int, column: str, text: str, fix: str) -> None:
        """Add what is to be done about a cell to the problems."""
        self._problems.append(Problem(fix, number, self._label(column), text, self._noun))

    def _right(self, number: int, texts: Texts) -> Row:
        """Read a row at once, as nearly all can be; raises FormatError when a cell is wrong, or has blanks around it."""
        learner, name, key, result, url, url_name, did, awarded, valid_until, email = texts
        if url_name and not url:
            raise FormatError("there is a name of evidence, and no evidence")
        return Row(
            cells.learner(_checked(str, learner)),
            cells.name(_checked(str, name)),
            self._achievement(key),
            self._result(key, result) if result else None,
            cells.https_url(url) if url else None,
            self._evidence_name(url_name) if url_name else None,
            cells.holder(did) if did else None,
            self._awarded(awarded) if awarded else None,
            self._valid_until(valid_until) if valid_until else None,
            _checked(cells.email, email) if email else _mail_of(learner),
            number,
        )

    def _noted(self, number: int, texts: Texts) -> Row | None:
        """Read a row cell by cell, each without the blanks around it, and note what is wrong with each."""
        take = partial(self._take, number, dict(zip(COLUMNS, texts, strict=True)))
        learner = take("learner", partial(_checked, cells.learner))
        name = take("name", partial(_checked, cells.name))
        key = take("achievement", self._achievement)
        result = None if key is None else take("result", partial(self._result, key))
        evidence = take("evidence", partial(_checked, cells.https_url))
        evidence_name = take("evidence_name", self._evidence_name)
        if evidence_name and not texts[4].strip(BLANKS):
            self.note(number, "evidence", texts[4], "give the URL of the evidence, or leave evidence_name empty, too")
        holder = take("holder", partial(_checked, cells.holder))
        awarded = take("awarded", self._awarded)
        valid_until = take("valid_until", self._valid_until)
        email = take("email", partial(_checked, cells.email))
        if learner is None or name is None or key is None:
            return None
        email = email or _mail_of(learner)
        return Row(learner, name, key, result, evidence, evidence_name, holder, awarded, valid_until, email, number)

    def _take(self, number: int, texts: Mapping[str, str], column: str, parse: Callable[[str], T]) -> T | None:
        """Return the value of a cell; None when it is empty or wrong."""
        # Blanks around an identifier would make another learner of it; elsewhere they say nothing.
        text = texts[column] if column == "learner" else texts[column].strip(BLANKS)
        try:
            if text:
                return parse(text)
            if column in REQUIRED:
                self.note(number, column, texts[column], "fill in the cell, it is required")
        except FormatError as error:
            self.note(number, column, texts[column], str(error))
        return None


def _checked(parse: Callable[[str], T], text: str, *, number: bool = False) -> T:
    cells.check_text(text, number=number)
    if text[:1] in BLANKS or text[-1:] in BLANKS:  # as an empty text has, too
        raise FormatError("remove the blanks around it")
    return parse(text)


def _mail_of(learner: str) -> str | None:
    return learner if "@" in learner and cells.is_email(learner) else None


def _known(achievements: Mapping[str, Achievement], key: str) -> str:
    if key not in achievements:
        names = ", ".join(achievements)
        raise FormatError(f"name one of {names}, or add the achievement first" if names else "add the achievement first, none is known")
    return key


def _fitting(achievements: Mapping[str, Achievement], key: str, text: str) -> str:
    _checked(achievements[key].result, text, number=True)
    return text


def _alike(pairs: Iterable[tuple[str, str]]) -> set[int]:
    """Return the hashes that several pairs have, up to one more than MAX_TWICE of them."""
    # Python keys its hashes of texts with a secret of each process: nobody can make a roster whose pairs are alike without being the same.
    buckets = [array("q") for _ in range(BUCKETS)]
    for pair in pairs:
        found = hash(pair)
        buckets[found % BUCKETS].append(found)
    alike = (found for bucket in buckets if len(set(bucket)) < len(bucket) for found, count in Counter(bucket).items() if count > 1)
    return set(islice(alike, MAX_TWICE + 1))


def _record_rows(records: Sequence[Mapping[str, str]], _: Sink) -> Iterator[tuple[int, Texts]]:
    for number, record in enumerate(records):
        yield number, tuple(record.get(column, "") for column in COLUMNS)


def _sheet_rows(sheet: Sheet, mapping: ColumnMapping, problems: Sink) -> Iterator[tuple[int, Texts]]:
    """Give the rows by our columns; those that are wider than the header are added to `problems`, and in CSV those that are narrower."""
    width, ragged = len(sheet.header), sheet.ragged
    texts_of = mapping.reader(sheet.header)
    number = 0
    for number, row in sheet.rows():
        if ragged and len(row) < width:
            row.extend([""] * (width - len(row)))
        if len(row) == width:
            yield number, texts_of(row)
        else:
            fix = f"put quotes around cells that hold a comma, {len(row)} cells stand under {width} columns"
            problems.append(Problem("clear the cells beyond the header" if ragged else fix, number))
    if not number:
        problems.append(Problem("add a row for each learner, the roster has none", 2))
