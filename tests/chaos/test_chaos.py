"""One seed of chaos within the suite; `scripts/chaos` runs more, longer, and without one rule or another."""

from pathlib import Path

import pytest

from tests.chaos.harness import Harness, failpoints


@pytest.mark.slow
def test_a_minute_of_chaos_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    outcome = Harness(tmp_path, seed=2026, seconds=60).run()

    assert (outcome.violations, outcome.missed) == ([], [])
    assert outcome.batches >= 5
    assert outcome.kills >= 5
    assert outcome.counts["reorganisations"] >= 5


def test_every_place_between_an_act_and_its_record_is_a_failpoint() -> None:
    assert failpoints() == [
        "awarding-before-commit",
        "bump-persisted-not-sent",
        "bump-signed-not-persisted",
        "filler-persisted-not-sent",
        "filler-signed-not-persisted",
        "final-not-recorded",
        "mined-not-recorded",
        "nonce-before-commit",
        "persisted-not-sent",
        "released-not-recorded",
        "sealing-before-commit",
        "sent-not-recorded",
        "signed-not-persisted",
        "stapled-not-recorded",
    ]
