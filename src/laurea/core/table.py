"""A table of anybody's in CSV that is given back with columns added: what was there stays as it is, to the byte."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from laurea.core.cells import harmless
from laurea.core.problem import Problem
from laurea.core.sheet import BYTE_ORDER_MARK, MAX_ROW, MAX_ROWS, ZIP_MAGIC, Lines
from laurea.errors import InputError, RosterError

DELIMITERS = (",", ";", "\t")  # spreadsheets write the second where numbers have a decimal comma
ENDS = ("\r\n", "\n", "\r")
QUOTED = ('"', "\n", "\r")

csv.field_size_limit(MAX_ROW)  # a cell may hold a credential; what is held of a row is bounded by `Lines`


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number as a spreadsheet counts (the header is row 1), its text without the end of the line, and its cells."""

    number: int
    text: str
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell has anything in it."""
        return not any(map(str.strip, self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a table, how it separates cells and ends lines, and how to read the rows below it."""

    header: Line
    delimiter: str
    end: str
    marked: bool  # it begins with a byte order mark
    _open: Callable[[], BinaryIO]

    @classmethod
    def of(cls, opened: Callable[[], BinaryIO]) -> "Table":
        """Read a file once from its begin to its end; raises InputError that says where it is no table, and the fix.

        No row may have more cells than the header: what is added to it would stand in other columns than it belongs to.
        """
        with opened() as file:
            begin = file.read(MAX_ROW)
        if begin.startswith(ZIP_MAGIC):
            raise InputError("the table is a workbook", hint="save it as CSV in UTF-8")
        first = begin.replace(b"\r", b"\n").partition(b"\n")[0].decode(errors="replace")
        # Whatever separates most cells of the first line separates all.
        delimiter = max(DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each), [])))
        header, end = next(_lines(opened, delimiter), (None, "\n"))
        if header is None or header.is_empty:
            raise InputError("the table is empty", hint="its first row names the columns")
        table = cls(header, delimiter, end or "\n", begin.startswith(BYTE_ORDER_MARK.encode()), opened)
        for line in table.rows():
            if len(line.cells) > len(header.cells):
                raise InputError(
                    f"row {line.number} has {len(line.cells)} cells, and the header {len(header.cells)}",
                    hint="name all columns, and put quotes around cells with separators in them",
                )
        return table

    def rows(self) -> Iterator[Line]:
        """Give all rows below the header, each read when it is asked for, the empty ones too; raises InputError as `of` does."""
        return (line for line, _ in islice(_lines(self._open, self.delimiter), 1, None))

    def column(self, name: str) -> int | None:
        """Return the place of the column of that name, whatever its case; None when there is none. Raises InputError for two of one name."""
        names = [_folded(cell) for cell in self.header.cells]
        if names.count(_folded(name)) > 1:
            raise InputError(f"the table has two columns {name}", hint="give each a name of its own")
        return names.index(_folded(name)) if _folded(name) in names else None

    def added(self, line: Line, cells: Sequence[str]) -> bytes:
        """Return a row as it is with cells behind those of the header; none of them is a formula for a spreadsheet."""
        text = self.delimiter.join(
            [line.text + self.delimiter * (len(self.header.cells) - max(len(line.cells), 1)), *map(self._cell, cells)]
        )
        mark = BYTE_ORDER_MARK if self.marked and line is self.header else ""
        return (mark + text + self.end).encode()

    def _cell(self, text: str) -> str:
        safe = harmless(text)
        doubled = safe.replace('"', '""')
        return f'"{doubled}"' if any(each in safe for each in (*QUOTED, *DELIMITERS)) or safe != safe.strip() else safe


def _folded(name: str) -> str:
    return name.strip().casefold()


class _Kept:
    """Lines that are remembered until somebody takes them: the text of a row, as `csv` asks for it."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._text: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._text.append(line)
            yield line

    def take(self) -> str:
        text = "".join(self._text)
        self._text.clear()
        return text


def _lines(opened: Callable[[], BinaryIO], delimiter: str) -> Iterator[tuple[Line, str]]:
    """Give each row and how its line ends."""
    number = 0
    with opened() as file:
        lines = Lines(file)
        kept = _Kept(lines)
        try:
            for number, cells in enumerate(csv.reader(kept, delimiter=delimiter, strict=True), start=1):
                lines.room = MAX_ROW
                if number > MAX_ROWS:
                    raise InputError(f"the table has more than {MAX_ROWS:,} rows", hint="split it")
                text = kept.take()
                end = next((end for end in ENDS if text.endswith(end)), "")
                yield Line(number, text.removesuffix(end), tuple(cells)), end
        except csv.Error as error:
            raise InputError(f"row {number + 1}: put quotes around a whole cell, and double those inside it ({error})") from error
        except RosterError as error:
            (problem,) = (each for each in error.found if isinstance(each, Problem))
            raise InputError(str(problem)) from error
