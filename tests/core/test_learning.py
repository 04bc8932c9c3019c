"""Level, workload, credits, assessment and quality: of credentials of ours and of anybody's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from laurea.core.learning import Credit, Learning, eqf_of, hours_of, number
from laurea.core.summary import Skill
from tests.core.strategies import documents
from tests.core.test_badge import ROW, badge_of

EQF_6 = "http://data.europa.eu/snb/eqf/6"


def achieved(**members: Any) -> Learning:
    return Learning.of({"credentialSubject": {"achievement": members}})


def test_a_badge_of_ours_is_read_whole() -> None:
    document: Any = badge_of(ROW)
    document["issuer"]["address"] = {"type": ["Address"], "addressCountryCode": "AT"}

    learning = Learning.of(document)

    assert (learning.title, learning.key, learning.kind) == ("SQL for Analysts", "sql-for-analysts", "MicroCredential")
    assert (learning.eqf, learning.hours, learning.credits) == (5, 75.0, (Credit("ECTS", 3.0),))
    assert learning.assessment == ("Proctored project", "Oral examination")
    assert learning.mode == ("blended",)
    assert learning.quality == ("Internal quality assurance by the ESG (2015), reviewed every year",)
    assert learning.outcomes[0] == "Writes queries with joins, aggregates and window functions"
    assert learning.skills == (Skill("SQL", "ESCO", "", "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"),)
    assert learning.country == "AT"
    assert learning.ects() == 3


def test_an_achievement_that_nobody_has_earned_is_read_by_itself() -> None:
    creator: Any = {"id": "did:web:example.edu", "type": ["Profile"], "name": "Example University", "address": {"addressCountryCode": "de"}}

    learning = Learning.of_achievement({"id": "urn:a", "name": {"en": "Law", "de": "Recht"}, "creator": creator, "eqfLevel": 7}, "de")

    assert (learning.title, learning.achievement, learning.eqf) == ("Recht", "urn:a", 7)
    assert (learning.issuer, learning.issuer_name, learning.country) == ("did:web:example.edu", "Example University", "DE")
    assert (learning.awarded, learning.valid_until, learning.result) == (None, None, "")


@pytest.mark.parametrize(
    "members",
    [
        {"eqfLevel": 6},
        {"eqfLevel": "6"},
        {"eqfLevel": "EQF 6"},
        {"eqfLevel": "Level 6"},
        {"eqfLevel": EQF_6},
        {"eqfLevel": {"id": EQF_6, "type": "Concept", "prefLabel": {"en": "Level 6"}}},
        {"eqfLevel": {"prefLabel": {"en": "Level 6"}}},
        {"educationLevel": "Bachelor (EQF level 6)"},
        {"educationLevel": "EQR-Niveau 6"},
        {"alignment": [{"targetName": "Level 6", "targetUrl": EQF_6}]},
        {"alignment": {"targetName": "Level 6", "targetUrl": "https://example.org/6", "targetFramework": "EQF"}},
        {"alignment": {"targetCode": "6", "targetUrl": "https://e.org/6", "targetFramework": "European Qualifications Framework"}},
    ],
    ids=str,
)
def test_a_level_is_read_however_it_is_written(members: dict[str, Any]) -> None:
    assert achieved(**members).eqf == 6


@pytest.mark.parametrize(
    "members",
    [
        {"eqfLevel": 9},
        {"eqfLevel": True},
        {"eqfLevel": 6.5},
        {"educationLevel": "6"},
        {"educationLevel": "Level 6"},
        {"nqfLevel": "NQF 6"},
        {"educationLevel": "EQF 60"},
        {"alignment": {"targetName": "Level 6", "targetUrl": "https://example.org/6", "targetFramework": "RQF"}},
    ],
    ids=str,
)
def test_a_level_of_another_framework_is_none_of_the_european_one(members: dict[str, Any]) -> None:
    assert achieved(**members).eqf is None


def test_a_level_is_no_skill() -> None:
    assert achieved(alignment=[{"targetName": "Level 6", "targetUrl": EQF_6}]).skills == ()


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("PT125H", 125.0),
        ("PT1H30M", 1.5),
        ("PT90M", 1.5),
        ("125 hours", 125.0),
        ("5 ECTS (125 h)", 125.0),
        ("12,5 Stunden", 12.5),
        ("120 Std.", 120.0),
        ("40 horas", 40.0),
        ("P5D", None),
        ("P1Y", None),
        ("125", None),
        ("100-125 hours", None),
        ("100 to 125 hours", None),
        ("20 hours per week", None),
        ("10 h/week", None),
        ("30 hours online and 45 hours of reading", None),
        ("about three weeks", None),
        ("1" * 100_000, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_hours_are_those_of_one_number_of_hours(words: str, hours: float | None) -> None:
    assert hours_of(words) == hours


def test_credits_name_their_system() -> None:
    ects = {"id": "http://data.europa.eu/snb/education-credit/6fcec5c5af", "prefLabel": {"en": "European Credit Transfer System"}}

    assert achieved(creditPoint={"framework": ects, "point": "5"}, creditsAvailable=7).credits == (Credit("ECTS", 5),)
    assert achieved(creditPoint=[{"framework": "ECVET", "point": 2.5}, {"point": 1}]).credits == (Credit("ECVET", 2.5), Credit("", 1))
    assert achieved(creditsAvailable=4).credits == (Credit("", 4),)
    assert achieved(creditPoint={"framework": "ECTS", "point": "many"}).credits == ()


def test_what_a_learner_reached_is_read() -> None:
    subject: Any = {"creditsEarned": 3, "result": {"value": "B"}, "achievement": {"name": "Law"}}

    learning = Learning.of({"credentialSubject": subject, "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-11-01T00:00:00Z"})

    assert (learning.earned, learning.result) == (3, "B")
    assert (learning.valid_from, learning.valid_until) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC))


def test_things_stand_for_their_names() -> None:
    learning = achieved(
        learningOutcome=[{"title": {"en": "Reads law"}}, {"id": "urn:outcome"}], entryRequirement="urn:before", mode={"id": "urn:m"}
    )

    assert (learning.outcomes, learning.prerequisites, learning.mode) == (("Reads law", "urn:outcome"), ("urn:before",), ("urn:m",))


@pytest.mark.parametrize(
    ("value", "said"), [(1, 1.0), ("2,5", 2.5), (True, None), (-1, None), (float("nan"), None), (10**400, None), ("1e9", None), ([], None)]
)
def test_numbers_are_those_that_people_mean(value: Any, said: float | None) -> None:
    assert number(value) == said


def test_a_url_of_another_list_names_no_level() -> None:
    assert eqf_of("http://data.europa.eu/snb/eqf/6/x") is None
    assert eqf_of("https://data.europa.eu/snb/eqf/6/") == 6


@given(documents)
def test_nothing_raises(document: Any) -> None:
    Learning.of(document)
    Learning.of_achievement(document)
