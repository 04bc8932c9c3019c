"""Errors of the API, in 1EdTech's form (Open Badges 3.0, B.3.1)."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from laurea.errors import LaureaError
from laurea.web.problems import BUSY_SECONDS, TITLES, status_of

MINOR = {
    400: "invalid_query_parameter",
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    429: "server_busy",
    500: "internal_server_error",
}


def answer(status: int, text: str, *, headers: dict[str, str] | None = None, major: str = "failure") -> Response:
    """Return an error as an answer."""
    minor = {"imsx_codeMinorFieldName": "resourceServer", "imsx_codeMinorFieldValue": MINOR.get(status, "unknown")}
    body = {
        "imsx_codeMajor": major,
        "imsx_severity": "error",
        "imsx_description": text,
        "imsx_codeMinor": {"imsx_codeMinorField": [minor]},
    }
    return JSONResponse(body, status, headers=headers)


class StatusInfoRoute(APIRoute):
    """A route whose errors have that form; a fault of ours is left to what the whole application does with it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await inner(request)
            except LaureaError as error:
                status = status_of(error)
                return answer(status, TITLES[status], headers={"Retry-After": BUSY_SECONDS} if status == 503 else None)
            except RequestValidationError as error:
                places = ", ".join(str(each["loc"][-1]) for each in error.errors())
                return answer(400, f"wrong: {places}")
            except HTTPException as error:
                return answer(error.status_code, str(error.detail), headers=dict(error.headers or {}))

        return answered
