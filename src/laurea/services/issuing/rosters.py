"""Rosters on their way in: uploaded, mapped to our columns, reviewed, and then taken as a whole or thrown away.

The file waits in the issuer's directory for a day; it never goes into the database. It is read row by row.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TextIO
from uuid import uuid4

from laurea.core import canonical
from laurea.core.cells import harmless
from laurea.core.mapping import ColumnMapping, guess
from laurea.core.problem import Problem, Problems
from laurea.core.roster import Roster
from laurea.core.sheet import Sheet
from laurea.errors import InputError, NotFound, RosterError
from laurea.services.issuing import achievements
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.enrolment import judge, take
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Counts, Enrolled
from laurea.storage import files
from laurea.storage.issuer.tables import UploadRow
from laurea.storage.issuer.uploads import Uploads

MAX_ROSTER_BYTES = 64 << 20  # that waits, or is given as bytes
MAX_FILE_BYTES = 1 << 30  # that is read where it is
KEPT = timedelta(days=1)
SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """A roster that waits: its columns and first rows as they are in the file, and which of them are which of ours."""

    row: UploadRow
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    count: int
    mapping: ColumnMapping


@dataclass(frozen=True, slots=True)
class Review:
    """What a commit would do; nothing, as long as there are problems, of which the first are here."""

    rows: int
    counts: Counts | None
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0


def upload(issuer: Issuer, data: bytes) -> Upload:
    """Keep a roster, guess what its columns are, and return both; raises RosterError when it is no table."""
    forget_old(issuer)
    sheet = Sheet.of(data)
    if not sheet.header:
        raise RosterError([Problem("begin the roster with a header", 1)])
    mapping = guess(sheet.header, list(achievements.known(issuer)))
    now = issuer.now()
    row = UploadRow(id=str(uuid4()), format=sheet.format, mapping=_text(mapping), created_at=now, expires_at=now + KEPT)
    shown = _shown(row, sheet, mapping)
    issuer.directory.write_upload(row.id, data)
    with issuer.database.write() as session:
        Uploads(session).add(row)
        issuer.record(session, "roster.upload", f"roster:{row.id}", {"rows": shown.count})
    return shown


def get(issuer: Issuer, roster: str) -> Upload:
    """Return a roster that waits; raises NotFound."""
    row, sheet = _load(issuer, roster)
    return _shown(row, sheet, _mapping(row))


def remap(issuer: Issuer, roster: str, mapping: ColumnMapping) -> Upload:
    """Say which of the roster's columns are which of ours; raises RosterError when that cannot be."""
    row, sheet = _load(issuer, roster)
    problems = list(mapping.problems(sheet.header))
    if problems:
        raise RosterError(problems)
    with issuer.database.write() as session:
        kept = Uploads(session).get(row.id)
        if kept is not None:
            kept.mapping = _text(mapping)
    return _shown(row, sheet, mapping)


def review(issuer: Issuer, roster: str, duplicates: Duplicates = Duplicates.REFUSE) -> Review:
    """Say what a commit would do, and all that stands against it."""
    row, sheet = _load(issuer, roster)
    count = sum(1 for _ in sheet.rows())
    try:
        return Review(count, judge(issuer, _roster(issuer, row, sheet), duplicates=duplicates))
    except RosterError as error:
        return Review(count, None, tuple(each for each in error.found if isinstance(each, Problem)), error.count)


def write_errors(issuer: Issuer, roster: str, file: TextIO, duplicates: Duplicates = Duplicates.REFUSE) -> None:
    """Write all that stands against a commit as CSV, safe to open in a spreadsheet; raises NotFound."""
    row, sheet = _load(issuer, roster)
    problems = ErrorsFile(file)
    try:
        judge(issuer, _roster(issuer, row, sheet), duplicates=duplicates, problems=problems)
    except RosterError as error:
        if not problems.count:  # the mapping is wrong, which is found before any row
            problems.extend(each for each in error.found if isinstance(each, Problem))


def commit(issuer: Issuer, roster: str, duplicates: Duplicates = Duplicates.REFUSE) -> Enrolled:
    """Make credentials of all rows, due at the next run, once; raises RosterError when there is any problem, InputError the second time."""
    row, sheet = _load(issuer, roster)
    wanted = _roster(issuer, row, sheet)
    judge(issuer, wanted, duplicates=duplicates)  # while nobody else is kept waiting
    with issuer.database.write() as session:
        kept = Uploads(session).get(row.id)
        if kept is None or kept.committed_at is not None:
            raise InputError("the roster was committed already")
        enrolled = take(issuer, wanted, duplicates=duplicates)
        kept.committed_at = issuer.now()
        kept.enrolled = enrolled.counts.new + enrolled.counts.replaced
        issuer.record(session, "roster.commit", f"roster:{row.id}", {"enrolled": kept.enrolled, "corrected": enrolled.counts.corrected})
    issuer.directory.remove_upload(roster)
    return enrolled


def discard(issuer: Issuer, roster: str) -> None:
    """Throw a roster away; raises NotFound."""
    row = _waiting(issuer, roster)
    with issuer.database.write() as session:
        Uploads(session).remove(row.id)
        issuer.record(session, "roster.discard", f"roster:{row.id}")
    issuer.directory.remove_upload(roster)


def forget_old(issuer: Issuer) -> None:
    """Remove the files of rosters that nobody committed in time, or that were committed and a kill has left behind."""
    with issuer.database.write() as session:
        kept = Uploads(session).waiting(issuer.now())
        Uploads(session).remove_expired(issuer.now())
    for left in issuer.directory.upload_names():
        if left not in kept:
            issuer.directory.remove_upload(left)


class ErrorsFile(Problems):
    """Problems as lines of a CSV file, each written as it is met."""

    def __init__(self, file: TextIO) -> None:
        """Begin the file with its header."""
        super().__init__(most=0)
        self._write = csv.writer(file).writerow
        self._write(("row", "column", "value", "problem"))

    def append(self, problem: Problem, /) -> None:
        """Count a problem and write it."""
        super().append(problem)
        self._write(
            map(harmless, ("" if problem.row is None else str(problem.row), problem.column or "", problem.value or "", problem.fix))
        )


def _waiting(issuer: Issuer, roster: str) -> UploadRow:
    with issuer.database.read() as session:
        row = Uploads(session).get(roster)
    if row is None or row.committed_at is not None or row.expires_at <= issuer.now():
        raise NotFound("no such roster waits", hint="upload it again")
    return row


def _load(issuer: Issuer, roster: str) -> tuple[UploadRow, Sheet]:
    row = _waiting(issuer, roster)
    return row, Sheet.of(files.opener(issuer.directory.uploads / row.id, limit=MAX_ROSTER_BYTES))


def _roster(issuer: Issuer, row: UploadRow, sheet: Sheet) -> Roster:
    return Roster.mapped(sheet, _mapping(row), achievements.known(issuer), now=issuer.now())


def _shown(row: UploadRow, sheet: Sheet, mapping: ColumnMapping) -> Upload:
    rows = sheet.rows()
    sample = tuple(tuple(cells) for _, cells in islice(rows, SAMPLE_ROWS))
    return Upload(row, sheet.header, sample, len(sample) + sum(1 for _ in rows), mapping)


def _text(mapping: ColumnMapping) -> str:
    return canonical.dump(mapping.document()).decode()


def _mapping(row: UploadRow) -> ColumnMapping:
    kept = canonical.parse(row.mapping.encode())
    columns, constants = (kept.get("columns"), kept.get("constants")) if isinstance(kept, Mapping) else ({}, {})
    return ColumnMapping(
        {ours: tuple(map(str, theirs)) for ours, theirs in columns.items() if isinstance(theirs, list)}
        if isinstance(columns, Mapping)
        else {},
        {ours: str(value) for ours, value in constants.items()} if isinstance(constants, Mapping) else {},
    )
