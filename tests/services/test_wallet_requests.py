"""A wallet let in by OpenID4VCI, bound and served: with either database, and whatever is lost between two steps."""

from collections.abc import Callable

import pytest

import laurea
from laurea.core import jwk, jws
from laurea.core.canonical import JsonObject
from laurea.core.keys import SigningKey, did_key
from laurea.core.p256 import P256Key
from laurea.services.issuing import enrolment, links, wallet_access, wallet_requests
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.wallet_access import Denied, Tokens
from laurea.services.issuing.wallet_requests import Asked, Waiting
from laurea.storage.issuer.audit import Audit
from tests.services.issuing_world import Killed, World
from tests.services.test_correspondence import REACH, ROSTER, reachable, run, the_credential

KEYS = pytest.mark.parametrize("key", [SigningKey.from_seed(b"k" * 32), P256Key.from_scalar(b"k" * 32)], ids=["Ed25519", "P-256"])
Key = SigningKey | P256Key


def anything(_nonce: str) -> bool:
    return True


def let_in(issuer: Issuer) -> Tokens:
    """Return what the code of the learner's link is exchanged for."""
    token = links.renew(issuer, the_credential(issuer).id).url.rpartition("/")[2]
    return wallet_access.redeem(issuer, wallet_access.offered(issuer, token).link)


def said(issuer: Issuer) -> JsonObject:
    return {"aud": REACH.url, "iat": int(issuer.now().timestamp()), "nonce": "n"}


def asked(issuer: Issuer, key: Key) -> Asked:
    return Asked("sql", {"jwt": [jws.sign(said(issuer), key, {"typ": "openid4vci-proof+jwt", "jwk": jwk.jwk_of(key.public)})]})


def acts(issuer: Issuer) -> list[str]:
    with issuer.database.read() as session:
        return [entry.action for entry in Audit(session).entries() if entry.action in ("credential.bind", "credential.claim")]


@KEYS
def test_a_wallet_is_bound_once_however_often_it_asks_and_gets_what_was_released(world: World, key: Key) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        tokens = let_in(issuer)
        answers = [wallet_requests.request(issuer, tokens.access, asked(issuer, key), anything) for _ in range(2)]
        assert answers[0] == answers[1]
        assert isinstance(answers[0], Waiting)
        assert the_credential(issuer).holder == did_key(key.public)
    run_again = renewed(tokens)
    with reachable(world) as issuer:  # another process
        assert wallet_requests.collect(issuer, tokens.access, answers[0].transaction) == answers[0]
        run(world, issuer)
        tokens = run_again(issuer)
        found = [wallet_requests.collect(issuer, tokens.access, answers[0].transaction) for _ in range(2)]
        assert acts(issuer) == ["credential.bind", "credential.claim"], "both once"
    assert found == [next(iter(world.released().values()))] * 2
    assert isinstance(found[0], bytes)
    assert world.verdict(found[0]).verdict is laurea.Verdict.VALID


def renewed(tokens: Tokens) -> Callable[[Issuer], Tokens]:
    assert tokens.refresh is not None
    refresh = tokens.refresh
    return lambda issuer: wallet_access.renew(issuer, refresh)


def test_what_fails_on_the_way_binds_nothing_and_the_wallet_may_try_again(world: World) -> None:
    key = SigningKey.from_seed(b"k" * 32)
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        tokens = let_in(issuer)
        with pytest.raises(Denied, match="nonce"):
            wallet_requests.request(issuer, tokens.access, asked(issuer, key), lambda _: False)
        with pytest.raises(Killed):
            die_before_the_commit(issuer, lambda: wallet_requests.request(issuer, tokens.access, asked(issuer, key), anything))
        assert (the_credential(issuer).holder, acts(issuer)) == (None, [])
        assert isinstance(wallet_requests.request(issuer, tokens.access, asked(issuer, key), anything), Waiting)


def die_before_the_commit(issuer: Issuer, act: Callable[[], object]) -> None:
    with issuer.database.write():
        act()
        raise Killed


def test_a_new_link_ends_what_an_earlier_one_let_in(world: World) -> None:
    key = SigningKey.from_seed(b"k" * 32)
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        first, second = let_in(issuer), let_in(issuer)
        with pytest.raises(Denied) as denied:
            wallet_requests.request(issuer, first.access, asked(issuer, key), anything)
        assert denied.value.code == "credential_request_denied"
        assert isinstance(wallet_requests.request(issuer, second.access, asked(issuer, key), anything), Waiting)
