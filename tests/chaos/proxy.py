"""A node that fails as nodes do: passes JSON-RPC on to a real one, and at times loses, delays, spoils or forges what it passes."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from random import Random
from types import TracebackType
from typing import Any, Self

from eth_hash.auto import keccak

from laurea.chain.transaction import fees_of, read
from tests.chain.http_node import QuietServer, send
from tests.chaos.lies import Liar

SLOW_SECONDS = 2.5
LAG_BLOCKS = 3
HUGE = b" " * (5 << 20)


class Fault(StrEnum):
    """What is wrong with a node for a while."""

    NONE = "none"
    LOST_REPLY = "lost reply"  # it did what it was asked, and nobody hears of it
    DROPS = "drops"  # it says that it took a transaction, and forgets it
    BUSY = "429"
    GARBAGE = "garbage"
    SLOW = "slow"
    HUGE = "huge"
    CLOSED = "closed"
    LAGS = "lags"


@dataclass
class Mempool:
    """What the nodes hold for each sender and nonce: they keep it unless both fees rise by more than a tenth, which Anvil does not mind."""

    offers: dict[tuple[bytes, int], bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, raw: bytes, waits: Callable[[bytes], bool]) -> bool:
        """Tell whether a transaction offers too little to take the place of the one that waits; if not, it has the place from now on."""
        offered = read(raw)
        with self.lock:
            held = self.offers.get((offered.key, offered.nonce))
            if held is not None and held != raw and waits(keccak(held)):
                old, new = fees_of(held), fees_of(raw)
                if new.most * 10 <= old.most * 11 or (new.tip or 0) * 10 <= (old.tip or 0) * 11:
                    return True
            self.offers[offered.key, offered.nonce] = raw
            return False


class Proxy:
    """A context manager around one such node; `fault` may be set at any time."""

    def __init__(self, port: int, mempool: Mempool, random: Random, liar: Liar | None = None) -> None:
        """Stand before the node at `port` of this machine."""
        self.fault = Fault.NONE
        self.liar = liar
        self.honest = False  # once the faults have stopped
        self._port = port
        self._mempool = mempool
        self._random = random
        self._server = QuietServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer one HTTP request, as well as the fault of the moment allows."""
        fault = self.fault
        content = json.loads(body)
        if fault is Fault.CLOSED:
            handler.close_connection = True
            return
        if fault is Fault.SLOW:
            time.sleep(SLOW_SECONDS)
        if fault is Fault.BUSY:
            send(handler, b"too many requests", 429)
            return
        answers = [self._one(each, fault) for each in (content if isinstance(content, list) else [content])]
        if fault is Fault.LOST_REPLY:
            handler.close_connection = True
            return
        spoilt = {Fault.GARBAGE: b"<html>", Fault.HUGE: HUGE}
        send(handler, spoilt.get(fault) or json.dumps(answers if isinstance(content, list) else answers[0]).encode())

    def _one(self, request: dict[str, Any], fault: Fault) -> dict[str, Any]:
        if request["method"] == "eth_sendRawTransaction":
            return self._take(request, fault)
        if fault is Fault.LAGS:
            request = self._older(request)
        true = self._ask(request)
        if self.liar is not None and not self.honest:
            return self.liar.answer(request, true)
        return true

    def _take(self, request: dict[str, Any], fault: Fault) -> dict[str, Any]:
        raw = bytes.fromhex(request["params"][0][2:])
        if self.liar is not None:
            self.liar.learn(raw)
        drops = fault is Fault.DROPS or (self.liar is not None and not self.honest and self._random.random() < 0.5)
        if drops:
            return {"jsonrpc": "2.0", "id": request["id"], "result": "0x" + keccak(raw).hex()}
        if self._mempool.refuses(raw, self._waits):
            return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32000, "message": "replacement transaction underpriced"}}
        return self._ask(request)

    def _waits(self, transaction: bytes) -> bool:
        found = self._ask({"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionByHash", "params": ["0x" + transaction.hex()]})
        return bool(found.get("result")) and found["result"]["blockNumber"] is None

    def _older(self, request: dict[str, Any]) -> dict[str, Any]:
        """Let a question about the head be about an earlier block."""
        head = int(self._ask({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []})["result"], 16)
        late = hex(max(head - LAG_BLOCKS, 0))
        params = [late if param == "latest" else param for param in request["params"]]
        return {**request, "params": params}

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/", json.dumps(request), {"Content-Type": "application/json"})
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                proxy.answer(self, body)
            except (OSError, http.client.HTTPException):
                self.close_connection = True

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler
