"""Tables that are given back with columns added: what was there stays to the byte, and what is added is no formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.table import DELIMITERS, Table
from laurea.errors import InputError

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), max_size=5))
FORMULAE = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://evil.example";"x")', "\t=1", "\r=1")


def table_of(data: bytes) -> Table:
    return Table.of(lambda: io.BytesIO(data))


def written(rows: list[list[str]], delimiter: str, end: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


@given(rows=tables, delimiter=st.sampled_from(DELIMITERS), end=st.sampled_from(["\r\n", "\n", "\r"]), marked=st.booleans())
def test_what_was_there_stays_to_the_byte(rows: list[list[str]], delimiter: str, end: str, marked: bool) -> None:
    header = [f"h{number}" for number in range(max(2, *map(len, rows)) if rows else 2)]
    data = (b"\xef\xbb\xbf" if marked else b"") + written([header, *rows], delimiter, end)

    table = table_of(data)
    lines = [table.header, *table.rows()]
    given_back = b"".join(table.added(line, ()) for line in lines)
    answered = b"".join(table.added(line, ("a;b", "c")) for line in lines)

    assert [list(line.cells) for line in lines] == [header, *rows]
    assert len(rows) == 0 or len(header) > len(rows[0]) or given_back == data
    read = list(csv.reader(io.StringIO(answered.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))
    assert [row[-2:] for row in read] == [["a;b", "c"]] * len(lines)
    assert {len(row) for row in read} == {len(header) + 2}
    assert answered.startswith(b"\xef\xbb\xbf") is marked


@pytest.mark.parametrize("formula", FORMULAE)
def test_no_cell_that_is_added_is_a_formula(formula: str) -> None:
    table = table_of(b"name,file\nAda,a.json\n")

    answered = table.added(next(table.rows()), (formula,)).decode()

    (row,) = csv.reader(io.StringIO(answered, newline=""), strict=True)
    assert row == ["Ada", "a.json", f"'{formula}"]


def test_rows_are_numbered_as_a_spreadsheet_does_and_short_ones_are_filled_up() -> None:
    table = table_of(b'name,file,more\n\n"a\nb",x\n,,\nAda,a.json,last')

    lines = list(table.rows())

    assert [(line.number, line.is_empty) for line in lines] == [(2, True), (3, False), (4, True), (5, False)]
    assert [table.added(line, ("v",)) for line in lines] == [b",,,v\n", b'"a\nb",x,,v\n', b",,,v\n", b"Ada,a.json,last,v\n"]


def test_columns_are_found_whatever_their_case() -> None:
    table = table_of(b"Name; FILE \n")

    assert (table.delimiter, table.column("file"), table.column("link")) == (";", 1, None)


def test_two_columns_of_one_name_are_not_told_apart() -> None:
    with pytest.raises(InputError, match="the table has two columns file"):
        table_of(b"file,File,name\n").column("file")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the table is empty"),
        (b",\nAda,x\n", "the table is empty"),
        (b"name,file\nAda,a.json,valid\n", "row 2 has 3 cells, and the header 2"),
        (b'name,file\nAda,"a.json\n', "row 2: put quotes around a whole cell"),
        (b"name,file\nAda,\xff\n", "row 2: save the file as CSV in UTF-8, byte 14 of it is not"),
        (b"PK\x03\x04 a workbook", "the table is a workbook"),
    ],
)
def test_what_is_no_table_is_refused_with_the_fix(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        table_of(data)

    assert said in f"{caught.value}; {caught.value.hint}"
