"""`laurea issuer` as its operator meets it: transcripts, exit codes, and a run that is killed again and again."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from laurea.cli import issuer_enrol, main
from laurea.core.trust_file import require_signer
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import ROOT, Anvil
from tests.services.issuing_world import ACHIEVEMENT, DID, PASSPHRASE, World, fast_keys, fast_keystore

LAUREA = Path(sys.executable).with_name("laurea")
CANARY = "Канарейка"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


class Operator:
    """Types commands, in this process: starting another takes seconds."""

    def __init__(self, folder: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = monkeypatch
        self._capsys = capsys
        config = folder / "laurea.toml"
        config.write_text(f'[chains."eip155:31337"]\nrpc = ["{node.url}"]\n')
        for name, value in environment(folder, config).items():
            monkeypatch.setenv(name, value)

    def types(self, *arguments: str) -> Said:
        return self.types_all("issuer", *arguments)

    def types_all(self, *arguments: str) -> Said:
        self._patch.setattr(sys, "argv", ["laurea", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
        captured = self._capsys.readouterr()
        return Said(int(ended.value.code or 0), captured.out, captured.err)


def environment(folder: Path, config: Path) -> dict[str, str]:
    return {"LAUREA_CONFIG": str(config), "LAUREA_ISSUER_DIR": str(folder / "issuer"), "LAUREA_ISSUER_PASSPHRASE": PASSPHRASE}


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def test_init_says_what_to_fund_and_goes_on_when_that_is_done(tmp_path: Path, operator: Operator, node: Anvil) -> None:
    fast_keys(IssuerDirectory(tmp_path / "issuer"))
    first = operator.types("init", "--did", DID, "--name", "Example University", "--chain", "eip155:31337", "--json")

    assert first.code == 75
    accounts = json.loads(first.out)["fund"]
    assert [account["name"] for account in accounts] == ["admin", "anchor", "revoke"]
    assert all(account["address"] in first.err for account in accounts)
    assert "laurea: hint: then run `laurea issuer init` again" in first.err

    for account in accounts:
        node.rpc("anvil_setBalance", account["address"], hex(int(account["needed"])))
    second, third = operator.types("init"), operator.types("init")

    assert second.code == third.code == 0
    assert [line.split(" (block")[0] for line in second.err.splitlines()][1:] == [
        f"laurea: stated its DID, {DID}",
        "laurea: the key anchor serves the issuer",
        "laurea: the key anchor may anchor",
        "laurea: the key revoke serves the issuer",
        "laurea: the key revoke may revoke",
        f"laurea: the issuer {DID} is ready",
    ]
    assert third.err == f"laurea: the issuer {DID} is ready\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["init"], "there is no issuer in"),
        (["init", "--name", "Example"], "a new issuer needs a name and a chain"),
        (["init", "--name", "Example", "--chain", "mainnet"], "is not a chain"),
        (["init", "--name", "Example", "--chain", "eip155:5"], "no RPC URL for chain eip155:5"),
        (["run"], "there is no issuer in"),
        (["enrol", "nowhere.csv"], "there is no issuer in"),
        (["key", "new", "x", "--roles", "sing"], "'sing' is not a role"),
        (["key", "new", "x", "--roles", "anchor", "--until", "soon"], "is not a date and time with a time zone"),
    ],
)
def test_what_cannot_be_done_says_why_and_makes_nothing(tmp_path: Path, operator: Operator, arguments: list[str], says: str) -> None:
    said = operator.types(*arguments)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("laurea: error: ")
    assert says in said.err
    assert not (tmp_path / "issuer").exists()


def test_the_passphrase_is_never_asked_of_a_pipe(tmp_path: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAUREA_ISSUER_PASSPHRASE")

    said = operator.types("init", "--name", "Example", "--chain", "eip155:31337")

    assert said.code == 2
    assert "hint: pass --passphrase-file FILE or set LAUREA_ISSUER_PASSPHRASE" in said.err


def test_an_operators_evening(world: World, operator: Operator, tmp_path: Path) -> None:
    file = write(tmp_path / "roster.csv", b"learner,name,achievement\nL-1,Ada,sql\nL-2,Bo,sql\n")
    achievement = write(tmp_path / "sql.json", json.dumps(ACHIEVEMENT).encode())
    added = operator.types("achievement", "add", achievement).err.splitlines()
    assert added[0] == "laurea: the achievement sql can be issued"
    assert added[1].startswith("laurea: warning: it does not tell what every micro-credential is to tell: country or region of the issuer,")
    assert added[2] == "laurea: hint: laurea issuer achievement lint sql"
    assert operator.types("enrol", file, "--dry-run").err == "laurea: 2 credentials would be enrolled; nothing was imported\n"
    assert operator.types("enrol", file).err == "laurea: 2 credentials enrolled\n"
    assert "credentials: 2 open\n" in operator.types("status").out
    with mining_every_second(world):
        ran = operator.types("run", "--log", "text")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == ["laurea: batch 1: sealed with 2 credentials"] + [
        f"laurea: batch 1: {state}" for state in ("nonced", "signed", "sent", "mined", "final", "released")
    ]
    assert [each["learner"] for each in json.loads(operator.types("show", "L-2", "--json").out)] == ["L-2"]
    assert (operator.types("show", "L-3").code, operator.types("show", str(UUID(int=0))).code) == (2, 2)
    listed = operator.types("show", "L-1")
    credential = listed.out.split()[0]
    assert listed.out == f"{credential}  sql  released\n"
    assert operator.types("show", credential).out.encode() == world.released()[credential.removeprefix("urn:uuid:")] + b"\n"
    assert operator.types("revoke", credential, "--reason", "error").err == f"laurea: {credential} is revoked\n"
    shown = json.loads(operator.types("show", credential, "--json").out)
    assert (shown["state"], shown["reason"], shown["learner"]) == ("revoked", "error", "L-1")
    assert json.loads(operator.types("trust-file").out) | {"issuers": []} == json.loads(world.trust()) | {"issuers": []}
    published = operator.types("did-document")
    assert json.loads(published.out) == json.loads(world.trust())["issuers"][0]["didDocument"]
    assert published.err == "laurea: it belongs at https://badges.example.edu/.well-known/did.json\n"
    (world.path / "trust.json").write_text(world.trust())
    endorsed = operator.types("sign-trust-file", str(world.path / "trust.json"))
    signer = endorsed.err.removeprefix("laurea: demand it with --trust-signer ").strip()
    require_signer(endorsed.out.encode(), signer)
    status = json.loads(operator.types("status", "--json").out)
    assert status["credentials"] == {"released": 1, "revoked": 1}
    assert (status["batches"][0]["size"], status["batches"][0]["error"]) == (2, None)


@contextmanager
def mining_every_second(world: World) -> Iterator[None]:
    """Let time pass on the chain by itself, as it does where operators work."""
    world.node.rpc("evm_setIntervalMining", 1)
    try:
        yield
    finally:
        world.node.rpc("evm_setIntervalMining", 0)
        world.node.rpc("evm_setAutomine", True)


def test_the_exit_code_of_a_run_says_what_to_do(world: World, operator: Operator) -> None:
    world.enrol(2)
    world.fund("anchor", 0)
    assert operator.types("run").code == 75

    world.fund("anchor")
    waiting = operator.types("run", "--max-wait", "0")
    assert (waiting.code, waiting.err.splitlines()[-1]) == (3, "laurea: not final yet: batch 1; the next run goes on")
    member = f"urn:uuid:{world.members()[0].id}"
    assert (operator.types("show", member).code, operator.types("retry", "1").code) == (3, 2)

    assert operator.types("revoke", member, "--reason", "error").err == f"laurea: {member} is withdrawn\n"
    world.node.mine(4)
    assert operator.types("run").code == 0

    world.unmine()
    stopped = operator.types("run")
    assert (stopped.code, stopped.err.splitlines()[-1].startswith("laurea: batch 1 needs you")) == (1, True)
    assert operator.types("retry", "1").err == "laurea: batch 1 is on its way again at the next run\n"
    with world.issuer() as issuer, issuer.lock("run"):
        assert operator.types("run").code == 75
    assert operator.types("run", "--rpc", "http://127.0.0.1:1").code == 75


def test_a_learner_is_erased_when_it_is_meant(world: World, operator: Operator, tmp_path: Path) -> None:
    operator.types("enrol", write(tmp_path / "roster.csv", f"learner,name,achievement\nL-1,{CANARY},sql\n".encode()))

    asked = operator.types("erase", "L-1")
    assert (asked.code, "pass --yes" in asked.err) == (2, True)
    assert operator.types("erase", "L-1", "--yes").err.startswith("laurea: erased: 1 credential removed")
    assert operator.types("erase", "L-1", "--yes").code == 2
    assert CANARY.encode() not in (world.path / "issuer.db").read_bytes()


def test_keys_are_listed_made_and_removed(world: World, operator: Operator) -> None:
    fast_keystore(IssuerDirectory(world.path), "second")
    made = operator.types("key", "new", "second", "--roles", "anchor,revoke", "--until", "2030-01-01")
    assert made.code == 75, "it has no money yet"
    world.fund("second")
    assert operator.types("key", "new", "second", "--roles", "anchor,revoke", "--until", "2030-01-01").code == 0
    assert operator.types("key", "remove", "anchor").err.startswith("laurea: the key anchor has no role any more (block ")
    assert operator.types("key", "compromised", "anchor", "--from", "2026-01-01").code == 0

    lines = operator.types("key", "list").out.splitlines()

    assert [line.split("  ", 2)[2] for line in lines] == [
        "compromised  may anchor",
        "granted  may revoke",
        "granted  may anchor and revoke until 2030-01-01T00:00:00Z",
        "granted  may sign credentials",
    ]
    assert [key["name"] for key in json.loads(operator.types("key", "list", "--json").out)] == ["anchor", "revoke", "second", "signing"]


def test_a_bad_roster_names_every_row_and_imports_nothing(world: World, operator: Operator, tmp_path: Path) -> None:
    bad = write(tmp_path / "bad.csv", b"learner,name,achievement\nL-1,Ada,sql\n,Bo,sql\nL-3,Cy,unknown\n")

    said = operator.types("enrol", bad)

    assert said.code == 2
    assert [line.split(",")[0] for line in said.err.splitlines()[:2]] == ["row 3", "row 4"]
    assert said.err.splitlines()[2] == "laurea: error: the roster has 2 problems; nothing was imported"
    assert "credentials: none\n" in operator.types("status").out


def test_a_roster_is_read_from_a_file_from_a_pipe_and_from_stdin(
    world: World, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"learner,name,achievement\nL-1,Ada,sql\n"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[data])
    writer.start()
    piped = operator.types("enrol", str(pipe), "--dry-run")
    writer.join()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    said = [piped, operator.types("enrol", "-", "--dry-run"), operator.types("enrol", write(tmp_path / "roster.csv", data), "--dry-run")]

    assert {each.err for each in said} == {"laurea: 1 credential would be enrolled; nothing was imported\n"}


def test_a_roster_that_is_missing_or_too_large_is_named(
    world: World, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer_enrol, "MAX_FILE_BYTES", 10)

    assert "nowhere.csv cannot be read: No such file" in operator.types("enrol", "nowhere.csv").err
    assert "large.csv is larger than 10 bytes" in operator.types("enrol", write(tmp_path / "large.csv", b"x" * 11)).err


def test_nothing_about_a_learner_is_said_or_named_outside_the_credentials(world: World, operator: Operator, tmp_path: Path) -> None:
    """Attack 33, for what exists: talk, file names, status."""
    file = write(tmp_path / "roster.csv", f"learner,name,achievement\n{CANARY}@example.edu,{CANARY} Name,sql\n".encode())
    said = [operator.types("enrol", file), operator.types("run", "--max-wait", "0")]
    world.node.mine(4)
    said += [operator.types("run"), operator.types("status"), operator.types("status", "--json"), operator.types("trust-file")]
    identifier = f"urn:uuid:{world.members()[0].id}"
    said.append(operator.types("revoke", identifier, "--reason", "withdrawn"))

    assert not any(CANARY in each.out + each.err for each in said)
    assert not any(CANARY in path.name for path in (tmp_path / "issuer").rglob("*"))
    assert CANARY in operator.types("show", identifier).out, "the canary was there"


@pytest.mark.slow
def test_a_run_killed_at_random_moments_is_finished_and_anchors_once(world: World, tmp_path: Path) -> None:
    chance = random.Random(2026)
    world.enrol(300)
    config = tmp_path / "laurea.toml"
    config.write_text(f'[chains."eip155:31337"]\nrpc = ["{world.node.url}"]\n')
    env = {**os.environ, **environment(tmp_path, config)}
    with mining_every_second(world):
        killed = [kill_after_a_step(chance.uniform(0, 0.1), env) for _ in range(3)]
        last = subprocess.run(
            [LAUREA, "issuer", "run", "--log", "text"], env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
        )

    assert (last.returncode, last.stdout) == (0, ""), last.stderr
    assert killed.count(-signal.SIGKILL) >= 2, "the first of them at least met a run at work"
    world.require_whole([300])
    assert world.spent() == 2


def kill_after_a_step(seconds: float, env: dict[str, str]) -> int:
    """Start a run, kill it so many seconds after its next step, and return how it ended; it may have nothing left to do."""
    with subprocess.Popen([LAUREA, "issuer", "run", "--log", "text"], env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        if process.stderr.readline():
            time.sleep(seconds)
            process.kill()
        return process.wait()
