"""HTTP to one URL (a node, a share host, whatever is fetched) over kept connections, bounded in time and size.

This speaks through httpcore, the engine of httpx, because httpx bounds each read but not the whole exchange, and logs
every URL that it asks, with the key in it. No redirects, no cookies, no compression, and no proxies from the
environment: a variable must not send what is meant for a node of this machine elsewhere.
"""

import base64
import ssl
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit

import certifi
import httpcore

from laurea.errors import InputError, Unreachable

MAX_ANSWER_BYTES = 4 << 20  # a hundred full answers of our kind fit; what is longer was not asked for
KEEP_ALIVE_SECONDS = 5.0  # shorter than any server's: a connection must not close under a question
SHORTEST_SECRET = 6  # characters: a shorter part of a path, such as "v3", is not hidden from messages

Headers = Sequence[tuple[str, str]]
JSON_CONTENT: Headers = (("Content-Type", "application/json"),)

# A context variable, because connections are made and used by httpcore, in the thread of whoever asks.
_deadline: ContextVar[float] = ContextVar("_deadline")


class BadAnswer(Unreachable):
    """The other side answered, and with what is not taken."""


class BadStatus(BadAnswer):
    """The other side answered, and with another status than was asked for."""

    def __init__(self, message: str, status: int) -> None:
        """Keep the status."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the headers by their names in lower case, the body, and the status."""

    headers: Mapping[str, str]
    body: bytes
    status: int = 200


class Wire:
    """The way to one URL; threads may share it."""

    def __init__(self, url: str, timeout: float, *, backend: "BoundedBackend | None" = None, limit: int = MAX_ANSWER_BYTES) -> None:
        """Open nothing yet; `timeout` bounds a whole exchange in seconds, `limit` the body of an answer in bytes.

        `backend` makes the connections, if they are not made to whatever the host's name leads to. Raises InputError for what is no URL.
        """
        parts = split_url(url)
        self.host = parts.netloc.rpartition("@")[2]
        self._timeout = timeout
        self._limit = limit
        self._secrets = _secrets(parts)
        self._target = f"{parts.scheme}://{self.host}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self._headers = [("Host", self.host), *_authorization(parts)]
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust() if parts.scheme == "https" else None,
            network_backend=backend or BoundedBackend(),
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            max_keepalive_connections=2,
        )
        weakref.finalize(self, self._pool.close)  # nobody need remember to

    def post(self, content: bytes) -> bytes:
        """Send `content` and return the body of the answer; raises Unreachable unless that is a timely 200."""
        return self.ask("POST", content, headers=JSON_CONTENT)

    def ask(self, method: str, content: bytes = b"", *, headers: Headers = (), status: int = 200) -> bytes:
        """Send a request and return the body of the answer; raises Unreachable unless that comes in time and with this status."""
        return self.exchange(method, content, headers=headers, status=status).body

    def exchange(self, method: str, content: bytes = b"", *, headers: Headers = (), status: int | None = 200) -> Answer:
        """Do what `ask` does, and return the headers of the answer, too; `status` None takes an answer of any status."""
        token = _deadline.set(time.monotonic() + self._timeout)
        try:
            with self._pool.stream(method, self._target, headers=[*self._headers, *headers], content=content) as response:
                if status is not None and response.status != status:
                    raise BadStatus(f"{self.host} answered with HTTP status {response.status}", response.status)
                named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(named, self._collect(response.iter_stream()), response.status)
        except httpcore.TimeoutException as error:
            raise Unreachable(f"{self.host} did not answer within {self._timeout:g} s") from error
        except _Untrusted as error:
            raise Unreachable(f"{self.host} shows a certificate that is not trusted") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:  # the last: no host can be called so
            raise Unreachable(f"{self.host} cannot be reached") from error
        finally:
            _deadline.reset(token)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def without_secrets(self, text: str) -> str:
        """Return `text` with every part of the URL that may be a key or a password taken out."""
        for secret in self._secrets:
            text = text.replace(secret, "...")
        return text

    def _collect(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self._limit:
                raise BadAnswer(f"{self.host} answered with more than {self._limit >> 20} MiB")
        return bytes(body)


class _Untrusted(httpcore.ConnectError):
    """The other side could not prove its name."""


class _BoundedStream(httpcore.NetworkStream):
    """A connection on which one exchange ends in time, even if the other side sends a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's signature
        return self._stream.read(max_bytes, time_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline counts instead
        self._stream.write(buffer, time_left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, time_left()))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise _Untrusted from error
            raise

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class BoundedBackend(httpcore.SyncBackend):
    """Makes connections that end in time."""

    def connect_tcp(  # noqa: D102 - httpcore's
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _BoundedStream(super().connect_tcp(host, port, time_left(), local_address, socket_options))


@cache
def _trust() -> ssl.SSLContext:
    # The system's authorities, or those that SSL_CERT_FILE names, and Mozilla's for a system that has none.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def time_left() -> float:
    """Return how many seconds the exchange that is under way may still take; raises httpcore's ReadTimeout when there are none."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


def split_url(url: str) -> SplitResult:
    """Return the parts of an RPC URL; raises InputError for what is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and url.isascii() and url.isprintable()
    except ValueError:
        usable = False
    if not usable:
        # The URL is not repeated: it may hold a key.
        raise InputError("an RPC URL is not an absolute http or https URL", hint="for example http://127.0.0.1:8545")
    return parts


def _authorization(parts: SplitResult) -> list[tuple[str, str]]:
    if parts.username is None:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")]


def _secrets(parts: SplitResult) -> tuple[str, ...]:
    pieces = [*parts.path.split("/"), *parts.query.replace("&", "=").split("="), parts.username, parts.password]
    found = {spelling for piece in pieces if piece for spelling in (piece, unquote(piece))}
    return tuple(sorted((piece for piece in found if len(piece) >= SHORTEST_SECRET), key=len, reverse=True))
