"""A sheet: the table in a CSV file or in a workbook (XLSX), as texts. Whatever else such a file may hold is refused, not run."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from laurea.core import workbook
from laurea.core.problem import Problem
from laurea.errors import RosterError

MAX_ROWS = 200_000
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
    table = _bounded(workbook.rows(data) if is_workbook else _csv(data))
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
