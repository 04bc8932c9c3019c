"""A web site in a thread: https with a certificate of an authority of our own, and pages that are put there; it counts who asks."""

import ipaddress
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from laurea.fetch.guard import FetchPolicy
from tests.chain.http_node import QuietServer

LOOPBACK = "127.0.0.1"
NAMES = ("localhost", "issuer.example", "lists.example", "other.example", LOOPBACK)
Page = bytes | Callable[[BaseHTTPRequestHandler], None]


def certificate(folder: Path, names: tuple[str, ...] = NAMES) -> Path:
    """Make a certificate for names and addresses, signed by itself, and return the file that also has its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority of our own")])
    now = datetime.now(UTC)
    general = [x509.IPAddress(ipaddress.ip_address(each)) if each == LOOPBACK else x509.DNSName(each) for each in names]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{names[0]}.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


class Site:
    """A context manager; `pages` are what it answers by path: JSON text, or what answers itself. All else is 404."""

    def __init__(self, certificate: Path, pages: Mapping[str, Page] | None = None) -> None:
        self.pages: dict[str, Page] = dict(pages or {})
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.named: list[str | None] = []
        self.stop = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _, name, __: self.named.append(name)
        self._server = QuietServer((LOOPBACK, 0), _handler(self))
        self.port = int(self._server.server_address[1])
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def policy(self, *names: str, resolve: Callable[[str, int], list[str]] | None = None) -> FetchPolicy:
        """Allow these names, which lead here, and the port."""
        return FetchPolicy(frozenset(names or ("localhost",)), frozenset({self.port}), resolve or (lambda _, __: [LOOPBACK]))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Go away, once."""
        if self.stop.is_set():
            return
        self.stop.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Answer one request; without a content_type, as JSON."""
    handler.send_response(status)
    for name, value in {"content_type": "application/json", "content_length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    with suppress(OSError):  # a client that has read enough hangs up
        handler.wfile.write(body)


def says(body: bytes, status: int = 200, **headers: str) -> Page:
    """Return a page that answers so."""
    return lambda handler: answer(handler, body, status, **headers)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append(dict(self.headers))
            page = site.pages.get(self.path)
            if page is None:
                answer(self, b"", 404)
            elif isinstance(page, bytes):
                answer(self, page)
            else:
                page(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler
