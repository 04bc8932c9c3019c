"""What a job asks for, out of files of anybody's."""

import json
import time
from collections.abc import Iterable, Mapping

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.concept import Concept, Hit
from laurea.core.requirement import MAX_REQUIREMENTS
from laurea.errors import FormatError
from laurea.services.requiring import MAX_POSTING, goal_of, requirements_of, written

SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


class Known:
    """SQL is known once; of two concepts called Java nobody knows which is meant."""

    def find(self, uri: str) -> Concept | None:
        return Concept(SQL, "SQL", "ESCO") if uri == SQL else None

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:  # noqa: ARG002
        return []

    def related(self, uri: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:
        known = {"sql": [Concept(SQL, "SQL", "ESCO")], "java": [Concept("urn:java", "Java", "A"), Concept("urn:island", "Java", "B")]}
        return {phrase: known[phrase.casefold()] for phrase in phrases if phrase.casefold() in known}


def asked(data: bytes | str | JsonObject) -> list[tuple[str, list[str]]]:
    raw = json.dumps(data).encode() if isinstance(data, dict) else data.encode() if isinstance(data, str) else data
    return [(each.name, sorted(each.uris)) for each in requirements_of(raw, "job", Known()).items]


def page(*scripts: str, kind: str = "application/ld+json") -> str:
    return "<!doctype html><html><body>" + "".join(f'<script type="{kind}">{each}</script>' for each in scripts) + "</body></html>"


POSTING: JsonObject = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Analyst", "skills": ["SQL, Java", "Tea"]}


@pytest.mark.parametrize(
    "data",
    [
        POSTING,
        page(json.dumps(POSTING)),
        page("{broken", json.dumps(POSTING)),
        page(json.dumps({"@graph": [{"@type": "WebSite"}, POSTING]})),
        page(json.dumps([{"@type": ["Thing"]}, {**POSTING, "@type": ["JobPosting", "Thing"]}])),
        page(json.dumps(POSTING), kind="APPLICATION/LD+JSON; charset=utf-8"),
    ],
)
def test_a_posting_is_found_wherever_it_is_marked_up(data: JsonObject | str) -> None:
    assert asked(data) == [("SQL", [SQL]), ("Java", []), ("Tea", [])]


def test_a_term_with_a_url_is_what_it_says_and_each_is_asked_for_once() -> None:
    skills: list[object] = [
        {"@type": "DefinedTerm", "name": "Structured queries", "url": SQL},
        {"@type": "DefinedTerm", "name": "Tea", "termCode": "T1"},
        {"@type": "DefinedTerm", "url": "javascript:alert(1)", "name": "Odd"},
        "Tea",
        "tea",
        {"@type": "DefinedTerm"},
        7,
    ]

    assert asked({**POSTING, "skills": skills}) == [("SQL", [SQL]), ("Tea", []), ("Odd", []), ("7", [])]  # type: ignore[dict-item]


def test_what_was_understood_can_be_edited_and_read_again() -> None:
    found = requirements_of(json.dumps(POSTING).encode(), "job", Known())

    assert requirements_of(written(found).encode(), "again", Known()) == found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"@type": "Person"}', "these are no requirements"),
        (b"<html>" + b"x" * MAX_POSTING, "is larger than"),
        (b"<html><body>Nothing.</body></html>", "nothing that job asks for is known here"),
        (b'{"laurea": "requirements", "version": 1, "title": "x", "requirements": []}', "/requirements"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_asks_for_nothing_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        requirements_of(data, "job", Known())

    assert said in str(refused.value)


@pytest.mark.parametrize(
    "piece", ["<script ", "<script>", '<script type="application/ld+json">', "<!--", "<a <", '<script type="application/ld+json">[[']
)
def test_a_page_that_is_made_to_take_long_does_not(piece: str) -> None:
    hostile = piece * ((1 << 20) // len(piece))
    begun = time.process_time()
    with pytest.raises(FormatError):
        requirements_of(hostile.encode(), "job", Known())

    assert time.process_time() - begun < 4


class Counting(Known):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, uri: str) -> Concept | None:
        self.asked += 1
        return super().find(uri)

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:
        several = list(phrases)
        self.asked += 1 + len(several)
        return super().named(several)


@pytest.mark.parametrize("same", [True, False])
def test_a_page_that_lists_skills_without_end_is_looked_up_as_far_as_it_is_kept(same: bool) -> None:
    known = Counting()
    listed = ", ".join("SQL" if same else f"skill {number}" for number in range(20_000))

    found = requirements_of(json.dumps({**POSTING, "skills": listed}).encode(), "job", known)

    assert len(found.items) == (1 if same else MAX_REQUIREMENTS)
    assert known.asked <= MAX_REQUIREMENTS + 1


def test_letters_that_are_two_in_small_move_no_end_of_a_script() -> None:
    assert asked(page(json.dumps(POSTING)).replace("<body>", "<body>" + "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}" * 30))[0] == (
        "SQL",
        [SQL],
    )


def test_a_goal_is_requirements_an_achievement_or_a_posting() -> None:
    achievement = {
        "id": "https://uni.example/sql",
        "type": ["Achievement"],
        "name": "Databases",
        "description": "d",
        "criteria": {"narrative": "n"},
    }
    for data, title in [
        (json.dumps(POSTING), "Analyst"),
        (page(json.dumps(POSTING)), "Analyst"),
        ("Requirements:\n- SQL", "Requirements:"),
        (json.dumps(achievement), "Databases"),
        (written(requirements_of(json.dumps(POSTING).encode(), "job", Known())), "Analyst"),
    ]:
        assert goal_of(data.encode(), "job", Known()).requirements.title == title
    with pytest.raises(FormatError, match="larger than"):
        goal_of(b"{" + b" " * MAX_POSTING, "job", Known())
