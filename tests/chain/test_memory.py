"""Reorganisations below `finalized` and old heads, on a real chain: what was final before and is not there any more is never silent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.memory import DEVELOPMENT
from laurea.chain.reader import ChainReader
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.finality import Remembered
from laurea.storage.finality import FinalityFile
from tests.anvil import Anvil
from tests.chain.conftest import Chain, with_registry
from tests.chain.http_node import relay

CHAIN_ID = 11155111


@pytest.fixture
def own() -> Iterator[Chain]:
    """A chain for one test, which may be harmed; final is what is two blocks old."""
    with Anvil(chain_id=CHAIN_ID) as node:
        yield with_registry(node)


class Verifier:
    """One who remembers, from one verification to the next."""

    def __init__(self, chain: Chain, path: Path) -> None:
        self.chain, self.file = chain, FinalityFile(path)
        self.ref = chain.issuer().anchored()
        chain.node.mine(8)

    def read(self, *urls: str) -> Facts:
        nodes = urls or (self.chain.node.url,)
        return ChainReader(nodes, self.chain.node.chain_id, canonical_address(), memory=self.file).read(self.ref, 0)

    @property
    def remembered(self) -> Remembered | None:
        return self.file.recall(self.chain.node.chain_id)


@pytest.fixture
def verifier(own: Chain, tmp_path: Path) -> Verifier:
    return Verifier(own, tmp_path / "finality.json")


def final(facts: Facts) -> Remembered:
    assert facts.finalized is not None
    return Remembered(facts.finalized.block.number, facts.finalized.block.hash)


def test_a_chain_that_goes_on_is_no_trouble_and_its_newest_final_block_is_remembered(verifier: Verifier) -> None:
    first = verifier.read()
    assert verifier.remembered == final(first)
    before = verifier.file.path.stat().st_mtime_ns
    assert final(verifier.read()) == final(first)
    assert verifier.file.path.stat().st_mtime_ns == before, "what is not new is not written again"
    verifier.chain.node.mine(5)
    second = verifier.read()

    assert first.memory == second.memory == ""
    assert verifier.remembered == final(second)
    assert final(second).number == final(first).number + 5


def test_a_reorganisation_that_does_not_reach_what_is_final_is_no_trouble(verifier: Verifier) -> None:
    verifier.read()
    verifier.chain.node.rpc("anvil_reorg", 2, [])
    verifier.chain.node.mine(3)

    assert verifier.read().memory == ""


def test_one_below_finalized_is_said_until_it_is_accepted(verifier: Verifier) -> None:
    before = final(verifier.read())
    verifier.chain.node.rpc("anvil_reorg", 5, [])
    verifier.chain.node.mine(3)

    found = verifier.read()

    assert f"block {before.number} of eip155:{CHAIN_ID} was final when it was seen before (0x{before.hash[:4].hex()}…)" in found.memory
    assert "has been replaced" in found.memory
    assert found.latest is not None, "what the nodes say now is there, and counts for nothing"
    verifier.chain.node.mine(20)
    assert verifier.read().memory == found.memory, "it does not heal by itself"
    assert verifier.remembered is not None
    assert (verifier.remembered.number, verifier.remembered.hash) == (before.number, before.hash)
    verifier.file.forget(CHAIN_ID)
    assert verifier.read().memory == ""
    assert verifier.remembered.hash != before.hash


def test_a_chain_rolled_back_below_finalized_is_an_old_head_and_another_that_grows_in_its_place_a_replaced_block(
    verifier: Verifier,
) -> None:
    before = final(verifier.read())
    verifier.chain.node.rpc("anvil_rollback", 6)

    old = verifier.read()
    verifier.chain.node.mine(7)
    other = verifier.read()

    assert f"the nodes take block {before.number - 6}" in old.memory
    assert f"but {before.number} was final before" in old.memory
    assert "has been replaced" in other.memory


def test_an_old_head_that_catches_up_is_forgiven(verifier: Verifier) -> None:
    verifier.read()
    node = verifier.chain.node
    verifier.chain.node.mine(4)
    seen = final(verifier.read())
    late = hex(seen.number - 3)

    def held_back(one: Any) -> Any:
        if one["method"] == "eth_getBlockByNumber" and one["params"][0] == "finalized":
            return {**one, "params": [late, False]}
        return one

    with relay(node.url, request=held_back) as lagging:
        facts = verifier.read(lagging.url)

    assert f"the nodes take block {seen.number - 3}" in facts.memory
    assert verifier.remembered == seen
    assert verifier.read().memory == ""


def test_a_lying_node_with_a_chain_of_its_own_is_noticed_by_its_block(verifier: Verifier, tmp_path: Path) -> None:
    verifier.read()
    seen = verifier.remembered
    with Anvil(chain_id=CHAIN_ID) as other:
        forged = with_registry(other)
        other.mine(40)
        issuer = forged.issuer()
        issuer.act(registry.anchor(verifier.ref.root, 300))
        other.mine(4)
        facts = verifier.read(other.url)

    assert seen is not None
    assert "has been replaced" in facts.memory
    assert verifier.read().memory == facts.memory, "and it is said to whoever asks next, at whatever node"


def test_nodes_that_disagree_about_the_block_are_no_memory_but_trouble(verifier: Verifier) -> None:
    verifier.read()
    seen = verifier.remembered
    assert seen is not None
    verifier.chain.node.mine(4)

    def other_hash(one: Any, answered: Any) -> Any:
        if one["method"] == "eth_getBlockByNumber" and one["params"][0] == hex(seen.number):
            return {**answered, "result": {**answered["result"], "hash": "0x" + "11" * 32}}
        return answered

    with relay(verifier.chain.node.url, answer=other_hash) as liar:
        facts = verifier.read(verifier.chain.node.url, liar.url)

    assert f"disagree about the block {seen.number}" in facts.trouble
    assert verifier.remembered == seen


def test_a_memory_that_cannot_be_read_or_written_leaves_all_unknown_and_says_so(verifier: Verifier, tmp_path: Path) -> None:
    verifier.file.path.write_text("{}")
    unreadable = verifier.read().memory
    (tmp_path / "plain").write_text("")
    verifier.file = FinalityFile(tmp_path / "plain" / "finality.json")
    unwritable = verifier.read().memory

    assert "what was final before is not known: " in unreadable
    assert "is not what laurea remembers of final blocks" in unreadable
    assert "finality.json cannot be read" in unwritable
    assert str(tmp_path) not in unreadable + unwritable, "others read the report"


def test_the_chain_that_begins_anew_every_day_is_not_remembered(chain: Chain, tmp_path: Path) -> None:
    assert chain.node.chain_id == DEVELOPMENT
    verifier = Verifier(chain, tmp_path / "finality.json")

    assert verifier.read().memory == ""
    assert not verifier.file.path.exists()


def test_without_a_memory_nothing_more_is_asked(own: Chain) -> None:
    ref: AnchorRef = own.issuer().anchored()
    own.node.mine(4)
    with relay(own.node.url) as node:
        assert own.reader(node.url).read(ref, 0).memory == ""
        assert len(node.bodies) == 4  # the tips twice, what is stored, and its key
