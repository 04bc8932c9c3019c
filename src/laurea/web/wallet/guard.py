"""What stands before every page: other sites in the same browser, and others on this machine, get nothing here.

The host must be ours to the letter (a name that was rebound to this machine is another), the path must begin with what nobody can guess, what
changes something must come from a page of ours, and a body must say beforehand how long it is.
"""

from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laurea.web.origin import OURS
from laurea.web.wallet.door import Door

MAX_BODY_BYTES = 65 << 20  # a wallet file, and what a browser puts around it
START = "/start"
SAFE = ("GET", "HEAD")
OUTSIDE = "this is a wallet of somebody on this machine. Open it by the link that `laurea wallet serve` has printed in the terminal.\n"

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"same-origin"),  # nothing to others; without it, a browser would not say that a form is ours
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-robots-tag", b"noindex"),
)


class Guard:
    """Refuses what is not for us before anything reads it, and gives every answer the headers that keep browsers careful."""

    def __init__(self, app: ASGIApp, door: Door, hosts: Iterable[str]) -> None:
        """Stand before an application that is reached at these hosts, ports included."""
        self._app = app
        self._place = door.place
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message = {**message, "headers": [*message["headers"], *(pair for pair in HEADERS if pair[0] not in present)]}
            await send(message)

        status, words = self._refusal(scope)
        if status:
            await PlainTextResponse(words, status)(scope, receive, send_with_headers)
        else:
            # The page of a fault was sent already. Whoever runs us would write the fault down with all that it was about.
            with suppress(Exception):
                await self._app({**scope, "root_path": self._place}, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """Return why a request is refused, as a status and words; 0 when it is not."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"] not in [[host] for host in self._hosts]:
            return HTTPStatus.MISDIRECTED_REQUEST, "this service has another name\n"
        if scope["type"] != "http" or not scope["path"].startswith(f"{self._place}/"):
            return HTTPStatus.NOT_FOUND, OUTSIDE
        safe = scope["method"] in SAFE
        if not (_may_look(headers, scope["path"]) if safe else _is_ours(headers)):
            return HTTPStatus.FORBIDDEN, "this can be asked from a page of this wallet only\n"
        return (0, "") if safe else _too_large(headers)


def _may_look(headers: dict[str, str], path: str) -> bool:
    """Tell whether a page may be asked for: by pages of ours and by the user alone, but for the link of the terminal, which a file opens."""
    return headers.get("sec-fetch-site") in (None, *OURS) or path.endswith(START)


def _is_ours(headers: dict[str, str]) -> bool:
    """Tell whether what changes something comes from a page of ours: every browser says so by at least one of the two."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and origin in (None, f"http://{headers['host']}")


def _too_large(headers: dict[str, str]) -> tuple[int, str]:
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > MAX_BODY_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a form may have {MAX_BODY_BYTES:,} bytes\n"
    return 0, ""
