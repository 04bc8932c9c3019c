"""A real share host on a free port, with a clock that tests set."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from laurea.services.hosting import Hosting
from laurea.storage.shares import Shares
from laurea.web.limits import Limiter
from laurea.web.logs import Lines
from laurea.web.share.app import create_app
from laurea.web.share.service import ShareService

START_SECONDS = 20
MANY = 100_000  # requests a minute


@dataclass
class Clock:
    """Tells a time that tests choose."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class ShareHost:
    """A host that is up, as its users meet it."""

    url: str
    folder: Path
    log: Path
    clock: Clock
    hosting: Hosting

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            return client.request(method, path, **options)

    def put(self, sealed: bytes, **options: Any) -> httpx.Response:
        headers = {"Content-Type": "application/octet-stream", **options.pop("headers", {})}
        return self.ask("POST", "/v1/shares", content=sealed, headers=headers, **options)


@contextmanager
def share_host(
    folder: Path, *, capacity: int = 1 << 30, requests: int = MANY, uploads: int = MANY, upload_token: str | None = None
) -> Iterator[ShareHost]:
    """Serve a share host on a free port."""
    log, directory = folder / "log", folder / "host"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(log)
    handler.setFormatter(Lines())
    logger = logging.getLogger("laurea.web")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    clock = Clock(datetime.now(UTC))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        hosting = Hosting(Shares(directory, capacity=capacity), clock)
        service = ShareService(hosting, url, Limiter(requests, time.monotonic), Limiter(uploads, time.monotonic), upload_token)
        server = uvicorn.Server(uvicorn.Config(create_app(service, time.monotonic), access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            yield ShareHost(url, directory, log, clock, hosting)
        finally:
            server.should_exit = True
            thread.join()
            handler.close()
            logger.handlers = []
