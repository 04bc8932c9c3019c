"""Alignments are checked before an achievement can be issued: what names no concept is refused, what is called otherwise is remarked."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from laurea.core.aligning import Aligned, Imported, aligned
from laurea.core.concept import Concept, Hit, uri_key

SQL = Concept("http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742", "SQL", "ESCO", "1.2.0", alternatives=("Structured Query Language",))  # fmt: skip
COOKS = Concept("urn:uuid:6a9f4b9e-8f5b-4d4e-9b5c-0d8c6f1b2a3d", "cooks soup", "Kitchen", code="K1")


class Known:
    """Two frameworks, as somebody imported them."""

    def find(self, uri: str) -> Concept | None:
        return next((each for each in (SQL, COOKS) if uri_key(each.uri) == uri_key(uri)), None)

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:  # noqa: ARG002
        return [Hit(SQL, 0.9, "SQL")][:limit]

    def related(self, uri: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:  # noqa: ARG002
        return {}


IMPORTED = Imported(Known(), {"ESCO": "1.2.0", "Kitchen": ""})


def judged(url: str, name: Any = "SQL", imported: Imported | None = IMPORTED, **members: Any) -> Aligned:
    return aligned({"alignment": [{"type": ["Alignment"], "targetName": name, "targetUrl": url, **members}]}, imported)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ESCO:598de5b0", "begins with http:"),
        ("did:web:example.org", "begins with http:"),
        ("http://[x", "begins with http:"),
        ("http://data.europa.eu/esco/598de5b0-5b58-4ea7-8058-a4bc4d18c742", "no URI of this form"),
        ("https://data.europa.eu/esco/skill/", "no URI of this form"),
        (
            "https://esco.ec.europa.eu/en/classification/skills?uri=http%3A%2F%2Fdata.europa.eu%2Fesco%2Fskill%2F598de5b0-5b58-4ea7-8058-a4bc4d18c742",
            "its URI is http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742",
        ),
        ("https://esco.ec.europa.eu/en/classification/skills", "give the concept's URI"),
    ],
)
@pytest.mark.parametrize("imported", [IMPORTED, None], ids=["imported", "nothing"])
def test_a_url_that_can_be_no_concept_is_wrong_whatever_was_imported(url: str, why: str, imported: Imported | None) -> None:
    found = judged(url, imported=imported)

    assert len(found.wrong) == 1
    assert found.wrong[0].startswith("/alignment/0/targetUrl: ")
    assert why in found.wrong[0]


def test_a_concept_as_its_framework_has_it_is_right() -> None:
    assert judged(SQL.uri, targetFramework="ESCO") == Aligned((), (), ())
    assert judged(SQL.uri, {"en": "structured query language", "de": "SQL-Abfragen"}) == Aligned((), (), ())
    assert judged(COOKS.uri, "Cooks soup", targetFramework="Kitchen", targetCode="K1") == Aligned((), (), ())


def test_a_uri_that_an_imported_framework_has_not_is_unknown_and_the_one_like_it_named() -> None:
    (words,) = judged("http://data.europa.eu/esco/skill/00000000-0000-4000-8000-000000000000").unknown

    assert words == f"/alignment/0/targetUrl: ESCO 1.2.0 has no concept of this URI; did you mean SQL, {SQL.uri}?"
    assert judged("https://kitchen.example/soup", targetFramework="Kitchen").unknown != ()


def test_a_framework_that_nobody_imported_is_taken_at_its_word() -> None:
    url = "http://data.europa.eu/esco/skill/00000000-0000-4000-8000-000000000000"

    assert judged(url, imported=None) == Aligned((), (), ())
    assert judged("https://example.org/skills/1", targetFramework="Ours") == Aligned((), (), ())
    assert judged(url, imported=Imported(Known(), {"Kitchen": ""})) == Aligned((), (), ())


@pytest.mark.parametrize(
    ("members", "remark"),
    [
        ({"name": "Databases"}, "/alignment/0/targetName: 'Databases' is called 'SQL' in ESCO 1.2.0"),
        ({"url": SQL.uri.replace("http:", "https:")}, f"/alignment/0/targetUrl: ESCO writes {SQL.uri}"),
        ({"targetFramework": "O*NET"}, "/alignment/0/targetFramework: 'O*NET', but the concept is in ESCO 1.2.0"),
        ({"targetFramework": "ESCO v1.1"}, "/alignment/0/targetFramework: says 'ESCO v1.1', and it was looked up in ESCO 1.2.0"),
        ({"url": COOKS.uri, "name": "cooks soup", "targetCode": "K2"}, "/alignment/0/targetCode: 'K2', but Kitchen has 'K1'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_a_framework_says_otherwise_is_remarked(members: dict[str, Any], remark: str) -> None:
    assert judged(**{"url": SQL.uri, **members}) == Aligned((), (), (remark,))


def test_alignments_of_results_and_levels_are_checked_too() -> None:
    bad = {"type": ["Alignment"], "targetName": "x", "targetUrl": "ftp://x"}
    document: Any = {"resultDescription": [{"alignment": bad, "rubricCriterionLevel": [{"alignment": [bad]}]}]}

    assert [each.split(":")[0] for each in aligned(document, None).wrong] == [
        "/resultDescription/0/alignment/targetUrl",
        "/resultDescription/0/rubricCriterionLevel/0/alignment/0/targetUrl",
    ]
