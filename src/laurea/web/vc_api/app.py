"""The application: the routers of the roles that are played, each at its own place and, where they do not meet, at the root."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from laurea.web import problems
from laurea.web.logs import Discreet, RequestLog
from laurea.web.problems import MEDIA_TYPE
from laurea.web.vc_api.bodies import MalformedProblem

ABOUT = "The VC API: issue, verify and hold W3C Verifiable Credentials. docs/vc-api.md tells how to use it."


@dataclass(frozen=True, slots=True)
class Role:
    """A role that is played: what it is called, its routes, and others that are at the root alone."""

    name: str
    router: APIRouter
    beside: Sequence[APIRouter] = ()


def create_app(
    roles: Sequence[Role], monotonic: Callable[[], float], *, close: Callable[[], None], hosts: Sequence[str] = ("*",)
) -> ASGIApp:
    """Return the application for some roles; `close` ends their work.

    `hosts` are the names that it is reached by: where no key is asked for, a site of others must not reach it by a name of their own that
    leads to this machine.
    """

    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(close)

    app = FastAPI(
        title="laurea VC API",
        version=version("laurea"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=working,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False)
    app.add_middleware(RequestLog, monotonic=monotonic)
    problems.install(app)
    app.add_exception_handler(MalformedProblem, _malformed)
    for router in [each for role in roles for each in role.beside]:
        app.include_router(router)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    for role in roles:
        app.include_router(role.router, prefix=f"/{role.name}")
    # At the root the first has what two could answer.
    for role in roles:
        app.include_router(role.router)
    return Discreet(app)


def _healthz() -> dict[str, str]:
    return {"status": "alive"}


def _malformed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, MalformedProblem):  # pragma: no cover - it is installed for nothing else
        raise error
    problem = {"type": error.type, "title": "the document breaks the data model", "status": 400, "detail": error.detail}
    return JSONResponse({**problem, "problemDetails": error.details}, 400, media_type=MEDIA_TYPE)
