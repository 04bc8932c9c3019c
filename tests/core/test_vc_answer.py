"""The W3C question: nothing reads as verified but what was looked at and found good."""

from datetime import UTC, datetime
from itertools import product

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.presentation import Presentation
from laurea.core.proof import CRYPTOSUITE
from laurea.core.report import Check, CheckId, Outcome, Report
from laurea.core.status import Finding, Standing
from laurea.core.vc_answer import Looked, about_credential

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEMANDED = (CheckId.FORMAT, CheckId.SIGNATURE, CheckId.VALIDITY)
SIGNED: JsonObject = {"cryptosuite": "eddsa-rdfc-2022"}
ANCHORED: JsonObject = {"cryptosuite": CRYPTOSUITE}


def looked(outcomes: dict[CheckId, Outcome], *proofs: JsonObject, statuses: tuple[Finding, ...] = ()) -> Looked:
    """Return what was found out: passed, but for these."""
    checks = tuple(Check(each, outcomes.get(each, Outcome.PASSED), f"about {each}") for each in CheckId)
    return Looked(Presentation(Credential({}, proofs)), Report(NOON, checks, "the headline", {}), statuses, issuer_listed=True)


def test_what_passes_is_verified() -> None:
    absent = dict.fromkeys((CheckId.INTEGRITY, CheckId.ANCHOR, CheckId.REVOCATION, CheckId.ISSUER), Outcome.UNKNOWN)

    assert about_credential(looked({**absent, CheckId.HOLDER: Outcome.SKIPPED}, SIGNED)).verified
    assert about_credential(looked({CheckId.HOLDER: Outcome.SKIPPED}, SIGNED, ANCHORED)).verified
    assert about_credential(looked({CheckId.HOLDER: Outcome.SKIPPED, CheckId.SIGNATURE: Outcome.SKIPPED}, ANCHORED)).verified


@pytest.mark.parametrize(
    ("check", "outcome"), [*product(DEMANDED, (Outcome.FAILED, Outcome.UNKNOWN)), (CheckId.SIGNATURE, Outcome.SKIPPED)]
)
def test_anything_less_than_passed_is_not_verified(check: CheckId, outcome: Outcome) -> None:
    answer = about_credential(looked({check: outcome}, SIGNED))

    assert not answer.verified
    assert answer.problems[0].undecided is (outcome is not Outcome.FAILED) or check is CheckId.SIGNATURE


@pytest.mark.parametrize(("check", "outcome"), [*product(CheckId, (Outcome.FAILED, Outcome.UNKNOWN))])
def test_an_anchor_that_is_there_must_hold_in_everything(check: CheckId, outcome: Outcome) -> None:
    assert not about_credential(looked({check: outcome}, SIGNED, ANCHORED)).verified


@pytest.mark.parametrize("purpose", ["revocation", "suspension", "something else"])
@pytest.mark.parametrize("standing", [Standing.SET, Standing.UNKNOWN])
@pytest.mark.parametrize("proofs", [(SIGNED,), (SIGNED, ANCHORED)], ids=["signed", "anchored"])
def test_a_status_that_is_set_or_not_known_is_not_verified(purpose: str, standing: Standing, proofs: tuple[JsonObject, ...]) -> None:
    answer = about_credential(looked({}, *proofs, statuses=(Finding(purpose, standing, "a reason"),)))

    assert not answer.verified
    assert answer.problems[0].undecided is (standing is Standing.UNKNOWN)


def test_news_are_told_and_take_nothing_back() -> None:
    answer = about_credential(looked({}, SIGNED, statuses=(Finding("refresh", Standing.SET, "a newer one is there"),)))

    assert answer.verified
    assert "a newer one is there" in [each.detail for each in answer.warnings]
