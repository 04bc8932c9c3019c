"""The doors to the one check registry: each takes a vector and answers with a report."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import httpx
from typer.testing import CliRunner, Result

import laurea
from laurea.cli.main import app
from laurea.core.credential import format_time
from laurea.services.stapled import Vouched, blocks_at, parse_block
from laurea.services.verifying import Verifying, read_accreditations, read_lists, read_trust, readers_at
from tests.conformance.shown import Expected, Shown
from tests.web.verifier_host import VerifierHost, verifier_host

EXIT_CODES = {"valid": 0, "invalid": 1, "undecided": 3}


class Door(Protocol):
    """One way to have something verified."""

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Return verdict and outcomes of a vector, with the chain at these RPC URLs."""
        ...


class Library:
    """`laurea.verify`."""

    def __init__(self, *, proof: bool = False) -> None:
        """Believe nodes, or with `proof` only which blocks there are."""
        self._proof = proof

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Call it."""
        audience, challenge = shown.asked or (None, None)
        report = laurea.verify(
            shown.data,
            chain=rpc,
            trust=shown.trust,
            audience=audience,
            challenge=challenge,
            status_lists=shown.lists,
            accreditations=shown.accreditations,
            block_hashes=shown.blocks,
            at=shown.at,
            proof=self._proof,
            fetch=False,
        )
        return Expected.of(report.document())


class Command:
    """`laurea verify --json`."""

    def __init__(self, folder: Path, *, proof: bool = False) -> None:
        """Write what is given to it in a folder; with `proof` believe nodes only which blocks there are."""
        self._folder = folder
        self._proof = ("--proof",) if proof else ()
        self.environment = {"XDG_STATE_HOME": str(folder)}  # where it remembers final blocks, of chains that are not this one

    def arguments(self, shown: Shown, *rpc: str) -> list[str]:
        """Write a vector's files and return the command that verifies them."""
        file, trust = self._folder / "shown.json", self._folder / "trust.json"
        file.write_bytes(shown.data)
        trust.write_bytes(shown.trust)
        given = [
            "verify",
            str(file),
            "--json",
            "--no-fetch",
            *self._proof,
            "--trust",
            str(trust),
            "--at",
            format_time(shown.at),
            *(word for url in rpc for word in ("--rpc", url)),
        ]
        for option, files in (("--status-list", shown.lists), ("--accreditation", shown.accreditations)):
            for number, data in enumerate(files):
                path = self._folder / f"{option[2:]}-{number}.json"
                path.write_bytes(data)
                given += [option, str(path)]
        given += [word for block in shown.blocks for word in ("--block-hash", block)]
        if shown.asked is not None:
            given += ["--audience", shown.asked[0], "--challenge", shown.asked[1]]
        return given

    def run(self, shown: Shown, *rpc: str) -> Result:
        """Return what it prints and how it ends."""
        return CliRunner(env=self.environment).invoke(app, self.arguments(shown, *rpc))

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Run it in this process; its exit code is that of the verdict."""
        done = self.run(shown, *rpc)
        found = Expected.of(json.loads(done.stdout))
        assert done.exit_code == EXIT_CODES[found.verdict]
        return found


class Service:
    """`laurea verifier serve`: its API. Nodes, trust file, lists and clock are those of whoever runs it: here each vector's, in turn."""

    def __init__(self, *, proof: bool = False) -> None:
        """Serve nothing yet; with `proof` nodes are believed only which blocks there are."""
        self._proof = proof
        self._current: tuple[Shown, tuple[str, ...]] | None = None
        self.host: VerifierHost | None = None

    def set_up(self, shown: Shown, *rpc: str) -> None:
        """Let the service be as a vector says from now on."""
        self._current = shown, rpc

    def verifying(self) -> Verifying:
        """Return what verifies as the vector says."""
        shown, rpc = self._given()
        return Verifying(
            readers_at(rpc, proof=self._proof),
            read_trust([shown.trust]),
            read_lists(shown.lists),
            accreditations=read_accreditations(shown.accreditations),
            vouched=Vouched(tuple(map(parse_block, shown.blocks)), blocks_at(rpc)),
        )

    def moment(self) -> datetime:
        """Return the vector's moment."""
        return self._given()[0].at

    def send(self, shown: Shown, *rpc: str) -> httpx.Response:
        """Send the document to the API and return its answer."""
        self.set_up(shown, *rpc)
        asked = {} if shown.asked is None else {"audience": shown.asked[0], "challenge": shown.asked[1]}
        assert self.host is not None
        return self.host.send(shown.data, params=asked)

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Read the report that the API answers with."""
        answer = self.send(shown, *rpc)
        assert answer.status_code == 200, answer.text
        return Expected.of(answer.json())

    def _given(self) -> tuple[Shown, tuple[str, ...]]:
        assert self._current is not None
        return self._current


@contextmanager
def service(log: Path, *, proof: bool = False) -> Iterator[Service]:
    """Serve."""
    made = Service(proof=proof)
    with verifier_host(log, verifying=made.verifying, moment=made.moment) as made.host:
        yield made


class Modules:
    """The modules of the in-browser verifier, in Node."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Ask a process."""
        self._process = process

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Ask it, line by line."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question(shown, *rpc)) + "\n")
        self._process.stdin.flush()
        report = json.loads(self._process.stdout.readline())
        assert "fault" not in report, report["fault"]
        return Expected.of(report)


def question(shown: Shown, *rpc: str) -> dict[str, object]:
    """Return what the in-browser verifier is asked, its document in base 64."""
    audience, challenge = shown.asked or (None, None)
    return {
        "document": base64.b64encode(shown.data).decode(),
        "rpc": rpc,
        "trust": shown.trust.decode(),
        "audience": audience,
        "challenge": challenge,
        "statusLists": [each.decode() for each in shown.lists],
        "accreditations": [each.decode() for each in shown.accreditations],
        "at": format_time(shown.at),
    }


@contextmanager
def modules() -> Iterator[Modules]:
    """Start Node."""
    command = ["node", str(Path(__file__).with_name("modules.mjs"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield Modules(process)
        assert process.stdin is not None
        process.stdin.close()
