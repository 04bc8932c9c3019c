"""The application of a verifier's service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from laurea.web import problems
from laurea.web.logs import Discreet, RequestLog
from laurea.web.verifier import api, asking, asking_pages, pages
from laurea.web.verifier.service import VerifierService

ABOUT = "Verify credentials and presentations. Nothing of them is kept. docs/verifier.md tells how to use it."


def create_app(service: VerifierService, monotonic: Callable[[], float]) -> ASGIApp:
    """Return the application for a verifier's service."""

    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(service.close)

    app = FastAPI(
        title="laurea verifier",
        version=version("laurea"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
        lifespan=working,
    )
    app.state.service = service
    app.add_middleware(RequestLog, monotonic=monotonic)
    problems.install(app)
    app.include_router(api.router, responses=api.ERRORS)
    app.include_router(asking.router, responses=asking.ERRORS)
    app.include_router(pages.router)
    app.include_router(asking_pages.router)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    app.add_api_route("/readyz", _readyz(service), include_in_schema=False)
    return Discreet(app)


def _healthz() -> dict[str, str]:
    return {"status": "alive"}


def _readyz(service: VerifierService) -> Callable[[], JSONResponse]:
    def readyz() -> JSONResponse:
        trust, chain = service.trouble()
        ready = not (trust or chain)
        return JSONResponse(
            {"status": "ready" if ready else "not ready", "trust": trust or "ok", "chain": chain or "ok"}, 200 if ready else 503
        )

    return readyz
