"""Facts that are proven: the same as those that nodes answer, and no node can make others."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from eth_hash.auto import keccak

from laurea.chain import registry
from laurea.chain.artefact import RUNTIME_HASH, canonical_address
from laurea.chain.headers import read_header
from laurea.chain.reader import ChainReader
from laurea.chain.rpc import to_hex
from laurea.core.anchor import AnchorRef, By, Facts
from laurea.core.registry_storage import batch_slot, profile_slot
from tests.chain.conftest import Chain, Issuer, with_registry
from tests.chain.http_node import relay, result
from tests.chain.test_reader import unread
from tests.core.tries import Trie, account, word

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


@pytest.mark.parametrize(
    "profile", ["", "did:web:a.example", "d" * 31, "d" * 32, "d" * 33, "d" * 255, "d" * 256, "d" * 5000, "\u00e9" * 40]
)
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
    latest = {ref: each.latest for (ref, index), each in zip(leaves, facts, strict=True) if index == 0}
    anchors = {ref: view.anchor for ref, view in latest.items() if view is not None}
    assert [ref for ref, view in latest.items() if view is not None and view.revoked] == [final]
    assert [ref for ref, anchor in anchors.items() if anchor is None] == [absent, nobody]
    assert [ref for ref, anchor in anchors.items() if anchor is not None and anchor.size == 0] == [raw]
    assert [ref for ref, anchor in anchors.items() if anchor is not None and not anchor.good] == [whole, void]
    assert [ref for ref, anchor in anchors.items() if anchor is not None and anchor.revoked] == [fresh]


# What a node could do instead of answering


def test_a_word_beside_the_proof_is_not_believed(chain: Chain, issuer: Issuer) -> None:
    ref = issuer.anchored()
    honest = proving(chain).read(ref, 0)

    def lie(_: Any, true: Any) -> Any:
        return {**true, "codeHash": "0x", "storageHash": "0x", "storageProof": [{**each, "value": "0x1"} for each in true["storageProof"]]}

    with lying(chain, "eth_getProof", lie) as node:
        assert proving(chain, node.url).read(ref, 0).latest == honest.latest


def other_slot(chain: Chain) -> Callable[[Any, Any], Any]:
    """Show of each slot that another one is empty."""

    def lie(params: Any, true: Any) -> Any:
        other = chain.node.rpc("eth_getProof", params[0], ["0x" + "ab" * 32], params[2])["storageProof"][0]
        return {**true, "storageProof": [{**each, "proof": other["proof"]} for each in true["storageProof"]]}

    return lie


def other_block(chain: Chain) -> Callable[[Any, Any], Any]:
    """Prove what was stored before the last three blocks."""

    def lie(params: Any, _: Any) -> Any:
        number = int(chain.node.rpc("eth_getBlockByHash", params[2]["blockHash"], False)["number"], 16)
        return chain.node.rpc("eth_getProof", params[0], params[1], hex(number - 3))

    return lie


def other_address(chain: Chain) -> Callable[[Any, Any], Any]:
    """Prove what another account stores, which is nothing."""

    def lie(params: Any, _: Any) -> Any:
        return chain.node.rpc("eth_getProof", "0x4e59b44847b379578588920ca78fbf26c0b4956c", params[1], params[2])

    return lie


def empty(_: Chain) -> Callable[[Any, Any], Any]:
    """Claim that nothing needs to be proven."""
    return lambda _, true: {**true, "accountProof": [], "storageProof": [{**each, "proof": []} for each in true["storageProof"]]}


def one_slot_less(_: Chain) -> Callable[[Any, Any], Any]:
    return lambda _, true: {**true, "storageProof": true["storageProof"][1:]}


def one_node_more(_: Chain) -> Callable[[Any, Any], Any]:
    return lambda _, true: {**true, "accountProof": [*true["accountProof"], true["accountProof"][0]]}


def one_node_more_of_a_slot(_: Chain) -> Callable[[Any, Any], Any]:
    return lambda _, true: {
        **true,
        "storageProof": [{**each, "proof": [*each["proof"], each["proof"][0]]} for each in true["storageProof"]],
    }


def a_thousand_nodes(_: Chain) -> Callable[[Any, Any], Any]:
    return lambda _, true: {**true, "accountProof": ["0x80"] * 1000}


def one_node_of_half_a_mebibyte(_: Chain) -> Callable[[Any, Any], Any]:
    return lambda _, true: {**true, "accountProof": ["0x" + "c0" * (1 << 19)]}


@pytest.mark.parametrize(
    ("liar", "words"),
    [
        (other_slot, "a node of the proof"),
        (other_block, "a node of the proof does not have the hash that the node above it names"),
        (other_address, "a node of the proof"),
        (empty, "a node of the proof is missing"),
        (one_slot_less, "slots were answered for"),
        (one_node_more, "the proof has a node that it does not need"),
        (one_node_more_of_a_slot, "the proof has a node that it does not need"),
        (a_thousand_nodes, "the proof has 1,000 nodes, more than 65"),
        (one_node_of_half_a_mebibyte, "a node of the proof does not have the hash"),
    ],
)
def test_a_revocation_cannot_be_hidden_by_a_proof_of_something_else(
    chain: Chain, issuer: Issuer, liar: Callable[[Chain], Callable[[Any, Any], Any]], words: str
) -> None:
    ref = issuer.anchored(size=600)
    issuer.act(registry.revoke(registry.revocations(ref.root, [257]), 1))

    with lying(chain, "eth_getProof", liar(chain)) as node:
        alone = proving(chain, node.url).read(ref, 257)
        beside = proving(chain, node.url, chain.node.url, f"{chain.node.url}/").read(ref, 257)

    assert unread(alone).startswith(f"chain eip155:31337: {node.host} proves nothing about block ")
    assert words in alone.trouble
    assert beside.trouble == ""
    assert beside.latest is not None
    assert beside.latest.revoked, "another node is asked"
    assert [words in note and node.host in note for note in beside.notes] == [True], "and the bad one is named"


def test_a_header_that_names_another_state_is_refused(chain: Chain, issuer: Issuer) -> None:
    """Attack 9: an anchor in a trie of the liar's own, under a header that fits it."""
    slot = batch_slot(issuer.id, b"\x66" * 32)
    forged = int.from_bytes(issuer.address) | 1_700_000_000 << 160 | 5 << 200
    storage = Trie({slot.to_bytes(32): word(forged)})
    state = Trie({canonical_address(): account(1, 0, storage.root, RUNTIME_HASH)})

    def header(_: Any, true: Any) -> Any:
        return {**true, "stateRoot": to_hex(state.root)}

    def answer(request: Any, true: Any) -> Any:
        if request["method"] == "eth_getProof":
            slots = [{"key": key, "value": "0x0", "proof": hexes(storage.prove(bytes.fromhex(key[2:])))} for key in request["params"][1]]
            return result(request, {"accountProof": hexes(state.prove(canonical_address())), "storageProof": slots})
        return result(request, header(None, true["result"])) if request["method"] == "eth_getBlockByHash" else true

    def consistent(request: Any, true: Any) -> Any:
        if "getBlock" not in request["method"] or true["result"] is None:
            return answer(request, true)
        made = header(None, true["result"])
        return result(request, {**made, "hash": to_hex(keccak(read_header(made) or b""))})

    def ask_as_told(request: Any) -> Any:
        # The real node does not know the liar's hashes: let it find the head instead.
        if request["method"] == "eth_getBlockByHash":
            return {**request, "method": "eth_getBlockByNumber", "params": ["latest", False]}
        return {**request, "method": "eth_chainId", "params": []} if request["method"] == "eth_getProof" else request

    ref = AnchorRef(chain.node.chain_id, canonical_address(), issuer.id, b"\x66" * 32)
    with relay(chain.node.url, request=lambda one: ask_as_told(one) if one["method"] == "eth_getProof" else one, answer=answer) as node:
        assert "the header does not have the hash of the block" in unread(proving(chain, node.url).read(ref, 0))
        beside = proving(chain, node.url, chain.node.url).read(ref, 0)
        assert beside.latest is not None
        assert beside.latest.anchor is None
    with relay(chain.node.url, request=ask_as_told, answer=consistent) as node:
        assert "disagree about the blocks" in unread(proving(chain, node.url, chain.node.url).read(ref, 0))


def test_an_old_head_that_a_majority_has_passed_is_not_read_at(chain: Chain, issuer: Issuer) -> None:
    ref = issuer.anchored()
    chain.node.mine(4)
    issuer.act(registry.revoke(registry.revocations(ref.root, [7]), 1))
    old = to_hex(int(chain.node.rpc("eth_blockNumber"), 16) - 1)

    def back(request: Any) -> Any:
        return {**request, "params": [old if param == "latest" else param for param in request["params"]]}

    with relay(chain.node.url, request=back) as node:
        facts = proving(chain, node.url, chain.node.url, f"{chain.node.url}/").read(ref, 7)

    assert facts.latest is not None
    assert facts.latest.revoked


@pytest.mark.parametrize("field", ["stateRoot", "number", "timestamp", "extraData", "logsBloom", "requestsHash", "baseFeePerGas"])
@pytest.mark.parametrize("value", [None, "0x12", "0x" + "12" * 32])
def test_a_header_with_another_member_is_refused(chain: Chain, issuer: Issuer, field: str, value: str | None) -> None:
    ref = issuer.anchored()

    with lying(chain, "eth_getBlockByHash", lambda _, true: {**true, field: value}) as node:
        trouble = unread(proving(chain, node.url).read(ref, 0))

    assert "the header does not have the hash of the block" in trouble or "no sensible answer to eth_getBlockByHash" in trouble


def test_a_hash_with_another_number_is_refused(chain: Chain, issuer: Issuer) -> None:
    """The one node that is asked says that an older block is the head."""
    ref = issuer.anchored()

    with lying(chain, "eth_getBlockByNumber", lambda _, true: {**true, "timestamp": hex(int(true["timestamp"], 16) + 5)}) as node:
        assert "the header has another number or time" in unread(proving(chain, node.url).read(ref, 0))


def test_a_node_that_keeps_no_state_is_named_and_another_asked(chain: Chain, issuer: Issuer) -> None:
    ref = issuer.anchored()

    def answer(request: Any, true: Any) -> Any:
        error = {"code": -32000, "message": "missing trie node"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_getProof" else true

    with relay(chain.node.url, answer=answer) as node:
        alone = unread(proving(chain, node.url).read(ref, 0))
        beside = proving(chain, node.url, chain.node.url).read(ref, 0)

    assert alone == f"chain eip155:31337: {node.host} refused eth_getProof: missing trie node"
    assert beside.notes == (f"{node.host} refused eth_getProof: missing trie node",)
    assert beside.latest is not None


@pytest.mark.parametrize("method", ["eth_getBlockByHash", "eth_getProof"])
@pytest.mark.parametrize("value", [None, 1, "0x", [], {}, {"storageProof": [], "accountProof": {}}, {"storageProof": [1]}])
def test_an_answer_that_makes_no_sense_is_trouble(chain: Chain, issuer: Issuer, method: str, value: Any) -> None:
    ref = issuer.anchored()

    with lying(chain, method, lambda *_: value) as node:
        trouble = unread(proving(chain, node.url).read(ref, 0))

    assert "no sensible answer to" in trouble or "the block is not known" in trouble


def test_another_code_or_none_is_no_registry(empty_chain: Chain) -> None:
    ref = AnchorRef(31337, canonical_address(), b"\1" * 20, b"\2" * 32)
    empty_chain.node.mine(4)
    assert f"there is no contract at {to_hex(canonical_address())}, as is proven at block 2" in unread(proving(empty_chain).read(ref, 0))

    chain = with_registry(empty_chain.node)
    assert proving(chain).read(ref, 0).trouble == ""
    code = chain.node.rpc("eth_getCode", to_hex(canonical_address()), "latest")
    chain.node.rpc("anvil_setCode", to_hex(canonical_address()), f"{code}00")
    chain.node.mine(4)

    assert "there is another contract than the registry at" in unread(proving(chain).read(ref, 0))


def test_what_no_registry_stores_is_trouble(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref = chain.issuer().anchored()
    for slot, value in ((batch_slot(ref.issuer_id, ref.root), 1 << 255), (profile_slot(ref.issuer_id), 3)):
        before = chain.node.rpc("eth_getStorageAt", to_hex(canonical_address()), to_hex(slot.to_bytes(32)), "latest")
        chain.node.rpc("anvil_setStorageAt", to_hex(canonical_address()), to_hex(slot.to_bytes(32)), to_hex(value.to_bytes(32)))
        chain.node.mine(4)

        assert "the registry holds what makes no sense" in unread(proving(chain).read(ref, 0))
        chain.node.rpc("anvil_setStorageAt", to_hex(canonical_address()), to_hex(slot.to_bytes(32)), before)
        chain.node.mine(4)
        assert proving(chain).read(ref, 0).trouble == ""


def test_a_reorganisation_between_two_questions_is_read_again(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref = chain.issuer().anchored()
    moved: list[str] = []

    def move(request: Any) -> Any:
        if request["method"] == "eth_getBlockByHash" and not moved:
            moved.append(chain.node.rpc("eth_getBlockByNumber", "latest", False)["hash"])
            chain.node.rpc("anvil_reorg", 1, [])
        return request

    with relay(chain.node.url, request=move) as node:
        facts = proving(chain, node.url).read(ref, 0)

    assert moved
    assert facts.trouble == ""
    assert facts.latest is not None
    assert to_hex(facts.latest.block.hash) == chain.node.rpc("eth_getBlockByNumber", "latest", False)["hash"]
    assert facts.latest.anchor is None


def test_leaves_of_one_batch_are_proven_once_and_in_few_requests(chain: Chain) -> None:
    ref = chain.issuer().anchored(size=100_000)

    with relay(chain.node.url) as node:
        reading = proving(chain, node.url).reading()
        facts = reading.read_many([(ref, index) for index in range(0, 60_000, 3)])
        bodies = [json.loads(body) for body in node.bodies]
        assert reading.read_many([(ref, 2), (ref, 50_000)])[0].latest == facts[0].latest

    assert len(node.bodies) == len(bodies)
    asked = [one["params"] for body in bodies for one in body if one["method"] == "eth_getProof"]
    slots = [(slot, height["blockHash"]) for _, some, height in asked for slot in some]
    assert len(slots) == len(set(slots)) == 2 * (235 + 1 + 1 + 1)  # words, batch, profile, key
    assert len(bodies) == 2 + 3 + 1  # the blocks; a hundred slots at a time; the key
    assert sum(one["method"] == "eth_getBlockByHash" for body in bodies for one in body) == 2
    assert all(height["requireCanonical"] for _, _, height in asked)


def test_what_is_forgotten_is_proven_again(chain: Chain, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laurea.chain.proven.MOST_WORDS", 3)
    ref = issuer.anchored(size=1000)
    reading = proving(chain).reading()

    first, again = (reading.read_many([(ref, index) for index in (0, 300, 600, 900)]) for _ in range(2))

    assert first == again
    assert all(found.trouble == "" for found in first)


def hexes(nodes: list[bytes]) -> list[str]:
    return [to_hex(node) for node in nodes]
