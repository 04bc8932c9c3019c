"""Which column of a spreadsheet is which of ours."""

import pytest

from laurea.core.mapping import ColumnMapping, guess

ONE = ("sql",)
TWO = ("sql", "python")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("learner", "name", "achievement"), {"learner": "learner", "name": "name", "achievement": "achievement"}),
        (("Student ID", "Full Name", "E-Mail"), {"learner": "Student ID", "name": "Full Name", "email": "E-Mail"}),
        (("Matrikelnummer", "Nachname", "Vorname", "Note"), {"learner": "Matrikelnummer", "name": "Vorname + Nachname", "result": "Note"}),
        (("ID", "Student ID", "Participant"), {"learner": "Student ID", "name": "Participant"}),
        (
            ("First name", "Last name", "Email address"),
            {"learner": "Email address", "name": "First name + Last name", "email": "Email address"},
        ),
        (("Name", "Name", "id"), {"learner": "id"}),
        (("Gültig bis", "Kurs"), {"valid_until": "Gültig bis", "achievement": "Kurs"}),
        (("x", "y"), {}),
    ],
)
def test_a_mapping_is_guessed_from_the_names_of_the_columns(header: tuple[str, ...], columns: dict[str, str]) -> None:
    assert {ours: " + ".join(theirs) for ours, theirs in guess(header, TWO).columns.items()} == columns


def test_the_only_achievement_is_that_of_all_rows_unless_a_column_says_it() -> None:
    assert guess(("id",), ONE).constants == {"achievement": "sql"}
    assert guess(("id", "course"), ONE).constants == {}
    assert guess(("id",), TWO).constants == {}


def test_a_row_is_read_through_the_mapping() -> None:
    mapping = ColumnMapping({"learner": ("id",), "name": ("first", "last"), "result": ("grade",)}, {"achievement": "sql"})
    header = ("last", "first", "id", "grade")

    read = mapping.reader(header)

    assert read(["Lovelace ", " Ada", " 7 ", "8"]) == (" 7 ", "Ada Lovelace", "sql", "8", "", "", "", "", "", "")
    assert read(["Hopper", " ", "8", ""])[:4] == ("8", "Hopper", "sql", "")
    assert (mapping.label("name"), mapping.label("achievement")) == ("first + last (name)", "achievement")
    assert list(mapping.problems(header)) == []
    assert mapping.unused((*header, "shoe size")) == ["shoe size"]


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        (ColumnMapping({"learner": ("id",), "name": ("id",)}), "column achievement: say which column of the roster it is, it is required"),
        (ColumnMapping({"shoe": ("id",)}), "column 'shoe': map one of learner, name"),
        (ColumnMapping({"learner": ("nr",)}), "row 1, column learner, 'nr': name a column of the roster"),
        (ColumnMapping({"learner": ("twice",)}), "row 1, column learner, 'twice': give each column another name, 2 have this one"),
        (ColumnMapping({"learner": ()}), "column learner: name 1 to 3 columns of the roster"),
        (ColumnMapping({"name": ("id",)}, {"name": "Ada"}), "column name: fill the column from the roster or with one value, not both"),
    ],
)
def test_a_mapping_that_cannot_be_names_what_to_change(mapping: ColumnMapping, problem: str) -> None:
    assert any(str(each).startswith(problem) for each in mapping.problems(("id", "twice", "twice")))
