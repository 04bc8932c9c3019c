"""A verifier's service on a free port, as its users meet it; its clocks are those of the test."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from laurea.artefacts.report_html import Digested
from laurea.services.verifying import Verifying, read_trust, readers_at
from laurea.web.limits import Limiter
from laurea.web.logs import Lines
from laurea.web.verifier.app import create_app
from laurea.web.verifier.asks import Asks
from laurea.web.verifier.challenges import Challenges
from laurea.web.verifier.crew import Crew
from laurea.web.verifier.readiness import Readiness
from laurea.web.verifier.service import VerifierService
from laurea.web.verifier.wallets import Signer, Wallets
from laurea.web.wallet.language import Languages

START_SECONDS = 20
MANY = 100_000  # requests a minute


@dataclass
class VerifierHost:
    """A service that is up; `seconds` is its monotonic clock."""

    url: str
    service: VerifierService
    log: Path
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            return client.request(method, path, **options)

    def send(self, data: bytes, kind: str = "application/vc", **options: Any) -> httpx.Response:
        return self.ask("POST", "/v1/verifications", content=data, headers={"Content-Type": kind}, **options)

    def asks(self, **members: Any) -> httpx.Response:
        return self.ask("POST", "/v1/verifications", json=members)

    def challenge(self) -> dict[str, str]:
        answer = self.ask("POST", "/v1/challenges")
        assert answer.status_code == 201, answer.text
        found: dict[str, str] = answer.json()
        return found


@contextmanager
def verifier_host(
    log: Path,
    *rpc: str,
    trust: tuple[Path, ...] = (),
    requests: int = MANY,
    crew: Crew | None = None,
    languages: Languages | None = None,
    verifying: Callable[[], Verifying] | None = None,
    moment: Callable[[], datetime] | None = None,
    signer: Signer | None = None,
    asker_token: str | None = None,
) -> Iterator[VerifierHost]:
    """Serve a verifier that asks these nodes."""
    handler = logging.FileHandler(log)
    handler.setFormatter(Lines())
    loggers = [logging.getLogger(name) for name in ("laurea.web", "uvicorn.error")]
    for logger in loggers:
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
    seconds = [0.0]

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds[0])

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        service = VerifierService(
            verifying=verifying or (lambda: Verifying(readers_at(rpc), read_trust(path.read_bytes() for path in trust))),
            url=url,
            crew=crew or Crew(),
            requests=Limiter(requests, lambda: seconds[0]),
            challenges=Challenges(lambda: seconds[0]),
            readiness=Readiness({"the chain": rpc}, lambda: seconds[0]),
            languages=languages or Languages.of_package(UTC),
            now=moment or now,
            wallets=Wallets(url, Asks(lambda: seconds[0]), signer, asker_token),
            trusted=lambda: tuple(Digested.of(path.name, path.read_bytes()) for path in trust),
        )
        server = uvicorn.Server(uvicorn.Config(create_app(service, time.monotonic), access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            yield VerifierHost(url, service, log, seconds)
        finally:
            server.should_exit = True
            thread.join()
            handler.close()
            for logger in loggers:
                logger.handlers = []
