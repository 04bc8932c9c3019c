"""A database that was restored from an old backup: what it does not know stops sealing, and nothing is sealed twice (fault 29)."""

import shutil
from pathlib import Path

import pytest

from laurea import Verdict
from laurea.core.credential import Credential
from laurea.core.proof import anchor_proof
from laurea.errors import FormatError, InputError, NotFound, Refused, Unreachable
from laurea.services.issuing.adoption import Adopted, adopt
from laurea.services.issuing.reconciling import accept, find_lost, parse_root
from laurea.services.issuing.revoking import Revoking
from tests.anvil import Anvil
from tests.chain.http_node import relay
from tests.services.issuing_world import World


def restore(world: World, backup: World, *, keep_released: bool) -> None:
    """Put yesterday's directory back, with today's released credentials or without."""
    released = world.path / "released"
    rescued = backup.path.parent / "rescued"
    shutil.copytree(released, rescued)
    shutil.rmtree(world.path)
    backup.copy(world.path)
    if keep_released:
        shutil.rmtree(released)
        shutil.copytree(rescued, released)


@pytest.fixture
def restored(world: World, tmp_path: Path) -> World:
    """An issuer whose database is of before its second batch, and whose released credentials are all there."""
    world.enrol(2)
    world.run()
    world.enrol(3)
    backup = world.copy(tmp_path / "backup")
    world.run()
    world.require_whole([2, 3])
    restore(world, backup, keep_released=True)
    return world


def lost_roots(world: World) -> list[bytes]:
    with world.issuer() as issuer:
        return [lost.root for lost in find_lost(issuer, world.chain(issuer))]


def adopted(world: World, folder: Path | None = None) -> list[Adopted]:
    with world.issuer() as issuer:
        found = find_lost(issuer, world.chain(issuer))
        return [adopt(issuer, lost, folder or issuer.directory.released) for lost in found]


def test_an_issuer_whose_database_knows_all_its_anchors_has_lost_none(world: World) -> None:
    world.enrol(1)
    assert world.run().lost == ()
    world.enrol(1)
    assert world.run().lost == ()
    assert lost_roots(world) == []


def test_a_lost_batch_stops_sealing_and_nothing_is_anchored_again(restored: World) -> None:
    anchors = restored.anchored()

    outcome = restored.run()

    assert [lost.root for lost in outcome.lost] == [anchors[1][0]]
    assert [lost.size for lost in outcome.lost] == [3]
    assert (len(restored.batches()), restored.anchored(), restored.spent()) == (1, anchors, 3)
    assert restored.run().lost, "and so does every run until it is settled"


def test_an_anchor_that_is_not_final_yet_stops_sealing_too(world: World, tmp_path: Path) -> None:
    world.enrol(1)
    backup = world.copy(tmp_path / "backup")
    world.run(blocks=0)
    restore(world, backup, keep_released=True)

    assert len(world.run(blocks=0).lost) == 1
    assert world.batches() == []


def test_what_was_released_brings_a_lost_batch_back_and_sealing_goes_on(restored: World) -> None:
    before = restored.released()
    root = lost_roots(restored)[0]

    assert adopted(restored) == [Adopted(root, 3, 3)]

    restored.enrol(1)
    assert restored.run().lost == ()
    restored.require_whole([2, 3, 1])
    assert {name: data for name, data in restored.released().items() if name in before} == before
    assert {restored.verdict(data).verdict for data in before.values()} == {Verdict.VALID}


def test_a_credential_that_the_backup_does_not_know_at_all_is_made_anew(world: World, tmp_path: Path) -> None:
    backup = world.copy(tmp_path / "backup")
    world.enrol(2)
    world.run()
    restore(world, backup, keep_released=True)

    adopted(world)

    assert [member.learner for member in world.members()] == [f"lost:{member.id}" for member in world.members()]
    world.require_whole([2])
    assert lost_roots(world) == []


def test_a_batch_of_which_some_credentials_are_missing_stays_lost_until_the_operator_accepts_it(restored: World) -> None:
    (root,) = lost_roots(restored)
    missing = next(name for name, data in restored.released().items() if root_of(data) == root)
    (restored.path / "released" / f"{missing}.json").unlink()

    assert adopted(restored) == [Adopted(root, 3, 2)]
    assert restored.run().lost
    with restored.issuer() as issuer:
        accept(issuer, root)

    assert restored.run().lost == ()


def root_of(data: bytes) -> bytes:
    proof = anchor_proof(Credential.parse(data))
    assert proof is not None
    return proof.anchoring.root


def test_a_lost_batch_can_be_revoked_whole_and_its_credentials_issued_anew(world: World, tmp_path: Path) -> None:
    world.enrol(3)
    backup = world.copy(tmp_path / "backup")
    world.run()
    handed_out = world.released()
    restore(world, backup, keep_released=False)
    root = lost_roots(world)[0]
    with world.issuer() as issuer, issuer.lock("revoke"):
        revoking = Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(10))
        revoking.revoke_batch(root)
        revoking.revoke_batch(root)
        accept(issuer, root)

    world.run()

    assert world.spent("revoke") == 2
    assert {world.verdict(data).verdict for data in handed_out.values()} == {Verdict.INVALID}
    assert {world.verdict(data).verdict for data in world.released().values()} == {Verdict.VALID}
    assert len(world.released()) == 3


def test_a_file_that_does_not_prove_its_place_brings_nothing_back(restored: World, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (restored.path / "released").iterdir():
        (folder / path.name).write_bytes(path.read_bytes().replace("Łukasz".encode(), b"Lukasz"))
    (folder / "nonsense.json").write_bytes(b"{")

    assert [found.found for found in adopted(restored, folder)] == [0]
    assert lost_roots(restored)


def test_nodes_that_do_not_agree_on_what_was_anchored_stop_sealing(restored: World, node: Anvil) -> None:
    with relay(node.url, answer=lambda one, true: {**true, "result": []} if one["method"] == "eth_getLogs" else true) as hiding:
        with pytest.raises(Refused, match="disagree about eth_getLogs"):
            restored.run(urls=(hiding.url, node.url))
        with relay(node.url) as second:
            assert restored.run(urls=(hiding.url, node.url, second.url)).lost
    assert len(restored.batches()) == 1


def test_a_provider_that_takes_few_blocks_is_asked_for_few(restored: World, node: Anvil) -> None:
    node.mine(1200)
    asked = []

    def answer(one: dict[str, object], true: object) -> object:
        if one["method"] != "eth_getLogs":
            return true
        query = one["params"][0]  # type: ignore[index] # a list
        asked.append(int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1)
        refusal = {"jsonrpc": "2.0", "id": one["id"], "error": {"code": -32600, "message": "query exceeds the range of 700 blocks"}}
        return true if asked[-1] <= 700 else refusal

    with relay(node.url, answer=answer) as narrow:
        assert len(restored.run(urls=(narrow.url,), blocks=0).lost) == 1
    assert max(asked) > 700
    assert asked[-1] <= 700


def test_a_provider_that_gives_no_events_at_all_stops_sealing(restored: World, node: Anvil) -> None:
    def answer(one: dict[str, object], true: object) -> object:
        refusal = {"jsonrpc": "2.0", "id": one["id"], "error": {"code": -32601, "message": "no such method"}}
        return refusal if one["method"] == "eth_getLogs" else true

    with relay(node.url, answer=answer) as dumb, pytest.raises((Refused, Unreachable), match="no such method"):
        restored.run(urls=(dumb.url,))
    assert len(restored.batches()) == 1


def test_what_is_final_is_read_once(world: World, node: Anvil) -> None:
    world.enrol(1)
    world.run()
    node.mine(50)
    world.run()
    asked = []

    def note(one: dict[str, object]) -> dict[str, object]:
        if one["method"] == "eth_getLogs":
            asked.append(int(one["params"][0]["fromBlock"], 16))  # type: ignore[index] # a list
        return one

    with relay(node.url, request=note) as noting:
        world.run(urls=(noting.url,))
    head = int(node.rpc("eth_blockNumber"), 16)
    assert asked
    assert all(first > head - 4 for first in asked)


def test_a_credential_cannot_be_in_two_batches(restored: World, tmp_path: Path) -> None:
    with restored.issuer() as issuer:
        (lost,) = find_lost(issuer, restored.chain(issuer))
        accept(issuer, lost.root)
    restored.run()
    with restored.issuer() as issuer, pytest.raises(FormatError, match="already, and in the lost batch"):
        adopt(issuer, lost, tmp_path / "rescued")


def test_only_a_lost_root_can_be_settled(world: World) -> None:
    with world.issuer() as issuer, pytest.raises(NotFound, match="no lost batch"):
        accept(issuer, bytes(32))
    with pytest.raises(InputError, match="is no root"):
        parse_root("0x12")
    assert parse_root("0x" + "ab" * 32) == b"\xab" * 32
