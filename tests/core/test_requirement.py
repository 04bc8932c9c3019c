"""Requirements as files, and as a posting has them."""

import json

import pytest

from laurea.core.concept import Concept
from laurea.core.learning import Credit
from laurea.core.posting import Wanted
from laurea.core.requirement import MAX_REQUIREMENTS, Requirement, Requirements, of_wanted
from laurea.errors import FormatError

SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


def file(*items: object, **more: object) -> bytes:
    return json.dumps({"laurea": "requirements", "version": 1, "title": "Data analyst", "requirements": list(items), **more}).encode()


def test_all_that_a_requirement_can_ask_is_read() -> None:
    asked = {
        "id": "sql",
        "name": "SQL",
        "uris": [SQL],
        "essential": False,
        "eqf": 5,
        "hours": 25,
        "credits": {"framework": "ECTS", "point": 2.5},
        "achievement": "https://issuer.example/sql",
        "issuers": ["did:web:issuer.example"],
        "accredited": True,
        "sentence": "You know SQL.",
    }

    (found,) = Requirements.parse(file(asked)).items

    assert found == Requirement(
        "sql",
        "SQL",
        frozenset({SQL}),
        False,
        5,
        25.0,
        Credit("ECTS", 2.5),
        "https://issuer.example/sql",
        frozenset({"did:web:issuer.example"}),
        True,
        "You know SQL.",
    )


def test_what_is_written_is_read_as_it_was() -> None:
    requirements = Requirements.parse(file({"name": "SQL", "uris": [SQL], "eqf": 5}, {"name": "Teamwork", "essential": False, "hours": 0}))

    assert [each.id for each in requirements.items] == ["1", "2"]
    assert Requirements.parse(json.dumps(requirements.document()).encode()) == requirements


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[]", "these are no requirements"),
        (b'{"laurea": "trust"}', "these are no requirements"),
        (file({"name": "SQL"}, version=2), "another version than 1"),
        (file(), "/requirements"),
        (file({"name": ""}), "/requirements/0/name"),
        (file({"name": "SQL", "uris": ["SQL"]}), "/requirements/0/uris/0: give a URL"),
        (file({"name": "SQL", "eqf": 9}), "/requirements/0/eqf"),
        (file({"name": "SQL", "eqf": True}), "/requirements/0/eqf"),
        (file({"name": "SQL", "hours": -1}), "/requirements/0/hours"),
        (file({"name": "SQL", "gender": "f"}), "/requirements/0/gender: remove this member"),
        (file({"name": "SQL", "id": "a b"}), "/requirements/0/id"),
        (file({"name": "SQL", "id": "x"}, {"name": "SQL", "id": "x"}), "the same id"),
        (file({"name": "SQL", "id": "2"}, {"name": "SQL"}), "the same id"),
        (file({"name": "SQL", "essential": None}), "/requirements/0/essential"),
        (file(*[{"name": "SQL"}] * (MAX_REQUIREMENTS + 1)), "/requirements"),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        Requirements.parse(data)

    assert said in str(refused.value)


def test_a_posting_asks_for_each_concept_once_and_for_words_that_no_framework_has() -> None:
    sql = Concept(SQL, "SQL", "ESCO")
    wanted = [
        Wanted(sql, "SQL", "SQL would be nice.", essential=False, score=0.9),
        Wanted(None, "Zorgle 3", "You know Zorgle 3.", essential=True, score=0.0),
        Wanted(Concept(SQL.replace("http:", "https:"), "SQL", "ESCO"), "sql", "You write SQL.", essential=True, score=1.0),
        Wanted(None, "zorgle  3", "Zorgle 3 again.", essential=False, score=0.0),
    ]

    requirements = of_wanted("Analyst", wanted)

    assert requirements.items == (
        Requirement("1", "SQL", frozenset({SQL}), True, sentence="SQL would be nice."),
        Requirement("2", "Zorgle 3", frozenset(), True, sentence="You know Zorgle 3."),
    )
