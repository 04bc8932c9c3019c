"""Rosters on their way in: uploaded, mapped to our columns, reviewed, and then taken as a whole or thrown away.

The file waits in the issuer's directory for a day; it never goes into the database.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from laurea.core import canonical
from laurea.core.cells import harmless
from laurea.core.mapping import ColumnMapping, guess
from laurea.core.problem import Problem
from laurea.core.roster import Row, read_mapped
from laurea.core.sheet import Sheet, format_of, read_sheet
from laurea.errors import InputError, NotFound, RosterError
from laurea.services.issuing import achievements
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.enrolment import Given, enrol_rows, judge
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Counts, Enrolled
from laurea.storage.issuer.tables import UploadRow
from laurea.storage.issuer.uploads import Uploads

MAX_ROSTER_BYTES = 64 << 20
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
    """What a commit would do; nothing, as long as there are problems."""

    rows: int
    counts: Counts | None
    problems: tuple[Problem, ...]


def upload(issuer: Issuer, data: bytes) -> Upload:
    """Keep a roster, guess what its columns are, and return both; raises RosterError when it is no table."""
    forget_old(issuer)
    sheet = read_sheet(data)
    if not sheet.header:
        raise RosterError([Problem("begin the roster with a header", 1)])
    mapping = guess(sheet.header, list(achievements.known(issuer)))
    now = issuer.now()
    row = UploadRow(id=str(uuid4()), format=format_of(data), mapping=_text(mapping), created_at=now, expires_at=now + KEPT)
    issuer.directory.write_upload(row.id, data)
    with issuer.database.write() as session:
        Uploads(session).add(row)
        issuer.record(session, "roster.upload", f"roster:{row.id}", {"rows": len(sheet.rows)})
    return _shown(row, sheet, mapping)


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
    try:
        rows, problems = _read(issuer, row, sheet)
        return Review(len(sheet.rows), judge(issuer, Given(rows, problems), duplicates=duplicates), ())
    except RosterError as error:
        return Review(len(sheet.rows), None, tuple(each for each in error.found if isinstance(each, Problem)))


def commit(issuer: Issuer, roster: str, duplicates: Duplicates = Duplicates.REFUSE) -> Enrolled:
    """Make credentials of all rows, due at the next run, once; raises RosterError when there is any problem, InputError the second time."""
    row, sheet = _load(issuer, roster)
    rows, problems = _read(issuer, row, sheet)
    with issuer.database.write() as session:
        kept = Uploads(session).get(row.id)
        if kept is None or kept.committed_at is not None:
            raise InputError("the roster was committed already")
        enrolled = enrol_rows(issuer, Given(rows, problems), duplicates=duplicates)
        kept.committed_at = issuer.now()
        kept.enrolled = len(enrolled.new) + len(enrolled.replaced)
        issuer.record(session, "roster.commit", f"roster:{row.id}", {"enrolled": kept.enrolled, "corrected": len(enrolled.corrected)})
    issuer.directory.remove_upload(roster)
    return enrolled


def discard(issuer: Issuer, roster: str) -> None:
    """Throw a roster away; raises NotFound."""
    row, _ = _load(issuer, roster)
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


def errors_csv(problems: tuple[Problem, ...]) -> str:
    """Return problems as CSV, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("row", "column", "value", "problem"))
    for each in problems:
        cells = ("" if each.row is None else str(each.row), each.column or "", each.value or "", each.fix)
        writer.writerow(map(harmless, cells))
    return text.getvalue()


def _load(issuer: Issuer, roster: str) -> tuple[UploadRow, Sheet]:
    with issuer.database.read() as session:
        row = Uploads(session).get(roster)
    if row is None or row.committed_at is not None or row.expires_at <= issuer.now():
        raise NotFound("no such roster waits", hint="upload it again")
    return row, read_sheet(issuer.directory.read_upload(row.id, limit=MAX_ROSTER_BYTES))


def _read(issuer: Issuer, row: UploadRow, sheet: Sheet) -> tuple[tuple[Row, ...], list[Problem]]:
    return read_mapped(sheet, _mapping(row), achievements.known(issuer), now=issuer.now())


def _shown(row: UploadRow, sheet: Sheet, mapping: ColumnMapping) -> Upload:
    return Upload(row, sheet.header, tuple(cells for _, cells in sheet.rows[:SAMPLE_ROWS]), len(sheet.rows), mapping)


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
