"""Which verification a wallet keeps: an answer stays until a better one comes, and nothing is called valid that was not checked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.canonical import JsonObject
from laurea.core.report import OPTIONAL, Check, CheckId, Outcome, Report, Verdict
from laurea.errors import InputError
from laurea.services.holding import Holding, LastCheck
from laurea.services.holding.checking import replaces, settle
from laurea.services.holding.merging import merge
from laurea.storage import wallet
from laurea.storage.wallet import Attempted, Held, Kdf
from tests.released import badge, release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=40)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
OFFLINE = {CheckId.ANCHOR: Outcome.UNKNOWN, CheckId.REVOCATION: Outcome.UNKNOWN}
STRANGE = {CheckId.ISSUER: Outcome.UNKNOWN}
REVOKED = {CheckId.REVOCATION: Outcome.FAILED}
EXPIRED = {CheckId.VALIDITY: Outcome.FAILED}


def report(outcomes: dict[CheckId, Outcome] | None = None, **more: Outcome) -> JsonObject:
    """A report in which all passed but what is named; `holder` is not demanded."""
    said = {CheckId.HOLDER: Outcome.SKIPPED, **(outcomes or {}), **{CheckId(name): found for name, found in more.items()}}
    checks = tuple(Check(each, said.get(each, Outcome.PASSED), f"{each} was {said.get(each, Outcome.PASSED)}") for each in CheckId)
    first = next((each.reason for each in checks if each.outcome in {Outcome.FAILED, Outcome.UNKNOWN}), "Issued by Example University")
    return Report(NOON, checks, first).document()


def held(*reports: JsonObject) -> Held:
    """A credential after these checks, a day between them."""
    found = Held(b"{}", NOON)
    for number, each in enumerate(reports):
        found = settle(found, each, at=NOON + timedelta(days=number))
    return found


def verdicts(found: Held) -> tuple[str | None, bool]:
    return (None if found.checked is None else str(found.checked.report["verdict"])), found.attempted is not None


@pytest.mark.parametrize("first", [report(), report(REVOKED), report(OFFLINE)])
def test_the_first_result_is_kept_whatever_it_is(first: JsonObject) -> None:
    found = held(first)

    assert found.checked is not None
    assert (found.checked.report, found.checked.at, found.attempted) == (first, NOON, None)


# The table of docs/wallet.md, a row for each kind of change: what was kept, what came, and whether it takes its place.
TABLE = [
    (report(), report(OFFLINE), False),
    (report(), report(STRANGE), False),
    (report(), report({**OFFLINE, **STRANGE}), False),
    (report(), report(REVOKED), True),
    (report(), report(EXPIRED), True),
    (report(), report(), True),
    (report(STRANGE), report(OFFLINE), False),
    (report(STRANGE), report({**OFFLINE, **STRANGE}), False),
    (report({**OFFLINE, **STRANGE}), report(STRANGE), True),
    (report({**OFFLINE, **STRANGE}), report(OFFLINE), True),
    (report(OFFLINE), report(OFFLINE), True),
    (report(OFFLINE), report(STRANGE), False),
    (report(OFFLINE), report(), True),
    (report(OFFLINE), report(REVOKED), True),
    (report(REVOKED), report(OFFLINE), False),
    (report(REVOKED), report(STRANGE), True),  # a suspension was lifted; that the issuer is not on this trust list is another matter
    (report(REVOKED), report(), True),
    (report(REVOKED), report(EXPIRED), True),
    (report(EXPIRED), report(OFFLINE), True),  # its time had not come, and has
]


@pytest.mark.parametrize(("kept", "new", "replaced"), TABLE)
def test_a_result_is_replaced_as_the_table_says(kept: JsonObject, new: JsonObject, replaced: bool) -> None:
    found = held(kept, new)

    assert found.checked is not None
    if replaced:
        assert (found.checked.report, found.checked.at, found.attempted) == (new, NOON + timedelta(days=1), None)
    else:
        assert (found.checked.report, found.checked.at) == (kept, NOON)
        assert found.attempted == Attempted(NOON + timedelta(days=1), str(new["headline"]))


def every_report() -> Iterator[JsonObject]:
    """Every report there can be of one document, in which no check is skipped but for a failure before it."""
    for outcomes in product((Outcome.PASSED, Outcome.UNKNOWN, Outcome.FAILED), repeat=4):
        yield report(dict(zip((CheckId.ANCHOR, CheckId.REVOCATION, CheckId.ISSUER, CheckId.VALIDITY), outcomes, strict=True)))
    early = [Outcome.SKIPPED] * (len(CheckId) - 1)
    yield report(dict(zip(CheckId, [Outcome.FAILED, *early], strict=True)))


def of(said: JsonObject, outcome: Outcome) -> set[str]:
    checks = said["checks"]
    assert isinstance(checks, list)
    return {str(each["id"]) for each in checks if isinstance(each, dict) and each["outcome"] == outcome}


def test_of_every_two_results_the_one_that_stays_is_the_one_that_says_more() -> None:
    reports = list(every_report())
    assert len(reports) == 82
    for kept, new in product(reports, reports):
        replaced = replaces(kept, new)
        if new["verdict"] in {Verdict.INVALID, Verdict.VALID}:
            assert replaced  # a real change, or a better answer
        elif kept["verdict"] == Verdict.VALID:
            assert not replaced  # not knowing now is no downgrade
        elif kept["verdict"] == Verdict.UNDECIDED:
            assert replaced == (not of(new, Outcome.UNKNOWN) & of(kept, Outcome.PASSED))
        else:
            assert replaced == (of(kept, Outcome.FAILED) <= of(new, Outcome.PASSED))


@given(st.lists(st.sampled_from(list(every_report())), min_size=1, max_size=6))
def test_no_row_of_checks_makes_a_credential_valid_that_none_found_valid(reports: list[JsonObject]) -> None:
    found = held(*reports)
    last_decided = next((each["verdict"] for each in reversed(reports) if each["verdict"] != Verdict.UNDECIDED), None)

    assert found.checked is not None
    assert found.checked.report in reports
    if found.checked.report["verdict"] == Verdict.VALID:
        assert last_decided == Verdict.VALID
    if last_decided == Verdict.VALID:
        assert found.checked.report["verdict"] == Verdict.VALID


def test_only_checks_that_may_be_skipped_are_open_in_a_valid_report() -> None:
    assert {CheckId.HOLDER} <= OPTIONAL  # of which no check that the wallet makes is demanded


def told(found: Held, until: datetime | None = None, now: datetime = LATER) -> list[str]:
    return list(LastCheck.of(found, until, now).lines())


def test_what_was_not_checked_is_said_to_be_so() -> None:
    assert told(Held(b"{}", NOON)) == ["not checked yet"]
    assert LastCheck.of(Held(b"{}", NOON), NOON, LATER).verdict is None


def test_a_result_is_told_with_its_date_and_why_it_could_not_be_had_again() -> None:
    assert told(held(report())) == ["valid when checked on 2026-11-23T12:00:00Z: Issued by Example University"]
    assert told(held(report(), report(OFFLINE))) == [
        "valid when checked on 2026-11-23T12:00:00Z: Issued by Example University",
        "could not be checked again on 2026-11-24T12:00:00Z: anchor was unknown",
    ]
    assert told(held(report(REVOKED))) == ["invalid when checked on 2026-11-23T12:00:00Z: revocation was failed"]


def test_what_was_valid_and_has_expired_since_is_told_as_both() -> None:
    until = NOON + timedelta(days=10)

    assert told(held(report()), until) == ["was valid when checked on 2026-11-23T12:00:00Z; expired on 2026-12-03T12:00:00Z"]
    assert told(held(report()), until, until - timedelta(seconds=1))[0].startswith("valid when checked on")
    assert told(held(report()), until, until)[0].startswith("was valid when")
    assert LastCheck.of(held(report(REVOKED)), until, LATER).expired is None


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    owner = made.new(at=NOON)
    for data in release([badge(1, owner), badge(2, owner)]):
        made.receive(data, at=NOON)
    return made


def test_results_are_kept_in_the_file_by_the_digest_of_the_credential(holding: Holding) -> None:
    first, second = holding.entries()
    after = holding.keep_checks({second.held.digest: report()}, at=LATER)

    assert [each.last_check(LATER).verdict for each in after] == [None, Verdict.VALID]
    assert holding.entries() == after
    again = holding.keep_checks({second.held.digest: report(OFFLINE), b"unknown": report()}, at=LATER + timedelta(days=1))
    assert again[1].last_check(LATER).tried == LATER + timedelta(days=1)
    assert again[0] == first
    assert holding.entries() == again


def test_a_report_that_comes_late_does_not_undo_a_later_check(holding: Holding) -> None:
    digest = holding.entries()[0].held.digest
    holding.keep_checks({digest: report(REVOKED)}, at=LATER, now=LATER)
    before = LATER - timedelta(hours=1)

    assert holding.keep_checks({digest: report()}, at=before, now=LATER)[0].last_check(LATER).verdict == Verdict.INVALID
    # A clock that was put back is no later check.
    assert holding.keep_checks({digest: report()}, at=before, now=before)[0].last_check(LATER).verdict == Verdict.VALID


@pytest.mark.parametrize("decided", [report(), report(REVOKED)])
def test_a_copy_that_could_not_check_does_not_undo_a_result_when_it_is_merged(holding: Holding, decided: JsonObject) -> None:
    kept = wallet.load(holding.path, holding.passphrase)
    here = replace(kept, held=(settle(kept.held[0], decided, at=NOON), kept.held[1]))
    there = replace(kept, held=(settle(kept.held[0], report(OFFLINE), at=LATER), kept.held[1]))

    for one, two in ((here, there), (there, here)):
        made = merge(one, two)
        assert verdicts(made.held[0]) == (decided["verdict"], True)
        assert merge(made, one) is made
        assert merge(made, two) is made


def test_a_merge_keeps_the_newest_result_and_forgets_attempts_before_it(holding: Holding) -> None:
    kept = wallet.load(holding.path, holding.passphrase)

    def with_checks(*reports: JsonObject) -> wallet.Wallet:
        found = held(*reports)
        return replace(kept, held=(replace(kept.held[0], checked=found.checked, attempted=found.attempted), kept.held[1]))

    older, newer = with_checks(report(), report(OFFLINE)), with_checks(report(STRANGE), report(STRANGE), report())
    for one, two in ((older, newer), (newer, older)):
        assert merge(one, two).held[0] == newer.held[0]
    assert merge(kept, older).held[0].attempted == older.held[0].attempted
    with pytest.raises(InputError):
        merge(kept, replace(kept, key=kept.root.issuer_key(0)))  # type: ignore[union-attr]
