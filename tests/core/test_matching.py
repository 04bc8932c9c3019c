"""Requirements beside credentials: what meets them, what does partly, and what never counts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.concept import Concept, Hit
from laurea.core.learning import Credit, Learning
from laurea.core.matching import UNFINISHED, Asked, Finding, Fit, Shown, match, would_meet
from laurea.core.report import Verdict
from laurea.core.requirement import Requirement, Requirements
from laurea.core.summary import Skill

SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
DATABASES = "http://data.europa.eu/esco/skill/1973c966-f236-40c9-b2d4-5d71a89019be"
ASKED = Requirement("sql", "SQL", frozenset({SQL}))
ACHIEVEMENT: JsonObject = {
    "id": "https://issuer.example/sql",
    "name": "SQL for analysts",
    "eqfLevel": 5,
    "volumeOfLearning": "PT25H",
    "creditPoint": [{"framework": "ECTS", "point": 1}],
    "alignment": [{"targetName": "SQL", "targetUrl": SQL, "targetFramework": "ESCO"}],
}
LEARNING = Learning.of({"issuer": "did:web:issuer.example", "credentialSubject": {"achievement": ACHIEVEMENT}})
VALID = Shown("a.json", LEARNING, Verdict.VALID)


class Known:
    """A framework of two concepts."""

    def find(self, uri: str) -> Concept | None:
        return Concept(SQL, "SQL", "ESCO", alternatives=("lenguaje de consulta estructurado",)) if uri == SQL else None

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:  # noqa: ARG002
        return []

    def related(self, uri: str) -> Mapping[str, str]:
        return {DATABASES: "broader"} if uri == SQL else {}

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:  # noqa: ARG002
        return {}


def one(requirement: Requirement, *shown: Shown) -> Finding:
    (found,) = match(Requirements("Analyst", (requirement,)), shown, Known())
    return found


def test_a_stranger_s_word_meets_nothing_in_full_unless_the_requirement_names_them() -> None:
    """Anybody can found an issuer whose document and profile name each other."""
    stranger = replace(VALID, stranger=True)
    found = one(ASKED, stranger)

    assert (found.fit, one(ASKED, VALID).fit) == (Fit.PARTLY, Fit.MET)
    assert found.reason.endswith("but nobody whom you trust vouches for its issuer")
    assert one(replace(ASKED, issuers=frozenset({LEARNING.issuer})), stranger).fit is Fit.MET


def skilled(*skills: Skill) -> Shown:
    return Shown("a.json", replace(LEARNING, skills=skills), Verdict.VALID)


def test_a_valid_credential_that_names_the_concept_meets_it() -> None:
    found = one(ASKED, replace(VALID, verdict=None), VALID)

    assert (found.fit, found.by) == (Fit.MET, (1,))
    assert found.reason == "a.json (SQL for analysts) names “SQL”"


@pytest.mark.parametrize("url", [SQL.replace("http:", "https:"), SQL + "/", SQL.replace("data.europa.eu", "DATA.europa.eu")])
def test_a_uri_is_known_however_it_is_written(url: str) -> None:
    assert one(ASKED, skilled(Skill("SQL", url=url))).fit is Fit.MET


@pytest.mark.parametrize("url", [SQL + "0", SQL.upper(), SQL.replace("skill", "occupation"), "https://evil.example/?" + SQL])
def test_a_uri_that_is_like_it_is_another(url: str) -> None:
    assert one(ASKED, skilled(Skill("Structured queries", url=url))).fit is Fit.MISSING


def test_an_invalid_credential_never_counts_and_that_is_said() -> None:
    found = one(ASKED, replace(VALID, verdict=Verdict.INVALID))

    assert (found.fit, found.by) == (Fit.MISSING, ())
    assert "only what is invalid names it (1)" in found.reason


@pytest.mark.parametrize(("verdict", "said"), [(None, "it was not checked"), (Verdict.UNDECIDED, "undecided: no node answered")])
def test_what_is_not_known_to_be_valid_meets_partly_and_says_why(verdict: Verdict | None, said: str) -> None:
    why = "" if verdict is None else "no node answered"
    found = one(ASKED, replace(VALID, verdict=verdict, why=why))

    assert (found.fit, found.by) == (Fit.PARTLY, (0,))
    assert said in found.reason


@pytest.mark.parametrize(
    ("skill", "said"),
    [
        (Skill("Databases", "ESCO", url=DATABASES), "a broader concept"),
        (Skill("Sql", "O*NET", url="https://www.onetonline.org/sql"), "“Sql” of O*NET: the same words"),
        (Skill("Lenguaje de consulta  estructurado"), "without a URI: the same words"),
    ],
)
def test_what_is_near_meets_partly(skill: Skill, said: str) -> None:
    found = one(ASKED, skilled(skill))

    assert found.fit is Fit.PARTLY
    assert said in found.reason


def test_words_without_a_uri_are_met_by_nothing() -> None:
    named = Requirement("x", "SQL")

    assert one(named, VALID).fit is Fit.PARTLY
    assert one(replace(named, name="Zorgle"), VALID).fit is Fit.MISSING


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"eqf": 6}, "its EQF level: 5, 6 asked for"),
        ({"hours": 25.5}, "its hours: 25, 25.5 asked for"),
        ({"credits": Credit("ECTS", 2)}, "its credits (ECTS): 1, 2 asked for"),
        ({"credits": Credit("CFU", 1)}, "it does not say its credits (CFU)"),
        ({"issuers": frozenset({"did:web:other.example"})}, "another issuer"),
        ({"accredited": True}, "that its issuer is accredited is not known"),
    ],
)
def test_all_that_is_asked_for_is_needed(more: dict[str, object], said: str) -> None:
    found = one(replace(ASKED, **more), VALID)  # type: ignore[arg-type]

    assert (found.fit, found.by) == (Fit.PARTLY, (0,))
    assert said in found.reason


def test_what_is_enough_in_all_meets_it() -> None:
    asked = replace(
        ASKED,
        eqf=5,
        hours=25,
        credits=Credit("ects", 1),
        achievement="http://issuer.example/sql/",
        issuers=frozenset({"did:web:issuer.example"}),
        accredited=True,
    )

    assert one(asked, replace(VALID, accredited=True)).fit is Fit.MET
    assert "nobody accredits its issuer" in one(asked, replace(VALID, accredited=False)).reason


def test_credits_count_as_far_as_they_were_earned() -> None:
    earned = replace(VALID, learning=replace(LEARNING, earned=0.5))

    assert one(replace(ASKED, credits=Credit("ECTS", 1)), earned).fit is Fit.PARTLY
    more = replace(VALID, learning=replace(LEARNING, earned=60))
    assert one(replace(ASKED, credits=Credit("ECTS", 2)), more).fit is Fit.PARTLY


def test_an_achievement_that_is_asked_for_is_that_one() -> None:
    asked = Requirement("x", "SQL for analysts", achievement="https://issuer.example/sql")

    assert one(asked, VALID).fit is Fit.MET
    assert one(replace(asked, achievement="https://issuer.example/sql2"), VALID).fit is Fit.MISSING
    both = replace(asked, uris=frozenset({"https://skills.example/other"}), name="Other")
    assert one(both, VALID).fit is Fit.PARTLY


@pytest.mark.parametrize("status", sorted(UNFINISHED))
def test_what_was_not_achieved_does_not_meet(status: str) -> None:
    found = one(ASKED, replace(VALID, status=status))

    assert found.fit is Fit.PARTLY
    assert f"the status {status}" in found.reason


def test_nothing_about_the_person_is_looked_at() -> None:
    """The same learning of anybody gives the same finding, to the letter: what could tell people apart is no part of it."""
    people: list[JsonObject] = [
        {"name": "Ada", "gender": "f", "birthDate": "1960-01-01", "image": "https://x.example/a.png", "id": "did:key:z1"},
        {"name": "SQL", "address": {"addressLocality": SQL}, "nationality": "X"},
        {},
    ]
    found = [
        one(
            ASKED,
            Shown(
                "a.json",
                Learning.of({"issuer": "did:web:issuer.example", "credentialSubject": {**person, "achievement": ACHIEVEMENT}}),
                Verdict.VALID,
            ),
        )
        for person in people
    ]

    assert found[0] == found[1] == found[2]


def test_what_could_be_earned_is_judged_likewise() -> None:
    offered = Learning.of_achievement(ACHIEVEMENT)

    assert would_meet(Asked.of(replace(ASKED, accredited=True), Known()), [offered])[0][0] is Fit.MET
    assert would_meet(Asked.of(replace(ASKED, eqf=7), Known()), [offered])[0] == (
        Fit.PARTLY,
        "SQL for analysts names “SQL”, but its EQF level: 5, 7 asked for",
    )
    assert would_meet(Asked.of(replace(ASKED, uris=frozenset({"urn:x"}), name="x"), None), [offered])[0][0] is Fit.MISSING
