"""What every framework becomes when it is read, and the tables that most of them come in."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laurea.core.concept import Concept
from laurea.errors import FormatError

MAX_BYTES = 256 << 20  # of all files of an import: ESCO in all 28 languages has about as much
MAX_CONCEPTS = 500_000
MAX_TEXT = 20_000  # characters of a cell that are kept

Row = dict[str, str]
"""The cells of a row by the names of the header; "" for those that are not there."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a concept in a language ("" when nobody said which); one of each language is preferred."""

    text: str
    language: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept as it is imported, with its labels in all languages."""

    concept: Concept
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """That `source` stands in a relation to `target`, both URIs: "broader" or "related"."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework that was read."""

    name: str
    version: str
    entries: Sequence[Entry]
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A framework that was kept: how many concepts and labels, in which languages."""

    name: str
    version: str
    concepts: int
    labels: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of an import: its name, without folders, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """What whoever imports says of a framework; "" where the files say it, or nobody does."""

    name: str = ""
    version: str = ""
    language: str = ""


def rows(source: Source, *, delimiter: str = ",") -> Iterator[Row]:
    """Give the rows of a table below its header; raises FormatError that names the file, the line and the fix."""
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{source.name} is not UTF-8 (byte {error.start})", hint="save it in UTF-8") from error
    lines_of = io.StringIO(text, newline="")
    if delimiter == ",":
        reader = csv.reader(lines_of, strict=True)
    else:
        reader = csv.reader(lines_of, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        for cells in reader:
            yield dict(zip(header, (cell.strip()[:MAX_TEXT] for cell in cells), strict=False))
    except csv.Error as error:
        raise FormatError(f"{source.name} is not a table, at line {reader.line_num}: {error}") from error


def header(source: Source, *, delimiter: str = ",") -> frozenset[str]:
    """Return the names in the first line of a table."""
    line = source.data[:10_000].split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    return frozenset(cell.strip().strip('"') for cell in line.split(delimiter))


def lines(cell: str) -> list[str]:
    """Return what a cell lists, one a line or parted by `|`."""
    return [part for part in (part.strip() for part in cell.replace("|", "\n").split("\n")) if part]


def check_count(count: int) -> None:
    """Raise FormatError for more concepts than any framework has."""
    if count > MAX_CONCEPTS:
        raise FormatError(f"these files name more than {MAX_CONCEPTS:,} concepts", hint="import a part of them")
