"""A wallet that is served to a real browser, on a clock that tests move."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from playwright.sync_api import Page

from laurea.core.canonical import JsonObject
from laurea.services.holding import Holding
from laurea.services.verifying import Verifying, read_trust, readers
from laurea.storage.wallet import Kdf
from laurea.web.logs import Lines
from laurea.web.wallet.app import create_app
from laurea.web.wallet.door import Door
from laurea.web.wallet.language import Languages
from laurea.web.wallet.lock import Lock
from laurea.web.wallet.service import Sources, WalletService
from tests import released

CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
PASSPHRASE = "glacier typist nickel oboe"
REST_SECONDS = 600.0
START_SECONDS = 20


def badge(number: int, subject: str | None, title: str, **more: object) -> JsonObject:
    """Return a badge with a title, of an issuer that no chain knows; without proof."""
    made = released.badge(number, subject, **more)
    subject_of = made["credentialSubject"]
    assert isinstance(subject_of, dict)
    achievement = subject_of["achievement"]
    assert isinstance(achievement, dict)
    achievement["name"] = title
    return made


def wallet_with(path: Path, *titles: str) -> Holding:
    """Make a wallet with badges of these titles."""
    holding = Holding(path, PASSPHRASE, CHEAP)
    did = holding.new(at=datetime(2026, 11, 1, tzinfo=UTC))
    badges = [badge(number, did, title) for number, title in enumerate(titles, start=1)]
    for data in released.release(badges) if badges else []:
        holding.receive(data, at=datetime(2026, 11, 25, tzinfo=UTC))
    return holding


@dataclass
class Served:
    """A wallet's service that is up, as its owner's browser meets it; `seconds` is its monotonic clock."""

    service: WalletService
    url: str
    log: Path
    seconds: list[float]
    ahead: list[timedelta]
    links: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"{self.url}{self.service.door.place}"

    @property
    def lock(self) -> Lock:
        return self.service.lock

    def holding(self) -> Holding:
        return Holding(self.lock.path, PASSPHRASE, CHEAP)

    def rest(self, seconds: float) -> None:
        """Let time pass in which nobody uses the wallet."""
        self.seconds[0] += seconds

    def enter(self, page: Page, *, unlock: bool = True) -> None:
        """Open the terminal's link in a browser, and give the passphrase."""
        page.goto(self.service.door.link)
        page.wait_for_url(f"{self.root}/**")
        page.wait_for_url(lambda url: "/start" not in url)
        if unlock:
            page.locator("#passphrase").fill(PASSPHRASE)
            page.locator("main button[type=submit]").click()
            page.wait_for_url(f"{self.root}/")

    @contextmanager
    def client(self, *, enter: bool = True, unlock: bool = False) -> Iterator[httpx.Client]:
        """Give a client that sends what a browser would for a page of ours; it was let in."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url}
        with httpx.Client(base_url=self.root, headers=headers, trust_env=False, timeout=30) as client:
            if enter:
                answer = client.get(self.service.door.link)
                assert answer.status_code == 200, answer.text
            if unlock:
                assert self.send(client, "/unlock", passphrase=PASSPHRASE).status_code == 303
            yield client

    def send(self, client: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Send a form as a page of ours does."""
        return client.post(path, data={"form_token": self.form_token(client), **fields})

    def form_token(self, client: httpx.Client) -> str:
        session = self.service.door.session(client.cookies.get(self.service.door.cookie))
        assert session is not None
        return session.form_token


@contextmanager
def serving_wallet(
    path: Path,
    log: Path,
    *,
    rpc: Mapping[int, tuple[str, ...]] | None = None,
    trust: tuple[Path, ...] = (),
    languages: Languages | None = None,
    verifying: Callable[[], Verifying] | None = None,
) -> Iterator[Served]:
    """Serve the wallet at `path` on a free port of this machine."""
    handler = logging.FileHandler(log)
    handler.setFormatter(Lines())
    logger = logging.getLogger("laurea.web")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    seconds, ahead = [0.0], [timedelta()]
    links: list[str] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        door = Door(f"http://127.0.0.1:{port}", links.append)
        lock = Lock(path, rest_seconds=REST_SECONDS, monotonic=lambda: seconds[0], kdf=CHEAP, on_lock=door.forget_words)
        sources = Sources(dict(rpc or {}), trust, path.parent / "config.toml")

        def asking() -> Verifying:
            return Verifying(readers(sources.nodes), read_trust(file.read_bytes() for file in sources.trust))

        def now() -> datetime:
            return datetime.now(UTC).replace(microsecond=0) + ahead[0]

        service = WalletService(lock, door, languages or Languages.of_package(), sources, verifying or asking, now)
        server = uvicorn.Server(uvicorn.Config(create_app(service, port), access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            yield Served(service, f"http://127.0.0.1:{port}", log, seconds, ahead, links)
        finally:
            server.should_exit = True
            thread.join()
            handler.close()
            logger.handlers = []
