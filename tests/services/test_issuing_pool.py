"""Several nodes, of which one lies or fails: a majority moves a batch, and nobody alone does (faults 9, 10, 15, 16, 19, 23 to 26)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from laurea.chain.fees import GWEI, SendPolicy
from laurea.chain.transaction import fees_of
from laurea.errors import Costly, Refused, Unfunded, Unreachable
from tests.anvil import Anvil
from tests.chain.http_node import HttpNode, relay
from tests.services.issuing_world import EAGER, Killed, Template, World, base_fee, killing_at, on_sqlite

pytestmark = on_sqlite  # what nodes say has nothing to do with where it is written down

ZERO_WORD = "0x" + "00" * 32


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, template: Template) -> World:
    made = template.copy(tmp_path_factory.mktemp("world") / "issuer")
    made.enrol(3)
    return made


def lying(world: World, **lies: Callable[[Any, Any], Any]) -> HttpNode:
    """Return a node that passes everything on, but for the methods that it lies about: each lie makes an answer of a request and the true one."""

    def answer(request: Any, true: Any) -> Any:
        lie = lies.get(request["method"])
        return true if lie is None or "result" not in true else {**true, "result": lie(request, true["result"])}

    return relay(world.node.url, answer=answer)


def run_with_a_liar(world: World, *, policy: SendPolicy = EAGER, blocks: int = 40, **lies: Callable[[Any, Any], Any]) -> None:
    """Run with three nodes, of which the first lies."""
    with lying(world, **lies) as liar, relay(world.node.url) as other:
        world.run(urls=(liar.url, other.url, world.node.url), policy=policy, blocks=blocks)


FORGED = {
    "the root is anchored": {"eth_call": lambda _, true: true.replace("0" * 40, "1" * 40)},
    "the root is not anchored": {"eth_call": lambda _, true: "0x" + "00" * (len(true) // 2 - 1)},
    "there is no receipt": {"eth_getTransactionReceipt": lambda *_: None},
    "the transaction reverted": {"eth_getTransactionReceipt": lambda _, true: true and {**true, "status": "0x0"}},
    "the nonce is used up": {"eth_getTransactionCount": lambda *_: hex(99)},
    "the nonce is 0": {"eth_getTransactionCount": lambda *_: "0x0"},
    "gas costs nothing": {"eth_getBlockByNumber": lambda _, true: true and {**true, "baseFeePerGas": "0x1"}},
    "gas costs everything": {"eth_getBlockByNumber": lambda _, true: true and {**true, "baseFeePerGas": hex(10**15)}},
    "the tip is everything": {"eth_maxPriorityFeePerGas": lambda *_: hex(10**12)},
    "the call needs no gas": {"eth_estimateGas": lambda *_: hex(21_000)},
    "the account is empty": {"eth_getBalance": lambda *_: "0x0"},
    "another chain": {"eth_chainId": lambda *_: "0x5"},
    "other code": {"eth_getCode": lambda *_: "0x00"},
    "another time": {"eth_getBlockByNumber": lambda _, true: true and {**true, "hash": ZERO_WORD}},
    "it took the transaction": {"eth_sendRawTransaction": lambda *_: ZERO_WORD},
    "no events": {"eth_getLogs": lambda *_: []},
}


@pytest.mark.parametrize("lie", FORGED)
def test_one_node_that_lies_changes_nothing(world: World, lie: str) -> None:
    run_with_a_liar(world, **FORGED[lie])  # type: ignore[arg-type] # the lies alone

    world.require_whole([3])
    assert (world.spent(), world.reverted(), len(world.signatures())) == (2, 0, 1)
    offered = fees_of(bytes.fromhex(world.signatures()[0][2:]))
    assert offered.tip is not None
    assert (offered.most, offered.tip) < (100 * GWEI, 10 * GWEI)


def test_a_majority_that_is_silent_moves_nothing_even_if_one_says_that_all_is_well(world: World) -> None:
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("sent-not-recorded")[0])
    world.node.mine(4)
    nowhere = "http://127.0.0.1:1"

    with pytest.raises(Unreachable, match="1 of 3 nodes answered"):
        world.run(urls=(world.node.url, nowhere, nowhere + "/again"))

    assert world.batch().state == "signed"


def test_of_two_nodes_that_answer_the_one_that_lies_has_no_nonce_taken(world: World) -> None:
    forged = {"eth_getTransactionCount": lambda *_: hex(99)}
    with lying(world, **forged) as liar, pytest.raises(Refused, match="disagree about the nonces"):
        world.run(urls=(liar.url, world.node.url, "http://127.0.0.1:1"))

    assert (world.batch().state, world.signatures()) == ("sealed", [])
    world.run()
    world.require_whole([3])


def test_nodes_that_contradict_each_other_while_a_batch_is_signed_do_not_fail_it(world: World) -> None:
    forged = {"eth_chainId": lambda _, true: "0x5" if "batch 1: nonced" in world.told else true}
    with lying(world, **forged) as liar, pytest.raises(Refused, match="disagree about eth_chainId"):
        world.run(urls=(liar.url, world.node.url, "http://127.0.0.1:1"))

    assert (world.batch().state, world.signatures()) == ("nonced", [])
    world.run()
    world.require_whole([3])


@pytest.mark.parametrize("gas", [21_000, 29_000_000])
def test_of_two_nodes_that_answer_the_one_that_lies_about_gas_has_nothing_signed(world: World, gas: int) -> None:
    with (
        lying(world, eth_estimateGas=lambda *_: hex(gas)) as liar,
        pytest.raises(Refused, match="contradict each other about eth_estimateGas"),
    ):
        world.run(urls=(liar.url, world.node.url, "http://127.0.0.1:1"))

    assert (world.batch().state, world.signatures()) == ("nonced", [])
    world.run()
    world.require_whole([3])


def test_of_two_nodes_that_answer_the_one_that_lies_about_the_tip_does_not_raise_the_offer(world: World) -> None:
    with lying(world, eth_maxPriorityFeePerGas=lambda *_: hex(100 * GWEI)) as liar:
        world.run(urls=(liar.url, world.node.url, "http://127.0.0.1:1"))

    world.require_whole([3])
    assert [fees_of(bytes.fromhex(raw[2:])).tip for raw in world.signatures()] == [GWEI]


def test_a_transaction_whose_gas_no_node_takes_is_signed_again_with_other_gas(world: World) -> None:
    """A chain may lower what a block or a transaction may take, and the one node of an issuer may be wrong about it."""
    with lying(world, eth_estimateGas=lambda *_: hex(29_000_000)) as liar, pytest.raises(Refused, match="gas"):
        world.run(blocks=1, urls=(liar.url,))
    assert (world.batch().state, len(world.signatures())) == ("signed", 1)

    world.run(policy=EAGER)

    world.require_whole([3])
    assert (world.spent(), world.reverted()) == (2, 0)


def test_a_lost_answer_is_no_lost_transaction(world: World) -> None:
    with relay(world.node.url, answer=lambda one, true: "lost" if one["method"] == "eth_sendRawTransaction" else true) as losing:
        world.run(urls=(losing.url,))

    world.require_whole([3])
    assert (world.spent(), len(world.signatures())) == (2, 1)


def test_a_node_that_takes_a_transaction_and_drops_it_is_sent_it_again(world: World) -> None:
    dropped = 0

    def drop(request: Any) -> Any:
        nonlocal dropped
        if request["method"] != "eth_sendRawTransaction" or dropped >= 3:
            return request
        dropped += 1
        return {**request, "method": "web3_sha3"}  # the hash of the bytes: just what a node answers that takes them

    with relay(world.node.url, request=drop) as forgetful:
        world.run(urls=(forgetful.url,))

    world.require_whole([3])
    assert (dropped, len(world.signatures())) == (3, 1)


def test_a_transaction_that_is_stuck_offers_more_with_the_same_nonce_and_either_may_be_mined(world: World, node: Anvil) -> None:
    node.rpc("evm_setAutomine", False)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("sent-not-recorded")[0])
    node.rpc("anvil_setNextBlockBaseFeePerGas", hex(60 * GWEI))
    node.mine()
    node.rpc("anvil_setNextBlockBaseFeePerGas", hex(60 * GWEI))
    try:
        world.run(policy=EAGER)
    finally:
        node.rpc("evm_setAutomine", True)

    world.require_whole([3])
    fees = [fees_of(bytes.fromhex(raw[2:])) for raw in world.signatures()]
    assert len(fees) > 1
    for before, after in pairwise(fees):
        assert before.tip is not None
        assert after.tip is not None
        assert (after.most * 8 >= before.most * 9, after.tip * 8 >= before.tip * 9) == (True, True)
    assert (world.spent(), world.batch().nonce) == (2, 1)


@pytest.mark.parametrize("place", ["bump-signed-not-persisted", "bump-persisted-not-sent"])
def test_a_kill_while_more_is_offered_leaves_one_nonce_and_one_anchor(world: World, node: Anvil, place: str) -> None:
    node.rpc("evm_setAutomine", False)
    checkpoint, met = killing_at(place)
    try:
        with silent_miner(world) as silent, pytest.raises(Killed):
            world.run(checkpoint=checkpoint, policy=EAGER, blocks=40, urls=(silent.url,))
    finally:
        node.rpc("evm_setAutomine", True)
    assert met() == 1

    world.run(policy=EAGER)

    world.require_whole([3])
    assert (world.spent(), world.reverted()) == (2, 0)


def silent_miner(world: World) -> HttpNode:
    """Return a node that takes transactions and never passes them on."""
    return relay(world.node.url, request=lambda one: {**one, "method": "web3_sha3"} if one["method"] == "eth_sendRawTransaction" else one)


def test_what_would_cost_more_than_the_cap_waits_and_says_so(world: World, node: Anvil) -> None:
    with base_fee(node, 300 * GWEI), pytest.raises(Costly, match="above the cap of 1 gwei"):
        world.run(policy=SendPolicy(max_fee_per_gas=GWEI, bump_seconds=1), blocks=3)
    assert (world.batch().state, world.signatures()) == ("nonced", [])

    world.run()
    world.require_whole([3])


def test_an_offer_at_the_cap_is_not_raised_and_the_batch_goes_on_when_fees_fall(world: World, node: Anvil) -> None:
    tight = SendPolicy(max_fee_per_gas=3 * GWEI, bump_seconds=1)
    node.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI))
    node.mine()
    with silent_miner(world) as silent, pytest.raises(Costly, match="the fee of a replacement"):
        world.run(policy=tight, blocks=12, urls=(silent.url,))
    signed = world.signatures()
    assert world.batch().state == "sent"
    assert all(fees_of(bytes.fromhex(raw[2:])).most <= 3 * GWEI for raw in signed)

    world.run(policy=tight)

    world.require_whole([3])
    assert world.signatures() == signed


def test_money_that_is_gone_while_a_transaction_waits_raises_no_offer(world: World, node: Anvil) -> None:
    with silent_miner(world) as silent:
        world.run(blocks=0, urls=(silent.url,))
        assert world.batch().state == "sent"
        world.fund("anchor", 1)
        with pytest.raises(Unfunded, match="missing"):
            world.run(policy=EAGER, blocks=5, urls=(silent.url,))
    assert len(world.signatures()) == 1

    world.fund("anchor")
    world.run()
    world.require_whole([3])


def test_a_nonce_that_a_reorganisation_left_open_is_filled(world: World, node: Anvil) -> None:
    account = world.account("anchor")
    foreign = {"from": account.address, "to": account.address, "value": "0x0"}
    node.rpc("anvil_impersonateAccount", account.address)
    node.rpc("eth_sendTransaction", foreign)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("persisted-not-sent")[0])
    assert world.batch().nonce == 2
    node.rpc("anvil_reorg", 1, [])
    node.rpc("anvil_dropAllTransactions")

    world.run(policy=EAGER)

    world.require_whole([3])
    assert (world.spent(), world.reverted(), world.batch().nonce) == (3, 0, 2)
