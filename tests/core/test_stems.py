import pytest

from laurea.core.likeness import Likeness, Sought, root, slips
from laurea.core.stems import key, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("managing projects", "Manage Project"),
        ("organize events", "organising an event"),
        ("planning", "plan"),
        ("colour", "color"),
        ("analyse data", "analyzing data"),
        ("welding of metals", "weld metal"),
        ("Maschinen bedienen", "Maschine bediene"),
        ("Straße", "STRASSE"),
        ("gestión de proyectos", "gestion proyecto"),
        ("client's needs", "clients need"),
    ],
)
def test_labels_that_differ_in_inflection_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C#"), ("C", "C++"), (".NET", "net"), ("process", "proceed"), ("install", "instal")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_names_with_signs_are_words() -> None:
    assert tokens("C++, C# and .NET; node.js") == ["c++", "c#", "and", ".net", "node", "js"]
    assert stems("the of") == ("the", "of")  # better than nothing


def test_a_family_has_one_root() -> None:
    assert root("management") == root("manag") == root("manager")
    assert root("translat") == root("translation") == root("translator")


@pytest.mark.parametrize(
    ("typed", "meant"), [("phyton", "python"), ("javasript", "javascript"), ("managment", "management"), ("custmer", "customer")]
)
def test_a_slip_of_a_finger_is_understood(typed: str, meant: str) -> None:
    assert slips(typed, ["python", "javascript", "management", "customer", "a"]) == [meant]


def test_of_words_as_near_as_one_another_both_may_be_meant() -> None:
    assert slips("phyton", ["python", "photon", "pylon"]) == ["photon", "python"]


def test_short_words_and_codes_are_taken_as_they_are() -> None:
    assert slips("sql", ["sol"]) == slips("c++", ["c+"]) == []


def test_a_label_that_says_more_is_less_like() -> None:
    likeness = Likeness([Sought({"weld": 1.0}, 2.0)], {"weld": 2.0, "pip": 3.0})

    assert likeness.label(["weld"]) == 1.0 > likeness.label(["weld", "pip"]) > likeness.label(["pip"]) == 0.0
