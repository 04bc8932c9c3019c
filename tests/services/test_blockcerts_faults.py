"""A batch of Blockcerts survives what any other does: kills, reorganisations, lost files; and its root never reads as a call."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core import canonical
from laurea.core.blockcerts import proof_value, tree
from laurea.core.blockcerts.leaf import Hashes
from laurea.core.credential import parse_time
from laurea.errors import FormatError
from laurea.services.issuing import blockcerts, enrolment, erasure, signing_again
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.dispatch import pass_by
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.sealing_blockcerts import SELECTORS, seal_blockcerts
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import BatchState, KeyState, stored
from tests.services.blockcerts_world import FOLDER, enrol, judged, pages, released, sepolia
from tests.services.issuing_world import Killed, Template, World, killing_at
from tests.services.test_issuing import PLACES


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    yield from sepolia(tmp_path_factory.mktemp("blockcerts"))


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    return template.copy(tmp_path / "issuer")


def require_whole(world: World, size: int) -> None:
    """Assert that one batch is released: anchored once by the transaction that its proofs name, each of its members proven in its place."""
    (batch,) = world.batches()
    assert (batch.state, batch.size, batch.error) == ("released", size, "")
    assert world.anchored() == [(batch.root, 0)]
    assert world.reverted() == 0
    for member, document in zip(world.members(), released(world), strict=True):
        made = document.pop("proof")
        proof = proof_value.decode(made["proofValue"])
        assert made["verificationMethod"] == f"{FOLDER}/profile.json#ecdsa-koblitz-pubkey:{world.account('anchor').address.lower()}"
        assert canonical.dump(document) == member.document
        assert Hashes().of(member.document) == proof.target
        assert tree.root_from_path(proof.target, proof.path) == proof.root == batch.root
        assert [each.transaction for each in proof.anchors] == [batch.mined_hash]
    transaction = world.node.rpc("eth_getTransactionByHash", "0x" + (batch.mined_hash or b"").hex())
    assert transaction["input"] == "0x" + batch.root.hex()


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_at_any_place_loses_nothing_and_repeats_nothing(world: World, place: str) -> None:
    enrol(world, 3)
    spent = world.spent()
    checkpoint, met = killing_at(place)
    with pytest.raises(Killed):
        world.run(checkpoint=checkpoint)
    assert met() == 1

    world.run()

    require_whole(world, 3)
    assert world.spent() == spent + 1


def test_a_kill_between_signed_and_mined_and_a_reorganisation_leave_what_is_accepted(world: World) -> None:
    enrol(world, 2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("sent-not-recorded")[0])
    world.advance_to("mined")
    world.unmine()

    world.run()

    require_whole(world, 2)
    assert {answer["status"] for answer in judged(world, released(world))} == {"success"}


class Unlucky:
    """Selectors of which the first roots that are drawn have one."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked: list[bytes] = []

    def __contains__(self, start: object) -> bool:
        assert isinstance(start, bytes)
        self.asked.append(start)
        self.left -= 1
        return self.left >= 0

    def __iter__(self) -> Iterator[bytes]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


@pytest.mark.parametrize(("size", "times"), [(5, 3), (1, 8), (1, 16)])
def test_a_root_that_reads_as_a_call_is_drawn_again(world: World, size: int, times: int) -> None:
    enrol(world, size)
    unlucky = Unlucky(times)
    with world.issuer() as issuer:
        assert seal_blockcerts(issuer, checkpoint=pass_by, selectors=unlucky) == 1
    assert [len(start) for start in unlucky.asked] == [4] * (times + 1)
    assert unlucky.asked[-1] not in unlucky.asked[:-1]

    world.run()

    require_whole(world, size)


def test_the_registry_takes_no_root_that_begins_with_a_selector(world: World) -> None:
    enrol(world, 1)
    with world.issuer() as issuer:
        registry = "0x" + issuer.profile.domain.registry.hex()
    sender = world.account("anchor").address

    def call(root: bytes) -> Any:
        return world.node.rpc("eth_call", {"from": sender, "to": registry, "data": "0x" + root.hex()}, "latest")

    assert call(b"\xff" * 32) == "0x"
    assert len(SELECTORS) >= 15
    for selector in SELECTORS:
        for rest in (bytes(28), b"\xff" * 28):
            # Views that take less would answer, and nothing would be anchored: no state moves then, either.
            with pytest.raises(Exception, match="revert"):
                call(selector + rest)


@pytest.mark.parametrize("damage", [None, b"", b"x" * 96])
def test_a_tree_that_is_lost_is_made_again(world: World, damage: bytes | None) -> None:
    enrol(world, 2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("final-not-recorded")[0])
    with world.issuer() as issuer:
        path = issuer.directory.level_file(1)
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    world.run()

    require_whole(world, 2)


def test_what_is_not_what_was_sealed_is_never_released(world: World) -> None:
    enrol(world, 2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("final-not-recorded")[0])
    altered = world.members()[0].id
    with world.issuer() as issuer, issuer.database.write() as session:
        (row,) = Credentials(session).some([altered])
        row.kept = row.document.replace("Łukasz".encode(), b"Lukasz")
        row.form = None

    with pytest.raises(FormatError, match="altered"):
        world.run()

    assert world.batch().state == BatchState.FINAL


def test_a_batch_of_which_the_transaction_is_not_known_fails_and_says_so(world: World) -> None:
    enrol(world, 1)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("persisted-not-sent")[0])
    root = world.batch().root
    with world.issuer() as issuer:
        registry = "0x" + issuer.profile.domain.registry.hex()
    world.node.rpc("anvil_impersonateAccount", world.account("anchor").address)
    world.node.rpc(
        "eth_sendTransaction", {"from": world.account("anchor").address, "to": registry, "data": "0x" + root.hex(), "gas": "0x30000"}
    )

    world.run()

    assert (world.batch().state, world.released()) == (BatchState.FAILED, {})
    assert "a transaction that is not known here" in world.batch().error


def test_what_a_retry_finds_anchored_names_the_transaction_that_did_it(world: World) -> None:
    enrol(world, 2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("mined-not-recorded")[0])
    row = world.batch()
    with world.issuer() as issuer, issuer.database.write() as session:
        row.state = BatchState.FAILED
        session.merge(row)
    with world.issuer() as issuer:
        Anchoring(issuer, world.chain(issuer), world.keyring()).retry(1)
    assert world.batch().key is None

    world.run()

    require_whole(world, 2)
    mined_at = stored(world.batch().mined_at)
    with world.issuer() as issuer, issuer.database.write() as session:
        key = stored(Keys(session).named("anchor"))
        key.state, key.created_at = KeyState.REMOVED, mined_at - timedelta(days=1)
    with world.issuer() as issuer:
        (listed,) = json.loads(json.dumps(blockcerts.profile(issuer)))["publicKey"]
    assert parse_time(listed["revoked"]) > mined_at


def test_what_comes_back_by_another_of_its_transactions_names_that_one(world: World) -> None:
    enrol(world, 2)
    world.run()
    row, mined = world.batch(), stored(world.batch().mined_hash)
    with world.issuer() as issuer, issuer.database.write() as session:
        # As if one that offered less had been final, and a deep reorganisation had put this one in its place.
        row.state, row.mined_hash = BatchState.SUSPENDED, bytes(32)
        session.merge(row)

    world.run()

    assert world.batch().mined_hash == mined
    require_whole(world, 2)


def test_a_learner_who_is_erased_leaves_the_others_proven(world: World) -> None:
    enrol(world, 3)
    world.run()
    before = world.released()
    gone, *rest = world.members()
    with world.issuer() as issuer:
        erasure.erase(issuer, gone.learner)
        issuer.directory.level_file(1).unlink()

    row = world.batch()
    with world.issuer() as issuer, issuer.database.write() as session:
        row.state = BatchState.FINAL
        session.merge(row)
    world.run()

    assert world.released() == {uuid: data for uuid, data in before.items() if uuid in {row.id for row in rest}}


def test_what_is_taken_back_before_it_is_final_is_withdrawn(world: World) -> None:
    enrol(world, 2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("signed-not-persisted")[0])
    first, second = world.members()
    with world.issuer() as issuer:
        asked = request(issuer, [first.id], Reason.ERROR)

    world.run()

    assert (asked.withdrawn, asked.listed) == ([first.id], [])
    assert set(world.released()) == {second.id}
    assert '"revokedAssertions": []' in "".join(pages(world).values())


def test_a_correction_and_a_new_issue_stay_of_that_kind(world: World) -> None:
    enrol(world, 1)
    with world.issuer() as issuer, issuer.database.read() as session:
        (first,) = [*Credentials(session).some(uuid for uuid in _open(world))]
    record = {"learner": first.learner, "name": "Ada Lovelace", "achievement": "sql"}
    with world.issuer() as issuer:
        enrolment.correct(issuer, first.id, record)
    world.run()
    with world.issuer() as issuer:
        made, taken = enrolment.reissue(issuer, first.id, {**record, "name": "Ada King"})
    world.run()

    assert [batch.profile for batch in world.batches()] == ["blockcerts", "blockcerts"]
    assert taken.listed == [first.id]
    (old,), (new,) = released(world), released(world, 2)
    assert [each["credentialSubject"]["identifier"][0]["identityHash"] for each in (old, new)] == ["Ada Lovelace", "Ada King"]
    assert new["id"] == f"urn:uuid:{made}"
    answers = judged(world, [old, new])
    assert [answer["status"] for answer in answers] == ["failure", "success"]


def test_signing_again_leaves_it_alone(world: World) -> None:
    enrol(world, 1)
    world.run()
    before = world.released()

    with world.issuer() as issuer:
        assert signing_again.sign_again(issuer, world.keyring()) == 0

    assert world.released() == before


def _open(world: World) -> list[str]:
    with world.issuer() as issuer, issuer.database.read() as session:
        return [row[0] for row in session.connection().exec_driver_sql("SELECT id FROM credential")]
