"""How a service is run: its log on stderr, one line of JSON for each request, until it is interrupted."""

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from laurea.errors import InputError
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


@dataclass(frozen=True, slots=True)
class Tls:
    """The files, in PEM, with which https is served: the certificate with its chain, and its private key."""

    certificate: Path
    key: Path


def listen(app: ASGIApp, host: str, port: int, *, tls: Tls | None = None) -> None:
    """Serve an application until interrupted; raises InputError when the certificate and the key are no pair."""
    if tls is not None:
        _require_pair(tls)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,  # its lines have paths, which name what is asked for
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else tls.key,
    )


def _require_pair(tls: Tls) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        raise InputError(f"{tls.certificate} and {tls.key} are no certificate and its private key", hint="both are to be PEM") from error
