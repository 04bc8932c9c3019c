"""How these endpoints read and how they fail: small bodies, and errors in the form of OAuth 2.0 (RFC 6749, section 5.2) and RFC 6750."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from laurea.errors import LaureaError
from laurea.services.issuing.wallet_access import Denied
from laurea.services.issuing.wallet_metadata import CREDENTIAL_PATH, DEFERRED_PATH
from laurea.web.problems import BUSY_SECONDS, HttpProblem, status_of
from laurea.web.strict import StrictRequest, read_body

MAX_BYTES = 64 << 10  # of a request: a proof has a kilobyte or two
MAX_PARAMETERS = 32
FORM = "application/x-www-form-urlencoded"
LATER = "temporarily_unavailable"
FAULT = "server_error"
NO_TOKEN = "invalid_token"  # noqa: S105 - the name of an error
MALFORMED = dict.fromkeys((CREDENTIAL_PATH, DEFERRED_PATH), "invalid_credential_request")


class SmallRequest(StrictRequest):
    """A request of few bytes whose JSON is I-JSON."""

    async def body(self) -> bytes:
        """Return the body; refuses one that is too large as soon as that is known."""
        if not hasattr(self, "_body"):
            self._body = await read_body(self, MAX_BYTES)
        return self._body


class OAuthRoute(APIRoute):
    """A route whose errors are OAuth's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()
        malformed = MALFORMED.get(self.path, "invalid_request")

        async def answer(request: Request) -> Response:
            try:
                return await inner(SmallRequest(request.scope, request.receive))
            except Denied as error:
                return _denied(error)
            except LaureaError as error:
                return _refused(status_of(error), str(error), malformed, {"Retry-After": BUSY_SECONDS})
            except RequestValidationError as error:
                # Where alone, and not what was there.
                places = ", ".join(".".join(map(str, each["loc"][1:])) for each in error.errors())
                return _refused(400, f"missing, or of another type: {places or 'the body'}", malformed)
            except HTTPException as error:
                return _refused(error.status_code, str(error.detail), malformed, dict(error.headers or {}))

        return answer


def bearer(request: Request) -> str:
    """Return the access token of a request (RFC 6750, 2.1); raises Denied when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Denied(NO_TOKEN, "an access token is needed")
    return token.strip()


async def form(request: Request) -> dict[str, str]:
    """Return the parameters of a form, each of which is there once (RFC 6749, 3.2); raises HttpProblem."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HttpProblem(400, f"the body is to be {FORM}")
    try:
        text = (await request.body()).decode("ascii")
        found = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:  # which an encoding that is none is, too
        raise HttpProblem(400, "the body is not a form, or has too many parameters") from error
    parameters = dict(found)
    if len(parameters) != len(found):
        raise HttpProblem(400, "a parameter is there more than once")
    return parameters


def _denied(error: Denied) -> Response:
    headers = {"WWW-Authenticate": f'Bearer error="{error.code}"'} if error.code == NO_TOKEN else None
    return _error(401 if headers else 400, error.code, str(error), headers)


def _refused(status: int, text: str, malformed: str, headers: dict[str, str] | None = None) -> Response:
    if status in (429, 503):
        return _error(status, LATER, text, headers)
    return _error(400 if status == 422 else status, FAULT if status >= 500 else malformed, text)


def _error(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": code, "error_description": _described(text)}, status, headers=headers)


def _described(text: str) -> str:
    """Return a text in the characters that an error_description may have: no quotation mark, no backslash, ASCII alone."""
    return "".join(character if " " <= character <= "~" and character not in '"\\' else "'" for character in text)
