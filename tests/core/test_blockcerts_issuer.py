"""Who has anchored a document of Blockcerts, by the trust list's accounts and what the registry holds: nothing else counts then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from laurea.core.anchor import Anchor, AnchorRef, Block, Facts, View
from laurea.core.blockcerts.anchor import on_evm
from laurea.core.blockcerts.proof_value import MerkleProof
from laurea.core.certificates.anchored import check_anchor
from laurea.core.certificates.issuer import accounts_at, check_issuer
from laurea.core.certificates.revocation import check_revocation
from laurea.core.certificates.shown import Certificate
from laurea.core.certificates.transaction import Sent, TransactionFacts, TransactionRef
from laurea.core.leaf import Domain
from laurea.core.report import Outcome
from laurea.core.trust import TrustedIssuer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REGISTRY, ISSUER_ID, KEY = b"\x11" * 20, b"\x22" * 20, b"\x33" * 20
ROOT, TX = sha256(b"root").digest(), sha256(b"transaction").digest()
URL = "https://school.example/issuer.json"
BLOCK = Block(7, sha256(b"block").digest(), NOW)
SENT = Sent(KEY, REGISTRY, ROOT, success=True, block=BLOCK)
FACTS = TransactionFacts(TransactionRef(11155111, TX), BLOCK, BLOCK, SENT, read_at=NOW)
CERTIFICATE = Certificate(
    legacy=False, document={"id": "urn:x"}, candidates=(), issuer=URL, proof=MerkleProof(ROOT, (), ROOT, (on_evm(11155111, TX),))
)
ENTRY = TrustedIssuer(URL, "The School", NOW, frozenset({Domain(11155111, REGISTRY, ISSUER_ID)}))
ANCHOR = Anchor(KEY, 1, 0, revoked=False, reason=0, compromised_from=0)
HELD = Facts(AnchorRef(11155111, REGISTRY, ISSUER_ID, ROOT), 0, View(BLOCK, ANCHOR, revoked=False, profile=""), read_at=NOW)


def holding(anchor: Anchor | None) -> Facts:
    return replace(HELD, finalized=View(BLOCK, anchor, revoked=False, profile=""))


def test_the_registry_holds_the_root_for_the_account_on_the_list_by_the_key_that_sent_it() -> None:
    assert accounts_at(ENTRY, FACTS) == [Domain(11155111, REGISTRY, ISSUER_ID)]
    check = check_issuer(CERTIFICATE, FACTS, ENTRY, None, HELD)
    assert check.outcome is Outcome.PASSED
    assert "The School" in check.reason


@pytest.mark.parametrize(
    ("anchor", "word"),
    [
        (None, "does not hold the root"),
        (replace(ANCHOR, key=b"\x44" * 20), "does not hold the root"),
        (replace(ANCHOR, compromised_from=1), "declared compromised"),
    ],
)
def test_what_the_registry_holds_otherwise_fails(anchor: Anchor | None, word: str) -> None:
    check = check_issuer(CERTIFICATE, FACTS, ENTRY, None, holding(anchor))
    assert check.outcome is Outcome.FAILED
    assert word in check.reason


def test_a_registry_that_was_not_read_leaves_it_unknown() -> None:
    for registry in (None, replace(HELD, trouble="silent"), replace(HELD, finalized=None)):
        assert check_issuer(CERTIFICATE, FACTS, ENTRY, None, registry).outcome is Outcome.UNKNOWN


def test_another_registry_or_chain_than_that_of_the_list_fails() -> None:
    for sent in (replace(SENT, to=b"\x55" * 20), replace(SENT, to=None)):
        assert check_issuer(CERTIFICATE, replace(FACTS, sent=sent), ENTRY, None, HELD).outcome is Outcome.FAILED


def test_a_batch_that_is_revoked_in_the_registry_is_revoked() -> None:
    check = check_revocation(CERTIFICATE, None, {}, [], holding(replace(ANCHOR, revoked=True)))
    assert check.outcome is Outcome.FAILED
    assert "whole batch" in check.reason


@pytest.mark.parametrize(
    "members",
    [
        {"ref": TransactionRef(11155111, sha256(b"another").digest())},
        {"ref": TransactionRef(1, TX)},
        {"memory": "it is not the chain that was final before"},
        {"trouble": "the node is silent"},
        {"latest": replace(BLOCK, time=NOW - timedelta(days=2))},
        {"read_at": None},
    ],
    ids=[
        "of another transaction",
        "of another chain",
        "that contradict what was final",
        "in trouble",
        "that are stale",
        "without their time",
    ],
)
def test_facts_that_decide_nothing_leave_the_anchor_open(members: dict[str, Any]) -> None:
    assert check_anchor(CERTIFICATE.proof, FACTS, at=NOW).outcome is Outcome.PASSED
    assert check_anchor(CERTIFICATE.proof, replace(FACTS, **members), at=NOW).outcome is Outcome.UNKNOWN
