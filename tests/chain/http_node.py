"""An HTTP server in a thread that answers as a bad node would, or passes questions on to a real one."""

import json
import ssl
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
Change = Callable[[Any], Any]


class HttpNode:
    """A context manager; `answer` gets the handler and the body of each request. Counts connections and requests.

    As public nodes do, it allows pages of any origin to ask it (CORS).
    """

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.stop = threading.Event()
        self._server = QuietServer(("127.0.0.1", 0), _handler(self, answer))
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        if tls is not None:
            # The handshake is left to the thread of the connection, as a client that breaks it off must not stop the server.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
            self.url = f"https://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class QuietServer(ThreadingHTTPServer):
    """Each connection in a thread of its own."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


def _handler(node: HttpNode, answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            node.connections += 1
            super().setup()

        def end_headers(self) -> None:
            self.send_header("Access-Control-Allow-Origin", "*")
            super().end_headers()

        def do_OPTIONS(self) -> None:
            send(self, b"", 204, Access_Control_Allow_Methods="POST", Access_Control_Allow_Headers="content-type")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            node.bodies.append(body)
            node.headers.append(dict(self.headers))
            answer(self, body)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Answer one request."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def says(body: bytes | Any, status: int = 200, **headers: str) -> HttpNode:
    """Return a node that always says the same: bytes as they are, all else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpNode(lambda handler, _: send(handler, raw, status, **headers))


def replies(reply: Callable[[dict[str, Any]], Any]) -> HttpNode:
    """Return a node that answers each request (a batch: each of its members) with what `reply` makes of it."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        content = json.loads(body)
        send(handler, json.dumps([reply(one) for one in content] if isinstance(content, list) else reply(content)).encode())

    return HttpNode(answer)


def result(request: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return a proper answer."""
    return {"jsonrpc": "2.0", "id": request["id"], "result": value}


def relay(url: str, *, request: Change = lambda one: one, answer: Callable[[Any, Any], Any] = lambda _, one: one) -> HttpNode:
    """Return a node that passes every question on to the node at `url`, changing questions and answers on the way."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def reply(one: dict[str, Any]) -> Any:
        body = json.dumps(request(one)).encode()
        with opener.open(urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=30) as response:
            return answer(one, json.load(response))

    return replies(reply)
