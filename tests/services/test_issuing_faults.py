"""What can go wrong between an issuer and the chain (faults 5, 6, 12, 14, 17 to 22, 24, 28, 30), and that nothing is lost or repeated by it."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address

from laurea import Verdict
from laurea.chain.artefact import canonical_address
from laurea.chain.registry import set_key
from laurea.errors import Busy, InputError, NotFound, Refused, Unfunded, Unreachable, WrongChain
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.key_care import NewKey, compromise_key, make_key
from laurea.services.issuing.running import Run
from laurea.storage.issuer.tables import Role
from tests.anvil import Anvil
from tests.chain.http_node import relay
from tests.services.issuing_world import EAGER, FUNDS, Killed, Template, World, fast_keystore, killing_at, now

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    made = template.copy(tmp_path / "issuer")
    made.enrol(3)
    return made


def stop_at(world: World, place: str) -> None:
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at(place)[0])


def set_roles(world: World, roles: Role) -> None:
    """Give the anchoring key these roles behind the issuer's back."""
    with world.issuer() as issuer:
        key = bytes.fromhex(world.account("anchor").address[2:])
        data = set_key(issuer.profile.domain.issuer_id, key, roles)
        world.chain(issuer).sender.transact(world.account("admin"), canonical_address(), data)


def send_foreign(world: World) -> None:
    """Send a transaction with the anchoring key that this issuer knows nothing of."""
    account = world.account("anchor")
    with world.issuer() as issuer:
        sender = world.chain(issuer).sender
        signed = sender.sign(account, bytes(20), b"", nonce=sender.next_nonce(bytes.fromhex(account.address[2:])))
        sender.send(signed.raw)


def retry(world: World, batch: int = 1) -> None:
    with world.issuer() as issuer:
        Anchoring(issuer, world.chain(issuer), world.keyring()).retry(batch)


def test_a_reorganisation_before_finality_sends_the_same_transaction_again(world: World) -> None:
    stop_at(world, "persisted-not-sent")
    world.advance_to("mined")
    before = world.batch()
    world.unmine()
    world.told.clear()

    world.run()

    world.require_whole([3])
    after = world.batch()
    assert (after.nonce, after.mined_hash) == (before.nonce, before.mined_hash)
    assert after.mined_block != before.mined_block
    assert world.told == [f"batch 1: {s}" for s in ("sent", "mined", "final", "released")]


def test_a_reorganisation_below_finality_suspends_a_released_batch(world: World) -> None:
    world.run()
    released = world.released()
    world.unmine()

    outcome = world.run()

    assert (outcome.stopped, world.batch().state) == ((1,), "suspended")
    assert "no longer counts" in world.batch().error
    retry(world)
    world.run()
    world.require_whole([3])
    assert world.released().keys() == released.keys()


def test_a_suspended_batch_whose_anchor_comes_back_is_released_again_by_itself(world: World, node: Anvil) -> None:
    world.run()
    raw = world.signatures()[0]
    world.unmine()
    world.run()
    assert world.batch().state == "suspended"

    node.rpc("eth_sendRawTransaction", raw)
    node.mine(4)
    world.run()

    world.require_whole([3])


def test_a_foreign_transaction_costs_the_nonce_only_when_it_is_final(world: World, node: Anvil) -> None:
    stop_at(world, "persisted-not-sent")
    send_foreign(world)

    outcome = world.run(blocks=0)
    assert (outcome.waiting, world.batch().state, world.batch().nonce) == ((1,), "sent", 1)

    world.run()

    world.require_whole([3])
    assert world.batch().nonce == 2
    assert len(world.signatures()) == 2


def test_our_own_transaction_is_recognised_when_the_node_says_its_nonce_is_used(world: World, node: Anvil) -> None:
    stop_at(world, "sent-not-recorded")
    node.mine(4)

    world.run()

    world.require_whole([3])
    assert (world.batch().nonce, len(world.signatures())) == (1, 1)


def test_a_transaction_that_the_node_dropped_is_sent_again(world: World, node: Anvil) -> None:
    node.rpc("evm_setAutomine", False)
    try:
        assert world.run(blocks=0).waiting == (1,)
        node.rpc("anvil_dropAllTransactions")
        world.run()
    finally:
        node.rpc("evm_setAutomine", True)

    world.require_whole([3])
    assert len(world.signatures()) == 1


def test_a_key_without_money_holds_the_batch_and_signs_nothing(world: World) -> None:
    world.fund("anchor", 0)

    with pytest.raises(Unfunded, match="needs up to"):
        world.run()
    assert (world.batch().state, world.signatures()) == ("nonced", [])

    world.fund("anchor", FUNDS)
    world.run()
    world.require_whole([3])
    assert world.batch().nonce == 1


def test_money_that_goes_after_signing_keeps_the_signature_for_when_it_is_back(world: World) -> None:
    stop_at(world, "persisted-not-sent")
    world.fund("anchor", 0)

    with pytest.raises(Unfunded):
        world.run()
    assert world.batch().state == "signed"

    world.fund("anchor", FUNDS)
    world.run()
    world.require_whole([3])
    assert len(world.signatures()) == 1


def test_a_refusal_foreseen_fails_the_batch_with_the_reason_and_sends_nothing(world: World) -> None:
    set_roles(world, Role.NONE)

    outcome = world.run()

    assert (outcome.stopped, world.batch().state) == ((1,), "failed")
    assert world.batch().error.startswith("NotPermitted: the key 0x")
    assert (world.spent(), world.signatures(), world.released(), world.batch().nonce) == (1, [], {}, None)


def test_a_failed_batch_is_tried_again_when_the_operator_says_so_and_not_before(world: World) -> None:
    set_roles(world, Role.NONE)
    world.run()
    set_roles(world, Role.ANCHOR)

    assert world.run().stopped == (1,)
    retry(world)
    world.run()

    world.require_whole([3])


def test_a_transaction_that_reverts_fails_the_batch_with_the_decoded_reason_and_releases_nothing(world: World) -> None:
    stop_at(world, "persisted-not-sent")
    set_roles(world, Role.NONE)

    outcome = world.run()

    assert (outcome.stopped, world.batch().state) == ((1,), "failed")
    assert "was reverted: NotPermitted: the key 0x" in world.batch().error
    assert (world.anchored(), world.released()) == ([], {})
    set_roles(world, Role.ANCHOR)
    retry(world)
    world.run()
    world.require_whole([3])
    assert world.batch().nonce == 2


def test_only_what_stopped_can_be_tried_again(world: World) -> None:
    world.run()

    with pytest.raises(InputError, match="released"):
        retry(world)
    with pytest.raises(NotFound):
        retry(world, 9)


def test_a_root_that_a_copy_of_the_directory_has_anchored_is_found_and_not_sent_again(world: World, tmp_path: Path, node: Anvil) -> None:
    stop_at(world, "nonce-before-commit")
    world.copy(tmp_path / "copy").run()

    world.run()

    world.require_whole([3])
    assert (world.spent(), world.signatures(), world.batch().mined_hash) == (2, [], None)


def test_two_copies_that_signed_both_end_with_one_anchor(world: World, tmp_path: Path, node: Anvil) -> None:
    stop_at(world, "signed-not-persisted")
    world.copy(tmp_path / "copy").run()

    world.run()

    world.require_whole([3])
    assert world.spent() == 2


def test_a_silent_node_changes_nothing_and_the_next_run_goes_on(world: World) -> None:
    with pytest.raises(Unreachable):
        world.run(urls=(NOWHERE,))
    assert world.batches() == []

    with relay(world.node.url) as second:
        world.run(urls=(NOWHERE, world.node.url, second.url))

    world.require_whole([3])


def test_one_node_of_two_is_no_majority(world: World) -> None:
    with pytest.raises(Unreachable, match="1 of 2 nodes answered"):
        world.run(urls=(NOWHERE, world.node.url))
    assert world.batches() == []


def test_a_node_that_falls_silent_meanwhile_is_asked_again_until_time_is_up(world: World) -> None:
    with world.silenced_after("batch 1: sent") as url, pytest.raises(Unreachable):
        world.run(blocks=3, urls=(url,))
    assert world.batch().state == "sent"

    world.run()

    world.require_whole([3])


def test_another_chain_behind_the_url_stops_the_run(world: World, node: Anvil) -> None:
    node.rpc("anvil_setChainId", 5)
    try:
        with pytest.raises(WrongChain, match="on eip155:5, not on eip155:31337"):
            world.run()
    finally:
        node.rpc("anvil_setChainId", 31337)
    assert world.batches() == []


def test_other_code_at_the_registrys_address_stops_the_run(world: World, node: Anvil) -> None:
    address = to_checksum_address(canonical_address())
    code = node.rpc("eth_getCode", address, "latest")
    node.rpc("anvil_setCode", address, "0x00")
    try:
        with pytest.raises(WrongChain, match="another contract"):
            world.run()
    finally:
        node.rpc("anvil_setCode", address, code)
    assert world.batches() == []


@pytest.mark.parametrize("place", ["nonce-before-commit", "signed-not-persisted", "sent-not-recorded", "final-not-recorded"])
def test_a_database_that_cannot_be_written_stops_the_run_and_the_next_finishes_it(world: World, place: str) -> None:
    with world.issuer() as other, ExitStack() as held:

        def lock(name: str) -> None:
            if name == place:
                held.enter_context(other.database.write())

        with pytest.raises(Busy, match="cannot be used now"):
            world.run(checkpoint=lock, busy_seconds=0.05)
    world.run()

    world.require_whole([3])
    assert world.spent() == 2


def test_what_a_compromised_key_anchored_is_suspended_and_anchored_again_by_another(world: World, node: Anvil) -> None:
    world.run()
    credential = next(iter(world.released().values()))
    assert world.verdict(credential).verdict is Verdict.VALID
    with world.issuer() as issuer:
        block_time = int(node.rpc("eth_getBlockByNumber", hex(world.batch().mined_block or 0), False)["timestamp"], 16)
        compromise_key(world.desk(issuer), "anchor", datetime.fromtimestamp(block_time, UTC))
    node.mine(4)

    assert world.run().stopped == (1,)
    assert world.batch().state == "suspended"
    assert world.verdict(credential).verdict is Verdict.INVALID

    retry(world)
    with pytest.raises(InputError, match="no key of this issuer may anchor"):
        world.run()
    with world.issuer() as issuer:
        fast_keystore(issuer.directory, "second")
        world.fund("second")
        make_key(world.desk(issuer), NewKey("second", Role.ANCHOR))
    world.run()

    assert world.batch().state == "released"
    assert world.verdict(credential).verdict is Verdict.VALID, "the credential that was handed out first holds again"
    assert world.spent("second") == 2


def test_a_kill_in_the_middle_of_a_release_leaves_a_batch_that_is_released_whole(world: World) -> None:
    stop_at(world, "final-not-recorded")
    world.advance_to("final")
    victim = world.members()[1].id
    (world.path / "released" / f"{victim}.json").write_bytes(b"torn")

    world.run()

    world.require_whole([3])


def test_a_node_that_cannot_estimate_is_no_refusal_by_the_registry(world: World) -> None:
    trouble = {"jsonrpc": "2.0", "error": {"code": -32603, "message": "internal error"}}

    def answer(request: dict[str, object], one: dict[str, object]) -> dict[str, object]:
        return {**trouble, "id": request["id"]} if request["method"] == "eth_estimateGas" else one

    with relay(world.node.url, answer=answer) as troubled, pytest.raises(Refused, match="internal error"):
        world.run(urls=(troubled.url,))
    assert (world.batch().state, world.signatures()) == ("nonced", [])

    world.run()

    world.require_whole([3])


def test_a_transaction_that_a_reorganisation_moved_to_another_block_is_followed_there(world: World, node: Anvil) -> None:
    stop_at(world, "persisted-not-sent")
    world.advance_to("mined")
    before = world.batch()
    world.unmine()
    node.mine(2)
    node.rpc("eth_sendRawTransaction", world.signatures()[0])

    world.run()

    world.require_whole([3])
    assert (world.batch().mined_block or 0) > (before.mined_block or 0)
    assert world.batch().mined_hash == before.mined_hash


def test_a_key_compromised_before_its_anchor_is_final_fails_the_batch(world: World, node: Anvil) -> None:
    world.run(blocks=0)
    with world.issuer() as issuer:
        compromise_key(world.desk(issuer), "anchor", datetime(2026, 1, 1, tzinfo=UTC))

    assert world.run().stopped == (1,)
    assert (world.batch().state, world.released()) == ("failed", {})
    with world.issuer() as issuer:
        fast_keystore(issuer.directory, "second")
        world.fund("second")
        make_key(world.desk(issuer), NewKey("second", Role.ANCHOR))
    retry(world)
    world.run()
    assert (world.batch().state, len(world.released())) == ("released", 3)


def test_what_is_gone_when_it_should_be_released_is_suspended_and_not_released(world: World) -> None:
    stop_at(world, "persisted-not-sent")
    world.advance_to("final")
    world.unmine()

    assert world.run().stopped == (1,)

    assert (world.batch().state, world.released()) == ("suspended", {})


def test_a_root_found_on_the_chain_waits_for_finality_as_any_other(world: World, tmp_path: Path, node: Anvil) -> None:
    stop_at(world, "nonce-before-commit")
    world.copy(tmp_path / "copy").run(blocks=0)

    assert world.run(blocks=0).waiting == (1,)
    assert (world.batch().state, world.released()) == ("mined", {})
    node.rpc("anvil_reorg", 1, [])
    node.rpc("anvil_dropAllTransactions")
    world.run()

    world.require_whole([3])
    assert len(world.signatures()) == 1, "the one that was found is gone, so this one has anchored"


def test_a_transaction_that_would_repeat_an_anchor_of_ours_is_never_sent_and_its_nonce_is_filled(
    world: World, tmp_path: Path, node: Anvil
) -> None:
    stop_at(world, "nonce-before-commit")
    copy = world.copy(tmp_path / "copy")
    send_foreign(world)
    stop_at(world, "persisted-not-sent")
    assert world.batch().nonce == 2
    node.rpc("anvil_reorg", 1, [])  # the foreign transaction is gone, so that its nonce is free again
    node.rpc("anvil_dropAllTransactions")
    copy.run()

    world.run()

    world.require_whole([3])
    assert (world.spent(), world.batch().mined_hash) == (2, None)
    world.enrol(1)
    world.run(policy=EAGER)
    assert [(batch.state, batch.nonce) for batch in world.batches()] == [("released", 2), ("released", 3)]
    assert (len(world.anchored()), world.spent()) == (2, 4), "a transaction of nothing has used the nonce between"
    assert world.reverted() == 0


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("place", ["persisted-not-sent", "mined-not-recorded", "final-not-recorded"])
def test_a_clock_that_is_set_by_a_day_changes_nothing_but_dates(world: World, place: str, days: int) -> None:
    """Fault 30: timers do not go by the clock, so nothing is offered twice, and what was signed stays as it was."""
    stop_at(world, place)
    with world.issuer() as issuer, issuer.lock("run"):
        moved = replace(issuer, now=lambda: now() + timedelta(days=days))
        patience = world.patience(40)
        anchoring = Anchoring(moved, world.chain(moved), world.keyring(), elapsed=patience.elapsed)
        Run(moved, anchoring, patience, world.tell).work()

    world.require_whole([3])
    assert (world.spent(), len(world.signatures())) == (2, 1)
