"""An issuer that answers as a test likes, honest or not: plain HTTP on this machine."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote

from laurea.core.credential_offer import PRE_AUTHORIZED
from tests.chain.http_node import QuietServer

Reply = tuple[int, Any] | Callable[[BaseHTTPRequestHandler], None]

ISSUER, SERVER = "GET /.well-known/openid-credential-issuer", "GET /.well-known/oauth-authorization-server"
TOKEN, NONCE, CREDENTIAL, DEFERRED, NOTIFICATION = (
    f"POST /{name}" for name in ("token", "nonce", "credential", "deferred", "notification")
)


@dataclass
class Hostile:
    """What it answers, by method and path; `asked` is what came: method and path, headers, body."""

    url: str
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata that it answers with, to be changed."""
        return self._document(ISSUER)

    @property
    def server(self) -> dict[str, Any]:
        return self._document(SERVER)

    def _document(self, name: str) -> dict[str, Any]:
        reply = self.replies[name]
        assert isinstance(reply, tuple)
        found: dict[str, Any] = reply[1]
        return found

    @property
    def configuration(self) -> dict[str, Any]:
        found: dict[str, Any] = self.metadata["credential_configurations_supported"]["badge"]
        return found

    def body(self, name: str) -> Any:
        """Return what came to a place the last time."""
        return json.loads(next(body for path, _, body in reversed(self.asked) if path == name))

    def offer(self, **more: Any) -> dict[str, Any]:
        grants = {PRE_AUTHORIZED: {"pre-authorized_code": "c-1"}}
        return {"credential_issuer": self.url, "credential_configuration_ids": ["badge"], "grants": grants, **more}

    def link(self, **more: Any) -> str:
        return link_to(self.offer(**more))


def link_to(offer: Any) -> str:
    """Return the link that has an offer in it."""
    return f"openid-credential-offer://?credential_offer={quote(json.dumps(offer))}"


def honest(url: str, credential: Any = None) -> dict[str, Reply]:
    """Return what an issuer answers who does all as it should, and delivers this."""
    kind = {
        "format": "ldp_vc", "credential_definition": {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
        "cryptographic_binding_methods_supported": ["did:key"], "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["EdDSA"]}},
        "credential_metadata": {"display": [{"name": "A badge"}]},
    }  # fmt: skip
    names = {"credential": "credential", "nonce": "nonce", "deferred_credential": "deferred", "notification": "notification"}
    endpoints = {f"{name}_endpoint": f"{url}/{path}" for name, path in names.items()}
    return {
        ISSUER: (200, {"credential_issuer": url, **endpoints, "credential_configurations_supported": {"badge": kind}}),
        SERVER: (200, {"issuer": url, "token_endpoint": f"{url}/token"}),
        TOKEN: (200, {"access_token": "t-1", "token_type": "Bearer", "expires_in": 600}),
        NONCE: (200, {"c_nonce": "n-1"}),
        CREDENTIAL: (200, {"credentials": [{"credential": credential}], "notification_id": "i-1"}),
        NOTIFICATION: (200, {}),
    }


@contextmanager
def answering() -> Iterator[Hostile]:
    """Give an issuer that has no answers yet."""

    class Place(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            name = f"{self.command} {self.path}"
            found.asked.append((name, {key.lower(): value for key, value in self.headers.items()}, body))
            reply = found.replies.get(name, (404, {}))
            if callable(reply):
                with suppress(OSError):
                    reply(self)
                self.close_connection = True
                return
            text = reply[1] if isinstance(reply[1], bytes) else json.dumps(reply[1]).encode()
            self.send_response(reply[0])
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    with QuietServer(("127.0.0.1", 0), Place) as server:
        found = Hostile(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a body that does not end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def elsewhere(url: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what leads to another place."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer
