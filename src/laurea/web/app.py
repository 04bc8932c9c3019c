"""The application: routers, errors, limits, the log."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from laurea.web import did, health, problems, status
from laurea.web.api import achievements, batches, credentials, issuer, rosters
from laurea.web.health import Readiness
from laurea.web.identity import Gate
from laurea.web.limits import BackOff, Limiter
from laurea.web.logs import RequestLog
from laurea.web.metrics import Metrics
from laurea.web.model import Problem
from laurea.web.openid import endpoints as openid
from laurea.web.pages import learner, operator, static
from laurea.web.problems import MEDIA_TYPE
from laurea.web.service import Service

ABOUT = "Issue, correct and revoke credentials, and see how they come to the chain. docs/api.md tells how to use it."
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for code, text in problems.TITLES.items()
    if code not in {405, 408, 409, 500, 502}
}


def create_app(service: Service) -> FastAPI:
    """Return the application for an issuer that is open."""
    app = FastAPI(
        title="laurea", version=version("laurea"), description=ABOUT, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    app.state.gate = Gate(service, Limiter(service.settings.service.requests_a_minute, service.monotonic), BackOff(service.monotonic))
    app.state.desk = openid.Desk.of(service)
    app.state.metrics = Metrics(service.issuer)
    app.state.readiness = Readiness(service)
    app.add_middleware(RequestLog, monotonic=service.monotonic, count=app.state.metrics.request)
    problems.install(app)
    for module in (issuer, achievements, credentials, batches):
        app.include_router(module.router, responses=ERRORS)
    for router in (rosters.uploads, rosters.router, learner.exchange):
        app.include_router(router, responses=ERRORS)
    app.include_router(openid.router)
    app.include_router(learner.pages)
    app.include_router(operator.router)
    app.include_router(static.router)
    app.include_router(health.router)
    app.include_router(did.router(service.issuer))
    app.include_router(status.router(service.issuer))
    return app
