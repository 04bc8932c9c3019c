"""How a service is run: its log on stderr, one line of JSON for each request, until it is interrupted."""

import logging

import uvicorn
from starlette.types import ASGIApp

from laurea.web.logs import Lines

STOP_SECONDS = 20  # that requests at work have to end


def service_log() -> logging.Logger:
    """Return the log of the service, which goes to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    log = logging.getLogger("laurea.web")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)
    return log


def listen(app: ASGIApp, host: str, port: int) -> None:
    """Serve an application until interrupted."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,  # its lines have paths, which name what is asked for
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
