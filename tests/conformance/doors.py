"""The doors to the one check registry: each takes a vector and answers with a report."""

import json
from pathlib import Path
from typing import Protocol

from typer.testing import CliRunner, Result

import laurea
from laurea.cli.main import app
from tests.conformance.shown import Expected, Shown

EXIT_CODES = {"valid": 0, "invalid": 1, "undecided": 3}


class Door(Protocol):
    """One way to have something verified."""

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Return verdict and outcomes of a vector, with the chain at these RPC URLs."""
        ...


class Library:
    """`laurea.verify`."""

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
            at=shown.at,
        )
        return Expected.of(report.document())


class Command:
    """`laurea verify --json`."""

    def __init__(self, folder: Path) -> None:
        """Write what is given to it in a folder."""
        self._folder = folder

    def arguments(self, shown: Shown, *rpc: str) -> list[str]:
        """Write a vector's files and return the command that verifies them."""
        file, trust = self._folder / "shown.json", self._folder / "trust.json"
        file.write_bytes(shown.data)
        trust.write_bytes(shown.trust)
        given = ["verify", str(file), "--json", "--trust", str(trust), *(word for url in rpc for word in ("--rpc", url))]
        for number, data in enumerate(shown.lists):
            status_list = self._folder / f"list-{number}.json"
            status_list.write_bytes(data)
            given += ["--status-list", str(status_list)]
        if shown.asked is not None:
            given += ["--audience", shown.asked[0], "--challenge", shown.asked[1]]
        return given

    def run(self, shown: Shown, *rpc: str) -> Result:
        """Return what it prints and how it ends."""
        return CliRunner().invoke(app, self.arguments(shown, *rpc))

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Run it in this process; its exit code is that of the verdict."""
        done = self.run(shown, *rpc)
        found = Expected.of(json.loads(done.stdout))
        assert done.exit_code == EXIT_CODES[found.verdict]
        return found
