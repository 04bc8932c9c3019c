"""A real server on a free port, an issuer behind it, and a client with a key of each kind."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from laurea.config import MailSettings, ServiceSettings, Settings
from laurea.services.issuing import access
from laurea.services.issuing.issuer import Issuer, opened
from laurea.storage.issuer.tables import Access
from laurea.web.app import create_app
from laurea.web.logs import Lines
from laurea.web.service import Service
from tests.services.issuing_world import World, now

START_SECONDS = 20
MANY = 100_000  # requests a minute


@dataclass
class Api:
    """A service that is up, as its users meet it."""

    world: World
    url: str
    issuer: Issuer
    log: Path
    keys: dict[Access, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, *, who: Access | None = Access.OPERATOR, **options: Any) -> httpx.Response:
        """Send one request, with the key of a kind."""
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.keys[who]}")
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            return client.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, *, status: int = 201, **options: Any) -> Any:
        answer = self.ask("POST", path, json=body, **options)
        assert answer.status_code == status, answer.text
        return answer.json()


def unreachable(_url: str) -> Settings:
    """Return the settings of a service that learners do not know: nobody is invited."""
    return Settings(service=ServiceSettings(requests_a_minute=MANY))


def reachable(url: str) -> Settings:
    """Return the settings of a service that invites learners and writes to them."""
    mail = MailSettings(host="127.0.0.1", port=1, security="none", sender="badges@example.edu")
    return Settings(service=ServiceSettings(url=url, requests_a_minute=MANY), mail=mail)


@contextmanager
def serving(world: World, folder: Path, *, settings: Callable[[str], Settings] | None = None) -> Iterator[Api]:
    """Serve an issuer on a free port; `settings` are made from the URL of the service."""
    log = folder / "log"
    handler = logging.FileHandler(log)
    handler.setFormatter(Lines())
    logger = logging.getLogger("laurea.web")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    with opened(world.path, now) as issuer, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        service = Service(issuer, (settings or unreachable)(url), lambda: world.chain(issuer), time.monotonic)
        server = uvicorn.Server(uvicorn.Config(create_app(service), access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            api = Api(world, url, replace(issuer, actor="cli"), log)
            api.keys = {kind: access.make(issuer, f"the {kind.value}", kind) for kind in Access}
            yield api
        finally:
            server.should_exit = True
            thread.join()
            handler.close()
            logger.handlers = []


@pytest.fixture
def api(world: World, tmp_path: Path) -> Iterator[Api]:
    with serving(world, tmp_path) as running:
        yield running


@pytest.fixture
def known(world: World, tmp_path: Path) -> Iterator[Api]:
    """A service that learners can reach."""
    with serving(world, tmp_path, settings=reachable) as running:
        yield running
