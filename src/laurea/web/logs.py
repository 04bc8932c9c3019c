"""The log: one line of JSON for each request, with the route and never the path, which may name a credential or hold a token."""

import json
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIELDS = ("request", "method", "route", "status", "ms", "fault", "did")
SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]
_log = logging.getLogger("laurea.web")

Count = Callable[[str, str, int, float], None]
"""Counts a request: its method, route and status, and how many seconds it took."""


class Lines(logging.Formatter):
    """Writes a record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **facts})


class RequestLog:
    """Logs and counts every request, and gives every answer its number and the headers that keep browsers careful."""

    def __init__(self, app: ASGIApp, monotonic: Callable[[], float], count: Count | None = None) -> None:
        """Stand before an application."""
        self._app = app
        self._count = count
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, begin, status = secrets.token_hex(8), self._monotonic(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                extra = [(name, value) for name, value in SECURITY if name not in present]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", number.encode()), *extra]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            elapsed = self._monotonic() - begin
            facts = {"request": number, "method": scope["method"], "route": route, "status": status, "ms": round(elapsed * 1000)}
            _log.info("request", extra=facts)
            if self._count is not None:
                self._count(scope["method"], route, status, elapsed)


class Discreet:
    """Keeps a fault from whoever runs us, who would write down all that it was about; the type of it is in our own log."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application that answers its faults itself."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its fault not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        with suppress(Exception):
            await self._app(scope, receive, send)
