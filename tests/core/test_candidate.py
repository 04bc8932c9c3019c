"""Candidates beside requirements: the order, what is told, and what a blind table leaves out."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from itertools import permutations

import pytest

from laurea.artefacts.ler_rs import record
from laurea.artefacts.matched.document import document
from laurea.core.candidate import Candidate, Table, table
from laurea.core.cells import harmless
from laurea.core.matching import Fit
from laurea.core.report import Check, CheckId, Outcome, Verdict
from laurea.core.requirement import Requirement, Requirements
from tests.core.judged import NOON, SQL, checked
from tests.core.test_pathway import Slow

ASKED = Requirements(
    "Analyst",
    (
        Requirement("sql", "SQL", frozenset({SQL})),
        Requirement("x", "X", frozenset({"urn:x"}), essential=False),
        Requirement("level", "SQL at level 7", frozenset({SQL}), essential=False, eqf=7),
    ),
)


def candidate(name: str, *verdicts: Verdict, **more: object) -> Candidate:
    shown = tuple(checked(verdict, file=f"{name}-{number}.json", **more) for number, verdict in enumerate(verdicts))  # type: ignore[arg-type]
    return Candidate(name, sha256(name.encode()).digest(), shown)


def names(found: Table) -> list[str]:
    return [row.name for row in found.rows]


def test_who_meets_more_comes_first_and_the_same_is_the_same_place() -> None:
    everybody = [
        candidate("none"),
        candidate("doubt", Verdict.UNDECIDED),
        candidate("revoked", Verdict.INVALID),
        candidate("good", Verdict.VALID),
        candidate("as good", Verdict.VALID),
    ]

    found = table(ASKED, everybody)

    assert [row.place for row in found.rows] == [1, 1, 3, 3, 3]
    assert set(names(found)[:2]) == {"good", "as good"}


STRANGER = {
    "issuer": "its DID document as of 2026-11-20T09:30:00Z and the registry name each other; nobody on the trust list vouches for it"
}


def test_the_word_of_an_issuer_that_nobody_knows_moves_no_row_and_is_in_no_export() -> None:
    everybody = [candidate("own university", *[Verdict.VALID] * 9, **STRANGER), candidate("nothing"), candidate("good", Verdict.VALID)]
    found = table(ASKED, everybody)
    named = Requirements("Analyst", tuple(replace(each, issuers=frozenset({"did:web:issuer.example"})) for each in ASKED.items))

    assert (names(found)[0], [row.place for row in found.rows]) == ("good", [1, 2, 2])
    assert sorted(names(table(named, everybody))[:2]) == ["good", "own university"]
    assert record(everybody[0].shown) == {"type": record(everybody[1].shown)["type"]}


def test_what_is_undecided_moves_no_row() -> None:
    """Anybody can issue to themselves whatever is asked for; nobody knows such an issuer."""
    forged = candidate("forged", *[Verdict.UNDECIDED] * 9)

    found = table(ASKED, [forged, candidate("nothing"), candidate("good", Verdict.VALID)])

    assert next((row.name, row.place) for row in found.rows) == ("good", 1)
    assert {row.place for row in found.rows[1:]} == {2}
    assert next(row for row in found.rows if row.name == "forged").findings[0].fit is Fit.PARTLY


def test_what_somebody_says_of_themselves_meets_nothing_in_full_though_it_is_valid() -> None:
    """Whoever has a domain can anchor what they write about themselves: its verdict is valid, of their own word."""
    own = candidate("own", Verdict.VALID, subject={"id": "did:web:issuer.example"})

    found = table(ASKED, [own, candidate("nothing"), candidate("good", Verdict.VALID)])

    assert [row.place for row in found.rows] == [1, 2, 2]
    row = next(row for row in found.rows if row.name == "own")
    assert row.findings[0].fit is Fit.PARTLY
    assert row.not_counted == ("own-0.json is said by the holder themselves; nobody has confirmed it: it meets nothing in full",)


def test_the_order_does_not_depend_on_the_order_that_they_came_in() -> None:
    everybody = [candidate(name, Verdict.VALID) for name in "abcd"]

    assert len({tuple(names(table(ASKED, given))) for given in permutations(everybody)}) == 1


def test_the_order_of_those_who_meet_the_same_is_not_in_their_hands() -> None:
    """Whoever could choose their own digest does not know the place that follows: it depends on all others', too."""
    rivals = [candidate(f"rival {number}", Verdict.VALID) for number in range(4)]
    smallest = replace(candidate("smallest", Verdict.VALID), digest=bytes(32))

    places = {names(table(ASKED, [smallest, *rivals[:count]])).index("smallest") for count in (2, 3, 4)}
    more = {names(table(ASKED, [smallest, candidate(f"other {number}", Verdict.VALID)])).index("smallest") for number in range(12)}

    assert more == {0, 1}
    assert places <= {0, 1, 2, 3, 4}


def test_what_is_not_counted_is_told_with_the_reason() -> None:
    (row,) = table(ASKED, [replace(candidate("a", Verdict.INVALID, Verdict.UNDECIDED), unread=(("cv.pdf", "it is damaged"),))]).rows

    assert row.not_counted == (
        "a-0.json is invalid: it is invalid",
        "a-1.json is undecided, and meets nothing in full: it is undecided",
        "cv.pdf was not read: it is damaged",
    )
    assert [each.fit for each in row.findings] == [Fit.PARTLY, Fit.MISSING, Fit.PARTLY]


def test_what_was_altered_is_not_even_read() -> None:
    good = checked(Verdict.INVALID)
    checks = tuple(Check(each.id, Outcome.FAILED, "altered") if each.id is CheckId.INTEGRITY else each for each in good.report.checks)
    altered = replace(good, report=replace(good.report, checks=checks))

    (row,) = table(ASKED, [Candidate("a", b"", (altered,))]).rows

    assert row.credentials == ("a.json: ",)
    assert row.findings[0].reason == "no credential that was shown names it"


@pytest.mark.parametrize("name", ["Ada Lovelace", "Łukasz Król", "de la Cruz, Sor Juana", "O'Brien", "李雷"])
def test_a_blind_table_has_no_part_of_a_name_wherever_it_stands(name: str) -> None:
    """Titles are the issuer's words, and may name the person; files are called as people like."""
    subject = {"name": name, "id": f"did:web:{sha256(name.encode()).hexdigest()}"}
    who = candidate(
        name,
        Verdict.VALID,
        Verdict.UNDECIDED,
        headline=f"{name} ({subject['id']}) is not on the trust list",
        achievement={"name": f"Certificate for {name.upper()}"},
        subject=subject,
    )
    found = table(ASKED, [replace(who, unread=((f"CV {name}.pdf", f"CV {name}.pdf is damaged"),))], blind=True)

    (row,) = found.rows
    said = repr((row.id, row.name, [each.reason for each in row.findings], row.credentials, row.not_counted, row.notes)).casefold()

    parts = {part for part in re.findall(r"\w+", name.casefold()) if len(part) > 1}
    assert parts
    assert parts.isdisjoint(re.findall(r"\w+", said))
    assert "did:web" not in said


def test_without_a_blind_table_files_are_named() -> None:
    (row,) = table(ASKED, [candidate("Ada", Verdict.VALID)]).rows

    assert row.findings[0].reason == "Ada-0.json (SQL for analysts) names “SQL”"
    assert row.name == "Ada"


def test_whose_the_credentials_are_is_said_when_it_was_not_checked() -> None:
    (row,) = table(ASKED, [candidate("a", Verdict.VALID)]).rows
    (held,) = table(ASKED, [candidate("a", Verdict.VALID, holder=True)]).rows
    two = Candidate("b", b"", tuple(checked(file=name, subject={"id": f"did:web:{name}"}, holder=True) for name in ("x", "y")))

    assert row.notes == ("that whoever handed it in is the holder was not checked: demand --audience and --challenge",)
    assert held.notes == ()
    assert table(ASKED, [two]).rows[0].notes == ("its credentials are about different holders",)


def test_nothing_about_a_person_changes_a_finding_or_a_place() -> None:
    people: list[dict[str, object]] = [
        {"name": "Ada", "gender": "f", "birthDate": "1960-01-01", "image": "https://x.example/a.png", "nationality": "AT"},
        {"name": "Bob", "gender": "m", "birthDate": "2000-01-01", "address": {"addressLocality": SQL}},
    ]
    rows = [table(ASKED, [candidate("a", Verdict.VALID, subject=person)]).rows[0] for person in people]

    assert rows[0].findings == rows[1].findings
    assert rows[0].place == rows[1].place


def test_frameworks_are_asked_once_for_each_requirement_however_many_hand_in() -> None:
    known = Slow()
    table(ASKED, [candidate(str(number), Verdict.VALID) for number in range(20)], known)

    assert known.asked == 6


def test_a_blind_table_hides_who_issued_to_themselves_and_ids_that_end_in_no_letter() -> None:
    mine = candidate("me", Verdict.VALID, subject={"id": "did:web:issuer.example"})
    odd = candidate("odd", Verdict.INVALID, subject={"id": "urn:person:7/"}, headline="issued to urn:person:7/ alone")

    assert "did:web:issuer.example" not in json.dumps(document(table(ASKED, [mine], blind=True), NOON))
    assert "did:web:issuer.example" in json.dumps(document(table(ASKED, [odd], blind=True), NOON))
    assert "urn:person:7" not in json.dumps(document(table(ASKED, [odd], blind=True), NOON))


def test_no_part_of_a_cell_is_a_formula_wherever_a_spreadsheet_parts_it() -> None:
    assert [harmless(text) for text in ("=1", "\uff1d1", "a;=1", 'a; "@x', "a-b; c")] == ["'=1", "'\uff1d1", "a;'=1", "a; \"'@x", "a-b; c"]


def test_a_record_of_credentials_about_different_holders_names_nobody() -> None:
    ada, other = (checked(subject={"id": f"did:key:{name}", **more}) for name, more in (("ada", {"name": "Ada"}), ("other", {})))

    assert "person" in record([ada])
    assert "person" not in record([ada, other])
