"""What was sent and is in no block: runs may each be shorter than the time after which more is offered, and nodes may keep no nonce for later."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from laurea.chain.registry import set_key
from laurea.chain.transaction import fees_of
from laurea.errors import Refused, Unreachable
from laurea.services.issuing.founding import ADMIN
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.tables import TransactionRow
from tests.anvil import Anvil
from tests.chain.http_node import HttpNode, relay
from tests.services.issuing_world import POLICY, Killed, Template, World, killing_at, on_sqlite

pytestmark = on_sqlite

LONG = timedelta(seconds=POLICY.bump_seconds)
TOO_HIGH = {"code": -32000, "message": "nonce too high: address 0x01, tx: 2 state: 1"}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, template: Template) -> World:
    made = template.copy(tmp_path_factory.mktemp("world") / "issuer")
    made.enrol(3)
    return made


def silent(world: World) -> HttpNode:
    """Return a node that takes transactions and never passes them on."""
    return relay(world.node.url, request=lambda one: {**one, "method": "web3_sha3"} if one["method"] == "eth_sendRawTransaction" else one)


def age(world: World, by: timedelta = LONG) -> None:
    """Let everything have been signed longer ago."""
    with world.issuer() as issuer, issuer.database.write() as session:
        for row in session.exec(select(TransactionRow)):
            row.signed_at -= by


def fillers(world: World) -> list[TransactionRow]:
    """Return what was signed for no batch."""
    with world.issuer() as issuer, issuer.database.read() as session:
        query = select(TransactionRow).where(col(TransactionRow.batch).is_(None)).order_by(col(TransactionRow.id))
        return list(session.exec(query))


def leave_a_gap(world: World) -> None:
    """Let a batch hold the nonce behind a transaction that a reorganisation has taken out and all have forgotten."""
    account = world.account("anchor")
    world.node.rpc("anvil_impersonateAccount", account.address)
    world.node.rpc("eth_sendTransaction", {"from": account.address, "to": account.address, "value": "0x0"})
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("persisted-not-sent")[0])
    world.node.rpc("anvil_reorg", 1, [])
    world.node.rpc("anvil_dropAllTransactions")
    assert (world.batch().nonce, world.spent()) == (2, 1)


def test_runs_that_are_shorter_than_the_wait_offer_more_together(world: World) -> None:
    with silent(world) as node:
        world.run(blocks=0, urls=(node.url,))
        world.run(blocks=0, urls=(node.url,))
        assert len(world.signatures()) == 1, "what was just sent waits"
        for offers in (2, 3):
            age(world)
            world.run(blocks=0, urls=(node.url,))
            world.run(blocks=0, urls=(node.url,))
            assert (world.batch().state, len(world.signatures())) == ("sent", offers)

    world.run()
    world.require_whole([3])
    assert (world.spent(), world.reverted()) == (2, 0)


def test_what_was_signed_long_ago_and_is_sent_only_now_has_not_waited(world: World) -> None:
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("persisted-not-sent")[0])
    age(world)

    world.run()

    world.require_whole([3])
    assert len(world.signatures()) == 1


def test_what_a_reorganisation_has_just_taken_out_is_sent_again_as_it_was(world: World) -> None:
    world.run(blocks=1)
    assert world.batch().state == "mined"
    world.unmine()
    age(world)

    world.run()

    world.require_whole([3])
    assert (world.spent(), len(world.signatures())) == (2, 1)


def test_short_runs_fill_a_nonce_together_and_replace_a_filler_that_has_waited(world: World, node: Anvil) -> None:
    leave_a_gap(world)
    with silent(world) as deaf:
        world.run(blocks=0, urls=(deaf.url,))
        assert (world.batch().state, fillers(world)) == ("sent", [])
        age(world)
        for _ in range(3):
            world.run(blocks=0, urls=(deaf.url,))
        assert [row.nonce for row in fillers(world)] == [1], "one that is young is sent again"
        age(world)
        world.run(blocks=0, urls=(deaf.url,))
        first, second = fillers(world)
        assert (first.nonce, second.nonce) == (1, 1)
        assert fees_of(second.raw).most * 8 >= fees_of(first.raw).most * 9

    world.run()
    world.require_whole([3])
    assert (world.spent(), world.reverted(), len(world.anchored())) == (3, 0, 1)


def test_a_node_that_keeps_no_nonce_for_later_holds_up_nothing(world: World) -> None:
    leave_a_gap(world)
    refused = 0

    def answer(one: Any, true: Any) -> Any:
        nonlocal refused
        early = one["method"] == "eth_sendRawTransaction" and world.spent() < 2 and one["params"][0] in world.signatures()
        if not early:
            return true
        refused += 1
        world.node.rpc("anvil_dropAllTransactions")
        return {"jsonrpc": "2.0", "id": one["id"], "error": TOO_HIGH}

    with relay(world.node.url, answer=answer) as strict:
        world.run(blocks=0, urls=(strict.url,))
        age(world)
        world.run(urls=(strict.url,))

    world.require_whole([3])
    assert (world.spent(), refused > 0, len(fillers(world))) == (3, True, 1)


def test_what_would_be_refused_by_now_gives_its_nonce_away_and_holds_up_nothing(world: World) -> None:
    """The key may no longer anchor, or is too late: nothing is mined in vain, the batch fails with the reason, and the nonce is used up."""
    with silent(world) as node:
        world.run(blocks=0, urls=(node.url,))
    assert world.batch().state == "sent"
    with world.issuer() as issuer:
        world.desk(issuer).act(ADMIN, set_key(issuer.profile.domain.issuer_id, world.batch().reserved[0], 0, 0), "took its role away")
    age(world)

    with suppress(Refused):
        world.run()
    with suppress(Refused):
        world.run()

    assert (world.batch().state, world.batch().nonce) == ("failed", None)
    assert "NotPermitted" in world.batch().error
    assert (world.reverted(), len(fillers(world)), world.spent(), world.anchored()) == (0, 1, 2, [])


def test_revoking_again_and_again_without_waiting_offers_more(world: World) -> None:
    world.run()
    with silent(world) as node, world.issuer() as issuer:
        asked = request(issuer, [f"urn:uuid:{world.members()[0].id}"], Reason.ERROR)
        for offers, wait in ((1, False), (1, True), (2, False), (2, True), (3, False)):
            revoking = Revoking(issuer, world.chain(issuer, node.url), world.keyring(), world.patience(0))
            with pytest.raises(Unreachable, match="not mined yet"):
                revoking.revoke(asked.revocations)
            assert len(fillers(world)) == offers
            if wait:
                age(world)


def test_a_revocation_that_would_be_refused_by_now_says_why_and_gives_its_nonce_away(world: World) -> None:
    world.run()
    with world.issuer() as issuer:
        asked = request(issuer, [f"urn:uuid:{world.members()[0].id}"], Reason.ERROR)
        with silent(world) as node, pytest.raises(Unreachable, match="not mined yet"):
            Revoking(issuer, world.chain(issuer, node.url), world.keyring(), world.patience(0)).revoke(asked.revocations)
        key = fillers(world)[0].key
        world.desk(issuer).act(ADMIN, set_key(issuer.profile.domain.issuer_id, key, 0, 0), "took its role away")
        age(world)

        with pytest.raises(Refused, match="NotPermitted"):
            Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(20)).revoke(asked.revocations)

    world.node.mine()
    assert (world.spent("revoke"), world.reverted()) == (2, 0)
