"""The cast of a working life: three institutions, who accredits them, a learner, an employer, a registrar, and one chain."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from laurea.core.canonical import JsonObject
from laurea.services.issuing import showing
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import ROOT, Anvil
from tests.journey.typing import Said, typed
from tests.services.issuing_world import PASSPHRASE, World

LEARNER_PASSPHRASE = "glacier typist nickel oboe"
ESCO = "http://data.europa.eu/esco/skill/"


def achievement(key: str, host: str, name: str, skill: tuple[str, str], **more: Any) -> JsonObject:
    """Return an achievement of a micro-credential that tells all that the recommendation asks for."""
    label, uuid = skill
    return {
        "id": f"https://{host}/achievements/{key}",
        "type": ["Achievement"],
        "humanCode": key,
        "achievementType": "MicroCredential",
        "name": name,
        "description": f"Shows {label} in a project of their own.",
        "criteria": {"narrative": "Passed a proctored project, and defended it in a conversation."},
        "assessmentMethodType": ["Proctored project", "Oral examination"],
        "creditPoint": {"framework": "ECTS", "point": 3},
        "creditsAvailable": 3,
        "eqfLevel": 6,
        "volumeOfLearning": "PT75H",
        "mode": ["blended"],
        "learningOutcome": [f"Applies {label} to a problem of the workplace"],
        "idVerification": "Photo identity card",
        "gradingScheme": "Pass or fail",
        "qualityAssurance": ["Internal quality assurance by the ESG (2015)"],
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": label,
                "targetUrl": ESCO + uuid,
                "targetFramework": "ESCO",
                "targetType": "ext:ESCOSkill",
            }
        ],
        **more,
    }


@dataclass
class Institution:
    """One that issues or accredits; what its operator types goes to its own directory."""

    folder: Path
    world: World
    did: str

    @classmethod
    def founded(cls, folder: Path, node: Anvil, host: str, name: str) -> "Institution":
        folder.mkdir()
        did = f"did:web:{host}"
        return cls(folder, World.founded(folder / "issuer", node, did=did, name=name), did)

    @property
    def env(self) -> dict[str, str]:
        config = self.folder / "laurea.toml"
        if not config.exists():
            config.write_text(f'[chains."eip155:31337"]\nrpc = ["{self.world.node.url}"]\n')
        return {"LAUREA_CONFIG": str(config), "LAUREA_ISSUER_DIR": str(self.world.path), "LAUREA_ISSUER_PASSPHRASE": PASSPHRASE}

    def types(self, *arguments: str, code: int | None = 0) -> Said:
        return typed("issuer", *arguments, env=self.env, code=code)

    def file(self, name: str, content: JsonObject | str) -> str:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def offers(self, document: JsonObject) -> None:
        self.types("achievement", "add", self.file(f"{document['humanCode']}.json", document))

    def enrols(self, key: str, learner: str, name: str, holder: str) -> None:
        header = "learner,name,achievement,holder"
        self.types("enrol", self.file(f"{key}-roster.csv", f"{header}\n{learner},{name},{key},{holder}\n"))

    def runs(self) -> None:
        """Do the nightly run, and let its anchor become final."""
        outcome = self.world.run()
        assert not outcome.waiting, self.world.told
        self.world.node.mine(4)

    def released(self, key: str, learner: str) -> Path:
        """The released credential of a learner for an achievement."""
        with self.world.issuer() as issuer:
            found = [row for row in showing.of_learner(issuer, learner) if row.achievement == key]
        return IssuerDirectory(self.world.path).released / f"{found[-1].id}.json"

    @property
    def trust(self) -> JsonObject:
        with self.world.issuer() as issuer:
            return showing.trust_file(issuer)

    @property
    def did_document(self) -> str:
        return self.file("did.json", self.types("did-document").out)


@dataclass
class Person:
    """Somebody with a folder of their own, a configuration that names the chain, and a wallet if they hold anything."""

    folder: Path
    url: str

    @property
    def env(self) -> dict[str, str]:
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "laurea.toml"
        config.write_text(f'[chains."eip155:31337"]\nrpc = ["{self.url}"]\n')
        return {
            "LAUREA_CONFIG": str(config),
            "LAUREA_WALLET": str(self.folder / "wallet.laurea"),
            "LAUREA_WALLET_PASSPHRASE": LEARNER_PASSPHRASE,
            "XDG_DATA_HOME": str(self.folder / "data"),
        }

    def types(self, *arguments: str, code: int | None = 0) -> Said:
        return typed(*arguments, env=self.env, code=code)

    def file(self, name: str, content: JsonObject | str) -> str:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


__all__ = ["ROOT", "Institution", "Person", "achievement", "now"]
