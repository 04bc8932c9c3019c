"""The wallet's application: the guard, the pages, and nothing of what it shows in any log."""

import logging

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from laurea.web.wallet.guard import Guard
from laurea.web.wallet.language import N_
from laurea.web.wallet.pages import (
    add,
    audit,
    collections,
    door,
    first,
    history,
    keeping,
    make,
    offers,
    own,
    pathway,
    present,
    share,
    shelf,
    static,
)
from laurea.web.wallet.service import WalletService
from laurea.web.wallet.trouble import trouble

_log = logging.getLogger("laurea.web")


def create_app(service: WalletService, port: int) -> ASGIApp:
    """Return the application for a wallet that is served at a port of this machine."""
    app = FastAPI(title="laurea wallet", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(Exception, _unforeseen)
    for module in (static, door, first, shelf, own, offers, add, present, share, make, audit, collections, history, pathway, keeping):
        app.include_router(module.router)
    return Guard(app, service.door, (f"127.0.0.1:{port}", f"localhost:{port}"))


def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return trouble(request, status, N_("This is not here"), N_("there is no such page in the wallet"))


def _unforeseen(request: Request, error: Exception) -> Response:
    # The type alone: a message may repeat what it was about.
    _log.error("fault", extra={"fault": type(error).__name__, "route": getattr(request.scope.get("route"), "path", "none"), "status": 500})
    return trouble(request, 500, N_("A fault of ours"), N_("something went wrong in laurea; your wallet file is as it was"))
