"""Workbooks as rosters: read as texts, and refused when they hold what no roster needs."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from laurea.core import sheet
from laurea.core.sheet import Sheet
from laurea.errors import RosterError

HEADER = ("Student ID", "Name", "Grade", "Date")


def workbook(*rows: tuple[Any, ...], change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    change(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(RosterError) as caught:
        list(Sheet.of(data).rows())
    (problem,) = caught.value.problems
    return problem


def test_cells_of_a_workbook_become_the_texts_that_people_see() -> None:
    at = datetime(2026, 6, 21, 16, 30)  # noqa: DTZ001 - a workbook knows no zones
    rows = (1001, "Jörg Müller", 84.5, date(2026, 6, 20)), (), (1002.0, "김지우", None, at), (None, None, True)

    found = Sheet.of(workbook(HEADER, *rows))

    assert (found.header, found.ragged) == (HEADER, True)
    assert list(found.rows()) == [
        (2, ["1001", "Jörg Müller", "84.5", "2026-06-20"]),
        (4, ["1002", "김지우", "", "2026-06-21T16:30:00+00:00"]),
        (5, ["", "", "true"]),
    ]


def test_a_csv_file_reads_as_the_same_table() -> None:
    found = Sheet.of(b"a,b\n1,x\n\n2,\n")

    assert (found.header, found.ragged, list(found.rows())) == (("a", "b"), False, [(2, ["1", "x"]), (4, ["2", ""])])


def test_a_formula_is_named_and_not_run() -> None:
    assert refused(workbook(HEADER, (1, '=HYPERLINK("https://example.org","x")'))) == (
        "row 2, column B2: put the value in the place of the formula (copy, then paste as values)"
    )


def test_a_cell_that_could_not_be_computed_is_named() -> None:
    def spoil(book: Any) -> None:
        book.active["C2"].value = "#N/A"
        book.active["C2"].data_type = "e"

    assert refused(workbook(HEADER, (1, "Ada", 1), change=spoil)).startswith("row 2, column C2, '#N/A': mend the cell")


def test_only_the_one_visible_sheet_is_read() -> None:
    def hide(book: Any) -> None:
        book.create_sheet("notes").sheet_state = "hidden"

    assert list(Sheet.of(workbook(HEADER, (1, "Ada"), change=hide)).rows()) == [(2, ["1", "Ada"])]
    assert refused(workbook(HEADER, change=lambda book: book.create_sheet("more"))) == "leave one sheet in the workbook, 2 can be seen"


def test_a_stray_cell_far_below_is_found_without_reading_all_there_could_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_WORKBOOK_ROWS", 1000)

    def stray(book: Any) -> None:
        book.active["A1048576"] = "x"

    assert refused(workbook(HEADER, change=stray)).startswith("row 1001: split the roster")
    assert refused(workbook(tuple(range(101)))) == "row 1: remove columns, a roster may have 100"


def archive(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\x00" * 100,
        archive({"../../etc/passwd": b"x"}),
        archive({"[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Types>&b;</Types>'}),
        workbook(HEADER, (1, "Ada"))[:-200],
    ],
    ids=["no archive", "no workbook", "entities", "cut off"],
)
def test_what_is_no_workbook_is_named_as_damaged(data: bytes) -> None:
    assert refused(data) == "save the roster anew as an Excel workbook (.xlsx) or as CSV, this file is damaged"


@pytest.mark.parametrize("bomb", [{"big": b"\0" * (65 << 20)}, {str(number): b"" for number in range(1001)}], ids=["size", "parts"])
def test_a_bomb_is_not_unpacked(bomb: dict[str, bytes]) -> None:
    assert refused(archive(bomb)) == "save the roster as CSV, this workbook unpacks to more than a roster may have"


def test_entities_within_a_sheet_are_refused() -> None:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(workbook(HEADER, (1, "Ada")))) as whole:
        for name in whole.namelist():
            parts[name] = whole.read(name)
    body = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + body

    assert refused(archive(parts)).endswith("this file is damaged")
