"""The documents are run: what the README prints is what happens, and every command has its help."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from laurea.chain.deployment import deploy
from laurea.chain.devnode import dev_account
from laurea.chain.fees import SendPolicy
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.cli.main import COMMANDS, app
from tests.anvil import Anvil
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
BIN = Path(sys.executable).parent
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
SECRETS = {"LAUREA_ISSUER_PASSPHRASE": "a phrase for the issuer", "LAUREA_WALLET_PASSPHRASE": "glacier typist nickel oboe"}


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Return each command of a transcript with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def read_terminal(descriptor: int) -> bytes:
    """Return what was printed since, b"" at the end."""
    try:
        return os.read(descriptor, 4096)
    except OSError:  # so Linux says that nobody holds the other side any more
        return b""


class Desk:
    """A folder in which transcripts are typed, with a chain behind it."""

    def __init__(self, folder: Path, node: Anvil) -> None:
        self.folder, self.node = folder, node
        (folder / "laurea.toml").write_text(f'[chains."eip155:{node.chain_id}"]\nrpc = ["{node.url}"]\n')
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        self.env = {**os.environ, **SECRETS, "PATH": path, "LAUREA_CONFIG": "laurea.toml"}

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        """Type a command at a terminal: what people see there is not what a pipe gets."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(["bash", "-c", command], cwd=self.folder, env=self.env, stdin=theirs, stdout=theirs, stderr=theirs) as typed:
            os.close(theirs)
            said = b"".join(iter(lambda: read_terminal(ours), b"")).decode().replace("\r\n", "\n")
            os.close(ours)
            return subprocess.CompletedProcess(command, typed.wait(120), ANSI.sub("", said))

    def follow(self, block: str) -> str:
        """Type the commands of a transcript; they end well and print what it says, in that order, "…" being anything."""
        said = ""
        for command, expected in commands(block):
            done = self.type(command)
            if done.returncode == 75 and "fund 0x" in done.stdout:
                self.fund(done.stdout)
                done = self.type(command)
            assert done.returncode == 0, f"{command}: {done.stdout}"
            pattern = ".*".join(re.escape(line).replace("…", ".*") for line in expected)
            assert re.search(pattern, done.stdout, re.DOTALL), f"{command} printed {done.stdout!r}"
            said += done.stdout
        return said

    def fund(self, words: str) -> None:
        for address in re.findall("0x[0-9a-f]{40}", words):
            self.node.rpc("anvil_setBalance", address, hex(10**18))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Anvil(block_time=1) as node:
        deploy(Sender(Rpc(node.url), node.chain_id, SendPolicy(poll_seconds=0.05)), dev_account())
        yield Desk(tmp_path_factory.mktemp("desk"), node)


@pytest.mark.slow
def test_the_transcripts_of_the_readme_happen_as_printed(desk: Desk) -> None:
    wallet_new, issuer, wallet, verifier = CONSOLE.findall(README)
    (desk.folder / "sql-for-analysts.json").write_bytes((ROOT / "examples/achievements/sql-for-analysts.json").read_bytes())

    holder = re.findall("did:key:[0-9A-Za-z]+", desk.follow(wallet_new))[0]
    roster = f"learner,name,achievement,result,holder\nL-1,Łukasz Król,sql-for-analysts,84,{holder}\nL-2,Ada,sql-for-analysts,91,\n"
    (desk.folder / "roster.csv").write_text(roster)
    desk.follow(issuer)
    ours = next(file for file in (desk.folder / "issuer/released").iterdir() if holder in file.read_text())
    (desk.folder / "credential.json").write_bytes(ours.read_bytes())
    desk.follow(wallet)
    desk.follow(verifier)

    (code,) = PYTHON.findall(README)
    script = code.replace("https://rpc.example", desk.node.url)
    assert script != code
    done = subprocess.run([sys.executable, "-c", script], cwd=desk.folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("valid - Issued by Example University, unaltered")


def test_the_readme_says_how_long_the_function_that_decides_is() -> None:
    said = re.search(r"about (\d+) lines\]\((\S+)\)", README)

    assert said is not None
    assert abs(len((ROOT / said[2]).read_text().splitlines()) - int(said[1])) <= 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", document.read_text()) if "://" not in link]

    assert [link for link in links if link and not (document.parent / link).exists()] == []


def leaves() -> list[tuple[str, ...]]:
    """Every command there is, by the words that lead to it."""
    found: list[tuple[str, ...]] = []

    def walk(words: tuple[str, ...], command: object) -> None:
        if not isinstance(command, TyperGroup):
            found.append(words)
            return
        context = Context(command)
        for name in command.list_commands(context):
            walk((*words, name), command.get_command(context, name))

    for name, module in COMMANDS.items():
        walk((name,), get_command(import_module(module).app))
    return found


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_says_what_it_does_and_stands_in_the_documents(words: tuple[str, ...]) -> None:
    help_text = CliRunner().invoke(app, [*words, "--help"]).stdout
    texts = " ".join(path.read_text() for path in DOCUMENTS)

    assert len(help_text.splitlines()[2].strip()) > 20
    assert f"laurea {shlex.join(words)}" in texts


def test_every_command_in_the_documents_exists() -> None:
    known = {words[:depth] for words in leaves() for depth in (1, 2, 3)}
    named = {
        tuple(match.split()[1:3]) for path in DOCUMENTS for match in re.findall(r"laurea (?:issuer|wallet|chain) [a-z-]+", path.read_text())
    }

    assert named - known == set()


def test_deployments_say_of_themselves_whether_they_are_deployed() -> None:
    for path in (ROOT / "deployments").glob("*.json"):
        record = json.loads(path.read_text())
        assert path.stem == str(record["chainId"])
        assert isinstance(record["deployed"], bool)
