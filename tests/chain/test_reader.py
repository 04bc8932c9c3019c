"""Facts: what is read, at which blocks, and what happens when nodes are silent, wrong, late or lying."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurea.chain import registry
from laurea.chain.artefact import DEPLOYER, FUNCTIONS, canonical_address
from laurea.chain.reader import ChainReader
from laurea.chain.rpc import to_hex
from laurea.core.anchor import AnchorRef, Facts
from tests.anvil import Anvil
from tests.chain.conftest import Chain, with_registry
from tests.chain.http_node import HttpNode, relay, replies, result, says
from tests.chain.test_rpc import SECRET, drip_headers, free_port

TAGS = ("latest", "finalized")


def unread(facts: Facts) -> str:
    """Return the trouble of facts that hold nothing."""
    assert facts.finalized is None
    assert facts.latest is None
    assert facts.trouble
    return facts.trouble


def test_a_final_anchor_is_read_at_both_heights(chain: Chain) -> None:
    issuer = chain.issuer()
    issuer.act(registry.set_profile(issuer.id, "did:web:issuer.example"))
    ref = issuer.anchored(size=300)
    chain.node.mine(2)

    facts = chain.reader().read(ref, 299)

    assert facts.trouble == ""
    assert (facts.ref, facts.index) == (ref, 299)
    assert facts.finalized is not None
    assert facts.latest is not None
    head = int(chain.node.rpc("eth_blockNumber"), 16)
    assert (facts.finalized.block.number, facts.latest.block.number) == (head - 2, head)
    latest = chain.node.rpc("eth_getBlockByNumber", "latest", False)
    assert to_hex(facts.latest.block.hash) == latest["hash"]
    assert facts.latest.block.time == datetime.fromtimestamp(int(latest["timestamp"], 16), UTC)
    for view in (facts.finalized, facts.latest):
        assert view.anchor is not None
        assert view.anchor.good
        assert (view.anchor.key, view.anchor.size, view.revoked, view.profile) == (issuer.address, 300, False, "did:web:issuer.example")
    assert facts.sources == (chain.rpc.host,)


def test_leaves_that_come_bit_by_bit_are_read_at_the_same_blocks_and_nothing_is_asked_twice(chain: Chain) -> None:
    issuer = chain.issuer()
    ref, other = issuer.anchored(size=1000), issuer.anchored(size=5)
    issuer.act(registry.revoke(registry.revocations(ref.root, [700]), 0))
    chain.node.mine(4)

    with relay(chain.node.url) as node:
        reading = chain.reader(node.url).reading()
        first = reading.read_many([(ref, index) for index in range(600)])
        chain.node.mine(3)
        issuer.act(registry.revoke(registry.revocations(ref.root, [5]), 0))
        second = reading.read_many([(ref, index) for index in range(1000)] + [(other, 0)])
        bodies = len(node.bodies)
        assert reading.read_many([(ref, 5), (other, 4)]) == [second[5], replace(second[1000], index=4)]

    assert len(node.bodies) == bodies == 2 + 2 + 1  # the two blocks; what is stored, and the key; later the last word, and the other root
    asked = [
        (one["params"][0]["data"], one["params"][1]["blockHash"])
        for body in node.bodies
        for one in json.loads(body)
        if one["method"] == "eth_call"
    ]
    assert len(asked) == len(set(asked)) == 2 * (4 + 1 + 1 + 1 + 2)  # words, batch, profile, key; the other's word and batch
    assert all(found.trouble == "" for found in (*first, *second))
    assert second[:600] == first
    assert [found.index for found in second if found.latest is not None and found.latest.revoked] == [700]


def test_a_reading_whose_block_is_no_more_goes_on_at_another_and_says_so(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    ref = issuer.anchored(size=1000)
    chain.node.mine(4)
    reading = chain.reader().reading()
    (before,) = reading.read_many([(ref, 0)])
    chain.node.rpc("anvil_reorg", 1, [])

    (after,) = reading.read_many([(ref, 300)])

    assert before.trouble == after.trouble == ""
    assert before.latest is not None
    assert after.latest is not None
    assert before.latest.block.hash != after.latest.block.hash
    assert to_hex(after.latest.block.hash) == chain.node.rpc("eth_getBlockByNumber", "latest", False)["hash"]


def test_what_is_forgotten_is_asked_again(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laurea.chain.reading.MOST_ANSWERS", 3)
    ref = chain.issuer().anchored(size=1000)
    reading = chain.reader().reading()

    first, again = (reading.read_many([(ref, index) for index in (0, 300, 600, 900)]) for _ in range(2))

    assert first == again
    assert all(found.trouble == "" for found in first)


def test_facts_say_when_they_were_read_by_the_clock_that_was_given(chain: Chain) -> None:
    reader = ChainReader([chain.node.url], chain.node.chain_id, canonical_address(), clock=lambda: 1_800_000_000.5)

    assert reader.read(chain.issuer().anchored(), 0).read_at == datetime(2027, 1, 15, 8, 0, 0, 500_000, UTC)


def test_an_absent_anchor_is_absent_at_both_heights_and_no_trouble(chain: Chain) -> None:
    facts = chain.reader().read(AnchorRef(chain.node.chain_id, canonical_address(), chain.issuer().id, b"\5" * 32), 0)

    assert facts.trouble == ""
    assert facts.finalized is not None
    assert facts.latest is not None
    assert facts.finalized.anchor is None
    assert facts.latest.anchor is None
    assert not facts.latest.revoked


def test_a_fresh_anchor_is_at_latest_only_until_it_is_final(chain: Chain) -> None:
    ref = chain.issuer().anchored()

    facts = chain.reader().read(ref, 0)

    assert facts.finalized is not None
    assert facts.latest is not None
    assert facts.finalized.anchor is None
    assert facts.latest.anchor is not None
    chain.node.mine(2)
    final = chain.reader().read(ref, 0).finalized
    assert final is not None
    assert final.anchor == facts.latest.anchor


def test_another_issuers_anchor_of_the_same_root_is_not_ours(chain: Chain) -> None:
    ref = chain.issuer().anchored()

    facts = chain.reader().read(replace(ref, issuer_id=chain.issuer().id), 0)

    assert facts.latest is not None
    assert facts.latest.anchor is None


def test_revocations_compromise_and_profile_are_read_where_they_are(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored(size=600)
    chain.node.mine(2)
    issuer.act(registry.revoke(registry.revocations(ref.root, [257]), 1))

    facts = {index: chain.reader().read(ref, index) for index in (1, 256, 257, 258)}

    assert {index: each.latest.revoked for index, each in facts.items() if each.latest} == {1: False, 256: False, 257: True, 258: False}
    assert facts[257].finalized is not None
    assert not facts[257].finalized.revoked
    issuer.act(registry.revoke_batch(ref.root, 2))
    since = facts[257].finalized.anchor.time if facts[257].finalized.anchor else 0
    issuer.act(registry.set_compromised(issuer.id, issuer.address, since))
    issuer.act(registry.set_profile(issuer.id, "did:web:late.example"))
    latest = chain.reader().read(ref, 1).latest
    assert latest is not None
    assert latest.anchor is not None
    assert (latest.anchor.revoked, latest.anchor.reason, latest.anchor.compromised_from) == (True, 2, since)
    assert latest.profile == "did:web:late.example"
    assert not latest.anchor.good


def test_many_leaves_are_read_at_the_same_blocks_and_each_gets_its_own_facts(chain: Chain) -> None:
    issuers = [chain.issuer(), chain.issuer()]
    refs = [issuers[number % 2].anchored(size=100 + number) for number in range(40)]
    issuers[1].act(registry.revoke(registry.revocations(refs[3].root, [7]), 1))
    foreign = AnchorRef(1, canonical_address(), issuers[0].id, refs[0].root)
    absent = AnchorRef(chain.node.chain_id, canonical_address(), issuers[1].id, refs[0].root)

    facts = chain.reader().read_many([*((ref, 7) for ref in refs), (foreign, 7), (absent, 7)])

    assert [each.ref for each in facts] == [*refs, foreign, absent]
    blocks = {each.latest.block for each in facts if each.latest}
    assert len(blocks) == 1
    assert [each.latest.anchor.size for each in facts[:40] if each.latest and each.latest.anchor] == [100 + number for number in range(40)]
    assert [number for number, each in enumerate(facts) if each.latest and each.latest.revoked] == [3]
    assert unread(facts[40]) == f"the registry {to_hex(canonical_address())} on eip155:1 was not read"
    assert facts[41].latest is not None
    assert facts[41].latest.anchor is None


def test_a_registry_that_the_reader_does_not_know_is_not_asked(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    with relay(chain.node.url) as node:
        facts = chain.reader(node.url).read(replace(ref, registry=DEPLOYER), 0)

        assert "was not read" in unread(facts)
        assert node.bodies == []


def test_a_silent_node_is_trouble_and_no_exception(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    host = f"127.0.0.1:{free_port()}"

    assert unread(chain.reader(f"http://{host}/{SECRET}").read(ref, 0)) == f"chain eip155:31337: {host} cannot be reached"


def test_no_node_at_all_is_trouble(chain: Chain) -> None:
    facts = ChainReader([], chain.node.chain_id, canonical_address()).read(chain.issuer().anchored(), 0)

    assert "no node is known" in unread(facts)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (lambda: says(b"<html>"), "did not answer in JSON"),
        (lambda: says(b"x" * (5 << 20)), "more than 4 MiB"),
        (lambda: says(b"{}", 429), "HTTP status 429"),
        (lambda: says(b"", 301, Location="http://127.0.0.1:1/"), "HTTP status 301"),
        (lambda: HttpNode(lambda handler, _: drip_headers(handler)), "did not answer within 0.4 s"),
        (lambda: replies(lambda request: result(request, None)), "no sensible answer to eth_chainId"),
        (lambda: replies(lambda request: result(request, "0x7a69")), "no sensible answer to eth_getBlockByNumber"),
        (lambda: replies(lambda _: {}), "no sensible answer"),
    ],
)
def test_a_broken_node_is_trouble_in_words_that_name_it(chain: Chain, node: Any, words: str) -> None:
    ref = chain.issuer().anchored()
    with node() as broken:
        reader = ChainReader([broken.url], chain.node.chain_id, canonical_address(), timeout=0.4)

        trouble = unread(reader.read(ref, 0))

    assert broken.host in trouble
    assert words in trouble


@pytest.mark.parametrize(
    "block",
    [
        {},
        {"number": "0x1", "hash": "0x", "timestamp": "0x1"},
        {"number": "0x1", "hash": "0x" + "ab" * 32, "timestamp": "0x" + "f" * 30},
        {"number": "0x20000000000000", "hash": "0x" + "ab" * 32, "timestamp": "0x1"},
    ],
)
def test_a_block_that_makes_no_sense_is_trouble(chain: Chain, block: dict[str, str]) -> None:
    with replies(lambda request: result(request, "0x7a69" if request["method"] == "eth_chainId" else block)) as node:
        assert "no sensible answer to eth_getBlockByNumber" in unread(chain.reader(node.url).read(chain.issuer().anchored(), 0))


def test_a_node_of_another_chain_is_trouble_even_beside_good_ones(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    with Anvil(chain_id=31338) as other:
        alone = unread(chain.reader(other.url).read(ref, 0))
        beside = unread(chain.reader(chain.node.url, f"{chain.node.url}/", other.url).read(ref, 0))

    assert alone == beside == f"chain eip155:31337: 127.0.0.1:{other.port} is on eip155:31338, not on eip155:31337"


def test_the_chain_id_is_asked_every_time(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref, reader = chain.issuer().anchored(), chain.reader()
    assert reader.read(ref, 0).trouble == ""

    chain.node.rpc("anvil_setChainId", 99)

    assert "is on eip155:99, not on eip155:31337" in unread(reader.read(ref, 0))


def test_a_missing_or_different_contract_is_trouble(empty_chain: Chain) -> None:
    ref = AnchorRef(31337, canonical_address(), b"\1" * 20, b"\2" * 32)
    empty_chain.node.mine(4)
    assert f"has no contract at {to_hex(canonical_address())}" in unread(empty_chain.reader().read(ref, 0))

    chain = with_registry(empty_chain.node)
    assert chain.reader().read(ref, 0).trouble == ""
    code = chain.node.rpc("eth_getCode", to_hex(canonical_address()), "latest")
    chain.node.rpc("anvil_setCode", to_hex(canonical_address()), f"{code}00")
    chain.node.mine(4)

    assert "has another contract than the registry" in unread(chain.reader().read(ref, 0))


def test_a_node_that_does_not_know_finalized_is_trouble(chain: Chain) -> None:
    def no_finalized(request: Any, answer: Any) -> Any:
        return result(request, None) if "finalized" in request["params"] else answer

    def refused(request: Any, answer: Any) -> Any:
        error = {"code": -32602, "message": "invalid block tag"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if "finalized" in request["params"] else answer

    ref = chain.issuer().anchored()
    with relay(chain.node.url, answer=no_finalized) as silent, relay(chain.node.url, answer=refused) as refusing:
        assert f"{silent.host} does not know the block 'finalized'" in unread(chain.reader(silent.url).read(ref, 0))
        assert f"{refusing.host} refused eth_getBlockByNumber: invalid block tag" in unread(chain.reader(refusing.url).read(ref, 0))


def test_a_node_whose_final_block_is_above_its_head_makes_no_sense(chain: Chain) -> None:
    def swap(request: Any) -> Any:
        names = {"latest": "finalized", "finalized": "latest"}
        return {**request, "params": [names.get(each, each) if isinstance(each, str) else each for each in request["params"]]}

    ref = chain.issuer().anchored()
    with relay(chain.node.url, request=swap) as node:
        assert "no sensible answer" in unread(chain.reader(node.url).read(ref, 0))


@pytest.mark.parametrize("answer", ["0x", "0x01", "0x" + "ff" * 160])
def test_a_registry_that_answers_nonsense_is_trouble(chain: Chain, answer: str) -> None:
    ref = chain.issuer().anchored()

    def nonsense(request: Any, honest: Any) -> Any:
        return result(request, answer) if request["method"] == "eth_call" else honest

    with relay(chain.node.url, answer=nonsense) as node:
        assert "the registry gave no sensible answer at block" in unread(chain.reader(node.url).read(ref, 0))


def test_a_closed_reader_opens_again_when_it_is_asked(chain: Chain) -> None:
    ref, reader = chain.issuer().anchored(), chain.reader()
    before = reader.read(ref, 0)

    reader.close()

    assert reader.read(ref, 0).latest == before.latest


# Several nodes


@pytest.fixture
def two_more(chain: Chain) -> Iterator[list[str]]:
    """Three URLs of the same honest chain."""
    with ExitStack() as stack:
        yield [chain.node.url, *(stack.enter_context(relay(chain.node.url)).url for _ in range(2))]


def test_a_majority_of_the_nodes_is_enough(chain: Chain, two_more: list[str]) -> None:
    ref = chain.issuer().anchored()
    dead = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]

    two_of_three = chain.reader(*two_more[:2], dead[0]).read(ref, 0)
    three_of_five = chain.reader(dead[1], *two_more, dead[0]).read(ref, 0)

    for facts, sources in ((two_of_three, 2), (three_of_five, 3)):
        assert facts.trouble == ""
        assert facts.latest is not None
        assert facts.latest.anchor is not None
        assert len(facts.sources) == sources


def test_half_of_the_nodes_is_not_enough(chain: Chain, two_more: list[str]) -> None:
    ref = chain.issuer().anchored()
    dead = [f"127.0.0.1:{free_port()}" for _ in range(2)]

    one_of_two = unread(chain.reader(two_more[0], f"http://{dead[0]}").read(ref, 0))
    two_of_four = unread(chain.reader(*two_more[:2], *(f"http://{host}" for host in dead)).read(ref, 0))

    assert one_of_two == f"chain eip155:31337: 1 of 2 nodes answered: {dead[0]} cannot be reached"
    assert two_of_four.startswith("chain eip155:31337: 2 of 4 nodes answered: ")
    assert all(host in two_of_four for host in dead)


def test_one_url_given_often_is_one_opinion(chain: Chain) -> None:
    dead = f"http://127.0.0.1:{free_port()}"

    facts = chain.reader(chain.node.url, chain.node.url, dead).read(chain.issuer().anchored(), 0)

    assert "1 of 2 nodes answered" in unread(facts)


def test_two_chains_with_one_id_disagree(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    with Anvil(chain_id=chain.node.chain_id) as node:
        other = with_registry(node)
        head = int(chain.node.rpc("eth_blockNumber"), 16)
        node.mine(max(0, head - 1))

        trouble = unread(chain.reader(chain.node.url, other.node.url).read(ref, 0))

    assert trouble.startswith(f"chain eip155:31337: {chain.rpc.host} and 127.0.0.1:{node.port} disagree about the blocks ")


@pytest.mark.parametrize("view", ["batchOf", "keyOf", "revokedWord", "profileOf"])
def test_one_lying_node_of_three_is_trouble_whatever_it_lies_about(chain: Chain, two_more: list[str], view: str) -> None:
    ref = chain.issuer().anchored()

    def lie(request: Any, answer: Any) -> Any:
        asked = request["method"] == "eth_call" and request["params"][0]["data"].startswith(to_hex(FUNCTIONS[view].selector))
        return {**answer, "result": answer["result"][:-1] + "7"} if asked else answer

    assert chain.reader(*two_more).read(ref, 0).trouble == ""
    with relay(chain.node.url, answer=lie) as liar:
        trouble = unread(chain.reader(*two_more[:2], liar.url).read(ref, 0))

    assert f"{chain.rpc.host} and {liar.host} disagree about the registry at block " in trouble


def test_a_node_that_lies_about_a_block_is_trouble(chain: Chain, two_more: list[str]) -> None:
    ref = chain.issuer().anchored()

    def lie(request: Any, answer: Any) -> Any:
        if request["method"] != "eth_getBlockByNumber":
            return answer
        return result(request, {**answer["result"], "timestamp": hex(int(answer["result"]["timestamp"], 16) + 1)})

    with relay(chain.node.url, answer=lie) as liar:
        assert f"{liar.host} disagree about the blocks" in unread(chain.reader(*two_more[:2], liar.url).read(ref, 0))


def behind(blocks: int, chain: Chain, **tags: int) -> HttpNode:
    """Return an honest node that lags."""

    def lag(request: Any) -> Any:
        heights = {tag: int(chain.node.rpc("eth_getBlockByNumber", tag, False)["number"], 16) - tags.get(tag, blocks) for tag in TAGS}
        return {
            **request,
            "params": [hex(heights[each]) if isinstance(each, str) and each in heights else each for each in request["params"]],
        }

    return relay(chain.node.url, request=lag)


@pytest.mark.parametrize("blocks", [1, 5])
def test_one_late_or_lying_node_of_three_cannot_hide_a_revocation(chain: Chain, blocks: int) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()
    chain.node.mine(6)
    issuer.act(registry.revoke(registry.revocations(ref.root, [7]), 0))

    with behind(blocks, chain) as liar, relay(chain.node.url) as honest:
        facts = chain.reader(liar.url, chain.node.url, honest.url).read(ref, 7)

    assert facts.latest is not None
    assert facts.latest.revoked


def test_nodes_whose_heads_are_far_apart_in_time_decide_nothing(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref = chain.issuer().anchored()
    chain.node.mine(4)
    chain.node.rpc("evm_increaseTime", 600)
    chain.node.mine(1)

    with behind(1, chain) as late:
        facts = chain.reader(chain.node.url, late.url).read(ref, 0)

    assert (facts.finalized, facts.latest) == (None, None)
    assert "the majority at" in facts.trouble


def test_two_nodes_are_read_at_the_lower_heights(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    chain.node.mine(6)
    head = int(chain.node.rpc("eth_blockNumber"), 16)

    with behind(3, chain) as late:
        facts = chain.reader(chain.node.url, late.url).read(ref, 0)

    assert facts.trouble == ""
    assert facts.finalized is not None
    assert facts.latest is not None
    assert (facts.finalized.block.number, facts.latest.block.number) == (head - 5, head - 3)
    assert facts.latest.anchor is not None


def test_the_lowest_finalized_and_the_lowest_latest_may_be_of_two_nodes(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    chain.node.mine(8)
    head = int(chain.node.rpc("eth_blockNumber"), 16)

    with behind(0, chain, latest=1, finalized=4) as one, behind(0, chain, latest=2, finalized=3) as other:
        facts = chain.reader(one.url, other.url).read(ref, 0)

    assert facts.finalized is not None
    assert facts.latest is not None
    assert (facts.finalized.block.number, facts.latest.block.number) == (head - 6, head - 2)


# A head that moves


def test_a_reorganisation_between_two_questions_is_read_again_and_never_mixed(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref = chain.issuer().anchored()
    moved: list[str] = []

    def move(request: Any) -> Any:
        if request["method"] == "eth_call" and not moved:
            moved.append(chain.node.rpc("eth_getBlockByNumber", "latest", False)["hash"])
            chain.node.rpc("anvil_reorg", 1, [])
        return request

    with relay(chain.node.url, request=move) as node:
        facts = chain.reader(node.url).read(ref, 0)

    assert moved, "the head must have moved while it was read"
    assert facts.trouble == ""
    assert facts.latest is not None
    assert to_hex(facts.latest.block.hash) == chain.node.rpc("eth_getBlockByNumber", "latest", False)["hash"] != moved[0]
    assert facts.latest.anchor is None, "the anchor was in the block that is no more"


def test_a_head_that_never_stands_still_is_trouble(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    ref = chain.issuer().anchored()
    chain.node.mine(4)

    def move(request: Any) -> Any:
        if request["method"] == "eth_call" and "blockHash" in request["params"][1]:
            chain.node.rpc("anvil_reorg", 1, [])
        return request

    with relay(chain.node.url, request=move) as node:
        assert f"{node.host} refused eth_" in unread(chain.reader(node.url).read(ref, 0))


def test_the_state_is_asked_for_by_block_hash(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    with relay(chain.node.url) as node:
        chain.reader(node.url).read(ref, 0)

    asked = [one for body in node.bodies for one in json.loads(body) if one["method"] in {"eth_call", "eth_getCode"}]
    assert asked
    heights = [one["params"][-1] for one in asked]
    assert all(set(height) == {"blockHash", "requireCanonical"} for height in heights)
    assert all(height["requireCanonical"] is True for height in heights), "a block that is no more must not be read"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["0x", "0x0", "0x" + "00" * 32, "0x" + "ff" * 160]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["number", "hash", "timestamp", "error", "code"]), inner),
    max_leaves=5,
)


def test_one_damaged_answer_beside_an_honest_node_gives_the_same_facts_or_none(chain: Chain) -> None:
    ref = chain.issuer().anchored()
    honest = chain.reader().read(ref, 0)
    assert honest.trouble == ""
    damage: dict[str, Any] = {}

    def lie(request: Any, answer: Any) -> Any:
        damage["countdown"] -= 1
        return damage["make"](request, answer) if damage["countdown"] == 0 else answer

    with relay(chain.node.url, answer=lie) as liar:
        alone, beside = chain.reader(liar.url), chain.reader(chain.node.url, liar.url)

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.integers(1, 17), JSON_VALUES, st.booleans())
        def check(countdown: int, value: Any, whole: bool) -> None:
            def make(request: Any, _: Any) -> Any:
                return value if whole else result(request, value)

            for reader in (alone, beside):
                damage.update(countdown=countdown, make=make)
                facts = reader.read(ref, 0)
                if facts.trouble:
                    assert unread(facts)
                elif reader is beside:
                    assert (facts.finalized, facts.latest) == (honest.finalized, honest.latest)

        check()
