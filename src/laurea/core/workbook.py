"""A workbook (XLSX): one sheet of it as rows of texts. A formula, an entity or a bomb in it is refused."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any

from laurea.core.problem import Problem
from laurea.errors import RosterError

MAX_COLUMNS = 100
MAX_PARTS = 1000  # a workbook is a ZIP archive
MAX_INFLATED_BYTES = 64 << 20


def rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give every row of the one visible sheet, with its number; raises RosterError with the fix."""
    # Not at the top: its import takes half a second, and most commands need no workbook. With defusedxml installed it reads XML with that.
    openpyxl = import_module("openpyxl")
    _require_small(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible[:1]:
            sheet.reset_dimensions()  # what the file says of its size is not believed
            found_rows = enumerate(sheet.iter_rows(), start=1)
    except Exception as error:  # whatever a parser of a dozen formats raises for what is none of them
        raise _damaged() from error
    if len(visible) != 1:
        raise RosterError([Problem(f"leave one sheet in the workbook, {len(visible)} can be seen")])
    while True:
        try:
            found = next(found_rows, None)
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
