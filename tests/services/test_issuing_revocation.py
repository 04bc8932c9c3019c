"""Revoke: withdrawn before the release, on the chain after it, once, and with a coarse reason."""

import pytest

from laurea import Verdict
from laurea.chain.artefact import EVENTS, canonical_address
from laurea.errors import InputError, NotFound, Unreachable
from laurea.services.issuing import enrolment, showing
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, reason_of, request
from laurea.services.issuing.revoking import Revoking
from tests.anvil import Anvil
from tests.services.issuing_world import Killed, World, due, killing_at

WORD_BYTES = 32


def revoke(world: World, credential: str, reason: Reason = Reason.ERROR, *, blocks: int = 10) -> bool:
    """Do what `laurea issuer revoke` does, and tell whether the credential was only withdrawn."""
    with world.issuer() as issuer:
        asked = request(issuer, [credential], reason)
        Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(blocks)).revoke(asked.revocations)
        return asked.withdrawn != []


def state_of(world: World, credential: str) -> tuple[str, str | None]:
    with world.issuer() as issuer:
        shown = showing.credential(issuer, require(issuer, credential))
        return shown.state, shown.reason


def revocations(world: World) -> list[tuple[int, int, int]]:
    """Return (word, mask, reason) of every revocation that the registry recorded for this issuer."""
    with world.issuer() as issuer:
        topics = ["0x" + EVENTS["Revoked"].selector.hex(), "0x" + issuer.profile.domain.issuer_id.rjust(WORD_BYTES, b"\0").hex()]
    logs = world.node.rpc("eth_getLogs", {"address": "0x" + canonical_address().hex(), "topics": topics, "fromBlock": "0x0"})
    words = [bytes.fromhex(log["data"][2:]) for log in logs]
    return [tuple(int.from_bytes(data[at : at + 32]) for at in (0, 32, 64)) for data in words]  # type: ignore[misc] # three words


def test_a_revoked_credential_is_invalid_and_its_neighbours_stay_valid(world: World) -> None:
    world.enrol(3)
    world.run()
    first, *others = world.members()

    revoke(world, f"urn:uuid:{first.id}", Reason.SUPERSEDED)

    assert revocations(world) == [(0, 1 << (first.index or 0), Reason.SUPERSEDED)]
    assert state_of(world, first.id) == ("revoked", "superseded")
    assert world.verdict(world.released()[first.id]).verdict is Verdict.INVALID
    assert {world.verdict(world.released()[other.id]).verdict for other in others} == {Verdict.VALID}


def test_revoking_twice_sends_once_and_the_first_reason_stands(world: World) -> None:
    world.enrol(1)
    world.run()
    credential = world.members()[0].id

    revoke(world, credential, Reason.ERROR)
    again = revoke(world, credential, Reason.WITHDRAWN)

    assert (again, world.spent("revoke"), state_of(world, credential)) == (False, 2, ("revoked", "error"))


def test_the_bit_beyond_the_first_word_is_the_right_one(world: World) -> None:
    world.enrol(260)
    world.run()
    member = world.members()[258]

    revoke(world, member.id)

    assert revocations(world) == [(1, 1 << 2, Reason.ERROR)]


def test_a_revocation_that_is_not_mined_goes_on_with_the_same_transaction(world: World, node: Anvil) -> None:
    world.enrol(1)
    world.run()
    credential = world.members()[0].id
    node.rpc("evm_setAutomine", False)
    try:
        with pytest.raises(Unreachable, match="not mined yet"):
            revoke(world, credential, blocks=0)
        assert state_of(world, credential) == ("released", "error")
        node.rpc("anvil_dropAllTransactions")
        revoke(world, credential)
    finally:
        node.rpc("evm_setAutomine", True)

    assert (world.spent("revoke"), len(revocations(world))) == (2, 1)
    assert state_of(world, credential) == ("revoked", "error")


def test_a_revocation_that_was_mined_unnoticed_is_recorded_and_not_sent_again(world: World, node: Anvil) -> None:
    world.enrol(1)
    world.run()
    credential = world.members()[0].id
    node.rpc("evm_setAutomine", False)
    try:
        with pytest.raises(Unreachable):
            revoke(world, credential, blocks=0)
        node.mine()
    finally:
        node.rpc("evm_setAutomine", True)

    revoke(world, credential)

    assert (world.spent("revoke"), state_of(world, credential)) == (2, ("revoked", "error"))


def test_a_revocation_that_a_reorganisation_took_out_is_sent_again(world: World, node: Anvil) -> None:
    world.enrol(1)
    world.run()
    credential = world.members()[0].id
    before = node.rpc("evm_snapshot")
    revoke(world, credential)
    assert node.rpc("evm_revert", before)
    assert revocations(world) == []

    revoke(world, credential)

    assert len(revocations(world)) == 1
    assert world.spent("revoke") == 2


def test_before_it_is_sealed_a_credential_is_withdrawn_and_never_anchored(world: World) -> None:
    world.enrol(3)
    with world.issuer() as issuer, issuer.database.read() as session:
        credential = due(session)[0].id

    assert revoke(world, credential)
    assert revoke(world, credential)
    world.run()

    world.require_whole([2])
    assert state_of(world, credential) == ("withdrawn", "error")
    assert world.spent("revoke") == 1, "the binding of the key alone"


def test_between_sealing_and_release_a_credential_is_withdrawn_and_not_released(world: World) -> None:
    world.enrol(3)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("mined-not-recorded")[0])
    credential = world.members()[1].id

    assert revoke(world, credential)
    world.run()

    assert sorted(world.released()) == sorted(member.id for member in world.members() if member.id != credential)
    assert (world.batch().size, revocations(world)) == (3, [])


def test_a_learner_whose_credential_was_taken_back_can_be_enrolled_again(world: World) -> None:
    data = world.enrol(1)
    world.run()
    revoke(world, world.members()[0].id)

    with world.issuer() as issuer:
        assert len(enrolment.enrol(issuer, data).new) == 1
    world.run()

    world.require_whole([1, 1])


def test_reasons_are_words_and_unknown_ones_are_refused() -> None:
    assert [reason_of(word) for word in ("unspecified", "error", "superseded", "withdrawn")] == [0, 1, 2, 3]
    with pytest.raises(InputError, match="'plagiarism' is not a reason"):
        reason_of("plagiarism")


@pytest.mark.parametrize("name", ["nonsense", "urn:uuid:00000000-0000-4000-8000-000000000000"])
def test_an_unknown_credential_is_not_found(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        revoke(world, name)
