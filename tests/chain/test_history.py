"""When something was revoked, by a real chain's events: which count, and what becomes of it when nodes refuse, cut short, hide or invent."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from laurea.chain import history, registry
from laurea.chain.artefact import EVENTS, canonical_address
from laurea.chain.rpc import to_hex
from laurea.core.anchor import AnchorRef, Facts
from tests.chain.conftest import Chain, Issuer
from tests.chain.http_node import HttpNode, relay

HOUR = timedelta(hours=1)
Answer = Callable[[Any, Any], Any]


def head_time(chain: Chain) -> datetime:
    return datetime.fromtimestamp(int(chain.node.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16), UTC)


def at_time(chain: Chain, moment: datetime) -> datetime:
    """Let the next block be of a moment."""
    chain.node.rpc("evm_setNextBlockTimestamp", int(moment.timestamp()))
    return moment


class Past:
    """A batch that was anchored, of which some were revoked one hour later, others after another, and all after a third."""

    def __init__(self, chain: Chain, *, whole: bool = False) -> None:
        self.chain, self.issuer = chain, chain.issuer()
        self.anchored = at_time(chain, head_time(chain) + HOUR)
        self.ref = self.issuer.anchored(size=600)
        chain.node.mine(40)
        self.first = self._revoke(5, 6)
        self.second = self._revoke(8, 261, 263)  # another bit of that word, and the same bit of another
        self.whole = None
        if whole:
            self.whole = at_time(chain, head_time(chain) + HOUR)
            self.issuer.act(registry.revoke_batch(self.ref.root, 1))
        chain.node.mine(40)

    def _revoke(self, *indices: int) -> datetime:
        moment = at_time(self.chain, head_time(self.chain) + HOUR)
        self.issuer.act(registry.revoke(registry.revocations(self.ref.root, indices), 0))
        self.chain.node.mine(20)
        return moment

    def told(self, index: int, after: datetime, *urls: str) -> Facts:
        reading = self.chain.reader(*urls).reading()
        (facts,) = reading.when_revoked(reading.read_many([(self.ref, index)]), after)
        return facts


@pytest.fixture(scope="module")
def past(chain: Chain) -> Past:
    return Past(chain)


def test_the_time_of_the_event_that_set_just_this_bit_is_told(past: Past) -> None:
    for index, moment in ((5, past.first), (6, past.first), (8, past.second), (261, past.second), (263, past.second)):
        found = past.told(index, past.anchored)
        assert (found.revoked_at, found.history) == (moment, "")


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_an_event_counts_that_is_later_and_none_that_is_not(past: Past, seconds: int) -> None:
    found = past.told(5, past.first + timedelta(seconds=seconds))

    assert (found.revoked_at, found.history) == (past.first if seconds < 0 else None, "")


def test_of_a_credential_and_its_batch_the_first_revocation_counts(chain: Chain) -> None:
    both = Past(chain, whole=True)

    assert both.told(0, both.anchored).revoked_at == both.whole
    assert both.told(5, both.anchored).revoked_at == both.first
    assert both.told(5, both.first).revoked_at is None, "the batch was revoked later, and the credential was not"
    assert both.told(0, both.first).revoked_at == both.whole


def test_a_revocation_that_is_not_final_counts_as_it_is(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()
    chain.node.mine(4)
    issuer.act(registry.revoke(registry.revocations(ref.root, [1]), 0))
    reading = chain.reader().reading()

    (found,) = reading.when_revoked(reading.read_many([(ref, 1)]), head_time(chain) - 10 * HOUR)

    assert (found.revoked_at, found.history) == (None, "it is not final yet")


def test_the_events_of_another_root_and_of_another_issuer_are_not_taken(past: Past, chain: Chain) -> None:
    other = chain.issuer()
    other.act(registry.anchor(past.ref.root, 600))
    other.act(registry.revoke(registry.revocations(past.ref.root, [9]), 0))
    past.issuer.act(registry.revoke(registry.revocations(past.issuer.anchored().root, [9]), 0))
    chain.node.mine(4)
    reading = chain.reader().reading()

    (found,) = reading.read_many([(AnchorRef(past.ref.chain_id, canonical_address(), other.id, past.ref.root), 9)])

    assert found.latest is not None
    assert found.latest.revoked
    assert past.told(9, past.anchored).latest.revoked is False  # type: ignore[union-attr]
    assert past.told(5, past.anchored).revoked_at == past.first


@pytest.fixture
def limited(past: Past, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], HttpNode]:
    """A node that answers for the events of few blocks at once; the widths are made as small as the chain is short."""
    monkeypatch.setattr(history, "WIDTHS", (1 << 64, 30, 5))
    monkeypatch.setattr(history, "MOST_RANGES", 60)

    def node(most: int) -> HttpNode:
        def answer(one: Any, answered: Any) -> Any:
            if one["method"] != "eth_getLogs":
                return answered
            asked = one["params"][0]
            wide = int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) + 1
            refusal = {"code": -32000, "message": f"at most {most} blocks"}
            return answered if wide <= most else {"jsonrpc": "2.0", "id": one["id"], "error": refusal}

        return relay(past.chain.node.url, answer=answer)

    return node


@pytest.mark.parametrize("most", [10_000, 30, 5])
def test_nodes_that_answer_for_few_blocks_at_once_are_asked_for_few(past: Past, limited: Callable[[int], HttpNode], most: int) -> None:
    with limited(most) as node:
        assert past.told(263, past.anchored, node.url).revoked_at == past.second


def test_a_node_that_refuses_and_one_that_answers_for_too_few_leave_it_unknown(
    past: Past, limited: Callable[[int], HttpNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    with limited(0) as node:
        refused = past.told(5, past.anchored, node.url)
    monkeypatch.setattr(history, "MOST_RANGES", 2)
    with limited(5) as node:
        too_few = past.told(5, past.anchored, node.url)

    assert refused.revoked_at is too_few.revoked_at is None
    assert "does not answer for the events of" in refused.history
    assert "at most 0 blocks" in refused.history
    assert "answers for too few blocks at once" in too_few.history


def test_a_node_that_names_more_events_than_there_can_be_is_not_listened_to(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_EVENTS", 2)

    assert "names more than 2 events of one root" in past.told(5, past.anchored).history


def changing(url: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> HttpNode:
    """A node that changes each event, or leaves it out."""

    def answer(one: Any, answered: Any) -> Any:
        if one["method"] != "eth_getLogs":
            return answered
        changed = [change(dict(each)) for each in answered["result"]]
        return {**answered, "result": [each for each in changed if each is not None]}

    return relay(url, answer=answer)


def nothing(_: dict[str, Any]) -> None:
    return None


def test_a_node_that_cuts_short_is_contradicted_and_alone_it_hides_nothing(past: Past) -> None:
    with changing(past.chain.node.url, nothing) as node:
        contradicted = past.told(5, past.anchored, node.url, past.chain.node.url)
        alone = past.told(5, past.anchored, node.url)

    assert contradicted.revoked_at is alone.revoked_at is None
    assert "disagree about the revocations of the root" in contradicted.history
    assert alone.latest is not None
    assert alone.latest.revoked, "what no event explains counts"


@pytest.mark.parametrize(
    "change",
    [
        {"address": "0x" + "11" * 20},
        {"topics": []},
        {"topics": ["0x" + "11" * 32] * 3},
        {"topics": None},
        {"data": "0x"},
        {"data": "0xgg"},
        {"blockNumber": "0x0"},
        {"blockNumber": None},
        {"blockHash": "0x11"},
        {"removed": True},
    ],
)
def test_what_is_no_event_that_was_asked_for_is_no_answer(past: Past, change: dict[str, Any]) -> None:
    with changing(past.chain.node.url, lambda log: {**log, **change}) as node:
        found = past.told(5, past.anchored, node.url)

    assert found.revoked_at is None
    assert "gave no sensible answer to eth_getLogs" in found.history


@pytest.mark.parametrize("value", [None, {}, "0x", [None]])
def test_what_is_no_list_of_events_is_no_answer(past: Past, value: Any) -> None:
    def answer(one: Any, answered: Any) -> Any:
        return {**answered, "result": value} if one["method"] == "eth_getLogs" else answered

    with relay(past.chain.node.url, answer=answer) as node:
        assert "gave no sensible answer to eth_getLogs" in past.told(5, past.anchored, node.url).history


def test_an_event_of_another_kind_is_no_answer(past: Past) -> None:
    other = to_hex(EVENTS["Anchored"].selector)
    with changing(past.chain.node.url, lambda log: {**log, "topics": [other, *log["topics"][1:]]}) as node:
        assert "gave no sensible answer" in past.told(5, past.anchored, node.url).history


def test_an_event_in_a_block_that_is_not_there_does_not_count(past: Past) -> None:
    with changing(past.chain.node.url, lambda log: {**log, "blockHash": "0x" + "11" * 32}) as node:
        found = past.told(5, past.anchored, node.url)

    assert found.revoked_at is None
    assert "that they do not have" in found.history


def test_two_events_for_one_bit_contradict_the_registry(past: Past) -> None:
    def doubled(one: Any, answered: Any) -> Any:
        return {**answered, "result": answered["result"] * 2} if one["method"] == "eth_getLogs" else answered

    with relay(past.chain.node.url, answer=doubled) as node:
        assert "two events for one revocation" in past.told(5, past.anchored, node.url).history


def test_a_chain_that_moved_on_is_noticed(past: Past) -> None:
    reading = past.chain.reader().reading()
    (facts,) = reading.read_many([(past.ref, 5)])
    assert facts.finalized is not None
    block = replace(facts.finalized.block, hash=secrets.token_bytes(32))

    (found,) = reading.when_revoked([replace(facts, finalized=replace(facts.finalized, block=block))], past.anchored)

    assert "has another block" in found.history


def test_a_root_is_asked_for_once_however_many_of_its_credentials_are_revoked(past: Past) -> None:
    with relay(past.chain.node.url) as node:
        reading = past.chain.reader(node.url).reading()
        for _ in range(2):
            found = reading.when_revoked(reading.read_many([(past.ref, index) for index in (5, 6, 263)]), past.anchored)
    asked = [body for body in node.bodies if b"eth_getLogs" in body]

    assert [each.revoked_at for each in found] == [past.first, past.first, past.second]
    assert len(asked) == 1


def test_after_some_roots_in_vain_no_more_are_asked_for(past: Past, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_FAILURES", 1)
    issuer: Issuer = chain.issuer()
    refs = [issuer.anchored() for _ in range(2)]
    for ref in refs:
        issuer.act(registry.revoke(registry.revocations(ref.root, [0]), 0))
    chain.node.mine(4)
    with relay(chain.node.url, request=lambda one: {**one, "method": one["method"].replace("eth_getLogs", "eth_getNothing")}) as node:
        reading = chain.reader(node.url).reading()
        found = reading.when_revoked(reading.read_many([(ref, 0) for ref in refs]), past.anchored)
        asked = sum(b"eth_getLogs" in body or b"eth_getNothing" in body for body in node.bodies)

    assert "does not answer for the events" in found[0].history
    assert found[1].history == "the events of 1 roots could not be read before, and no others were asked for"
    assert asked == len(history.WIDTHS)


def test_of_several_nodes_a_majority_that_agrees_is_enough(past: Past) -> None:
    silent = "http://127.0.0.1:9"
    with ExitStack() as nodes:
        urls = [nodes.enter_context(relay(past.chain.node.url)).url for _ in range(2)]
        assert past.told(5, past.anchored, *urls, silent).revoked_at == past.first


@pytest.mark.parametrize("step", [1, 8, 4096])
def test_the_first_block_after_a_moment_is_found_wherever_it_is(past: Past, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "FIRST_STEP", step)
    newest = int(past.chain.node.rpc("eth_blockNumber"), 16)
    times = [int(past.chain.node.rpc("eth_getBlockByNumber", hex(number), False)["timestamp"], 16) for number in range(newest + 1)]

    for number in {0, 1, 2, newest // 3, newest - 1, newest}:
        for seconds in (times[number] - 1, times[number]):
            expected = next((at for at, time in enumerate(times) if time > seconds), newest + 1)
            assert history._first_after(past.chain.rpc, newest, datetime.fromtimestamp(seconds, UTC)) == expected
