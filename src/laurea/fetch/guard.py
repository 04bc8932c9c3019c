"""HTTPS to a place that a document names: only to public addresses, to the very one that was checked, small and soon over.

Whoever writes a document chooses what its verifier asks for. So nothing is asked but https on port 443 (RELIABILITY.md, attack 24); a name is
resolved once, and the connection goes to an address that was checked, not to what the name leads to a moment later (attack 25); the certificate
is still the name's. No redirect is followed, and the whole takes two seconds at most.
"""

import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, urlsplit

import httpcore

from laurea.errors import Unreachable
from laurea.fetch.addresses import is_public
from laurea.wire import Answer, BadAnswer, BadStatus, BoundedBackend, Wire, time_left

HTTPS = 443
SECONDS = 2.0
MAX_BYTES = 1 << 20  # of a body, as it is sent and as it inflates
MAX_URL = 2000  # characters
MAX_HOST = 253  # characters of a name (RFC 1035)
MAX_ADDRESSES = 4  # of one name that are tried
REDIRECTS = range(300, 400)

_URL = re.compile(r"https://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_GZIP = 16 + zlib.MAX_WBITS
_JSON = re.compile(r"(application/(json|vc|did|[a-z0-9.+-]+\+json)|text/plain)?")  # plain file hosts call it text, or nothing

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, for a port; raises OSError."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system knows them, in its order of preference; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be asked: `private_hosts` (names in lower case) may be inside, other ports than 443 are named; and how names are resolved."""

    private_hosts: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset({HTTPS})
    resolve: Resolve = resolve


PUBLIC = FetchPolicy()


class NotAllowed(Unreachable):
    """A document names what is not fetched for anybody: asking again will not help."""


def fetch(url: str, policy: FetchPolicy = PUBLIC) -> bytes:
    """Return the JSON text at an https URL, at most 1 MiB; raises NotAllowed, BadAnswer for any other answer, else Unreachable.

    Messages name the host alone: the rest of a URL may tell whose credential it is.
    """
    wire = guarded(url, policy)
    try:
        answer = wire.exchange("GET", headers=[("Accept", "application/json, application/*;q=0.9"), ("Accept-Encoding", "identity")])
    except BadStatus as error:
        if error.status in REDIRECTS:
            raise BadAnswer(f"{wire.host} answered with a redirect, which is not followed") from error
        raise
    finally:
        wire.close()
    return _body(answer, wire.host)


def guarded(url: str, policy: FetchPolicy = PUBLIC, *, seconds: float = SECONDS, limit: int = MAX_BYTES) -> Wire:
    """Return the way to a URL that is asked under the guards; raises NotAllowed for one that never is."""
    _require_allowed(url, policy)
    return Wire(url, seconds, backend=_GuardedBackend(policy), limit=limit)


def _require_allowed(url: str, policy: FetchPolicy) -> None:
    try:
        parts = urlsplit(url) if len(url) <= MAX_URL and _URL.fullmatch(url) else SplitResult("", "", "", "", "")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or len(host) > MAX_HOST:
        raise NotAllowed("what a document names is not an https URL")  # not repeated: it is as long and odd as anybody likes
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(f"{host} is named with a user, which is not fetched")
    if (HTTPS if port is None else port) not in policy.ports:
        raise NotAllowed(f"{host} is named with port {port}, which is not fetched from")


def _body(answer: Answer, host: str) -> bytes:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _JSON.fullmatch(kind) is None:
        raise BadAnswer(f"{host} answered with another kind of document than JSON")
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        return answer.body
    if coding not in {"gzip", "x-gzip"}:
        raise BadAnswer(f"{host} answered in an encoding that was not asked for")
    inflater = zlib.decompressobj(wbits=_GZIP)
    try:
        body = inflater.decompress(answer.body, MAX_BYTES + 1)
    except zlib.error as error:
        raise BadAnswer(f"{host} answered with what does not inflate") from error
    if len(body) > MAX_BYTES:
        raise BadAnswer(f"{host} answered with more than {MAX_BYTES >> 20} MiB")
    if not inflater.eof or inflater.unused_data:
        raise BadAnswer(f"{host} answered with what does not inflate")
    return body


class _GuardedBackend(BoundedBackend):
    def __init__(self, policy: FetchPolicy) -> None:
        super().__init__()
        self._policy = policy

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(self._policy.resolve, host, port)
        # One that is not public among them is reason enough: nobody but an attacker mixes them.
        if host.lower() not in self._policy.private_hosts and not all(map(is_public, addresses)):
            raise NotAllowed(f"{host} has no public address, and is not fetched from")
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, OSError):
                continue
        raise httpcore.ConnectError


def _resolved(resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """Resolve a name within what is left of the exchange: the system's resolver takes as long as it likes, so it is left to itself."""
    found: SimpleQueue[Sequence[str]] = SimpleQueue()

    def look_up() -> None:
        try:
            found.put(resolve(host, port))
        except (OSError, UnicodeError):  # the latter: no host can be called so
            found.put(())

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return found.get(timeout=time_left())
    except Empty as error:
        raise httpcore.ConnectTimeout from error
