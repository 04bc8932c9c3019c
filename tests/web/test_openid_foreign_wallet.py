"""A wallet that others wrote (@openid4vc/openid4vci 0.4.6, in node) against the issuer's service, over HTTP."""

from typing import Any

import pytest

import laurea
from laurea.core import canonical
from laurea.core.keys import did_key, multikey
from tests.judges.judge import ask
from tests.services.issuing_world import on_sqlite
from tests.web.conftest import Api
from tests.web.openid import KEYS, enrol, link_of, offer_of, private_jwk

pytestmark = on_sqlite


@pytest.mark.parametrize("named_by", ["jwk", "kid"])
@pytest.mark.parametrize("alg", list(KEYS))
def test_an_invitation_is_answered_before_the_batch_is_sealed_and_the_credential_comes_after_its_release(
    known: Api, alg: str, named_by: str
) -> None:
    credential = enrol(known)
    key = KEYS[alg]
    did = did_key(key.public)
    kid = f"{did}#{multikey(key.public)}" if named_by == "kid" else None

    begun = ask(
        "openid_wallet", {"key": private_jwk(alg), "begin": {"offer": offer_of(link_of(known, credential)), "alg": alg, "kid": kid}}
    )

    assert (begun["version"], begun["grants"]) == ("V1", [begun["preAuthorized"]])
    assert begun["configuration"]["credential_metadata"]["display"][0]["name"] == "SQL"
    assert set(begun["answer"]) == {"transaction_id", "interval"}
    assert known.get(f"/v1/credentials/{credential}")["holder"] == did
    waiting = collected(begun, begun["tokens"])
    assert set(waiting["answer"]) == {"transaction_id", "interval"}

    known.world.run()
    found = collected(begun, waiting["tokens"])["answer"]["credentials"]

    ((name, document),) = found[0].items()
    assert (len(found), name, document["id"], document["credentialSubject"]["id"]) == (1, "credential", credential, did)
    data = canonical.dump(document)
    assert data == next(iter(known.world.released().values()))
    assert known.world.verdict(data).verdict is laurea.Verdict.VALID


def test_a_claim_link_hands_the_credential_out_at_once(known: Api) -> None:
    key = KEYS["EdDSA"]
    credential = enrol(known, holder=did_key(key.public))
    known.world.run()

    begun = ask("openid_wallet", {"key": private_jwk("EdDSA"), "begin": {"offer": offer_of(link_of(known, credential)), "alg": "EdDSA"}})

    (found,) = begun["answer"]["credentials"]
    assert (found["credential"]["id"], "refresh_token" in begun["tokens"]) == (credential, False)


def collected(begun: Any, tokens: Any) -> Any:
    asked = {"issuer": begun["issuer"], "refreshToken": tokens["refresh_token"], "transactionId": begun["answer"]["transaction_id"]}
    return ask("openid_wallet", {"collect": asked})
