"""What an achievement tells beyond Open Badges: what is taken, what is refused, and that every proof covers it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from laurea.core import canonical, linked_data, openbadge
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.canonical import JsonObject
from laurea.core.roster import Row
from laurea.errors import FormatError

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLAIN: JsonObject = {
    "id": "https://example.edu/achievements/sql",
    "type": ["Achievement"],
    "humanCode": "sql",
    "name": "SQL",
    "description": "Joins and windows.",
    "criteria": {"narrative": "Passed a project."},
}
TOLD: JsonObject = {
    "assessmentMethodType": ["Proctored project"],
    "creditPoint": {"framework": "ECTS", "point": 2.5},
    "entryRequirement": ["Basic arithmetic"],
    "eqfLevel": 5,
    "gradingScheme": "Percent, 60 to pass",
    "idVerification": "Photo identity card",
    "learningOutcome": ["Writes queries with joins"],
    "mode": ["blended"],
    "nqfLevel": "NQR 5",
    "qualityAssurance": ["ESG (2015), part 1"],
    "volumeOfLearning": "PT75H",
}


def parse(document: JsonObject) -> Achievement:
    return Achievement.parse(json.dumps(document).encode())


def badge(achievement: Achievement, *, blockcerts: bool = False) -> JsonObject:
    issuer = IssuerProfile("did:web:example.edu", "Example University", blockcerts=blockcerts)
    row = Row(number=1, learner="L-1", name="Ada", achievement=achievement.key)
    return build(achievement, row, issuer, Making("urn:uuid:0d2b7a3e-92a5-4a53-b1f4-7f6b5f4f7d52", AT, "5a17"))


def test_an_achievement_that_tells_all_is_taken_and_its_credential_follows_open_badges() -> None:
    made = badge(parse(PLAIN | TOLD))

    assert openbadge.problems(made) == []
    contexts: Any = made["@context"]
    assert contexts[2] == dict(openbadge.TERMS)


def test_an_achievement_that_tells_nothing_more_needs_no_context_of_its_own() -> None:
    assert badge(parse(PLAIN))["@context"] == [openbadge.CONTEXT, openbadge.BADGE_CONTEXT]


@pytest.mark.parametrize("name", sorted(TOLD))
def test_what_is_told_is_signed_by_suites_that_see_only_linked_data(name: str) -> None:
    with_it, without = (linked_data.canonical_bytes(badge(parse(document))) for document in (PLAIN | {name: TOLD[name]}, PLAIN))

    assert openbadge.TERMS[name].encode() in with_it
    assert openbadge.TERMS[name].encode() not in without


@pytest.mark.parametrize("name", sorted(TOLD))
def test_it_is_told_by_a_credential_of_blockcerts_too(name: str) -> None:
    made = badge(parse(PLAIN | {name: TOLD[name]}), blockcerts=True)

    contexts: Any = made["@context"]
    assert contexts[2][name] == openbadge.TERMS[name]
    assert Normalizer().digest(made) != Normalizer().digest(badge(parse(PLAIN), blockcerts=True))


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("eqfLevel", 9, "a number from 1 to 8"),
        ("eqfLevel", 0, "a number from 1 to 8"),
        ("eqfLevel", True, "a number from 1 to 8"),
        ("eqfLevel", "6", "a number from 1 to 8"),
        ("volumeOfLearning", "75 hours", "like PT125H"),
        ("volumeOfLearning", "P", "like PT125H"),
        ("volumeOfLearning", "PT", "like PT125H"),
        ("creditPoint", 5, "give an object"),
        ("creditPoint", {"point": 5}, "/creditPoint/framework: add this member"),
        ("creditPoint", {"framework": "ECTS", "point": "5"}, "give a number"),
        ("creditPoint", {"framework": "ECTS", "point": 5, "unit": "h"}, "/creditPoint/unit: remove this member"),
        ("learningOutcome", [1], "give a string"),
        ("learningOutcomes", ["Writes queries"], "Open Badges has none of that name"),
    ],
)
def test_what_is_wrong_is_named_with_its_fix(name: str, value: Any, fix: str) -> None:
    with pytest.raises(FormatError) as raised:
        parse(PLAIN | {name: value})

    assert fix in str(raised.value)
    assert f"/{name}" in str(raised.value)


def test_without_an_assessment_it_is_refused_with_what_to_add() -> None:
    parse(PLAIN | TOLD).require_assessed()
    with pytest.raises(FormatError, match="does not say how it is assessed") as raised:
        parse(PLAIN | TOLD | {"assessmentMethodType": []}).require_assessed()

    assert "assessmentMethodType" in raised.value.hint


def test_a_document_of_others_is_not_judged_by_it() -> None:
    made = badge(parse(PLAIN))
    subject: Any = made["credentialSubject"]
    subject["achievement"]["eqfLevel"] = {"id": "http://data.europa.eu/snb/eqf/6"}

    assert openbadge.problems(canonical.parse(canonical.dump(made))) == []  # type: ignore[arg-type]  # it is an object
