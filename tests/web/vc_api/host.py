"""The VC API on a free port, as other people's software meets it: an issuer made offline, a wallet, and a verifier without a chain."""

import json
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from laurea.core.canonical import JsonObject
from laurea.core.status import ReadList
from laurea.services.holding import Holding
from laurea.services.issuing import access
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.instant import Instant
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.publishing import published
from laurea.services.issuing.signing_keys import Kind, rotate
from laurea.services.issuing.standing import change
from laurea.services.issuing.status_policy import StatusPolicy
from laurea.services.verifying import Verifying, read_trust, readers_at
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.tables import Access
from laurea.storage.wallet import Kdf
from laurea.web import status
from laurea.web.limits import BackOff, Limiter
from laurea.web.logs import Lines
from laurea.web.vc_api import holder, issuer, verifier
from laurea.web.vc_api.app import Role, create_app
from laurea.web.vc_api.door import Door, the_one
from laurea.web.vc_api.holder import HolderService
from laurea.web.vc_api.issuer import IssuerService
from laurea.web.vc_api.verifier import VerifierService
from laurea.web.verifier.crew import Crew
from tests.anvil import Anvil
from tests.services.issuing_world import World, fast_keys

START_SECONDS = 20
MANY = 100_000
POLICY = StatusPolicy("https://lists.example/status", ("revocation", "suspension"))
HOLDER_KEY = "the key to the holder's endpoints"
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
V2 = "https://www.w3.org/ns/credentials/v2"
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")


def world_offline(path: Path, *, did: str | None = None, p256: bool = True) -> World:
    """Return an issuer whom no chain knows, with a key of either kind."""
    world = World(path, None)  # type: ignore[arg-type]  # a node is not needed
    fast_keys(IssuerDirectory(path))
    found(IssuerDirectory(path), Founding(did, "Example University", None, 31337, b"\x11" * 20), world.keyring(), datetime.now(UTC))
    if p256:
        with world.issuer() as founded:
            rotate(founded, world.keyring(), "p256", kind=Kind.P256)
    return world


def credential(**members: Any) -> JsonObject:
    """Return a credential as a client asks for it."""
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
        **members,
    }


@dataclass
class Host:
    """A service that is up; `seconds` goes before its clock."""

    url: str
    issuer: Issuer
    instant: Instant
    holding: Holding
    key: str
    log: Path
    unread: list[bool] = field(default_factory=lambda: [False])
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def ask(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        headers = {**({} if key == "" else {"Authorization": f"Bearer {key or self.key}"}), **options.pop("headers", {})}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            return client.request(method, path, headers=headers, **options)

    def post(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return self.ask("POST", path, json=body, **options)

    def issue(self, value: Any = None, **options: Any) -> httpx.Response:
        return self.post("/credentials/issue", {"credential": credential() if value is None else value, "options": options})

    def issued(self, value: Any = None, **options: Any) -> Any:
        answer = self.issue(value, **options)
        assert answer.status_code == 201, answer.text
        return answer.json()["verifiableCredential"]

    def verify(self, value: Any, **options: Any) -> httpx.Response:
        return self.post("/credentials/verify", {"verifiableCredential": value, "options": options}, key="")

    def verify_presentation(self, value: Any, **options: Any) -> httpx.Response:
        return self.post("/presentations/verify", {"verifiablePresentation": value, "options": options}, key="")

    def set_status(self, name: str, purpose: str | None, status: Any) -> httpx.Response:
        entry = {"type": "BitstringStatusListEntry", "status": status, **({} if purpose is None else {"statusPurpose": purpose})}
        return self.post("/credentials/status", {"credentialId": name, "credentialStatus": [entry]})


def problems(answer: httpx.Response) -> list[str]:
    """Return the types of the problems of an answer, by their last part."""
    return [each["type"].rpartition("#")[2].rpartition(":")[2] for each in answer.json()["problemDetails"]]


@contextmanager
def host(
    world: World,
    folder: Path,
    *,
    suites: Sequence[str] = SUITES[:1],
    statuses: StatusPolicy | None = None,
    node: Anvil | None = None,
    trust: Sequence[bytes] = (),
    requests: int = MANY,
    verifying: Callable[[], Verifying] | None = None,
) -> Iterator[Host]:
    """Serve all three roles."""
    log = folder / "log"
    handler = logging.FileHandler(log)
    handler.setFormatter(Lines())
    logger = logging.getLogger("laurea.web")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    world.statuses = statuses or world.statuses
    holding = Holding(folder / "wallet.laurea", "passphrase", CHEAP)
    if not holding.path.exists():
        holding.new(at=datetime.now(UTC).replace(microsecond=0))
    unread, seconds = [False], [0.0]

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds[0])

    with world.issuer() as found_here, socket.socket() as listener:

        def default() -> Verifying:
            lists = {} if unread[0] else {each.url: ReadList(each.data, now()) for each in published(found_here)}
            return Verifying(readers_at([node.url] if node else []), read_trust(trust), lists)

        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        instant = Instant(found_here, world.keyring(), suites)

        def opens(key: str) -> str | None:
            return _opens(found_here, key)

        roles = [
            Role(
                "issuer",
                issuer.router(IssuerService(_door(opens, requests), instant, partial(change, instant))),
                (status.router(found_here),),
            ),
            Role("verifier", verifier.router(VerifierService(verifying or default, Crew(), Limiter(requests, time.monotonic), now))),
            Role("holder", holder.router(HolderService(_door(the_one(HOLDER_KEY, "holder"), requests), holding, now))),
        ]
        app = create_app(roles, time.monotonic, close=lambda: None)
        server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            key = access.make(found_here, secrets.token_hex(4), Access.REGISTRAR)
            yield Host(url, found_here, instant, holding, key, log, unread, seconds)
        finally:
            server.should_exit = True
            thread.join()
            handler.close()
            logger.handlers = []


def _door(opens: Callable[[str], str | None], requests: int) -> Door:
    return Door(opens, Limiter(requests, time.monotonic), BackOff(time.monotonic))


def _opens(found_here: Issuer, key: str) -> str | None:
    identity = access.identify(found_here, key)
    return None if identity is None else identity.actor


def text(value: Any) -> bytes:
    """Return JSON as a client writes it."""
    return json.dumps(value).encode()
