"""A capstone and its parts, as a real issuer has released them on a real node; one part is revoked afterwards."""

import json
from dataclasses import dataclass
from pathlib import Path

from laurea.services.issuing import achievements, enrolment, showing, stacks
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import Anvil
from tests.services.issuing_world import ACHIEVEMENT, World, started

KEYS = ("sql", "stats", "viz")
RULE = {"capstone": "analyst", "needs": 2, "of": [*KEYS]}


def achievement(key: str, points: float | None = None, related: tuple[str, ...] = ()) -> bytes:
    """An achievement of the issuer of tests, with credits if it has some."""
    credits_ = {} if points is None else {"creditPoint": [{"framework": "ECTS", "point": points}]}
    others = [{"id": f"https://example.edu/achievements/{each}", "type": ["Related"]} for each in related]
    named = {"id": f"https://example.edu/achievements/{key}", "humanCode": key, "name": key.title()}
    return json.dumps({**ACHIEVEMENT, **named, **credits_, **({"related": others} if others else {})}).encode()


@dataclass
class Stacked:
    """Ada's capstone and its three parts, the last of which is revoked; by their achievements' keys."""

    world: World
    folder: Path
    ids: dict[str, str]

    @property
    def trust(self) -> Path:
        return self.folder / "trust.json"

    @property
    def url(self) -> str:
        return self.world.node.url

    def file(self, key: str) -> Path:
        """The released credential of an achievement."""
        return IssuerDirectory(self.world.path).released / f"{self.ids[key]}.json"

    def presentation(self, *keys: str) -> dict[str, object]:
        """Some of them in a presentation that nobody signed."""
        return {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [json.loads(self.file(key).read_bytes()) for key in keys],
        }


def stacked(folder: Path, node: Anvil) -> Stacked:
    """Found an issuer with a rule, issue what satisfies it, let two runs release all, and revoke a part."""
    world = World.founded(folder / "issuer", started(node))
    with world.issuer() as issuer:
        for key in KEYS[1:]:
            achievements.add(issuer, achievement(key))
        achievements.add(issuer, achievement("analyst", related=KEYS))
        stacks.add(issuer, json.dumps(RULE).encode())
        rows = "".join(f"ada@example.org,Ada Lovelace,{key}\n" for key in KEYS)
        enrolment.enrol(issuer, f"learner,name,achievement\n{rows}".encode())
    assert not world.run().waiting
    assert not world.run().waiting
    with world.issuer() as issuer:
        ids = {each.achievement: each.id for each in showing.of_learner(issuer, "ada@example.org")}
        (folder / "trust.json").write_text(json.dumps(showing.trust_file(issuer)))
        asked = request(issuer, [ids["viz"]], Reason.ERROR)
        Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(40)).revoke(asked.revocations)
    node.mine(4)
    return Stacked(world, folder, ids)
