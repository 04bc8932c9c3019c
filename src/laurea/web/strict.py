"""The body of a request, bounded while it is read and parsed strictly before anything looks at it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from laurea.core import canonical
from laurea.errors import FormatError
from laurea.web.problems import HttpProblem

MAX_BODY_BYTES = 1 << 20  # any JSON of ours (DESIGN.md, section 2)
MAX_BODY_DEPTH = 32
JSON = "application/json"


class StrictRequest(Request):
    """A request whose JSON is I-JSON: UTF-8, no duplicate names, no NaN, no lone surrogates."""

    async def body(self) -> bytes:
        """Return the body; refuses one that is too large as soon as that is known."""
        if not hasattr(self, "_body"):
            body = await read_body(self, MAX_BODY_BYTES)
            if not body and "content-type" in self.headers:
                raise HttpProblem(400, "the body is empty")  # FastAPI would say that a field is missing
            self._body = body
        return self._body

    async def json(self) -> Any:
        """Return the value that the body stands for."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise HttpProblem(415, f"the body is to be {JSON}")
        if not hasattr(self, "_json"):
            try:
                self._json = canonical.parse(await self.body(), max_bytes=MAX_BODY_BYTES, max_depth=MAX_BODY_DEPTH)
            except FormatError as error:
                raise HttpProblem(400, str(error)) from error
        return self._json


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request; refuses one of more bytes as soon as that is known, and one that ends early."""
    # What it says of itself is only believed when that is bad news.
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > limit:
        raise HttpProblem(413, f"a body may have {limit:,} bytes")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise HttpProblem(413, f"a body may have {limit:,} bytes")
    except ClientDisconnect as error:  # no fault of ours, and nobody is there to read this
        raise HttpProblem(400, "the body ended early") from error
    return bytes(body)


class StrictRoute(APIRoute):
    """A route that reads its request so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def read_strictly(request: Request) -> Response:
            return await inner(StrictRequest(request.scope, request.receive))

        return read_strictly
