"""Badges written by their form are byte for byte those that are built one by one, and each form is judged."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import badge_form, canonical
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.badge_form import BadgeForms
from laurea.core.canonical import JsonObject
from laurea.core.roster import Row
from laurea.core.status_list import Entry
from tests.anvil import ROOT
from tests.core.strategies import texts

ISSUER = IssuerProfile("did:web:example.edu", "Exámple %s", "https://example.edu")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SQL = Achievement.parse((ROOT / "examples/achievements/sql-for-analysts.json").read_bytes())
PYTHON = Achievement.parse((ROOT / "examples/achievements/python-for-data.json").read_bytes())
MARKS = st.sampled_from(["laurea-badge-form:id:", '"', "\\", "%", "%s", "\u0000", "\u007f", "\u2028", "𝄞", "/"])
HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
times = st.integers(0, 10**8).map(lambda seconds: NOW - timedelta(seconds=seconds))


@st.composite
def rows(draw: st.DrawFn) -> tuple[Achievement, Row]:
    given_texts = texts | MARKS
    achievement = draw(st.sampled_from([SQL, PYTHON]))
    row = Row(
        learner=draw(given_texts | st.just("ada@example.edu")),
        name=draw(given_texts),
        achievement=achievement.key,
        result=draw(st.none() | st.integers(0, 100).map(str)) if achievement is SQL else None,
        evidence=draw(st.none() | st.just("https://example.edu/e/%s")),
        evidence_name=draw(st.none() | given_texts),
        holder=draw(st.none() | st.just(HOLDER)),
        awarded=draw(st.none() | times),
        valid_until=draw(st.none() | times),
    )
    return achievement, row


@st.composite
def makings(draw: st.DrawFn) -> Making:
    number = draw(st.integers(0, 131_071))
    lists = draw(st.lists(st.sampled_from(["revocation", "suspension"]), unique=True))
    status = [Entry(purpose, number, f"https://example.edu/status/{purpose}.json").document() for purpose in lists]
    return Making(f"urn:uuid:{draw(st.uuids())}", draw(times), draw(st.binary(min_size=16, max_size=16)).hex(), status)


@given(st.lists(st.tuples(rows(), makings()), min_size=1, max_size=12))
def test_every_badge_is_the_one_that_is_built(found: list[tuple[tuple[Achievement, Row], Making]]) -> None:
    forms = BadgeForms(ISSUER, lambda _: [])

    for (achievement, row), making in found * 2:
        assert forms.write(achievement, row, making).text == canonical.dump(build(achievement, row, ISSUER, making))


def row(**members: Any) -> Row:
    return Row(**{"learner": "S-1", "name": "Ada", "achievement": SQL.key, **members})


def making(number: int = 0) -> Making:
    return Making(f"urn:uuid:{number}", NOW, f"{number:032x}")


def test_only_the_first_of_a_form_is_built_and_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[JsonObject] = []

    def judge(document: JsonObject) -> list[str]:
        judged.append(document)
        return []

    forms = BadgeForms(ISSUER, judge)
    for number in range(5):
        forms.write(SQL, row(name=f"N{number}"), making(number))
        forms.write(SQL, row(result="84"), making(number))
        forms.write(SQL, row(learner="ada@example.edu"), making(number))

    assert len(judged) == 3
    monkeypatch.setattr(badge_form, "build", lambda *_: pytest.fail("built"))
    assert b'"N9"' in forms.write(SQL, row(name="N9"), making(9)).text


def test_what_is_wrong_with_a_form_is_said_of_each_of_its_badges() -> None:
    forms = BadgeForms(ISSUER, lambda document: ["no evidence, please"] if "evidence" in document else [])

    for number in range(3):
        assert forms.write(SQL, row(evidence="https://x.example"), making(number)).problems == ["no evidence, please"]
        assert not forms.write(SQL, row(), making(number)).problems


def test_an_achievement_with_marks_of_ours_goes_the_long_way_and_is_right() -> None:
    document = json.loads((ROOT / "examples/achievements/sql-for-analysts.json").read_text())
    odd = Achievement.parse(json.dumps({**document, "description": "laurea-badge-form:name:"}).encode())
    forms = BadgeForms(ISSUER, lambda _: [])

    for number in range(4):
        each = row(name=f"N{number}")
        assert forms.write(odd, each, making(number)).text == canonical.dump(build(odd, each, ISSUER, making(number)))
