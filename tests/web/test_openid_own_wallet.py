"""Our wallet takes what our issuer offers, by documents and HTTP alone, as it takes it from any other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import laurea
from laurea.services.holding import Holding, waiting
from laurea.services.offers import discovery, taking
from laurea.services.offers.taking import Taken
from tests.services.issuing_world import on_sqlite
from tests.web.conftest import Api
from tests.web.openid import enrol, link_of, offer_of
from tests.web.wallet_world import CHEAP

pytestmark = on_sqlite


def took(holding: Holding, link: str, now: Callable[[], datetime]) -> Taken:
    found = discovery.find(link)
    assert found is not None
    return taking.take(discovery.look(found), holding.opened().key, now=now)


def test_an_invitation_is_taken_as_an_offer_and_the_credential_collected_after_its_release(known: Api, tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = holding.new(at=datetime.now(UTC))
    ahead = [timedelta()]

    def now() -> datetime:
        return datetime.now(UTC).replace(microsecond=0) + ahead[0]

    credential = enrol(known)
    taken = took(holding, offer_of(link_of(known, credential)), now)
    waiting.keep(holding, taken.waiting)
    assert known.get(f"/v1/credentials/{credential}")["holder"] == did
    # So far ahead that the wallet's access token has ended, by its own clock: it renews it.
    for days in (1, 2):
        if days == 2:
            known.world.run()
        ahead[0] = timedelta(days=days)
        (wait,) = waiting.waits(holding.opened())
        found = waiting.collect(holding, wait, now=now)
        assert found.trouble is None
        assert len(found.received) == days - 1

    (entry,) = holding.entries()
    assert (entry.credential.id, entry.bound, entry.remarks) == (credential, True, ())
    assert known.world.verdict(entry.held.document).verdict is laurea.Verdict.VALID
    assert holding.opened().waiting == ()


def test_a_claim_link_is_taken_as_an_offer_at_once(known: Api, tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = holding.new(at=datetime.now(UTC))
    credential = enrol(known, holder=did)
    known.world.run()

    (delivered,) = took(holding, offer_of(link_of(known, credential)), lambda: datetime.now(UTC)).delivered
    ((entry, fresh),) = holding.receive_all(delivered.data, at=datetime.now(UTC))
    assert (entry.credential.id, fresh) == (credential, True)
    assert known.world.verdict(entry.held.document).verdict is laurea.Verdict.VALID
