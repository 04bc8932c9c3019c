"""`laurea verify` of a CSV: a row for each, given back with what was found."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from laurea.artefacts.baked import is_link
from laurea.artefacts.plain import plain
from laurea.cli import carrying, output, verifier_many
from laurea.cli.verifier_documents import Documents
from laurea.cli.verifier_many import UNREADABLE
from laurea.core import jose
from laurea.core.credential import Credential, format_time
from laurea.core.presented import Presented
from laurea.core.report import CheckId, Outcome, Reports
from laurea.core.summary import Summary
from laurea.core.table import Line, Table
from laurea.errors import InputError
from laurea.services.following import Following
from laurea.services.sharing import fetch
from laurea.services.sources import Sources
from laurea.services.verifying import Verifying
from laurea.storage import beneath, files

SUFFIXES = (".csv", ".tsv")
MAX_TABLE = 2 << 30  # bytes; it is read row by row
MAX_CELL = 1000  # characters of one that is added
NAMES = ("credential", "credencial", "presentation", "file", "archivo", "fichero", "link", "enlace", "url")
ADDED = ("verdict", "headline", "issuer", "achievement", "valid_until", "checked_at", "reason")
PREFIX = "laurea_"
NOT_FOLLOWED = InputError("the link was not followed: nobody but the chain is asked", hint="leave --no-fetch out")


@dataclass(frozen=True, slots=True)
class Asked:
    """A table that is to be checked: which column has what is shown, where the files are that it names, and where the answer goes.

    Its links are by whoever filled it in: they are followed under the guards of `sources`, and not at all without.
    """

    path: Path
    column: str | None
    folder: Path | None
    output: Path | None
    sources: Sources | None

    def following(self) -> Following | None:
        """Return what follows the links of the table, if they are to be followed."""
        return None if self.sources is None else Following(time.monotonic, fetch=partial(fetch, policy=self.sources.policy))

    @property
    def is_one(self) -> bool:
        """Whether it is a table by its name."""
        return self.path.suffix.lower() in SUFFIXES and not self.path.is_dir()


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    data: bytes | InputError
    file: str = ""


def check(verifying: Verifying, asked: Asked, at: datetime, *, json: bool) -> int:
    """Check every row, give the table back with columns added, or a line of JSON for each, and return what follows from all as `verifier_many` does."""
    table = Table.of(files.opener(asked.path, limit=MAX_TABLE))
    column = _column(table, asked)
    found: Counter[str] = Counter()
    following = asked.following()
    with Documents() as documents, _writing(asked.output) as write:
        if not json:
            write(table.added(table.header, [PREFIX + name for name in ADDED]))
        rows = (_row(line, column, asked, documents, following) for line in table.rows())
        for row, reports in verifying.verify_each(((row, row.data) for row in rows), at=at):
            if not row.line.is_empty:
                found[UNREADABLE if isinstance(reports, InputError) else reports.verdict] += 1
            if not json:
                write(table.added(row.line, [""] * len(ADDED) if row.line.is_empty else _cells(row, reports, at)))
            elif not row.line.is_empty:
                name = {"file": row.file} if row.file else {}
                write(output.line_of({"row": row.line.number, **name, **verifier_many.answer(reports)}))
    if not found:
        raise InputError("the table has no row to check")
    return verifier_many.conclude(found, "rows")


def _column(table: Table, asked: Asked) -> int:
    """Return the place of the column that has what is shown; raises InputError when that is not clear, or the answer has columns of its name."""
    taken = [PREFIX + name for name in ADDED if table.column(PREFIX + name) is not None]
    if taken:
        raise InputError(f"the table has a column {taken[0]} already", hint="take the columns of an earlier answer out, or rename them")
    names = NAMES if asked.column is None else (asked.column,)
    places = {name: place for name in names if (place := table.column(name)) is not None}
    if len(places) == 1:
        return next(iter(places.values()))
    what = f"has {' and '.join(places)}" if places else f"has no column {' or '.join(names)}"
    raise InputError(f"the table {what}", hint="--column names the one with a file, a share link or the credential itself")


def _row(line: Line, column: int, asked: Asked, documents: Documents, following: Following | None) -> _Row:
    cell = line.cells[column].strip() if column < len(line.cells) else ""
    if not cell:
        return _Row(line, InputError("there is nothing to check in this row"))
    if cell.encode().startswith(carrying.JSON) or jose.is_compact(cell.encode()):
        return _Row(line, documents.of(cell.encode()))
    try:
        if is_link(cell):
            return _Row(line, NOT_FOLLOWED if following is None else documents.of(following.fetch(cell)))
        raw = beneath.read(asked.folder or asked.path.parent, cell, limit=carrying.MAX_FILE)
        return _Row(line, documents.of(raw), cell)
    except InputError as error:
        return _Row(line, error)


def _cells(row: _Row, reports: Reports | InputError, at: datetime) -> list[str]:
    """Return what is added to a row; of several credentials the worst decides, and of one that is altered nothing is repeated."""
    if isinstance(reports, InputError):
        reason = f"{reports}; {reports.hint}" if reports.hint else str(reports)
        return [UNREADABLE, "", "", "", "", format_time(at), _short(reason)]
    data = row.data if isinstance(row.data, bytes) else b""
    worst = next(report for report in reports if report.verdict is reports.verdict)
    shown = [
        each.credential
        for each, report in zip(Presented.parse(data).shown, reports, strict=True)
        if report[CheckId.INTEGRITY].outcome is Outcome.PASSED
    ]
    open_ = [f"{check.id}: {check.reason}" for check in worst.checks if check.outcome in {Outcome.FAILED, Outcome.UNKNOWN}]
    return [
        reports.verdict,
        _short(worst.headline),
        _each([credential.issuer for credential in shown]),
        _each([Summary.of(credential.document).title for credential in shown]),
        _each([_end(credential) for credential in shown]),
        format_time(at),
        _short("; ".join(open_)),
    ]


def _each(texts: list[str]) -> str:
    return _short("; ".join(dict.fromkeys(filter(None, texts))))


def _short(text: str) -> str:
    line = plain(text)
    return line if len(line) <= MAX_CELL else line[:MAX_CELL] + "…"


def _end(credential: Credential) -> str:
    return "" if credential.valid_until is None else format_time(credential.valid_until)


@contextmanager
def _writing(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    if path is None:
        yield output.part
        return
    with output.writing(path) as file:
        yield file.write
