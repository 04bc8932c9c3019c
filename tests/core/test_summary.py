"""What a person reads of a credential: all that it says, in the language asked for, and nothing that it does not say."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.credential import CONTEXT_1_1
from laurea.core.lenient import label, link, member, picture, spoken, text
from laurea.core.summary import Reached, Shown, Skill, Standing, Summary
from tests.core.strategies import documents, values
from tests.core.test_badge import ROW, badge_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PREFERRED = [
    ("", "Data"),
    ("en", "Data"),
    ("es", "Datos"),
    ("es-MX", "Datos"),
    ("pt-BR", "Dados"),
    ("fr", "Data"),
]


def achieved(**members: Any) -> dict[str, Any]:
    return {"credentialSubject": {"achievement": members}}


def test_a_badge_of_ours_is_read_whole() -> None:
    summary = Summary.of(badge_of(ROW))

    assert summary == Summary(
        title="SQL for Analysts",
        description="Writes queries with joins, aggregates and window functions over real data, and explains what they answer.",
        criteria="Passed a proctored project on a public data set with at least 60 %, and defended it in a conversation.",
        criteria_url="https://example.edu/achievements/sql-for-analysts/criteria",
        skills=(Skill("SQL", "ESCO", "", "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"),),
        tags=("sql", "databases", "data analysis"),
        kind="MicroCredential",
        issuer="did:web:example.edu",
        issuer_name="Example University",
        issuer_url="https://example.edu",
        holder="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        holder_name="Jörg Müller",
        valid_from=datetime(2026, 11, 23, 9, tzinfo=UTC),
        valid_until=datetime(2029, 11, 30, 23, 59, 59, tzinfo=UTC),
        unreadable=False,
        awarded=datetime(2026, 11, 20, tzinfo=UTC),
        level="EQF 5",
        credits="3 ECTS",
        workload="75 hours",
        results=(Reached("Project score", "84.5"),),
        evidence=(Shown("Project report", "https://example.edu/evidence/db3d4ed5"),),
        language="en",
        types=("VerifiableCredential", "OpenBadgeCredential"),
        id="urn:uuid:6a9f4b9e-8f5b-4d4e-9b5c-0d8c6f1b2a3d",
        image="",
    )


@pytest.mark.shared
def test_the_complete_sample_is_read(shared_data: Path) -> None:
    summary = Summary.of(json.loads((shared_data / "ob30-samples" / "complete.json").read_text()))

    assert summary.title == "1EdTech University Degree"
    assert summary.credits == "42"
    assert summary.results[:2] == (Reached("Final Project Grade", "A"), Reached("Final Project Grade", level="Mastery"))
    assert summary.image == "https://1edtech.edu/achievements/degree/image"
    assert summary.holder_name == ""  # it has a mail address, and no name
    assert "Final Project" in {skill.name for skill in summary.skills}
    assert summary.evidence[0].url.startswith("https://")


@pytest.mark.shared
def test_every_sample_has_a_title(shared_data: Path) -> None:
    found = {path.stem: Summary.of(json.loads(path.read_text())).title for path in (shared_data / "ob30-samples").glob("*.json")}

    assert len(found) > 10
    assert all(found.values())


def test_an_endorsement_and_a_degree_of_the_data_model_are_read() -> None:
    endorsement = Summary.of({"name": "Endorsement", "credentialSubject": {"endorsementComment": "In good standing"}})
    degree = Summary.of(
        {"issuer": "did:example:1", "credentialSubject": [{"degree": {"name": "Bachelor of Science"}, "id": "did:example:2"}]}
    )

    assert (endorsement.title, endorsement.description) == ("Endorsement", "In good standing")
    assert (degree.title, degree.issuer, degree.holder) == ("Bachelor of Science", "did:example:1", "")


@pytest.mark.parametrize(("language", "words"), PREFERRED)
def test_the_preferred_language_is_chosen_or_the_nearest(language: str, words: str) -> None:
    by_value: Any = [
        {"@value": "Data", "@language": "en"},
        {"@value": "Datos", "@language": "es"},
        {"@value": "Dados", "@language": "pt"},
    ]
    by_tag: Any = {"en": "Data", "es": "Datos", "pt": "Dados"}

    assert Summary.of({"name": by_value}, language).title == words
    assert Summary.of(achieved(name=by_tag), language).title == words


def test_a_text_without_language_goes_before_one_in_another() -> None:
    assert text([{"@value": "Daten", "@language": "de"}, "Data"], "fr") == "Data"


def test_the_language_is_that_of_the_title_then_of_the_achievement_then_of_the_document() -> None:
    assert Summary.of({"name": {"es": "Datos"}}).language == "es"
    assert Summary.of(achieved(name="Datos", inLanguage="es-MX")).language == "es-MX"
    assert Summary.of({"inLanguage": "el"}).language == "el"
    assert Summary.of({"inLanguage": "no language"}).language == ""
    assert spoken([]) == ""


def test_a_name_is_shown_only_when_it_is_not_hashed() -> None:
    identity: Any = {"identityType": "name", "identityHash": "sha256$00", "hashed": True}

    assert Summary.of({"credentialSubject": {"identifier": identity}}).holder_name == ""
    assert Summary.of({"credentialSubject": {"identifier": [{**identity, "hashed": False, "identityHash": "Ada"}]}}).holder_name == "Ada"
    assert Summary.of({"credentialSubject": {"givenName": "Ada", "familyName": "Lovelace"}}).holder_name == "Ada Lovelace"


def test_level_and_workload_of_other_vocabularies_are_read() -> None:
    summary = Summary.of(achieved(eqfLevel={"prefLabel": {"en": "EQF 6"}}, workload="75 hours", tag={"en": "data"}))

    assert (summary.level, summary.workload, summary.tags) == ("EQF 6", "75 hours", ("data",))


def test_a_skill_without_a_name_goes_by_its_code_or_url_and_one_that_says_nothing_is_left_out() -> None:
    skills = Summary.of(achieved(alignment=[{"targetCode": "K1"}, {"targetUrl": "https://example.org/s"}, {}, {"targetCode": "K1"}])).skills

    assert [skill.name for skill in skills] == ["K1", "https://example.org/s"]


def test_evidence_may_be_a_bare_url_and_what_says_nothing_is_left_out() -> None:
    summary = Summary.of({"evidence": ["https://example.org/e", {}, 7], "credentialSubject": {"evidence": {"description": "a film"}}})

    assert summary.evidence == (Shown("", "https://example.org/e"), Shown("", narrative="a film"))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org", "https://a b", "https://", 'https://x"', 7, None, {"id": 1}])
def test_what_cannot_be_followed_safely_is_no_link(url: Any) -> None:
    assert link(url) == ""


def test_a_picture_is_https_or_data_alone() -> None:
    assert picture({"id": "https://example.org/p.png"}) == "https://example.org/p.png"
    assert picture("data:image/png;base64,AAAA") == "data:image/png;base64,AAAA"
    assert [picture(url) for url in ("http://example.org/p.png", "data:text/html,x", "file:///p.png")] == ["", "", ""]


@pytest.mark.parametrize(("number", "words"), [(84, "84"), (84.5, "84.5"), (42.0, "42"), (True, ""), (10**20, ""), (float("inf"), "")])
def test_a_number_reads_as_people_write_it(number: Any, words: str) -> None:
    assert text(number) == words


def test_what_stands_in_an_array_is_found_by_its_first_object() -> None:
    assert member([1, {"a": {"b": 2}}], "a", "b") == 2
    assert member({"a": 1}, "a", "b") is None
    assert label({"name": {"de": "Titel"}}) == "Titel"
    assert label({"id": "urn:x", "type": "T"}) == ""


def test_dates_tell_the_standing_at_a_moment() -> None:
    begin, end = "2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z"
    summary = Summary.of({"validFrom": begin, "validUntil": end})

    assert summary.standing(NOON - timedelta(seconds=1)) is Standing.NOT_YET
    assert summary.standing(NOON) is Standing.CURRENT
    assert summary.standing(NOON + timedelta(days=1)) is Standing.EXPIRED
    assert Summary.of({"issuanceDate": begin, "expirationDate": end}) == summary
    assert Summary.of({}).standing(NOON) is Standing.CURRENT


def test_of_dates_by_both_names_those_count_that_the_verifier_looks_at() -> None:
    both: Any = {"validUntil": "2099-01-01T00:00:00Z", "expirationDate": "2020-01-01T00:00:00Z"}

    assert Summary.of(both).standing(NOON) is Standing.CURRENT
    assert Summary.of({**both, "@context": [CONTEXT_1_1]}).standing(NOON) is Standing.EXPIRED


@pytest.mark.parametrize("date", ["tomorrow", "2026-11-26", 7, {}])
def test_a_date_that_cannot_be_read_is_never_taken_for_current(date: Any) -> None:
    assert Summary.of({"validUntil": date}).standing(NOON) is Standing.UNCLEAR
    assert Summary.of({"validFrom": date}).standing(NOON) is Standing.UNCLEAR


MEMBERS = (
    "achievement",
    "alignment",
    "result",
    "resultDescription",
    "rubricCriterionLevel",
    "identifier",
    "criteria",
    "image",
    "name",
    "id",
)
mangled = st.recursive(values, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), below), max_leaves=20)


@given(
    documents | st.dictionaries(st.sampled_from(("credentialSubject", "issuer", "evidence", "name", "type")), mangled), st.text(max_size=5)
)
def test_any_json_object_has_a_summary(document: Any, language: str) -> None:
    summary = Summary.of(document, language)

    assert isinstance(summary.title, str)
    assert summary.standing(NOON) in Standing


@given(st.data())
def test_a_badge_with_any_member_of_another_type_has_a_summary(data: st.DataObject) -> None:
    badge: Any = json.loads(json.dumps(badge_of(ROW)))
    spot, name = badge, ""
    for _ in range(data.draw(st.integers(1, 5))):
        choices = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        name = data.draw(st.sampled_from(choices))
        if not isinstance(spot[name], dict | list) or not spot[name]:
            break
        parent, spot = spot, spot[name]
        badge_spot = parent
    else:
        spot = badge_spot
    spot[name] = data.draw(mangled)

    assert isinstance(Summary.of(badge, "es").title, str)
