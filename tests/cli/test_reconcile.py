"""`laurea issuer reconcile`, and keys whose secret is not in the directory, as the operator meets them."""

import shutil
from pathlib import Path

import pytest

from tests.anvil import Anvil
from tests.chain.web3signer import Web3Signer
from tests.cli.test_issuer import Operator, mining_every_second
from tests.services.issuing_world import World

ANCHOR_SECRET = bytes(range(1, 33))


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


def configure(folder: Path, more: str) -> None:
    config = folder / "laurea.toml"
    config.write_text(config.read_text() + more)


def test_a_restored_backup_stops_the_run_and_reconcile_says_and_does_what_is_needed(
    world: World, operator: Operator, tmp_path: Path
) -> None:
    world.enrol(2)
    backup = world.copy(tmp_path / "backup")
    world.run()
    released = tmp_path / "released-elsewhere"
    shutil.copytree(world.path / "released", released)
    root = f"0x{world.batch().root.hex()}"
    shutil.rmtree(world.path)
    backup.copy(world.path)

    stopped = operator.types("run")
    assert stopped.code == 1
    assert f"the registry has a batch that the database has not: root {root}" in stopped.out
    assert "`laurea issuer reconcile` settles it" in stopped.err

    alone = operator.types("reconcile")
    assert (alone.code, alone.out.split()[0]) == (1, root)
    assert f"root {root}, block" in alone.err
    assert "0 of 2 credentials are taken back in" in alone.err

    found = operator.types("reconcile", "--released", str(released))
    assert (found.code, found.out) == (0, "")
    assert "2 of 2 credentials are taken back in" in found.err
    with mining_every_second(world):
        assert operator.types("run").code == 0
    world.require_whole([2])


def test_reconcile_accepts_or_replaces_what_cannot_be_taken_back_in(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(1)
    backup = world.copy(tmp_path / "backup")
    world.run()
    root = f"0x{world.batch().root.hex()}"
    shutil.rmtree(world.path)
    backup.copy(world.path)

    assert operator.types("reconcile", "--accept", "0x12").code == 2
    replaced = operator.types("reconcile", "--replace", root)

    assert replaced.code == 0
    assert f"root {root}: the whole batch is revoked" in replaced.err
    with mining_every_second(world):
        assert operator.types("run").code == 0
    assert len(world.anchored()) == 2


def test_a_key_can_be_a_remote_signers(world: World, operator: Operator, tmp_path: Path) -> None:
    with Web3Signer(ANCHOR_SECRET) as signer:
        configure(tmp_path, f'[signers.remote]\nurl = "{signer.url}"\n')
        unfunded = operator.types("key", "new", "remote", "--roles", "anchor")
        assert unfunded.code == 75
        address = next(word for word in unfunded.err.split() if word.startswith("0x"))
        world.node.rpc("anvil_setBalance", address, hex(10**18))
        assert operator.types("key", "new", "remote", "--roles", "anchor").code == 0
        assert not (world.path / "keys" / "remote.json").exists()

        world.enrol(1)
        with mining_every_second(world):
            assert operator.types("run").code == 0
    assert [batch.key for batch in world.batches()] == [bytes.fromhex(address[2:])]
    world.require_whole([1])


def test_a_signer_that_is_down_leaves_the_batch_for_the_next_run(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(1)
    configure(tmp_path, '[signers.anchor]\nurl = "http://127.0.0.1:1"\n')

    said = operator.types("run", "--max-wait", "0")

    assert said.code == 75
    assert "127.0.0.1:1 cannot be reached" in said.err
    assert (world.batch().state, world.signatures()) == ("nonced", [])


def test_a_key_can_be_in_the_environment(world: World, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, '[signers.anchor]\nvariable = "ANCHOR_SECRET"\n')
    world.enrol(1)
    missing = operator.types("run", "--max-wait", "0")
    assert (missing.code, "the environment has no ANCHOR_SECRET" in missing.err) == (2, True)

    monkeypatch.setenv("ANCHOR_SECRET", world.secret("anchor").hex())
    (world.path / "keys" / "anchor.json").unlink()

    with mining_every_second(world):
        assert operator.types("run").code == 0
    world.require_whole([1])
