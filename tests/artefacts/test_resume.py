"""Credentials in a résumé: a document of JSON Resume, a plain section of HTML, and verified only what a valid verdict says."""

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.artefacts.resume import DEGREES, SCHEMA, Entry, Verification, json_resume
from laurea.artefacts.resume_html import section
from laurea.core.report import Verdict
from laurea.core.summary import Summary
from tests.artefacts.samples import NOON, SUMMARY
from tests.artefacts.test_links import Page
from tests.conftest import ROOT
from tests.core.strategies import documents

OFFICIAL = json.loads((ROOT / "node_modules" / "@jsonresume" / "schema" / "schema.json").read_text())
BASIS = "Issued by Example University, unaltered, not revoked as of block 7"
VALID = Entry(SUMMARY, Verification(Verdict.VALID, NOON, BASIS))
verdicts = st.none() | st.builds(Verification, st.sampled_from(Verdict), st.just(NOON), st.text())
entries = st.builds(Entry, documents.map(Summary.of) | st.just(SUMMARY), verdicts)


def resume(*entries: Entry, language: str = "en", at: datetime = NOON) -> Any:
    document = json_resume(entries, language=language, at=at)
    jsonschema.validate(document, OFFICIAL, cls=jsonschema.Draft7Validator, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    return document


def achieved(**members: Any) -> Summary:
    return Summary.of({"name": "T", "issuer": {"id": "did:example:1"}, "credentialSubject": members})


def test_a_verified_credential_is_marked_with_day_and_basis() -> None:
    assert resume(VALID) == {
        "$schema": SCHEMA,
        "basics": {"name": "Jörg Müller"},
        "education": [],
        "certificates": [
            {
                "name": "SQL for Analysts",
                "date": "2026-11-20",
                "issuer": "Example University",
                "url": "https://example.edu/achievements/sql-for-analysts/criteria",
                "summary": f"verified on 26 November 2026; on the basis of: {BASIS}",
                "verification": {"verified": True, "on": "2026-11-26T12:00:00Z", "basis": BASIS},
            }
        ],
        "skills": [{"name": "SQL", "keywords": [f"SQL for Analysts (verified on 26 November 2026, on the basis of: {BASIS})"]}],
        "meta": {"version": "v1.0.0", "lastModified": "2026-11-26T12:00:00Z"},
    }


@given(st.lists(entries, max_size=4), st.sampled_from(["en", "es", "fr"]))
def test_only_a_valid_verdict_makes_an_entry_a_verified_one(given: list[Entry], language: str) -> None:
    document = resume(*given, language=language)
    marks = [item["verification"]["verified"] for part in ("education", "certificates") for item in document[part]]

    count = sum(1 for entry in given if entry.verification is not None and entry.verification.verdict is Verdict.VALID)
    assert (len(marks), sum(marks)) == (len(given), count)
    page = Page(section(given, language=language, at=NOON))
    classes = [attributes.get("class") for tag, attributes in page.tags if tag == "em"]
    assert (classes.count("verified"), classes.count("not-verified")) == (count, len(given) - count)


@pytest.mark.parametrize("verdict", [Verdict.INVALID, Verdict.UNDECIDED])
def test_any_other_verdict_reads_as_not_verified_without_its_basis(verdict: Verdict) -> None:
    entry = Entry(SUMMARY, Verification(verdict, NOON, BASIS))

    for said in (json.dumps(resume(entry)), section([entry], language="en", at=NOON)):
        assert "not verified" in said
        assert "verified on" not in said
        assert BASIS not in said
    assert "no verificada" in section([entry], language="es", at=NOON)


def test_what_the_dates_say_now_is_said_too() -> None:
    late, early = datetime(2030, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)

    assert resume(VALID, at=late)["certificates"][0]["summary"].endswith("; expired on 30 November 2029")
    assert resume(VALID, at=early)["certificates"][0]["summary"].endswith("; not valid before 23 November 2026")
    assert "a date is given that cannot be read" in section([Entry(Summary.of({"validUntil": "soon"}))], language="en", at=NOON)


@pytest.mark.parametrize("kind", sorted(DEGREES))
def test_a_degree_is_education(kind: str) -> None:
    result = [{"value": "A"}, {"achievedLevel": "Mastery"}]
    summary = achieved(activityEndDate="2020-06-01T00:00:00Z", result=result, achievement={"name": "Physics", "achievementType": kind})

    assert resume(Entry(summary))["education"] == [
        {
            "institution": "did:example:1",
            "area": "Physics",
            "studyType": kind,
            "endDate": "2020-06-01",
            "score": "A, Mastery",
            "summary": "not verified",
            "verification": {"verified": False},
        }
    ]


def test_a_skill_of_several_credentials_stands_once_with_each() -> None:
    skilled = achieved(achievement={"name": "B", "alignment": [{"targetName": "SQL"}, {"targetName": "SQL", "targetCode": "1"}]})

    (skill,) = resume(VALID, Entry(skilled))["skills"]

    assert skill["name"] == "SQL"
    assert [keyword.partition(" (")[0] for keyword in skill["keywords"]] == ["SQL for Analysts", "B"]
    assert skill["keywords"][1] == "B (not verified)"


def test_names_that_differ_and_years_beyond_the_schema_are_left_out() -> None:
    other = Summary.of({"validFrom": "0999-01-01T00:00:00Z", "credentialSubject": {"name": "Ada"}})
    document = resume(VALID, Entry(other))

    assert "basics" not in document
    assert "date" not in document["certificates"][1]


def test_the_section_shows_what_why_and_when() -> None:
    page = Page(section([VALID], language="en", at=NOON))

    for words in ("Credentials", "SQL for Analysts", "Example University", "20 November 2026", "SQL", f"on the basis of: {BASIS}"):
        assert words in page.text
    assert ("time", {"datetime": "2026-11-20"}) in page.tags


@given(st.text() | st.just("<script>"))
def test_no_text_becomes_markup(text: str) -> None:
    hostile = Entry(Summary.of({"name": text, "issuer": {"name": text}}), Verification(Verdict.VALID, NOON, text))
    page = Page(section([hostile], language="en", at=NOON))

    assert {tag for tag, _ in page.tags} <= {"section", "h2", "ul", "li", "strong", "span", "br", "time", "em"}
