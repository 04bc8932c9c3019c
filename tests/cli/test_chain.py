"""`laurea chain`, as a person at a terminal sees it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from laurea.chain.artefact import canonical_address
from laurea.chain.deployment import deploy, read
from laurea.chain.devnode import DEV_KEY, dev_account
from laurea.chain.fees import SendPolicy
from laurea.chain.rpc import Rpc, quantity
from laurea.chain.sender import Sender
from laurea.cli.main import main
from tests.anvil import ROOT, Anvil

LAUREA = Path(sys.executable).with_name("laurea")
REGISTRY = to_checksum_address(canonical_address())
DEAD = "http://127.0.0.1:9"  # the discard port: nothing listens there


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


class Terminal(Protocol):
    """Runs `laurea chain` in this process."""

    def __call__(self, *arguments: str, **variables: str) -> Ended: ...


@pytest.fixture
def laurea(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal in a folder of its own, where nothing is configured."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    def run(*arguments: str, **variables: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["laurea", "chain", *arguments])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture(scope="module")
def node() -> Iterator[Anvil]:
    """A node with Sepolia's chain id, on which nothing is deployed yet."""
    with Anvil(chain_id=11155111) as anvil:
        anvil.mine(4)
        yield anvil


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The development account as a keystore file, cheap to open."""
    path = tmp_path_factory.mktemp("keys") / "payer.json"
    path.write_text(json.dumps(Account.encrypt(DEV_KEY, "open sesame", kdf="pbkdf2", iterations=1000)))
    return path


def test_deploy_puts_the_registry_there_once_and_records_it(laurea: Terminal, tmp_path: Path, node: Anvil, keystore: Path) -> None:
    arguments = ("deploy", "--chain", "eip155:11155111", "--rpc", node.url, "--key", str(keystore), "--record", "records")

    first = laurea(*arguments, LAUREA_KEY_PASSPHRASE="open sesame")
    again = laurea(*arguments, LAUREA_KEY_PASSPHRASE="open sesame")

    assert (first.code, again.code) == (0, 0), first.stderr + again.stderr
    recorded = read((tmp_path / "records" / "11155111.json").read_bytes())
    assert json.loads(first.stdout) == recorded.document()
    assert recorded.transaction is not None
    assert first.stderr == f"laurea: the registry is deployed on eip155:11155111, at {REGISTRY}; recorded in records/11155111.json\n"
    assert "the registry was there before on eip155:11155111" in again.stderr
    assert json.loads(again.stdout)["transaction"] is None


def test_deploy_refuses_a_wrong_passphrase_and_a_wrong_chain_and_never_prints_the_key_in_the_url(
    laurea: Terminal, tmp_path: Path, node: Anvil, keystore: Path
) -> None:
    def run(chain: str, passphrase: str, url: str) -> Ended:
        return laurea("deploy", "--chain", chain, "--rpc", url, "--key", str(keystore), "--record", ".", LAUREA_KEY_PASSPHRASE=passphrase)

    locked = run("eip155:11155111", "open barley", node.url)
    wrong = run("eip155:1", "open sesame", f"{node.url}/?key=SECRETKEY")
    silent = run("eip155:1", "open sesame", f"{DEAD}/?key=SECRETKEY")

    assert (locked.code, wrong.code, silent.code) == (2, 1, 75)
    assert "the passphrase is wrong" in locked.stderr
    assert f"127.0.0.1:{node.port} is on eip155:11155111, not on eip155:1" in wrong.stderr
    assert "127.0.0.1:9 cannot be reached" in silent.stderr
    assert "SECRETKEY" not in wrong.stderr + silent.stderr
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("fee", ["0", "-1", "nan", "inf"])
def test_deploy_refuses_a_cap_that_is_none(laurea: Terminal, keystore: Path, fee: str) -> None:
    answer = laurea("deploy", "--chain", "eip155:1", "--rpc", DEAD, "--key", str(keystore), "--record", ".", "--max-fee", fee)

    assert answer.code == 2
    assert "is not above 0" in answer.stderr


def test_info_shows_the_nodes_of_a_chain(laurea: Terminal, tmp_path: Path, node: Anvil) -> None:
    deploy(Sender(Rpc(node.url), 11155111, SendPolicy()), dev_account())

    plain = laurea("info", "--rpc", node.url)
    as_json = laurea("info", "--chain", "eip155:11155111", "--rpc", node.url, "--json")

    assert (plain.code, as_json.code) == (0, 0), plain.stderr + as_json.stderr
    lines = plain.stdout.splitlines()
    assert lines[0] == "chain     eip155:11155111"
    assert lines[1].startswith(f"registry  {REGISTRY} (")
    assert lines[2].startswith(f"node      127.0.0.1:{node.port}: registry present, latest block ")
    (found,) = json.loads(as_json.stdout)
    assert (found["chain"], found["registry"], found["recorded"]["deployed"]) == ("eip155:11155111", REGISTRY, False)
    head = node.rpc("eth_getBlockByNumber", "latest", False)
    assert found["nodes"][0]["latest"]["hash"] == head["hash"]
    assert found["nodes"][0]["latest"]["number"] - found["nodes"][0]["finalized"]["number"] == 2
    assert found["nodes"][0]["problem"] is None


def test_info_names_every_problem_and_ends_with_the_worst(laurea: Terminal, tmp_path: Path, node: Anvil) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[chains."eip155:1"]\nrpc = ["{DEAD}/SECRETKEY", "{node.url}"]\n')

    wrong = laurea("info", "--json", LAUREA_CONFIG=str(config))
    silent = laurea("info", "--chain", "eip155:1", "--rpc", DEAD)

    (found,) = json.loads(wrong.stdout)
    assert [each["problem"] for each in found["nodes"]] == [
        "127.0.0.1:9 cannot be reached",
        f"127.0.0.1:{node.port} is on eip155:11155111, not on eip155:1",
    ]
    assert "SECRETKEY" not in wrong.stdout + wrong.stderr
    assert (wrong.code, silent.code) == (1, 75)
    assert "node      127.0.0.1:9 cannot be reached" in silent.stdout


def test_info_without_any_chain_says_what_to_do(laurea: Terminal, tmp_path: Path) -> None:
    answer = laurea("info")

    assert answer.code == 2
    assert answer.stderr == "laurea: error: no chain is configured\nlaurea: hint: pass --rpc URL, or name chains in the configuration\n"


def start_dev(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start `laurea chain dev` and return it with what it printed."""
    command: list[str | Path] = [LAUREA, "chain", "dev", "--port", "0", "--json", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "HOME": str(folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_dev_runs_a_chain_with_the_registry_until_it_is_stopped(laurea: Terminal, tmp_path: Path, stop: signal.Signals) -> None:
    process, found = start_dev(tmp_path, "--chain-id", "4711")
    try:
        rpc = Rpc(found["rpc"])
        assert (found["chain"], found["registry"], rpc.chain_id()) == ("eip155:4711", REGISTRY, 4711)
        account = Account.create().address
        funded = laurea("fund", account, "--rpc", found["rpc"])
        info = laurea("info", "--rpc", found["rpc"])
        assert (funded.code, funded.stderr) == (0, f"laurea: {account} has 100 now\n")
        assert quantity(rpc.call("eth_getBalance", account, "latest")) == 100 * 10**18
        assert "registry present" in info.stdout
    finally:
        process.send_signal(stop)
        _, talk = process.communicate(timeout=60)

    assert process.returncode == 0
    assert talk.endswith("laurea: stopped\n")
    assert "cannot be reached" in laurea("info", "--rpc", found["rpc"]).stderr, "its node ended with it"


def test_fund_takes_addresses_only(laurea: Terminal, tmp_path: Path) -> None:
    answer = laurea("fund", "0x12")

    assert answer.code == 2
    assert "'0x12' is no address" in answer.stderr


def test_a_chain_is_added_to_the_configuration_and_then_needs_no_option(laurea: Terminal, node: Anvil, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("# ours\n[issuing]\nmax_fee_gwei = 3  # as agreed")
    file.chmod(0o640)
    secret = f"{node.url}/?key=a-secret-key"

    added = laurea("add", "eip155:11155111", "--rpc", secret, LAUREA_CONFIG=str(file))

    assert added.code == 0
    assert added.stdout.startswith(f"node      127.0.0.1:{node.port}: registry ")
    assert f"laurea: eip155:11155111 is now in {file}\n" in added.stderr
    assert "a-secret-key" not in added.stdout + added.stderr
    expected = f'# ours\n[issuing]\nmax_fee_gwei = 3  # as agreed\n\n[chains."eip155:11155111"]\nrpc = ["{secret}"]\n'
    assert file.read_text() == expected
    assert file.stat().st_mode & 0o777 == 0o640
    assert laurea("info").code == 0
    again = laurea("add", "eip155:11155111", "--rpc", secret)
    assert "was already, with these nodes, in" in again.stderr
    other = laurea("add", "eip155:11155111", "--rpc", node.url)
    assert (other.code, "has other nodes for eip155:11155111" in other.stderr) == (2, True)
    assert file.read_text() == expected


def test_without_a_configuration_one_is_made_that_nobody_else_reads(laurea: Terminal, node: Anvil, tmp_path: Path) -> None:
    assert laurea("add", "eip155:11155111", "--rpc", node.url, "--rpc", node.url).code == 0

    (made,) = tmp_path.rglob("config.toml")
    assert made.read_text() == f'[chains."eip155:11155111"]\nrpc = ["{node.url}"]\n'
    assert made.stat().st_mode & 0o777 == 0o600


def test_a_node_that_is_not_what_it_should_be_is_not_added(laurea: Terminal, node: Anvil, tmp_path: Path) -> None:
    for chain, url, code, said in (
        ("eip155:1", node.url, 1, "is on eip155:11155111, not on eip155:1"),
        ("eip155:11155111", DEAD, 75, "127.0.0.1:9 cannot be reached"),
        ("eip155:11155111", "ftp://x", 2, "is not an absolute http or https URL"),
        ("sepolia", node.url, 2, "is not a chain by CAIP-2"),
    ):
        ended = laurea("add", chain, "--rpc", url)

        assert (ended.code, said in ended.stdout + ended.stderr) == (code, True)
        assert not list(tmp_path.rglob("config.toml"))


def test_chains_in_one_inline_table_are_left_as_they_are(laurea: Terminal, node: Anvil, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('chains = { "eip155:1" = { rpc = ["https://one.example"] } }\n')

    ended = laurea("add", "eip155:11155111", "--rpc", node.url, LAUREA_CONFIG=str(file))

    assert (ended.code, "cannot be added to as it is written" in ended.stderr) == (2, True)
    assert file.read_text() == 'chains = { "eip155:1" = { rpc = ["https://one.example"] } }\n'
