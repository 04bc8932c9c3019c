"""The transaction that anchors a document of Blockcerts: it has to be there, hold the root, have succeeded, and be final."""

from datetime import UTC, datetime

import pytest

from laurea import CheckId, Outcome, Verdict
from tests.anvil import Anvil
from tests.blockcerts.world import SEPOLIA, School, digest, outcome, two


def test_a_transaction_that_is_not_final_is_pending(school: School) -> None:
    document = school.v3(name="fresh")
    issued = school.issue_v3(document, tx=school.send(two(digest(document))[0], final=False))

    outcome(school.verify(issued), CheckId.ANCHOR, Outcome.UNKNOWN, "pending")
    school.anvil.mine(3)
    assert school.verify(issued)


def test_a_transaction_with_another_content_is_invalid(school: School) -> None:
    for content in (b"\x07" * 32, two(digest(school.v3()))[0] + b"\x00", b""):
        outcome(school.verify(school.issue_v3(tx=school.send(content))), CheckId.ANCHOR, Outcome.FAILED, "something else than the root")


def test_a_transaction_that_nobody_knows_is_undecided(school: School) -> None:
    report = school.verify(school.issue_v3(tx="0x" + "ab" * 32))
    outcome(report, CheckId.ANCHOR, Outcome.UNKNOWN, "know no such transaction")
    assert report.verdict is Verdict.UNDECIDED


def test_without_a_node_with_a_silent_one_or_with_a_proof_demanded_it_is_undecided(school: School) -> None:
    issued = school.issue_v3()
    outcome(school.verify(issued, chain=()), CheckId.ANCHOR, Outcome.UNKNOWN, "no RPC URL is known for chain eip155:11155111")
    outcome(school.verify(issued, chain="http://127.0.0.1:9"), CheckId.ANCHOR, Outcome.UNKNOWN, "127.0.0.1:9")
    outcome(school.verify(issued, proof=True), CheckId.ANCHOR, Outcome.UNKNOWN, "a proof was demanded")


@pytest.mark.parametrize(
    ("network", "kind", "expected", "word"),
    [
        ("mockchain", "Mock", Outcome.FAILED, "mocknet is no chain"),
        ("bitcoinRegtest", "BTCOpReturn", Outcome.FAILED, "regtest"),
        ("bitcoinMainnet", "BTCOpReturn", Outcome.UNKNOWN, "no node for Bitcoin"),
        ("bitcoinTestnet", "BTCOpReturn", Outcome.UNKNOWN, "no node for Bitcoin"),
        ("ethereumRopsten", "ETHData", Outcome.UNKNOWN, "not on eip155:3"),
        (None, "BTCOpReturn", Outcome.UNKNOWN, "no node for Bitcoin"),
        (None, "ETHData", Outcome.UNKNOWN, "which network of Ethereum"),
    ],
)
def test_what_is_not_on_a_chain_of_a_known_node_is_never_valid(
    school: School, network: str | None, kind: str, expected: Outcome, word: str
) -> None:
    report = school.verify(school.issue_v2(chain=network, kind=kind, tx="0x" + "ab" * 32))

    outcome(report, CheckId.ANCHOR, expected, word)
    assert not report


def test_of_two_nodes_one_that_contradicts_the_other_leaves_it_undecided(school: School) -> None:
    issued = school.issue_v3()
    with Anvil(chain_id=SEPOLIA) as other:
        report = school.verify(issued, chain=[school.anvil.url, other.url])
    outcome(report, CheckId.ANCHOR, Outcome.UNKNOWN, "disagree")


def test_as_of_a_moment_before_the_anchor_nothing_shows_that_it_was_there(school: School) -> None:
    issued = school.issue_v3()
    report = school.verify(issued, at=datetime(2024, 6, 1, tzinfo=UTC))
    outcome(report, CheckId.ANCHOR, Outcome.UNKNOWN, "not anchored yet at 2024-06-01")
    assert report.headline.startswith("As of 2024-06-01T00:00:00Z: ")
