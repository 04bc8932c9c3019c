"""A sheet: the table in a CSV file or in a workbook (XLSX), as texts. Whatever else such a file may hold is refused, not run."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from laurea.core.problem import Problem
from laurea.errors import RosterError

MAX_ROWS = 200_000
MAX_COLUMNS = 100
MAX_PARTS = 1000  # of a workbook, which is a ZIP archive
MAX_INFLATED_BYTES = 64 << 20
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets write one
ZIP_MAGIC = b"PK\x03\x04"
CSV = "csv"
XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header, and the rows below it that are not empty, each with its number as a spreadsheet counts: the header is row 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    ragged: bool = False  # whether rows end with their last cell that is filled, as in a workbook


def format_of(data: bytes) -> str:
    """Return "xlsx" or "csv", by what the bytes are and not by a name."""
    return XLSX if data.startswith(ZIP_MAGIC) else CSV


def read_sheet(data: bytes) -> Sheet:
    """Return the table in a file; raises RosterError with the fix when it is none."""
    is_workbook = format_of(data) == XLSX
    table = _bounded(_workbook(data) if is_workbook else _csv(data))
    header = tuple(cell.strip() for cell in table[0][1]) if table else ()
    return Sheet(header, tuple(table[1:]), ragged=is_workbook)


def _bounded(rows: Iterator[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    table = []
    for number, row in rows:
        if number > MAX_ROWS:
            raise RosterError(
                [Problem(f"split the roster, it may have {MAX_ROWS:,} rows (or clear the cells below the last learner)", number)]
            )
        if any(cell.strip() for cell in row):
            table.append((number, row))
    return table


def _csv(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = data.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        row = len(data[: error.start + 1].splitlines())
        raise RosterError([Problem(f"save the file as CSV in UTF-8, byte {error.start} of it is not", row)]) from error
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            yield number, tuple(cells)
    except csv.Error as error:
        raise RosterError([Problem(f"put quotes around a whole cell, and double those inside it ({error})", number + 1)]) from error


def _workbook(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    # Here, since its import takes a tenth of a second; with defusedxml installed it reads XML with that.
    import openpyxl  # noqa: PLC0415

    _require_small(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible[:1]:
            sheet.reset_dimensions()  # what the file says of its size is not believed
            rows = enumerate(sheet.iter_rows(), start=1)
    except Exception as error:  # whatever a parser of a dozen formats raises for what is none of them
        raise _damaged() from error
    if len(visible) != 1:
        raise RosterError([Problem(f"leave one sheet in the workbook, {len(visible)} can be seen")])
    while True:
        try:
            found = next(rows, None)
        except Exception as error:
            raise _damaged() from error
        if found is None:
            return
        yield found[0], _row(*found)


def _require_small(data: bytes) -> None:
    """Refuse an archive that would unpack to more than any roster has; what it says of its sizes, its reader holds it to."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _damaged() from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INFLATED_BYTES:
        raise RosterError([Problem("save the roster as CSV, this workbook unpacks to more than a roster may have")])


def _damaged() -> RosterError:
    return RosterError([Problem("save the roster anew as an Excel workbook (.xlsx) or as CSV, this file is damaged")])


def _row(number: int, row: tuple[Any, ...]) -> tuple[str, ...]:
    filled = [cell for cell in row if cell.value is not None]
    if not filled:
        return ()
    width = max(cell.column for cell in filled)
    if width > MAX_COLUMNS:
        raise RosterError([Problem(f"remove columns, a roster may have {MAX_COLUMNS}", number)])
    texts = [""] * width
    for cell in filled:
        texts[cell.column - 1] = _text(number, cell)
    return tuple(texts)


def _text(number: int, cell: Any) -> str:
    value = cell.value
    if cell.data_type == "f":
        raise RosterError([Problem("put the value in the place of the formula (copy, then paste as values)", number, cell.coordinate)])
    if cell.data_type == "e":
        raise RosterError([Problem("mend the cell, a spreadsheet could not compute it", number, cell.coordinate, str(value))])
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        # A workbook knows no zones; a date alone stays one.
        return value.date().isoformat() if value.time() == time() else value.replace(tzinfo=UTC, microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
