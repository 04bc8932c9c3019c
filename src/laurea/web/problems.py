"""What went wrong, as problem+json (RFC 9457): one table from our errors to HTTP, and nothing of a person or of the inside."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from laurea.errors import Busy, ChainError, ConfigError, InputError, LaureaError, NotFound, Refused, RosterError
from laurea.web.model import Problem

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = "5"

# The first family that fits decides.
STATUSES: tuple[tuple[type[LaureaError], int], ...] = (
    (NotFound, 404),
    (RosterError, 422),
    (InputError, 422),
    (Busy, 503),
    (Refused, 502),
    (ChainError, 503),
    (ConfigError, 500),
    (LaureaError, 500),
)
TITLES = {
    400: "the request cannot be read",
    401: "an access key is needed",
    403: "this access key may not do that",
    404: "there is no such thing",
    405: "this cannot be done here",
    408: "the request did not come in time",
    409: "something else is in the way",
    413: "the body is too large",
    415: "the body is of another type",
    422: "what was given is wrong",
    429: "too many requests",
    500: "a fault of ours",
    502: "the chain refuses",
    503: "try again later",
}
_log = logging.getLogger("laurea.web")


class HttpProblem(HTTPException):
    """A request that is refused before any service sees it."""

    def __init__(self, status: int, detail: str = "", *, headers: dict[str, str] | None = None) -> None:
        """Refuse with a status, a detail for the reader, and headers."""
        super().__init__(status, detail or TITLES[status], headers)


def answer(status: int, detail: str, *, problems: list[str] | None = None, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as an answer."""
    problem = Problem(title=TITLES.get(status, "an error"), status=status, detail=detail, problems=problems)
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error leave as a problem."""
    app.add_exception_handler(LaureaError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def status_of(error: LaureaError) -> int:
    """Return the HTTP status that says an error of ours."""
    return next(status for family, status in STATUSES if isinstance(error, family))


def _ours(_request: Request, error: Exception) -> Response:
    if not isinstance(error, LaureaError):  # pragma: no cover - it is installed for nothing else
        raise error
    status = status_of(error)
    problems = list(error.problems) if isinstance(error, RosterError) else None
    detail = f"{error} ({error.hint})" if error.hint and status != 404 else str(error)
    return answer(status, detail, problems=problems, headers={"Retry-After": BUSY_SECONDS} if status == 503 else None)


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # pragma: no cover - as above
        raise error
    ours = isinstance(error, HttpProblem)
    return answer(error.status_code, error.detail if ours else TITLES.get(error.status_code, "an error"), headers=dict(error.headers or {}))


def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):  # pragma: no cover - as above
        raise error
    # Where, and what was wanted; never the value itself, which may be about a person.
    problems = [f"{'/'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
    return answer(422, TITLES[422], problems=problems)


def _unforeseen(_request: Request, error: Exception) -> Response:
    # The type alone: a message may repeat what it was about.
    _log.error("fault", extra={"fault": type(error).__name__})
    return answer(500, TITLES[500])
