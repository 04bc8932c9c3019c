"""What the EU's recommendation on micro-credentials asks for is found in an achievement, or named as missing with what to add."""

import json
from pathlib import Path
from typing import Any

import pytest

from laurea.core.quality import Told, contradictions, lint
from tests.conftest import ROOT

FULL: dict[str, Any] = json.loads((ROOT / "examples/achievements/sql-for-analysts.json").read_text())
DEMANDED = ["learner", "title", "country", "awarding-body", "date", "outcomes", "workload", "level", "assessment", "participation", "quality-assurance"]  # fmt: skip


def without(*members: str) -> dict[str, Any]:
    return {name: value for name, value in FULL.items() if name not in members}


@pytest.mark.parametrize("path", sorted((ROOT / "examples/achievements").glob("*.json")), ids=lambda path: path.stem)
def test_our_examples_tell_all_that_is_asked_for(path: Path) -> None:
    found = lint(json.loads(path.read_text()), "AT")

    assert (found.missing, found.contradictions, found.remarks) == ((), (), ())
    assert found.document()["complete"] is True


def test_the_eleven_elements_of_the_recommendation_are_asked_for() -> None:
    found = lint(FULL, "AT")

    assert [each.id for each in found.demanded] == DEMANDED
    assert {each.id for each in found.elements if each.told is Told.COMES} == {"learner", "awarding-body", "date"}


@pytest.mark.parametrize(
    ("members", "missing"),
    [
        (("learningOutcome",), ["outcomes"]),
        (("creditPoint", "volumeOfLearning", "creditsAvailable"), ["workload"]),
        (("creditPoint", "volumeOfLearning"), ["workload"]),
        (("eqfLevel",), ["level"]),
        (("assessmentMethodType",), ["assessment"]),
        (("mode",), ["participation"]),
        (("qualityAssurance",), ["quality-assurance"]),
        (("idVerification", "creditPoint"), []),
        (("volumeOfLearning",), []),
    ],
    ids=lambda value: "+".join(value) or "none",
)
def test_what_is_missing_is_named_with_what_to_add(members: tuple[str, ...], missing: list[str]) -> None:
    found = lint(without(*members), "AT")

    assert [each.id for each in found.missing] == missing
    assert all(each.advice for each in found.missing)


def test_a_country_that_the_issuer_has_not_is_missing_and_one_that_is_not_known_here_comes() -> None:
    def country(of: str | None) -> Told:
        return next(each.told for each in lint(FULL, of).elements if each.id == "country")

    assert (country(""), country("AT"), country(None)) == (Told.MISSING, Told.THERE, Told.COMES)


def test_where_an_element_will_stand_is_said() -> None:
    where = {each.id: each.where for each in lint(FULL, "AT").elements}

    assert where["level"] == "/credentialSubject/achievement/eqfLevel"
    assert where["country"] == "/issuer/address/addressCountryCode"
    assert where["grade"] == "/credentialSubject/achievement/resultDescription"


def test_a_national_level_will_do() -> None:
    found = lint({**without("eqfLevel"), "nqfLevel": "RNCP 6"}, "FR")

    assert found.missing == ()


@pytest.mark.parametrize(
    ("members", "contradicts"),
    [
        ({"creditsAvailable": 3}, False),
        ({"creditsAvailable": 4}, True),
        ({"creditsAvailable": 4, "creditPoint": [{"framework": "ECTS", "point": 3}, {"framework": "US", "point": 4}]}, False),
        ({"creditsAvailable": 4, "creditPoint": []}, False),
    ],
    ids=str,
)
def test_credits_that_are_said_twice_agree(members: dict[str, Any], contradicts: bool) -> None:
    assert bool(contradictions({**FULL, **members})) is contradicts


def test_hours_that_make_no_credit_and_skills_that_nobody_can_match_are_remarked() -> None:
    found = lint({**without("alignment"), "volumeOfLearning": "PT7H"}, "AT")

    assert [remark.split(":")[0] for remark in found.remarks] == [
        "7 hours for 3 ECTS are 2.33 hours a credit; one stands for 20 to 30",
        "no alignment",
    ]
