"""What an employer or a registrar is handed: credentials that a real issuer released on a real node, one of them revoked later."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from laurea.cli.exit_codes import exit_code
from laurea.cli.main import app
from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.presentation import CONTEXT, TYPE
from laurea.errors import LaureaError
from laurea.services.issuing import achievements, enrolment, revocation, showing
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import Anvil
from tests.conftest import ROOT
from tests.issued import TESTNET
from tests.services.issuing_world import World, started

SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
PYTHON = "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d"
NAMES = {"ada": "Ada Lovelace", "grace": "Grace Hopper", "zoe": "Zoë Kowalska"}
ROSTER = "learner,name,achievement,result\n{ada},python-for-data,A\n{ada},sql-for-analysts,93\n{grace},sql-for-analysts,88\n{zoe},sql-for-analysts,71\n"


@dataclass
class Hiring:
    """Ada has Python and SQL, Grace has SQL, Zoë's SQL is revoked. `files` by learner and achievement."""

    folder: Path
    url: str
    files: dict[tuple[str, str], Path]

    @property
    def trust(self) -> Path:
        return self.folder / "trust.json"

    def document(self, learner: str, key: str) -> JsonObject:
        found = canonical.parse(self.files[learner, key].read_bytes())
        assert isinstance(found, dict)
        return found

    def applications(self, folder: Path) -> Path:
        """Put a folder for each there; Grace hands in one presentation."""
        for (learner, key), path in self.files.items():
            if learner != "grace":
                (folder / NAMES[learner]).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / NAMES[learner] / f"{key}.json")
        (folder / f"{NAMES['grace']}.json").write_text(self.presentation(("grace", "sql-for-analysts")))
        return folder

    def presentation(self, *which: tuple[str, str]) -> str:
        held = [self.document(*each) for each in which]
        return json.dumps({"@context": [CONTEXT], "type": [TYPE], "verifiableCredential": held})

    def run(self, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command with what a verifier of this chain passes; it ends with the code."""
        done = run(*arguments, "--rpc", self.url, "--trust", self.trust)
        assert done.returncode == code, done.stderr + done.stdout
        return done


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, which has the program loaded already."""
    done = CliRunner().invoke(app, list(map(str, arguments)))
    if isinstance(done.exception, LaureaError):
        said = f"{done.exception}\n{done.exception.hint}\n"
        return subprocess.CompletedProcess(arguments, exit_code(done.exception), done.stdout, done.stderr + said)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@contextmanager
def hiring(folder: Path) -> Iterator[Hiring]:
    """Found an issuer, issue, revoke one; the node is there meanwhile."""
    with Anvil(chain_id=TESTNET) as node:
        yield issued(folder, node)


def issued(folder: Path, node: Anvil) -> Hiring:
    world = World.founded(folder / "issuer", started(node))
    with world.issuer() as issuer:
        for path in sorted((ROOT / "examples/achievements").glob("*.json")):
            achievements.add(issuer, path.read_bytes())
        enrolment.enrol(issuer, ROSTER.format(**{key: f"{key},{name}" for key, name in NAMES.items()}).encode())
    assert not world.run().waiting
    files: dict[tuple[str, str], Path] = {}
    with world.issuer() as issuer:
        (folder / "trust.json").write_text(json.dumps(showing.trust_file(issuer)))
        for learner in NAMES:
            for each in showing.of_learner(issuer, learner):
                path = IssuerDirectory(world.path).released / f"{each.id}.json"
                subject = json.loads(path.read_text())["credentialSubject"]
                files[learner, subject["achievement"]["humanCode"]] = path
        with issuer.lock("revoke"):
            gone = f"urn:uuid:{showing.of_learner(issuer, 'zoe')[0].id}"
            asked = revocation.request(issuer, [gone], revocation.reason_of("error"))
            Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(40)).revoke(asked.revocations)
    node.mine(4)
    return Hiring(folder, node.url, files)
