"""Nodes that lie, lag, break off or say nothing, in front of every door: none makes valid what is not, and silence decides nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from laurea.chain.artefact import FUNCTIONS
from tests.chain.http_node import HttpNode, relay, says
from tests.conformance.doors import Command, Door, Library, Modules, Service, modules, service
from tests.conformance.replay import new_node, replay
from tests.conformance.shown import load

PROVING = ("library", "command", "service")
DOORS = (*PROVING, "modules")
HOURS = 3 * 3600
MAKE = Callable[[str], HttpNode]
Change = Callable[[Any, Any], Any]  # of a question and its true answer


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    """The RPC URL of a node that lives through chain.json."""
    with new_node() as node:
        replay(node)
        yield node.url


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Modules]:
    """In Node, since a browser asks no node of another origin that does not allow it."""
    with modules() as found:
        yield found


@pytest.fixture
def door(request: pytest.FixtureRequest, http: Service, browser: Modules, tmp_path: Path) -> Door:
    made: dict[str, Door] = {"library": Library(), "command": Command(tmp_path), "service": http, "modules": browser}
    return made[request.param]


def verdict(door: Door, name: str, *urls: str) -> str:
    return door.judge(load(name), *urls).verdict


# Nodes that are no use


def closes() -> HttpNode:
    def hang_up(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.close_connection = True

    return HttpNode(hang_up)


def cuts_off(url: str) -> HttpNode:
    """Return a node that breaks off in the middle of every answer."""

    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'[{"jsonrpc": "2.0", "id": 1, "resu')
        handler.close_connection = True

    return HttpNode(answer)


USELESS: dict[str, MAKE] = {
    "garbage": lambda _: says(b"<html>no</html>"),
    "429": lambda _: says(b"too many requests", 429),
    "closes": lambda _: closes(),
    "cuts off": cuts_off,
    "4 MiB": lambda _: says(b" " * (4 << 20) + b"{}"),
    "null": lambda url: relay(url, answer=lambda _, one: {**one, "result": None}),
    "another chain": lambda url: relay(url, answer=changes("eth_chainId", lambda _: "0x1")),
    "refuses": lambda url: relay(
        url, answer=lambda _, one: {"jsonrpc": "2.0", "id": one["id"], "error": {"code": -32603, "message": "no"}}
    ),
}


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("fault", USELESS)
def test_a_node_that_is_no_use_decides_nothing(door: Door, honest: str, fault: str) -> None:
    with USELESS[fault](honest) as node:
        assert {verdict(door, name, node.url) for name in ("complete", "revoked", "not-anchored")} == {"undecided"}


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("fault", [name for name in USELESS if name != "another chain"])
def test_beside_two_good_nodes_it_changes_nothing(door: Door, honest: str, fault: str) -> None:
    with USELESS[fault](honest) as node, relay(honest) as second:
        found = {name: verdict(door, name, node.url, honest, second.url) for name in ("complete", "revoked", "not-anchored")}

    assert found == {"complete": "valid", "revoked": "invalid", "not-anchored": "invalid"}


@pytest.mark.slow
def test_a_node_that_never_answers_decides_nothing_and_is_not_waited_for(honest: str) -> None:
    """It takes the ten seconds that a node is given: the door has no other time, and must not have."""

    def wait(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        node.stop.wait(30)

    node = HttpNode(wait)
    with node:
        assert verdict(Library(), "complete", node.url) == "undecided"


# Nodes that lie


def changes(method: str, lie: Callable[[Any], Any]) -> Change:
    """Return what changes the true answers to one method."""
    return lambda request, one: {**one, "result": lie(one["result"])} if request["method"] == method and "result" in one else one


def calls(view: str, lie: Callable[[bytes], bytes]) -> Change:
    """Return what changes the true answers of one view of the registry."""
    selector = "0x" + FUNCTIONS[view].selector.hex()

    def change(request: Any, one: Any) -> Any:
        if request["method"] != "eth_call" or not request["params"][0]["data"].startswith(selector) or "result" not in one:
            return one
        return {**one, "result": "0x" + lie(bytes.fromhex(one["result"][2:])).hex()}

    return change


def both(*changed: Change) -> Change:
    def change(request: Any, one: Any) -> Any:
        for each in changed:
            one = each(request, one)
        return one

    return change


def words(raw: bytes, **changed: int) -> bytes:
    """Return a batch with other words: key, time, size, revoked, reason."""
    found = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    for at, name in enumerate(("key", "time", "size", "revoked", "reason")):
        if name in changed:
            found[at] = changed[name].to_bytes(32)
    return b"".join(found)


def block(**members: Callable[[int], int]) -> Change:
    """Return what changes the numbers in blocks."""
    return changes("eth_getBlockByNumber", lambda found: found and {**found, **{k: hex(f(int(found[k], 16))) for k, f in members.items()}})


def hash_of(found: Any) -> Any:
    return found and {**found, "hash": "0x" + "12" * 32}


# What a lie is about, who tells it, and the vector that it would help.
LIES: dict[str, tuple[Change, str]] = {
    "no bit is set": (calls("revokedWord", lambda raw: bytes(len(raw))), "revoked"),
    "no batch is revoked": (calls("batchOf", lambda raw: words(raw, revoked=0)), "revoked-batch"),
    "it is anchored": (calls("batchOf", lambda raw: words(raw, key=1, time=1767657600, size=3)), "not-anchored"),
    "it has this size": (calls("batchOf", lambda raw: words(raw, size=3)), "missized"),
    "the key is good": (calls("keyOf", lambda raw: raw[:-32] + bytes(32)), "void"),
    "another head": (both(calls("revokedWord", lambda raw: bytes(len(raw))), changes("eth_getBlockByNumber", hash_of)), "revoked"),
    "a head far away": (
        both(calls("revokedWord", lambda raw: bytes(len(raw))), block(number=lambda n: n + 1000)),
        "revoked",
    ),
}


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("lie", LIES)
def test_one_that_lies_among_three_makes_nothing_valid(door: Door, honest: str, lie: str) -> None:
    change, name = LIES[lie]
    with relay(honest, answer=change) as liar, relay(honest) as second:
        for order in ((liar.url, honest, second.url), (honest, second.url, liar.url)):
            assert verdict(door, name, *order) in {"undecided", "invalid"}


@pytest.mark.parametrize("door", DOORS, indirect=True)
def test_two_that_contradict_each_other_decide_nothing(door: Door, honest: str) -> None:
    change, name = LIES["no bit is set"]
    with relay(honest, answer=change) as liar:
        assert verdict(door, name, honest, liar.url) == "undecided"


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("name", ["complete", "revoked"])
def test_an_old_head_makes_nothing_valid(door: Door, honest: str, name: str) -> None:
    old = block(timestamp=lambda seconds: seconds - HOURS)
    with relay(honest, answer=both(old, calls("revokedWord", lambda raw: bytes(len(raw))))) as late:
        assert verdict(door, name, late.url) == "undecided"


@pytest.mark.parametrize("door", DOORS, indirect=True)
def test_all_that_lag_alike_are_stale(door: Door, honest: str) -> None:
    old = block(timestamp=lambda seconds: seconds - HOURS)
    with ExitStack() as stack:
        late = [stack.enter_context(relay(honest, answer=old)).url for _ in range(3)]
        assert verdict(door, "complete", *late) == "undecided"


def test_the_lies_would_help_if_they_were_believed(honest: str) -> None:
    for change, name in (LIES["no bit is set"], LIES["no batch is revoked"], LIES["it has this size"], LIES["the key is good"]):
        with relay(honest, answer=change) as liar:
            assert verdict(Library(), name, liar.url) == "valid", "who asks one node believes it"


def test_what_a_node_says_is_told_by_its_name(honest: str, tmp_path: Path) -> None:
    change, name = LIES["no bit is set"]
    with relay(honest, answer=change) as liar:
        report = json.loads(Command(tmp_path).run(load(name), honest, liar.url).stdout)

    assert liar.host in report["headline"]
    assert "disagree" in report["headline"]


# Nodes that lie to a verifier who has what is stored proven


@pytest.fixture(scope="module")
def proving_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log", proof=True) as found:
        yield found


@pytest.fixture
def proving(request: pytest.FixtureRequest, proving_http: Service, tmp_path: Path) -> Door:
    made: dict[str, Door] = {"library": Library(proof=True), "command": Command(tmp_path, proof=True), "service": proving_http}
    return made[request.param]


def stored(lie: Callable[[Any], Any]) -> Change:
    """Return what changes the proofs of slots."""
    return changes("eth_getProof", lambda found: found and {**found, "storageProof": [lie(each) for each in found["storageProof"]]})


def of_another_account(found: Any) -> Any:
    return found and {**found, "accountProof": found["accountProof"][:-1]}


def header(**members: str) -> Change:
    """Return what changes members of a header, and leaves the hash."""
    return changes("eth_getBlockByHash", lambda found: found and {**found, **members})


FORGERIES: dict[str, Change] = {
    "a slot is empty": stored(lambda slot: {**slot, "value": "0x0", "proof": slot["proof"][:-1]}),
    "a slot without proof": stored(lambda slot: {**slot, "value": "0x0", "proof": []}),
    "no account": changes("eth_getProof", of_another_account),
    "another state": header(stateRoot="0x" + "34" * 32),
    "another time": header(timestamp="0x1"),
    "no header": changes("eth_getBlockByHash", lambda _: None),
    "no state any more": lambda request, one: (
        {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32000, "message": "missing trie node"}}
        if request["method"] == "eth_getProof"
        else one
    ),
}


@pytest.mark.parametrize("proving", PROVING, indirect=True)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_proof_or_header_is_believed_by_nobody(proving: Door, honest: str, forgery: str) -> None:
    with relay(honest, answer=FORGERIES[forgery]) as liar:
        alone = {name: verdict(proving, name, liar.url) for name in ("complete", "revoked", "not-anchored")}
        beside = {name: verdict(proving, name, liar.url, honest) for name in ("complete", "revoked", "not-anchored")}

    assert alone == dict.fromkeys(alone, "undecided")
    assert beside == {"complete": "valid", "revoked": "invalid", "not-anchored": "invalid"}


@pytest.mark.parametrize("proving", PROVING, indirect=True)
@pytest.mark.parametrize("lie", [name for name, (_, helped) in LIES.items() if "head" not in name])
def test_what_one_node_alone_says_of_the_registry_helps_nobody_when_it_is_proven(proving: Door, honest: str, lie: str) -> None:
    change, name = LIES[lie]
    with relay(honest, answer=change) as liar:
        assert verdict(proving, name, liar.url) == "invalid"
