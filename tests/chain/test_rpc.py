"""JSON-RPC: what a node may answer, how long it may take, and what is never told."""

import gzip
import json
import logging
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurea.chain.rpc import CHAIN_ID, Call, NodeRefused, Rpc, blob, quantity, word
from laurea.errors import InputError, Refused, Unreachable
from laurea.wire import MAX_ANSWER_BYTES
from tests.chain.http_node import HttpNode, replies, result, says, send

SECRET = "0123456789abcdefTOKEN"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_question_gets_its_answer_over_one_kept_connection() -> None:
    with replies(lambda request: result(request, "0x7a69")) as node:
        rpc = Rpc(node.url)

        assert [rpc.chain_id() for _ in range(5)] == [31337] * 5

    assert node.connections == 1
    assert json.loads(node.bodies[0]) == {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}


def test_a_batch_is_one_request_and_its_answers_come_in_the_order_of_the_questions() -> None:
    def backwards(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        answers = [result(request, hex(int(request["params"][0]))) for request in json.loads(body)]
        send(handler, json.dumps(answers[::-1]).encode())

    with HttpNode(backwards) as node:
        calls = [Call("echo", (number,), quantity) for number in range(250)]

        assert list(Rpc(node.url).batch(calls)) == list(range(250))

    assert [len(json.loads(body)) for body in node.bodies] == [100, 100, 50]  # public nodes refuse longer ones


def test_a_dead_node_is_unreachable() -> None:
    host = f"127.0.0.1:{free_port()}"

    with pytest.raises(Unreachable, match=f"^{host} cannot be reached$"):
        Rpc(f"http://{host}").chain_id()


@pytest.mark.parametrize("status", [429, 500, 503, 401, 404, 204, 302])
def test_any_status_but_200_is_unreachable(status: int) -> None:
    with (
        says({"jsonrpc": "2.0", "id": 1, "result": "0x1"}, status) as node,
        pytest.raises(Unreachable, match=f"answered with HTTP status {status}"),
    ):
        Rpc(node.url).chain_id()


def test_a_redirect_is_not_followed() -> None:
    with replies(lambda request: result(request, "0x1")) as target:
        with says(b"", 307, Location=target.url) as node, pytest.raises(Unreachable, match="307"):
            Rpc(node.url).chain_id()

        assert target.bodies == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": 1, "result": "0x1", "took": NaN}',
        b'{"jsonrpc": "2.0", "id": 1, "result": ' + b"9" * 10_000 + b"}",
        gzip.compress(b'{"jsonrpc": "2.0", "id": 1, "result": "0x1"}', mtime=0),
    ],
)
def test_what_is_not_json_is_unreachable(body: bytes) -> None:
    with says(body, Content_Encoding="gzip") as node, pytest.raises(Unreachable, match="did not answer in JSON"):
        Rpc(node.url).chain_id()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "0x1",
        {"id": 1, "result": "0x1"},
        {"jsonrpc": "1.0", "id": 1, "result": "0x1"},
        {"jsonrpc": "2.0", "id": 2, "result": "0x1"},
        {"jsonrpc": "2.0", "id": "1", "result": "0x1"},
        {"jsonrpc": "2.0", "id": True, "result": "0x1"},
        {"jsonrpc": "2.0", "id": 1.0, "result": "0x1"},
        {"jsonrpc": "2.0", "result": "0x1"},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "result": 1},
        {"jsonrpc": "2.0", "id": 1, "result": "1"},
        {"jsonrpc": "2.0", "id": 1, "result": "0x"},
        {"jsonrpc": "2.0", "id": 1, "result": "0x_1"},
        {"jsonrpc": "2.0", "id": 1, "result": "0x-1"},
        {"jsonrpc": "2.0", "id": 1, "result": "0x" + "1" * 65},
        {"jsonrpc": "2.0", "id": 1, "result": None},
        {"jsonrpc": "2.0", "id": 1, "error": "no"},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": "1", "message": "no"}},
    ],
)
def test_an_answer_that_makes_no_sense_is_unreachable_and_names_the_method(answer: Any) -> None:
    with says(answer) as node, pytest.raises(Unreachable, match=f"^{node.host} gave no sensible answer to eth_chainId$"):
        Rpc(node.url).chain_id()


@pytest.mark.parametrize(
    "change",
    [
        lambda answers: answers[:1],
        lambda answers: [answers[0], answers[0]],
        lambda answers: [*answers, answers[0]],
        lambda answers: [answers[0], {**answers[1], "id": 77}],
        lambda answers: [answers[0], None],
        lambda answers: {"answers": answers},
    ],
)
def test_a_batch_that_leaves_a_question_open_is_unreachable(change: Any) -> None:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        send(handler, json.dumps(change([result(request, "0x1") for request in json.loads(body)])).encode())

    with HttpNode(answer) as node, pytest.raises(Unreachable, match="no sensible answer"):
        Rpc(node.url).batch((CHAIN_ID, CHAIN_ID))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["0x1", "2.0", "id"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["jsonrpc", "id", "result", "error", "code", "message"]), inner),
    max_leaves=8,
)


def test_no_answer_whatever_raises_anything_but_a_chain_error() -> None:
    current: list[Any] = [None]

    with HttpNode(lambda handler, _: send(handler, json.dumps(current[0]).encode())) as node:
        rpc = Rpc(node.url)

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(JSON_VALUES)
        def check(value: Any) -> None:
            current[0] = value
            for ask in (rpc.chain_id, lambda: rpc.batch((CHAIN_ID, CHAIN_ID))):
                with pytest.raises((Refused, Unreachable)):
                    ask()

        check()


def drip(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    for byte in data:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def never(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 60)


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    drip(handler, b" " * 60)


@pytest.mark.parametrize("answer", [never, drip_headers, drip_body])
def test_a_slow_answer_costs_no_more_than_the_timeout(answer: Any) -> None:
    with HttpNode(lambda handler, _: answer(handler)) as node:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=f"^{node.host} did not answer within 0.3 s$"):
            Rpc(node.url, timeout=0.3).chain_id()

        assert time.monotonic() - began < 1


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    sent = 0

    def pour(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        nonlocal sent
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent += handler.connection.send(b" " * 65536)

    with HttpNode(pour) as node:
        with pytest.raises(Unreachable, match="answered with more than 4 MiB"):
            Rpc(node.url).chain_id()
        time.sleep(0.1)

    assert MAX_ANSWER_BYTES < sent < 4 * MAX_ANSWER_BYTES


def test_a_node_that_was_silent_is_asked_again_on_a_new_connection() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if len(node.bodies) == 1:
            time.sleep(0.5)
        send(handler, json.dumps(result(json.loads(body), "0x1")).encode())

    with HttpNode(answer) as node:
        rpc = Rpc(node.url, timeout=0.2)
        with pytest.raises(Unreachable):
            rpc.chain_id()

        assert rpc.chain_id() == 1


def test_an_error_object_is_a_refusal_with_code_words_and_data() -> None:
    error = {"code": 3, "message": "execution reverted\x1b[31m\n", "data": "0x0102"}
    with (
        replies(lambda request: {"jsonrpc": "2.0", "id": request["id"], "error": error}) as node,
        pytest.raises(NodeRefused, match=f"^{node.host} refused eth_chainId: execution reverted") as caught,
    ):
        Rpc(node.url).chain_id()

    assert (caught.value.code, caught.value.data, caught.value.words) == (3, b"\1\2", "execution reverted [31m ")


@pytest.mark.parametrize("data", ["0x0102", "Reverted 0x0102", {"data": "0x0102", "message": "x"}])
def test_revert_data_is_found_where_clients_put_it(data: Any) -> None:
    with says({"jsonrpc": "2.0", "id": 1, "error": {"code": 3, "message": "", "data": data}}) as node, pytest.raises(NodeRefused) as caught:
        Rpc(node.url).chain_id()

    assert caught.value.data == b"\1\2"


@pytest.mark.parametrize("data", [None, 5, "0x1", "reverted", {"data": None}, ["0x01"]])
def test_revert_data_that_makes_no_sense_is_no_data(data: Any) -> None:
    with (
        says({"jsonrpc": "2.0", "id": 1, "error": {"code": 3, "message": "no", "data": data}}) as node,
        pytest.raises(NodeRefused) as caught,
    ):
        Rpc(node.url).chain_id()

    assert caught.value.data == b""


def test_a_refused_batch_is_a_refusal() -> None:
    with (
        says({"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batches are off"}}) as node,
        pytest.raises(NodeRefused, match="batches are off"),
    ):
        Rpc(node.url).batch((CHAIN_ID, CHAIN_ID))


@pytest.mark.parametrize("code", [-32005, 429])
def test_a_rate_limit_inside_an_answer_means_ask_again_later(code: int) -> None:
    with (
        says({"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": "slow down"}}) as node,
        pytest.raises(Unreachable, match="slow down"),
    ):
        Rpc(node.url).chain_id()


def test_secrets_of_the_url_reach_the_node_and_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = {"code": -32000, "message": f"key {SECRET}-path is unknown, so are {SECRET}-query, {SECRET}-password and {SECRET}/user"}
    with says({"jsonrpc": "2.0", "id": 1, "error": error}) as node:
        url = f"http://{SECRET}%2Fuser:{SECRET}-password@{node.host}/v3/{SECRET}-path?key={SECRET}-query"
        with pytest.raises(NodeRefused) as caught:
            Rpc(url).chain_id()

    assert node.headers[0]["Authorization"].startswith("Basic ")
    assert node.headers[0]["Host"] == node.host
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "url", [f"ftp://{SECRET}@host", f"{SECRET}", f"http:///{SECRET}", f"http://host:x/{SECRET}", f"http://[::1/{SECRET}"]
)
def test_what_is_no_http_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Rpc(url)

    assert SECRET not in str(caught.value)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, dead)
    with replies(lambda request: result(request, "0x1")) as node:
        assert Rpc(node.url).chain_id() == 1


def test_words_and_blobs_are_read_strictly() -> None:
    assert blob("0x") == b""
    assert word("0x" + "ab" * 32) == b"\xab" * 32
    for wrong in ("", "ab", "0xa", "0x a", "0xag", "0x\uff11\uff11", None, 1, ["0x"]):
        with pytest.raises(ValueError, match="not"):
            blob(wrong)  # type: ignore[arg-type] # what a node may send
    with pytest.raises(ValueError, match="32 bytes"):
        word("0xab")
