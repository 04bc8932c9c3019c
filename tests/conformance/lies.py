"""Nodes that are no use, and what those say that lie: each a relay before an honest one."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from laurea.chain.artefact import FUNCTIONS
from tests.chain.http_node import HttpNode, relay, says

HOURS = 3 * 3600
MAKE = Callable[[str], HttpNode]
Change = Callable[[Any, Any], Any]  # of a question and its true answer


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


OLD_HEAD = block(timestamp=lambda seconds: seconds - HOURS)

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


# Nodes that lie to a verifier who has what is stored proven


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
