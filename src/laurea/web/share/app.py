"""The application of a share host."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI

from laurea.web import problems
from laurea.web.logs import RequestLog
from laurea.web.share import api, page
from laurea.web.share.service import ShareService

ABOUT = "Keep sealed documents that the host cannot read. docs/sharing.md tells how to use it."


def create_app(service: ShareService, monotonic: Callable[[], float]) -> FastAPI:
    """Return the application for a share host."""
    app = FastAPI(
        title="laurea share",
        version=version("laurea"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
    )
    app.state.service = service
    app.add_middleware(RequestLog, monotonic=monotonic)
    problems.install(app)
    app.include_router(api.router)
    app.include_router(page.router)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    return app


def _healthz() -> dict[str, str]:
    return {"status": "alive"}
