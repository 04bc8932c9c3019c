"""Credentials that a real issuer has released on a real node, and a holder's wallet with one of them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.services.holding import Choice, Holding
from laurea.services.issuing import achievements, enrolment, revocation, showing
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import Anvil
from tests.services.issuing_world import World, started

TESTNET = 11155111
DEMAND = Demand("employer.example", "7f3a9c51")
PASSPHRASE = "a phrase for a wallet of tests"
SCORED = {
    "id": "https://example.edu/achievements/sql-scored",
    "type": ["Achievement"],
    "humanCode": "scored",
    "name": "SQL, scored",
    "description": "Joins and windows.",
    "criteria": {"narrative": "Passed a project."},
    "assessmentMethodType": ["Project"],
    "resultDescription": [
        {
            "id": "urn:uuid:6f0c1a52-0f64-4f2f-9f2c-0d3f5b8a7c11",
            "type": ["ResultDescription"],
            "name": "Score",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
        }
    ],
}
ROSTER = "learner,name,achievement,result,holder\nL-1,Ada,scored,93,{holder}\nL-2,Grace,scored,88,\nL-3,Łukasz Król,scored,71,\n"


@dataclass
class Issued:
    """Three released credentials, the first of them in a wallet; the third is revoked."""

    folder: Path
    world: World
    holder: str
    ids: tuple[str, str, str]

    @property
    def url(self) -> str:
        return self.world.node.url

    @property
    def trust(self) -> Path:
        return self.folder / "trust.json"

    def file(self, number: int) -> Path:
        """The released credential of learner 1, 2 or 3."""
        return IssuerDirectory(self.world.path).released / f"{self.ids[number - 1].removeprefix('urn:uuid:')}.json"

    def document(self, number: int) -> JsonObject:
        found = canonical.parse(self.file(number).read_bytes())
        assert isinstance(found, dict)
        return found

    def wallet(self) -> Holding:
        return Holding(self.folder / "wallet.laurea", PASSPHRASE)

    def present(self, *, show: tuple[str, ...] = (), hide: tuple[str, ...] = (), demand: Demand = DEMAND) -> JsonObject:
        at = datetime.now(UTC).replace(microsecond=0)
        return self.wallet().present("1", Choice(show, hide), demand=demand, at=at)


def issue(folder: Path, node: Anvil) -> Issued:
    """Found an issuer, issue to a fresh wallet and two others, revoke the last."""
    world = World.founded(folder / "issuer", started(node))
    holding = Holding(folder / "wallet.laurea", PASSPHRASE)
    holder = holding.new(at=datetime.now(UTC).replace(microsecond=0))
    with world.issuer() as issuer:
        achievements.add(issuer, json.dumps(SCORED).encode())
        enrolment.enrol(issuer, ROSTER.format(holder=holder).encode())
    assert not world.run().waiting
    with world.issuer() as issuer:
        first, second, third = (f"urn:uuid:{showing.of_learner(issuer, learner)[0].id}" for learner in ("L-1", "L-2", "L-3"))
        (folder / "trust.json").write_text(json.dumps(showing.trust_file(issuer)))
        with issuer.lock("revoke"):
            asked = revocation.request(issuer, [third], revocation.reason_of("error"))
            Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(40)).revoke(asked.revocations)
    node.mine(4)
    issued = Issued(folder, world, holder, (first, second, third))
    holding.receive(issued.file(1).read_bytes(), at=datetime.now(UTC).replace(microsecond=0))
    return issued


def stranger() -> SigningKey:
    """A key that has nothing to do with any of it."""
    return SigningKey.from_seed(b"?" * 32)
