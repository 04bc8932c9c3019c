"""The report: every answer once and in order, a verdict that follows from them, and a document that its schema describes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from laurea.core.anchor import Facts
from laurea.core.credential import Credential, format_time, parse_time
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict, verdict_of
from laurea.errors import FormatError, VerificationFailed
from tests.core.world import (
    DEMAND,
    NOON,
    anchored,
    badge,
    facts_of,
    judge,
    partial,
    presented,
    read,
    revise,
    trust_of,
    with_document,
)

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ORDER = ["format", "integrity", "anchor", "revocation", "issuer", "signature", "validity", "holder"]
COMPLETE = anchored(signed=True)


def report_of(**outcomes: Outcome) -> Report:
    """A report in which all passed but for these."""
    checks = tuple(Check(check_id, outcomes.get(check_id.value, Outcome.PASSED), "why") for check_id in CheckId)
    return Report(NOON, checks, "headline")


def every_combination() -> list[tuple[Outcome, ...]]:
    return list(product(Outcome, repeat=len(CheckId)))


def test_the_checks_have_their_public_names_in_their_order() -> None:
    assert [check_id.value for check_id in CheckId] == ORDER
    assert {outcome.value for outcome in Outcome} == {"passed", "failed", "unknown", "skipped"}
    assert {verdict.value for verdict in Verdict} == {"valid", "invalid", "undecided"}


def test_any_check_short_of_passed_is_never_valid_but_for_a_signature_or_holder_that_there_was_none_of() -> None:
    # All 65,536 combinations: those that a report takes have the verdict of the rule, the others it refuses.
    valid = []
    for combination in every_combination():
        checks = tuple(Check(check_id, outcome, "") for check_id, outcome in zip(CheckId, combination, strict=True))
        optional, needed = {combination[5], combination[7]}, set(combination[:5]) | {combination[6]}
        if Outcome.SKIPPED in needed and Outcome.FAILED not in combination:
            with pytest.raises(ValueError, match="only a check that failed"):
                Report(NOON, checks, "")
            continue
        report = Report(NOON, checks, "")
        if Outcome.FAILED in combination:
            assert report.verdict is Verdict.INVALID
        elif Outcome.UNKNOWN in combination:
            assert report.verdict is Verdict.UNDECIDED
        else:
            assert needed == {Outcome.PASSED}
            assert optional <= {Outcome.PASSED, Outcome.SKIPPED}
            assert report.verdict is Verdict.VALID
            valid.append(combination)
        assert bool(report) == (report.verdict is Verdict.VALID)

    assert len(valid) == 4


@pytest.mark.parametrize("check_id", list(CheckId), ids=str)
def test_a_report_that_lacks_repeats_or_misplaces_an_answer_is_refused(check_id: CheckId) -> None:
    checks = report_of().checks
    at = list(CheckId).index(check_id)
    swapped = [*checks]
    swapped[at], swapped[at - 1] = swapped[at - 1], swapped[at]
    for wrong in (checks[:at] + checks[at + 1 :], (*checks[:at], checks[at], *checks[at:]), tuple(swapped), ()):
        with pytest.raises(ValueError, match="every check once, in order"):
            Report(NOON, wrong, "")


def test_a_report_is_true_only_when_it_is_valid() -> None:
    assert report_of()
    assert report_of(signature=Outcome.SKIPPED, holder=Outcome.SKIPPED)
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        for check_id in CheckId:
            assert not report_of(**{check_id.value: outcome})


def test_requiring_a_report_returns_it_or_raises_with_its_headline() -> None:
    assert report_of().require() == report_of()
    with pytest.raises(VerificationFailed, match="invalid: headline"):
        report_of(anchor=Outcome.FAILED).require()
    with pytest.raises(VerificationFailed, match="undecided: headline"):
        report_of(anchor=Outcome.UNKNOWN).require()


def test_an_answer_is_found_by_its_check() -> None:
    assert [report_of()[check_id].id for check_id in CheckId] == list(CheckId)
    assert report_of(issuer=Outcome.UNKNOWN)[CheckId.ISSUER].outcome is Outcome.UNKNOWN


def test_failure_outweighs_ignorance() -> None:
    assert verdict_of(report_of(anchor=Outcome.UNKNOWN, validity=Outcome.FAILED).checks) is Verdict.INVALID


# The document and its schema


def situations() -> Mapping[str, Report]:
    """Reports of every kind."""
    facts = facts_of(COMPLETE)
    absent = replace(facts, finalized=None, latest=None, read_at=None, trouble="no node of chain 11155111 answered", sources=())
    nothing = revise(facts, anchor=False)
    demanding = trust_of(demand=DEMAND)
    return {
        "valid": judge(COMPLETE, facts),
        "valid without signature": judge(anchored(), facts_of(anchored())),
        "valid and partial": judge(partial(COMPLETE), facts),
        "valid and presented": judge(read(presented(COMPLETE)), facts, demanding),
        "holder missing": judge(COMPLETE, facts, demanding),
        "unreadable": judge(Presentation.parse(b"{"), None),
        "unreadable with facts": judge(Presentation.parse(b"{"), facts),
        "altered": judge(with_document(COMPLETE, badge(name="Law")), facts),
        "not anchored": judge(Credential(badge(), ()), None),
        "offline": judge(COMPLETE, None),
        "silent": judge(COMPLETE, absent),
        "stale": judge(COMPLETE, replace(facts, read_at=NOON + timedelta(hours=2))),
        "pending": judge(COMPLETE, replace(facts, finalized=replace_anchor(facts))),
        "revoked": judge(COMPLETE, revise(facts, at="latest", revoked=True)),
        "batch revoked": judge(COMPLETE, revise(facts, anchor=True, revoked=True, reason=255)),
        "void": judge(COMPLETE, revise(facts, anchor=True, compromised_from=1)),
        "profiled": judge(COMPLETE, replace(nothing, sources=("https://a.example", "https://b.example"))),
        "expired": judge(anchored(badge(validUntil="2026-11-22T01:00:00Z")), facts),
        "unknown issuer": judge(anchored(badge(issuer="did:web:x.example")), facts_of(anchored(badge(issuer="did:web:x.example")))),
    }


def replace_anchor(facts: Facts) -> Any:
    assert facts.finalized is not None
    return replace(facts.finalized, anchor=None)


SITUATIONS = situations()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_report_is_what_its_schema_says(name: str) -> None:
    document = SITUATIONS[name].document()

    VALIDATOR.validate(document)
    assert json.loads(json.dumps(document)) == document
    assert [check["id"] for check in json.loads(json.dumps(document))["checks"]] == ORDER


def test_reports_of_every_kind_were_held_against_the_schema() -> None:
    assert {report.verdict for report in SITUATIONS.values()} == set(Verdict)
    seen = {(check.id, check.outcome) for report in SITUATIONS.values() for check in report.checks}
    assert {outcome for _, outcome in seen} == set(Outcome)
    for check_id in set(CheckId) - {CheckId.SIGNATURE, CheckId.INTEGRITY}:
        assert len({outcome for found, outcome in seen if found is check_id}) >= 2


def test_every_combination_that_a_report_takes_is_one_that_the_schema_takes_and_no_other_verdict_is() -> None:
    facts = dict(SITUATIONS["valid"].facts)
    for combination in every_combination()[::97]:
        checks = tuple(Check(check_id, outcome, "why") for check_id, outcome in zip(CheckId, combination, strict=True))
        try:
            document = Report(NOON, checks, "headline", facts).document()
        except ValueError:
            continue
        takes = {verdict for verdict in ("valid", "invalid", "undecided") if VALIDATOR.is_valid({**document, "verdict": verdict})}
        runs = combination[0] in (Outcome.PASSED, Outcome.FAILED)  # format is never unknown and never skipped
        assert takes == ({document["verdict"]} if runs else set())


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("version",), 2),
        (("version",), None),
        (("verdict",), "undecided"),
        (("verdict",), "VALID"),
        (("headline",), ""),
        (("at",), "2026-11-23 12:00:00"),
        (("at",), "2026-11-23T12:00:00+00:00"),
        (("checks", 0, "outcome"), "skipped"),
        (("checks", 2, "outcome"), "skipped"),
        (("checks", 2, "outcome"), "unknown"),
        (("checks", 6, "outcome"), "failed"),
        (("checks", 1, "id"), "format"),
        (("checks", 1, "reason"), ""),
        (("checks", 1, "reason"), None),
        (("checks", 1, "more"), 1),
        (("checks", 8), {"id": "holder", "outcome": "passed", "reason": "twice"}),
        (("facts",), {}),
        (("facts",), None),
        (("facts", "more"), 1),
        (("facts", "root"), "0x"),
        (("facts", "latest"), None),
        (("facts", "latest", "anchor", "time"), "2026"),
        (("facts", "latest", "revoked"), 0),
        (("more",), 1),
    ],
)
def test_the_schema_refuses_what_is_no_report(steps: tuple[str | int, ...], value: object) -> None:
    document: Any = json.loads(json.dumps(SITUATIONS["valid"].document()))
    assert VALIDATOR.is_valid(document)
    place = document
    for step in steps[:-1]:
        place = place[step]
    if isinstance(place, list) and steps[-1] == len(place):
        place.append(value)
    else:
        place[steps[-1]] = value

    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("name", ["version", "verdict", "headline", "at", "checks", "facts"])
def test_the_schema_misses_every_member(name: str) -> None:
    document = {other: value for other, value in SITUATIONS["valid"].document().items() if other != name}

    assert not VALIDATOR.is_valid(document)


def test_a_report_tells_what_the_chain_said() -> None:
    facts: Any = SITUATIONS["valid"].document()["facts"]

    assert (facts["chain"], facts["registry"], facts["issuerId"], facts["index"]) == (
        "eip155:11155111",
        "0x" + "11" * 20,
        "0x" + "22" * 20,
        1,
    )
    assert (facts["readAt"], facts["sources"]) == ("2026-11-23T12:00:00Z", ["https://node.example"])
    assert facts["latest"]["block"] == {"number": 1000, "hash": f"0x{1000:064x}", "time": "2026-11-23T11:59:54Z"}
    assert facts["finalized"]["anchor"] == {
        "key": "0x" + "33" * 20,
        "time": 1795348800,
        "size": 3,
        "batchRevoked": False,
        "reason": 0,
        "compromisedFrom": 0,
    }
    assert "trouble" not in facts


# Times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T13:00:00+01:00", NOON),
        ("2026-11-23T06:30:00-05:30", NOON),
        ("2026-11-23T12:00:00.5Z", NOON + timedelta(milliseconds=500)),
        ("2026-11-23T12:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_names_a_moment(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T12:00:00",
        "2026-11-23 12:00:00Z",
        "2026-11-23T12:00Z",
        "2026-11-23T12Z",
        "20261123T120000Z",
        "2026-W48-1T12:00:00Z",
        "2026-11-23T12:00:00z",
        "2026-11-23t12:00:00Z",
        "2026-11-23T12:00:00,5Z",
        "2026-11-23T12:00:00.Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T12:00:60Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-23T12:00:00+0100",
        "2026-11-23T12:00:00+01",
        "2026-11-23T12:00:00+01:00:30",
        "2026-11-23T12:00:00+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00Z",
        "-2026-11-23T12:00:00Z",
        "12026-11-23T12:00:00Z",
        "２０２６-11-23T12:00:00Z",
        " 2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00Z\n",
        "x" * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_another_text_is_no_time(text: str) -> None:
    with pytest.raises(FormatError, match="is not a date and time with a time zone") as caught:
        parse_time(text)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-11-23T12:00:00Z"),
        (NOON + timedelta(milliseconds=999), "2026-11-23T12:00:00Z"),
        (datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1))), "2026-11-23T12:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(900, 2, 3, tzinfo=UTC), "0900-02-03T00:00:00Z"),
    ],
)
def test_a_moment_is_written_in_utc_to_the_second(moment: datetime, text: str) -> None:
    assert format_time(moment) == text
    assert parse_time(text) == moment.replace(microsecond=0)
