"""Facts that are proven: the same as those that nodes answer, and no node can make others."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped] # it has no types of its own
from eth_hash.auto import keccak

from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.reader import ChainReader
from laurea.chain.rpc import to_hex
from laurea.core.anchor import AnchorRef, By, Facts
from tests.anvil import Anvil
from tests.chain.conftest import Chain, Issuer, with_registry
from tests.chain.http_node import relay, result
from tests.chain.test_reader import unread

Answer = Callable[[Any, Any], Any]


def proving(chain: Chain, *urls: str) -> ChainReader:
    return ChainReader(urls or [chain.node.url], chain.node.chain_id, canonical_address(), proof=True, timeout=5)


def lying(chain: Chain, method: str, lie: Callable[[Any, Any], Any]) -> Any:
    """Return a node that changes what it answers to one method; `lie` gets the parameters and the true result."""

    def answer(request: Any, true: Any) -> Any:
        return result(request, lie(request["params"], true["result"])) if request["method"] == method and "result" in true else true

    return relay(chain.node.url, answer=answer)


def proven(facts: Facts) -> Facts:
    """Return facts as they would be had they been proven."""
    return replace(facts, by=By.PROOF)


@pytest.fixture(scope="module")
def issuer(chain: Chain) -> Issuer:
    """An issuer with a profile, whose batches are among others of other issuers."""
    for _ in range(3):
        chain.issuer().anchored()
    issuer = chain.issuer()
    issuer.act(registry.set_profile(issuer.id, "did:web:issuer.example"))
    return issuer


@pytest.mark.parametrize("profile", ["", "did:web:a.example", "d" * 31, "d" * 32, "d" * 33, "d" * 255, "d" * 256, "d" * 5000, "\u00e9" * 40])
def test_a_profile_of_any_length_is_what_the_registry_answers(chain: Chain, issuer: Issuer, profile: str) -> None:
    issuer.act(registry.set_profile(issuer.id, profile))
    ref = issuer.anchored()

    facts = proving(chain).read(ref, 3)

    assert facts.trouble == ""
    assert facts.latest is not None
    assert facts.latest.profile == (profile if len(profile.encode()) < 256 else "")
    assert facts == replace(proven(chain.reader().read(ref, 3)), read_at=facts.read_at)


def test_a_profile_that_is_no_text_is_none(chain: Chain) -> None:
    issuer = chain.issuer()
    for bad in (b"\xff" * 20, b"\xff" * 40):
        data = registry.set_profile(issuer.id, "x" * len(bad)).replace(b"x" * len(bad), bad)
        issuer.act(data)
        latest = proving(chain).read(issuer.anchored(), 0).latest
        assert latest is not None
        assert latest.profile == ""


def test_whatever_is_stored_is_proven_as_the_registry_answers(chain: Chain) -> None:
    issuer, other = chain.issuer(), chain.issuer()
    final = issuer.anchored(size=600)
    raw = AnchorRef(chain.node.chain_id, canonical_address(), issuer.id, b"\x7f" * 32)
    issuer.act(raw.root)
    chain.node.mine(4)
    issuer.act(registry.revoke(registry.revocations(final.root, [0, 255, 256, 599]), 1))
    whole, fresh, void = other.anchored(), issuer.anchored(), other.anchored()
    issuer.act(registry.revoke_batch(fresh.root, 3))
    other.act(registry.set_compromised(other.id, other.address, 1))
    absent = replace(final, issuer_id=other.id)
    nobody = replace(final, issuer_id=b"\x99" * 20, root=b"\x98" * 32)
    refs = (final, raw, whole, fresh, void, absent, nobody)
    leaves = list(product(refs, (0, 1, 255, 256, 257, 299, 599)))

    facts = proving(chain).read_many(leaves)

    assert facts == [replace(proven(each), read_at=facts[0].read_at) for each in chain.reader().read_many(leaves)]
    latest = {ref: view for (ref, index), each in zip(leaves, facts, strict=True) if index == 0 and (view := each.latest)}
    assert [latest[final].revoked, latest[fresh].anchor and latest[fresh].anchor.revoked] == [True, True]
    assert (latest[raw].anchor or void) != void
    assert latest[raw].anchor is not None
    assert latest[raw].anchor.size == 0
    assert latest[void].anchor is not None
    assert not latest[void].anchor.good
    assert latest[absent].anchor is latest[nobody].anchor is None
