"""Judging as of a past moment: what each check says then, and that no moment makes good what is revoked without a later event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import moment
from laurea.core.anchor import By, Facts
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.finality import Remembered
from laurea.core.presentation import Presentation
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.core.verify import evaluate
from laurea.errors import InputError
from tests.core.test_report import SCHEMA
from tests.core.world import (
    ANCHORED,
    DEMAND,
    NOON,
    anchored,
    entry,
    facts_of,
    outcomes,
    presented,
    read,
    revise,
    short_of_passed,
    sign,
    trust_of,
)

COMPLETE = anchored()
FACTS = facts_of(COMPLETE)
REVOKED = revise(FACTS, revoked=True)
THEN = ANCHORED + timedelta(hours=6)
SECOND = timedelta(seconds=1)
FINAL_TIME = NOON - timedelta(minutes=13)


def as_of(at: datetime, facts: Facts = FACTS, shown: Credential | Presentation = COMPLETE) -> Report:
    return evaluate(shown if isinstance(shown, Presentation) else Presentation(shown), facts, trust_of(), at=at)


def published(report: Report) -> JsonObject:
    """The facts of a report as it is published, which follows its schema."""
    document = report.document()
    jsonschema.validate(document, SCHEMA)
    facts = document["facts"]
    assert isinstance(facts, dict)
    return facts


def test_what_is_good_now_was_good_since_it_was_anchored_and_the_headline_says_when() -> None:
    report = as_of(THEN)

    assert report.verdict is Verdict.VALID
    assert report.headline.startswith("As of 2026-11-22T18:00:00Z: Issued by Example University, unaltered, not revoked as of block 1000")


def test_before_its_anchor_nothing_shows_that_a_credential_was_there() -> None:
    assert as_of(ANCHORED).verdict is Verdict.VALID
    report = as_of(ANCHORED - SECOND)

    assert short_of_passed(report) == {"anchor": "unknown"}
    assert report[CheckId.ANCHOR].reason == (
        "not anchored yet at 2026-11-22T11:59:59Z: nothing shows that it was there before 2026-11-22T12:00:00Z"
    )


def test_an_anchor_of_a_moment_ago_counts_now_though_its_block_is_ahead_of_our_clock() -> None:
    ahead = revise(FACTS, anchor=True, time=int(FINAL_TIME.timestamp()))

    assert as_of(FINAL_TIME - SECOND, replace(ahead, read_at=FINAL_TIME)).verdict is Verdict.VALID


def test_a_time_beyond_the_calendar_is_no_fault_of_ours() -> None:
    beyond = revise(FACTS, anchor=True, at="latest", time=2**40 - 1, compromised_from=1)

    assert "was made at 9999-12-31T23:59:59Z with a key" in as_of(NOON, beyond)[CheckId.ANCHOR].reason


def test_a_revocation_that_final_events_show_to_be_later_leaves_the_past_as_it_was() -> None:
    report = as_of(THEN, replace(REVOKED, revoked_at=THEN + SECOND))

    assert report.verdict is Verdict.VALID
    assert report[CheckId.REVOCATION].reason == (
        "not revoked at 2026-11-22T18:00:00Z; the credential was revoked later, at 2026-11-22T18:00:01Z, as the one node that was asked says"
    )
    assert report.headline.endswith("; revoked since, at 2026-11-22T18:00:01Z")
    assert published(report)["revokedAt"] == "2026-11-22T18:00:01Z"


def test_the_word_of_several_nodes_is_said_to_be_that() -> None:
    report = as_of(THEN, replace(REVOKED, revoked_at=THEN + SECOND, sources=("one", "two")))

    assert report[CheckId.REVOCATION].reason.endswith("as the nodes that answered say alike")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (REVOKED, "; no final event shows that this was after 2026-11-22T18:00:00Z"),
        (replace(REVOKED, history="node.example: refused"), " is not known: node.example: refused"),
        (replace(REVOKED, revoked_at=THEN), ", at 2026-11-22T18:00:00Z"),
        (replace(REVOKED, revoked_at=FINAL_TIME + SECOND), ", at 2026-11-23T11:47:01Z"),  # what is not final counts as it is
        (replace(revise(FACTS, at="latest", revoked=True), revoked_at=THEN + SECOND), ", at 2026-11-22T18:00:01Z"),
        (replace(revise(REVOKED, anchor=True, at="latest", revoked=True), revoked_at=THEN + SECOND), ", at 2026-11-22T18:00:01Z"),
        (replace(REVOKED, revoked_at=THEN + SECOND, memory="a block was replaced"), "as of block 1000"),
        (replace(REVOKED, revoked_at=THEN + SECOND, read_at=THEN), "as of block 1000"),  # now: what is set, is set
    ],
)
def test_a_bit_that_no_later_final_event_explains_decides_for_every_moment(facts: Facts, words: str) -> None:
    report = as_of(THEN, facts)

    assert report[CheckId.REVOCATION].outcome is Outcome.FAILED
    assert report[CheckId.REVOCATION].reason.endswith(words)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(at=MOMENTS, event=st.none() | MOMENTS, bit=st.sampled_from(["latest", "finalized", "both"]), batch=st.booleans())
def test_no_moment_makes_valid_what_is_revoked_unless_a_final_event_is_later(
    at: datetime, event: datetime | None, bit: str, *, batch: bool
) -> None:
    facts = revise(FACTS, anchor=True, at=bit, revoked=True) if batch else revise(FACTS, at=bit, revoked=True)

    outcome = as_of(at, replace(facts, revoked_at=event))[CheckId.REVOCATION].outcome

    later = event is not None and at < event <= FINAL_TIME and bit == "both" and at < NOON - timedelta(minutes=1)
    assert (outcome is Outcome.PASSED) == later
    assert (outcome is Outcome.FAILED) == (not later)


def test_a_memory_that_the_chain_contradicts_leaves_all_that_rests_on_it_unknown() -> None:
    problem = Remembered(936, b"\1" * 32, b"\2" * 32).problem(1, a_block := FACTS.finalized.block)  # type: ignore[union-attr]
    report = as_of(NOON, replace(FACTS, memory=problem))

    assert a_block.number == 936
    assert short_of_passed(report) == {"anchor": "unknown", "revocation": "unknown"}
    assert report[CheckId.ANCHOR].reason == report[CheckId.REVOCATION].reason == report.headline == problem
    assert problem.startswith("block 936 of eip155:1 was final when it was seen before (0x01010101…), and has been replaced (0x02020202…)")
    assert published(report)["memory"] == problem


def test_a_missing_anchor_is_unknown_and_not_failed_where_a_final_block_was_replaced() -> None:
    gone = revise(FACTS, anchor=False)
    without = replace(gone, finalized=replace(gone.finalized, anchor=None), latest=replace(gone.latest, anchor=None))  # type: ignore[type-var]

    assert outcomes(as_of(NOON, without))["anchor"] == "failed"
    assert outcomes(as_of(NOON, replace(without, memory="a block was replaced")))["anchor"] == "unknown"


def test_validity_and_expiry_of_a_signature_are_judged_as_of_then() -> None:
    document = dict(COMPLETE.document) | {"validFrom": "2026-11-22T14:00:00Z"}
    credential = anchored(document)
    signature = sign(document, expires="2026-11-22T20:00:00Z")
    signed = Credential(document, (signature, *credential.proofs))
    facts = facts_of(credential)

    assert short_of_passed(as_of(ANCHORED + timedelta(hours=1), facts, signed)) == {"validity": "failed"}
    assert as_of(THEN, facts, signed).verdict is Verdict.VALID
    assert short_of_passed(as_of(NOON, facts, signed)) == {"signature": "failed"}


def test_a_presentation_that_was_kept_is_good_as_of_when_it_was_shown() -> None:
    shown = read(presented(COMPLETE, created=THEN))
    facts = facts_of(COMPLETE)
    trust = trust_of(entry(), demand=DEMAND)

    found = [evaluate(shown, facts, trust, at=at)[CheckId.HOLDER].outcome for at in (THEN, NOON)]

    assert found == [Outcome.PASSED, Outcome.FAILED]


def test_the_moment_is_given_or_now_and_never_in_the_future() -> None:
    assert moment.judged_at(None, NOON) == NOON
    assert moment.judged_at(NOON + timedelta(minutes=1), NOON) == NOON + timedelta(minutes=1)
    with pytest.raises(InputError, match="2026-11-23T12:01:01Z, is in the future"):
        moment.judged_at(NOON + timedelta(seconds=61), NOON)
    with pytest.raises(InputError, match="no time zone"):
        moment.judged_at(datetime(2026, 1, 1), NOON)  # noqa: DTZ001 - this is the point


def test_a_moment_at_an_end_of_the_calendar_is_given_back_in_utc_or_refused() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(-timedelta(hours=14))

    assert moment.judged_at(datetime(1, 1, 1, 14, tzinfo=east), NOON) == datetime(1, 1, 1, tzinfo=UTC)
    for outside in (datetime(1, 1, 1, 13, tzinfo=east), datetime(9999, 12, 31, 23, tzinfo=west)):
        with pytest.raises(InputError, match="in no year from 1 to 9999"):
            moment.judged_at(outside, NOON)


@pytest.mark.parametrize("read_at", [None, NOON])
def test_an_anchor_that_a_staple_shows_is_younger_than_a_moment_whenever_it_was_looked_at(read_at: datetime | None) -> None:
    stapled = replace(FACTS, latest=None, read_at=read_at, by=By.STAPLE, trouble="no node was asked")

    assert as_of(ANCHORED, stapled)[CheckId.ANCHOR].outcome is Outcome.PASSED
    before = as_of(ANCHORED - SECOND, stapled)[CheckId.ANCHOR]
    assert before.outcome is Outcome.UNKNOWN
    assert "not anchored yet at 2026-11-22T11:59:59Z" in before.reason
