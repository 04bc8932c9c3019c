"""A chain of one's own: it starts, keeps its state when asked to, and leaves no process behind."""

import os
import signal
from pathlib import Path

import pytest

from laurea.chain.devnode import DevNode, dev_account, find_anvil, fund
from laurea.chain.rpc import Rpc, quantity, to_hex
from laurea.errors import ConfigError, InputError, Refused, Unreachable
from tests.anvil import ROOT, foundry_binary
from tests.chain.http_node import replies, result

ANVIL = foundry_binary("anvil")


def process_of(node: DevNode) -> int:
    assert node._process is not None
    return node._process.pid


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_runs_on_a_free_port_until_its_block_ends() -> None:
    with DevNode(ANVIL, port=0, chain_id=4711) as node:
        pid = process_of(node)
        assert Rpc(node.url).chain_id() == 4711
        assert runs(pid)

    assert not runs(pid)
    node.stop()  # does nothing


def test_it_keeps_its_state_in_a_file_when_asked_to(tmp_path: Path) -> None:
    address = b"\7" * 20
    for expected in (0, 5):
        with DevNode(ANVIL, port=0, state=tmp_path / "state.json") as node:
            assert quantity(Rpc(node.url).call("eth_getBalance", to_hex(address), "latest")) == expected
            fund(Rpc(node.url), address, 5)


def test_the_known_account_has_money() -> None:
    with DevNode(ANVIL, port=0) as node:
        assert quantity(Rpc(node.url).call("eth_getBalance", dev_account().address, "latest")) > 10**18


def test_a_port_in_use_is_refused_before_anything_starts() -> None:
    with replies(lambda request: result(request, "0x1")) as other:
        port = int(other.host.split(":")[1])

        with pytest.raises(InputError, match=f"port {port} is in use"):
            DevNode(ANVIL, port=port)


def test_what_is_no_anvil_does_not_start(tmp_path: Path) -> None:
    script = tmp_path / "anvil"
    script.write_text("#!/bin/sh\necho something broke >&2\nexit 3\n")
    with pytest.raises(ConfigError, match="cannot be started: Permission denied"):
        DevNode(script, port=0).__enter__()

    script.chmod(0o755)
    with pytest.raises(Unreachable, match="anvil did not start: something broke"):
        DevNode(script, port=0).__enter__()


def test_a_node_that_ends_by_itself_is_reported() -> None:
    with DevNode(ANVIL, port=0) as node:
        os.kill(process_of(node), signal.SIGKILL)

        with pytest.raises(Unreachable, match="anvil ended"):
            node.wait()


def test_only_development_chains_give_money_away() -> None:
    error = {"code": -32601, "message": "the method anvil_setBalance does not exist"}
    with (
        replies(lambda request: {"jsonrpc": "2.0", "id": request["id"], "error": error}) as real,
        pytest.raises(Refused, match="does not exist"),
    ):
        fund(Rpc(real.url), b"\7" * 20)


def test_anvil_is_the_one_given_or_npm_s_or_the_one_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="there is no anvil") as caught:
        find_anvil(None, tmp_path)
    assert "--anvil" in caught.value.hint
    with pytest.raises(ConfigError, match="there is no file"):
        find_anvil(tmp_path / "none", tmp_path)

    (tmp_path / "anvil").write_text("")
    (tmp_path / "anvil").chmod(0o755)

    assert find_anvil(None, tmp_path) == tmp_path / "anvil"
    assert find_anvil(None, ROOT) == ANVIL
    assert find_anvil(tmp_path / "anvil", ROOT) == tmp_path / "anvil"
