"""A sheet: the table in a CSV file or in a workbook (XLSX), as texts, read row by row. Whatever else such a file may hold is refused, not run."""

import csv
import io
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from laurea.core import workbook
from laurea.core.problem import Problem
from laurea.errors import RosterError

MAX_ROWS = 2_000_000
MAX_ROW = 1 << 20  # characters of CSV: bounds what is held of a file that is none
CHUNK_BYTES = 64 << 10
MAX_WORKBOOK_ROWS = 200_000
MAX_WORKBOOK_BYTES = 64 << 20
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets write one
ZIP_MAGIC = b"PK\x03\x04"
CSV = "csv"
XLSX = "xlsx"

Source = bytes | Callable[[], BinaryIO]
"""The bytes of a file, or what opens it: it is read several times, from its begin."""

Numbered = tuple[int, list[str]]
"""The cells of a row, and its number as a spreadsheet counts: the header is row 1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header of a table, and how to read the rows below it."""

    header: tuple[str, ...]
    format: str
    _open: Callable[[], BinaryIO]

    @classmethod
    def of(cls, source: Source) -> "Sheet":
        """Take a file for what its bytes are and not by a name; raises RosterError with the fix when it is no table."""
        opened = _opener(source)
        is_workbook = _begins(opened, ZIP_MAGIC)
        if is_workbook:
            # Its parts are in no order to be read in: it is read once, and kept as the CSV that it could have been.
            opened = _opener(_workbook_as_csv(opened))
        first = next(_filled(opened), None)
        header = () if first is None else tuple(cell.strip() for cell in first[1])
        return cls(header, XLSX if is_workbook else CSV, opened)

    @property
    def ragged(self) -> bool:
        """Whether rows end with their last cell that is filled, as in a workbook."""
        return self.format == XLSX

    def rows(self) -> Iterator[Numbered]:
        """Give the rows that are not empty, each read when it is asked for; raises RosterError where the file ceases to be a table."""
        rows = _filled(self._open)
        next(rows, None)
        return rows


def _opener(source: Source) -> Callable[[], BinaryIO]:
    return (lambda: io.BytesIO(source)) if isinstance(source, bytes) else source


def _begins(opened: Callable[[], BinaryIO], magic: bytes) -> bool:
    with opened() as file:
        return file.read(len(magic)) == magic


def _workbook_as_csv(opened: Callable[[], BinaryIO]) -> bytes:
    with opened() as file:
        data = file.read(MAX_WORKBOOK_BYTES + 1)
    if len(data) > MAX_WORKBOOK_BYTES:
        raise RosterError([Problem(f"save the roster as CSV, a workbook may have {MAX_WORKBOOK_BYTES:,} bytes")])
    text = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    for number, row in workbook.rows(data):
        if number > MAX_WORKBOOK_ROWS:
            fix = f"split the roster, a workbook may have {MAX_WORKBOOK_ROWS:,} rows (or clear the cells below the last learner), or save it as CSV"
            raise RosterError([Problem(fix, number)])
        writer.writerow(row)
    text.seek(0)
    return text.buffer.read()


def _filled(opened: Callable[[], BinaryIO]) -> Iterator[Numbered]:
    with opened() as file:
        for number, row in _csv(file):
            if number > MAX_ROWS:
                fix = f"split the roster, it may have {MAX_ROWS:,} rows (or clear the cells below the last learner)"
                raise RosterError([Problem(fix, number)])
            if any(map(str.strip, row)):
                yield number, row
    with opened():
        pass  # it tells whether the file is still what was read


def _csv(file: BinaryIO) -> Iterator[Numbered]:
    lines = Lines(file)
    number = 0
    try:
        for number, row in enumerate(csv.reader(lines, strict=True), start=1):
            lines.room = MAX_ROW
            yield number, row
    except csv.Error as error:
        raise RosterError([Problem(f"put quotes around a whole cell, and double those inside it ({error})", number + 1)]) from error


class Lines:
    """The lines of a text in UTF-8, with their ends, as `csv` takes them; before `room` more characters are read a row must have ended."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoded = 0  # bytes
        self.room = MAX_ROW

    def __iter__(self) -> Iterator[str]:
        count, rest = 0, ""
        try:
            for text in self._texts():
                # They end with a line feed, a carriage return or both: of the last one the end may be yet to come.
                lines = list(io.StringIO(rest + text, newline=""))
                rest = lines.pop() if lines else ""
                count += len(lines)
                yield from lines
                self.room -= len(text)
                if self.room < 0:
                    raise RosterError([Problem(f"end the row, or the quotes in it, before it has {MAX_ROW:,} characters", count + 1)])
        except UnicodeDecodeError as error:
            if rest.endswith(("\n", "\r")):
                count += 1
                yield rest
            fix = f"save the file as CSV in UTF-8, byte {self._decoded + error.start} of it is not"
            raise RosterError([Problem(fix, count + 1)]) from error
        if rest:
            yield rest

    def _texts(self) -> Iterator[str]:
        """Give the text in pieces; raises UnicodeDecodeError behind the last one that is right."""
        decoder = getincrementaldecoder("utf-8")()
        mark = BYTE_ORDER_MARK
        read, more = 0, True
        while more:
            data = self._file.read(CHUNK_BYTES)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                yield error.object[: error.start].decode().removeprefix(mark)
                raise
            yield text.removeprefix(mark)
            mark = "" if text else mark
            read, more = read + len(data), bool(data)
            self._decoded = read - len(decoder.getstate()[0])
