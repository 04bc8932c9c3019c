"""Rosters are read in parts, quickly, as often as needed: the rows and the problems are those of a plain reading."""

import csv
import io
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from laurea.core import cells, keys, roster, sheet
from laurea.core.mapping import COLUMNS, REQUIRED, ColumnMapping
from laurea.core.problem import Problem, Problems
from laurea.core.roster import BLANKS, Roster, Row
from laurea.core.sheet import Sheet
from laurea.errors import FormatError, RosterError
from tests.core.test_roster import ACHIEVEMENTS, HOLDER, NOW

P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
RIGHT = {"learner": "s1", "name": "Ada Example", "achievement": "sql"}


def reading(source: sheet.Source, achievements: Any = ACHIEVEMENTS) -> tuple[list[Row], list[Problem]]:
    problems: list[Problem] = []
    return list(Roster.of(source, achievements, now=NOW).rows(problems)), problems


def csv_of(*rows: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**RIGHT, **row} for row in rows)
    return text.getvalue().encode()


# A plain reading: every cell by itself, in the order of the columns, with all checks


def plain(records: list[dict[str, str]], *, begin: int, noun: str = "row") -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, record in enumerate(records, start=begin):
        row = _plain_row(number, record, lambda fix, column, n=number, r=record: problems.append(Problem(fix, n, column, r[column], noun)))  # type: ignore[misc]
        if row is not None:
            for earlier in rows:
                if (earlier.learner, earlier.achievement) == (row.learner, row.achievement):
                    fix = f"remove the {noun}, {noun} {earlier.number} gives this learner the same achievement"
                    problems.append(Problem(fix, number, "learner", record["learner"], noun))
                    break
            rows.append(row)
    return rows, problems


def _plain_row(number: int, record: dict[str, str], note: Callable[[str, str], None]) -> Row | None:
    cell = partial(_plain_cell, record, note)
    learner, name, key = cell("learner", cells.learner), cell("name", cells.name), cell("achievement", _known)
    result = record["result"].strip(BLANKS) if key and cell("result", ACHIEVEMENTS[key].result) else None
    evidence, evidence_name = cell("evidence", cells.https_url), cell("evidence_name", str)
    if evidence_name and not record["evidence"].strip(BLANKS):
        note("give the URL of the evidence, or leave evidence_name empty, too", "evidence")
    holder = record["holder"].strip(BLANKS) if cell("holder", keys.public_of_did_key) else None
    awarded, until = cell("awarded", partial(cells.awarded, now=NOW)), cell("valid_until", partial(cells.valid_until, now=NOW))
    email = cell("email", cells.email)
    if None in (learner, name, key):
        return None
    address = learner if email is None and cells.is_email(learner) else email
    return Row(learner, name, key, result, evidence, evidence_name, holder, awarded, until, address, number)


def _plain_cell(record: dict[str, str], note: Callable[[str, str], None], column: str, parse: Callable[[str], Any]) -> Any:
    text = record[column] if column == "learner" else record[column].strip(BLANKS)
    if not text and column in REQUIRED:
        note("fill in the cell, it is required", column)
    try:
        return parse(cells.check_text(text, number=column == "result")) if text else None
    except FormatError as error:
        note(str(error), column)
        return None


def _known(text: str) -> str:
    if text not in ACHIEVEMENTS:
        raise FormatError(f"name one of {', '.join(ACHIEVEMENTS)}, or add the achievement first")
    return text


ODD = st.sampled_from(
    [
        "",
        " ",
        "\u00a0",
        "\u3000",
        "\t",
        "\n",
        "\r",
        "\x00",
        "=",
        "-",
        "@",
        "\u202e",
        "\u200d",
        "\u200b",
        "\ufeff",
        "\ue000",
        "e\u0301",
        "\u0378",
        "|",
    ]
)
PLAIN = {
    "learner": ("s1", "s2", "s3@example.edu", "Zoë", "김", ""),
    "name": ("Ada Example", "Jörg Müller", "ප්\u200dරනාන්දු", "佐藤\u3000陽菜", "x" * 1001, ""),
    "achievement": ("sql", "python", "free", "plain", "java", ""),
    "result": ("84", "-5", "A", "D", "with distinction", ""),
    "evidence": ("https://example.edu/e", "http://example.edu", "https://a.b/" + "x" * 1000, ""),
    "evidence_name": ("Report", ""),
    "holder": (HOLDER, P256, HOLDER[:-1], HOLDER.replace("z6Mk", "z6Mz"), "did:web:example.edu", ""),
    "awarded": ("2026-11-20", "2026-11-20T09:30:00Z", "2026-11-24", "1899-12-31", "2026-02-30", ""),
    "valid_until": ("2029-11-30", "2026-11-22", ""),
    "email": ("ada@example.edu", "a..b@example.edu", "=a@example.edu", ""),
}


def odd_cell(column: str) -> st.SearchStrategy[str]:
    text = st.sampled_from(PLAIN[column])
    return text | text | text | st.builds("{}{}{}".format, ODD, text, ODD) | st.text(st.characters(codec="utf-8"), max_size=9)


RECORDS = st.lists(st.fixed_dictionaries({column: odd_cell(column) for column in COLUMNS}), max_size=8)


@settings(max_examples=300)
@given(RECORDS)
def test_records_give_the_rows_and_problems_of_a_plain_reading(records: list[dict[str, str]]) -> None:
    problems: list[Problem] = []
    rows = list(Roster.of_records(records, ACHIEVEMENTS, now=NOW).rows(problems))

    assert (rows, problems) == plain(records, begin=0, noun="record")


@settings(max_examples=200)
@given(RECORDS.filter(lambda records: all(any(map(str.strip, record.values())) for record in records)), st.sampled_from([1, 7, 65536]))
def test_a_file_gives_the_rows_and_problems_of_a_plain_reading(records: list[dict[str, str]], size: int) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(records)
    data = text.getvalue().encode()

    expected = plain(records, begin=2)
    if not records:
        expected[1].append(Problem("add a row for each learner, the roster has none", 2))

    assert reading(lambda: Slow(data, size)) == expected


class Slow(io.BytesIO):
    """A file that gives a few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._most = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


@given(st.text(st.sampled_from('a,"\r\n\u2028\x0b\ufeffé😀'), max_size=40), st.sampled_from([1, 2, 3, 5, 65536]))
@example("a\r", 1)
@example("\r\n\r\n", 1)
@example("\ufeff\ufeffa\n", 1)
def test_lines_end_where_python_ends_them_however_few_bytes_come_at_once(text: str, size: int) -> None:
    data = text.encode()

    assert list(sheet.Lines(Slow(data, size))) == list(io.StringIO(text.removeprefix("\ufeff"), newline=""))


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", "é".encode(), "😀".encode()]), max_size=20).map(b"".join),
    st.sampled_from([b"\xff", b"\xc3", b"\xf0\x9f", b"\xed\xa0\x80"]),
    st.sampled_from([b"", b"\n", b"aaaa\n"]),
    st.sampled_from([1, 3, 65536]),
)
def test_a_byte_that_is_not_utf_8_is_named_with_its_row_and_place(before: bytes, wrong: bytes, after: bytes, size: int) -> None:
    data = before + wrong + after
    with pytest.raises(UnicodeDecodeError) as plainly:
        data.decode()
    start = plainly.value.start

    lines: list[str] = []
    with pytest.raises(RosterError) as caught:
        lines.extend(sheet.Lines(Slow(data, size)))

    row = len(data[: start + 1].splitlines())
    assert caught.value.problems == (f"row {row}: save the file as CSV in UTF-8, byte {start} of it is not",)


def test_rows_before_a_byte_that_is_not_utf_8_are_read_and_their_problems_named() -> None:
    data = csv_of({"learner": "s1"}, {"learner": "s2", "result": "120"}, {"learner": "Z\u00f6"}).replace("ö".encode(), b"\xf6")

    rows, problems = reading(data)

    assert [row.learner for row in rows] == ["s1", "s2"]
    assert [(each.row, each.column) for each in problems] == [(3, "result"), (4, None)]


def test_what_python_does_not_print_includes_all_that_no_cell_may_hold() -> None:
    # Otherwise the quick look at a cell would miss it.
    every = map(chr, range(0x110000))

    assert [hex(ord(letter)) for letter in every if letter.isprintable() and cells._UNWANTED.search(letter)] == []


@given(st.binary(min_size=32, max_size=32), st.integers(8, 55), st.sampled_from("019AHIOZalz_ é"))
def test_a_did_key_is_told_quickly_as_it_is_told_by_reading_it(public: bytes, place: int, letter: str) -> None:
    did = keys.did_key(public)
    changed = did[:place] + letter + did[place + 1 :]

    assert keys.is_ed25519_did(did)
    assert keys.is_ed25519_did(changed) == _is_ed25519(changed)


@pytest.mark.parametrize("did", [keys.did_key(bytes(32)), keys.did_key(b"\xff" * 32), P256, HOLDER + "1", HOLDER[:-1], HOLDER + "\n", ""])
def test_the_first_and_the_last_did_key_and_others(did: str) -> None:
    assert keys.is_ed25519_did(did) == _is_ed25519(did)


def test_the_neighbours_of_the_first_and_the_last_did_key_are_none() -> None:
    first, last = keys.did_key(bytes(32)), keys.did_key(b"\xff" * 32)

    assert not keys.is_ed25519_did(first[:-1] + chr(ord(first[-1]) - 1))
    assert not keys.is_ed25519_did(last[:-1] + chr(ord(last[-1]) + 1))


def _is_ed25519(did: str) -> bool:
    try:
        return len(keys.public_of_did_key(did)) == keys.KEY_BYTES
    except FormatError:
        return False


# Who stands twice


def test_every_row_that_stands_twice_is_named_with_the_first_in_the_order_of_the_rows() -> None:
    data = csv_of({}, {"result": "120"}, {"learner": "s2", "name": ""}, {"learner": "s2"}, {"learner": "s2"}, {})

    assert [(each.row, each.column, each.fix[:21]) for each in reading(data)[1]] == [
        (3, "result", "give a number from -5"),
        (3, "learner", "remove the row, row 2"),
        (4, "name", "fill in the cell, it "),
        (6, "learner", "remove the row, row 5"),
        (7, "learner", "remove the row, row 2"),
    ]


def test_hashes_that_are_alike_make_no_pair_stand_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "hash", lambda _: 7, raising=False)

    rows, problems = reading(csv_of({}, {"learner": "s2"}, {}))

    assert (len(rows), [each.row for each in problems]) == (3, [4])


def test_no_roster_is_taken_with_more_pairs_that_stand_twice_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "MAX_TWICE", 2)
    twice = [{"learner": f"s{number}"} for number in range(4)] * 2

    problems = reading(csv_of(*twice))[1]

    assert [each.column for each in problems[:-1]] == ["learner"] * 3
    assert problems[-1].fix == "mend these first, more than 2 learners may have an achievement twice"


# Bounds


def test_a_roster_is_read_again_from_its_begin() -> None:
    opened: list[BinaryIO] = []

    def source() -> BinaryIO:
        opened.append(io.BytesIO(csv_of({"result": "120"}, {"learner": "s2"})))
        return opened[-1]

    found = Roster.of(source, ACHIEVEMENTS, now=NOW)
    problems: list[Problem] = []

    assert list(found.rows(problems)) == list(found.rows([]))
    assert len(problems) == 1
    assert all(file.closed for file in opened)


def test_rows_come_before_the_rest_of_the_file_is_read() -> None:
    rest = csv_of(*({"learner": f"s{number}"} for number in range(20_000)))
    opened: list[io.BytesIO] = []

    def source() -> BinaryIO:
        opened.append(io.BytesIO(rest))
        return opened[-1]

    rows = Sheet.of(source).rows()

    assert next(rows)[0] == 2
    assert opened[-1].tell() < len(rest) / 2


@pytest.mark.parametrize("begin", [b"", b'"', b"a,b\n" * 1000 + b'"\n","\n'])
def test_a_row_that_does_not_end_is_not_held(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(sheet, "MAX_ROW", 5000)
    csv_limit = b'x","\n' if begin else b"x"
    read = 0

    class Endless(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            nonlocal read
            read += size
            assert read < 100_000
            return (begin if read == size else b"") + csv_limit * (size // len(csv_limit))

    with pytest.raises(RosterError) as caught:
        list(sheet._csv(Endless()))  # type: ignore[arg-type]

    assert "end the row, or the quotes in it, before it has 5,000 characters" in caught.value.problems[0]


def test_a_roster_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 3)

    rows, problems = reading(csv_of({}, {"learner": "s2"}, {"learner": "s3"}))

    assert len(rows) == 2
    assert str(problems[0]).startswith("row 4: split the roster, it may have 3 rows")


def test_a_workbook_with_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_WORKBOOK_BYTES", 10)

    with pytest.raises(RosterError) as caught:
        Sheet.of(sheet.ZIP_MAGIC + b"1234567")

    assert caught.value.problems == ("save the roster as CSV, a workbook may have 10 bytes",)


def test_the_first_problems_are_kept_and_all_are_counted() -> None:
    problems = Problems(most=2)
    problems.extend(Problem("mend it", row) for row in range(1, 1001))

    error = problems.error()

    assert ([each.row for each in problems.kept], error.count, error.problems) == ([1, 2], 1000, ("row 1: mend it", "row 2: mend it"))
    assert str(error) == "the roster has 1,000 problems, of which the first 2 are listed; nothing was imported"


def test_a_mapped_sheet_names_its_own_columns() -> None:
    found = Sheet.of(b"Nr,First,Last,Shoe\n=1,Ada,Lovelace,38\n2,,,\n")
    mapping = ColumnMapping({"learner": ("Nr",), "name": ("First", "Last")}, {"achievement": "sql"})
    problems: list[Problem] = []

    rows = list(Roster.mapped(found, mapping, ACHIEVEMENTS, now=NOW).rows(problems))

    assert rows == []
    assert [(each.row, each.column, each.value) for each in problems] == [(2, "Nr (learner)", "=1"), (3, "First + Last (name)", "")]
