"""OpenID4VCI as a wallet meets it, request by request: what is offered, what is given, and what is refused in which words."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import delete, select

from laurea.config import ServiceSettings, Settings
from laurea.core.authentication import prove
from laurea.core.keys import SigningKey, did_key
from laurea.core.presentation import Demand
from laurea.services.issuing import erasure, wallet_access, wallet_requests
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.wallet_access import Denied
from laurea.services.issuing.wallet_requests import Waiting
from laurea.storage.issuer.tables import AccessKeyRow, CredentialRow, IssuanceRow, LinkRow
from tests.services.issuing_world import World, now, on_sqlite
from tests.web.conftest import MANY, Api, reachable, serving
from tests.web.openid import ADA, KEYS, PRE_AUTHORIZED, Steps, enrol, link_of, refusal

pytestmark = on_sqlite


@pytest.fixture
def wallet(known: Api) -> Steps:
    return Steps(known)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def bound(wallet: Steps, learner: str = "L-1") -> tuple[str, dict[str, str], str]:
    """Return a credential that is bound to the wallet, the wallet's tokens, and the transaction."""
    credential = enrol(wallet.api, learner=learner)
    tokens = wallet.begin(link_of(wallet.api, credential))
    answer = wallet.request(tokens["access_token"])
    assert answer.status_code == 202, answer.text
    return credential, tokens, answer.json()["transaction_id"]


def test_what_is_said_of_the_issuer_is_about_achievements_and_nobody(wallet: Steps) -> None:
    enrol(wallet.api)
    url = wallet.api.url
    answer = wallet.ask("GET", "/.well-known/openid-credential-issuer")

    assert answer.headers["cache-control"] == "max-age=300"
    assert answer.json() == {
        "credential_issuer": url,
        "authorization_servers": [f"{url}/openid"],
        "credential_endpoint": f"{url}/openid/credential",
        "nonce_endpoint": f"{url}/openid/nonce",
        "deferred_credential_endpoint": f"{url}/openid/deferred",
        "display": [{"name": "Example University"}],
        "credential_configurations_supported": {
            "sql": {
                "format": "ldp_vc",
                "scope": "sql",
                "cryptographic_binding_methods_supported": ["did:key", "jwk"],
                "credential_signing_alg_values_supported": ["eddsa-rdfc-2022", "eddsa-jcs-2022", "merkle-anchor-2026"],
                "proof_types_supported": {
                    "jwt": {"proof_signing_alg_values_supported": ["EdDSA", "ES256"]},
                    "di_vp": {"proof_signing_alg_values_supported": ["eddsa-jcs-2022", "ecdsa-jcs-2019"]},
                },
                "credential_definition": {
                    "@context": [
                        "https://www.w3.org/ns/credentials/v2",
                        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                    ],
                    "type": ["VerifiableCredential", "OpenBadgeCredential"],
                },
                "credential_metadata": {
                    "display": [
                        {"name": "SQL", "description": "Joins and windows.", "background_color": "#1f4e79", "text_color": "#ffffff"}
                    ]
                },
            }
        },
    }
    assert wallet.ask("GET", "/.well-known/oauth-authorization-server/openid").json() == {
        "issuer": f"{url}/openid",
        "token_endpoint": f"{url}/openid/token",
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": [PRE_AUTHORIZED, "refresh_token"],
        "response_types_supported": [],
        "pre-authorized_grant_anonymous_access_supported": True,
    }
    assert refusal(wallet.ask("GET", "/.well-known/openid-credential-issuer/elsewhere")) == (404, "invalid_request")


def under_a_path(url: str) -> Settings:
    return Settings(service=ServiceSettings(url=f"{url}/badges/of", requests_a_minute=MANY))


def test_with_a_path_in_its_url_the_metadata_are_behind_the_well_known_part(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=under_a_path) as api:
        said = api.get("/.well-known/openid-credential-issuer/badges/of", who=None)
        assert (said["credential_issuer"], said["authorization_servers"]) == (f"{api.url}/badges/of", [f"{api.url}/badges/of/openid"])
        server = api.get("/.well-known/oauth-authorization-server/badges/of/openid", who=None)
        assert server["issuer"] == f"{api.url}/badges/of/openid"
        for path in ("openid-credential-issuer/badges", "oauth-authorization-server/badges/openid"):
            assert refusal(api.ask("GET", f"/.well-known/{path}", who=None)) == (404, "invalid_request")


def test_without_a_service_that_learners_can_reach_nothing_is_offered(api: Api) -> None:
    for method, path in (("GET", "/.well-known/openid-credential-issuer"), ("GET", "/offers/x"), ("POST", "/openid/nonce")):
        assert refusal(api.ask(method, path, who=None)) == (404, "invalid_request")


def test_an_offer_can_be_looked_at_as_often_as_one_likes(wallet: Steps) -> None:
    link = link_of(wallet.api, enrol(wallet.api))
    page = wallet.ask("GET", link.removeprefix(wallet.api.url)).text
    assert (
        f"openid-credential-offer://?credential_offer_uri=http%3A%2F%2F127.0.0.1%3A{wallet.api.url.rpartition(':')[2]}%2Foffers%2F" in page
    )

    first, second = (wallet.ask("GET", f"/offers/{token_of(link)}") for _ in range(2))

    assert first.headers["cache-control"] == "no-store"
    assert set(first.json()) == {"credential_issuer", "credential_configuration_ids", "grants"}
    assert (first.json()["credential_issuer"], first.json()["credential_configuration_ids"]) == (wallet.api.url, ["sql"])
    assert first.json() != second.json(), "each look has a code of its own"
    assert token_of(link) not in first.text
    for unknown in ("x", "x" * 43):
        assert refusal(wallet.ask("GET", f"/offers/{unknown}")) == (404, "invalid_request")


def test_a_code_works_once_and_a_later_one_takes_its_place_until_a_key_is_named(wallet: Steps) -> None:
    link = link_of(wallet.api, enrol(wallet.api))
    code, later = wallet.code(link), wallet.code(link)
    lost = wallet.redeem(code).json()["access_token"]

    assert refusal(wallet.redeem(code)) == (400, "invalid_grant")
    made = wallet.redeem(later)
    assert (made.headers["cache-control"], set(made.json())) == ("no-store", {"access_token", "token_type", "expires_in", "refresh_token"})
    assert (made.json()["token_type"], made.json()["expires_in"]) == ("Bearer", 300)
    assert refusal(wallet.request(lost)) == (401, "invalid_token")
    unredeemed = wallet.code(link)
    assert wallet.request(made.json()["access_token"]).status_code == 202
    assert refusal(wallet.redeem(unredeemed)) == (400, "invalid_grant"), "the link is used up"
    assert refusal(wallet.ask("GET", f"/offers/{token_of(link)}")) == (404, "invalid_request")


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("grant_type=authorization_code&code=x", None, "unsupported_grant_type"),
        ("code=x", None, "invalid_request"),
        (f"grant_type={PRE_AUTHORIZED}", None, "invalid_request"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code=x", None, "invalid_grant"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code={'x' * 96}", None, "invalid_grant"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code=%C3%A9", None, "invalid_grant"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code=x&pre-authorized_code=y", None, "invalid_request"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code=x&tx_code=1", None, "invalid_request"),
        (f"grant_type={PRE_AUTHORIZED}&pre-authorized_code=%FF", None, "invalid_request"),
        ("grant_type=refresh_token&refresh_token=x&" + "&".join(f"p{n}=x" for n in range(40)), None, "invalid_request"),
        ("grant_type=refresh_token&refresh_token=x", None, "invalid_grant"),
        ("grant_type=refresh_token", None, "invalid_request"),
        ("", None, "invalid_request"),
        ('{"grant_type":"refresh_token"}', "application/json", "invalid_request"),
    ],
)
def test_what_the_token_endpoint_does_not_take_is_told_in_the_words_of_oauth(
    wallet: Steps, body: str, kind: str | None, error: str
) -> None:
    headers = {"Content-Type": kind or "application/x-www-form-urlencoded"}
    assert refusal(wallet.ask("POST", "/openid/token", content=body, headers=headers)) == (400, error)


def test_more_than_a_request_can_have_is_not_read(wallet: Steps) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refusal(wallet.ask("POST", "/openid/token", content="a=" + "x" * (64 << 10), headers=form)) == (413, "invalid_request")
    tokens = wallet.begin(link_of(wallet.api, enrol(wallet.api)))
    large = {"jwt": ["x" * (64 << 10)]}
    assert refusal(wallet.request(tokens["access_token"], large)) == (413, "invalid_credential_request")
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    assert refusal(wallet.request(tokens["access_token"], deep)) == (400, "invalid_credential_request")


def test_without_an_access_token_of_ours_nothing_is_given(wallet: Steps) -> None:
    for path in ("/openid/credential", "/openid/deferred"):
        body = {"transaction_id": "x", "credential_configuration_id": "sql"}
        for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer nothing"}):
            answer = wallet.ask("POST", path, json=body, headers=headers)
            assert refusal(answer) == (401, "invalid_token")
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"credential_configuration_id": "other"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": None}, "invalid_credential_request"),
        ({"credential_configuration_id": ["sql"]}, "invalid_credential_request"),
        ({"credential_identifier": "sql"}, "unknown_credential_identifier"),
        ({"credential_response_encryption": {"jwk": {}}}, "invalid_encryption_parameters"),
        ({"proofs": {}}, "invalid_proof"),
        ({"proofs": {"jwt": ["e30.e30."]}}, "invalid_proof"),
    ],
)
def test_what_the_credential_endpoint_does_not_take_binds_nothing(wallet: Steps, body: dict[str, object], error: str) -> None:
    credential = enrol(wallet.api)
    tokens = wallet.begin(link_of(wallet.api, credential))

    assert refusal(wallet.request(tokens["access_token"], **body)) == (400, error)
    assert wallet.api.get(f"/v1/credentials/{credential}")["holder"] is None
    assert wallet.request(tokens["access_token"], unknown="passed over").status_code == 202


def test_a_proof_is_good_for_this_issuer_now_and_once(wallet: Steps) -> None:
    credential = enrol(wallet.api)
    access = wallet.begin(link_of(wallet.api, credential))["access_token"]
    for wrong, error in (
        ({"aud": "https://evil.example"}, "invalid_proof"),
        ({"iat": 1_700_000_000}, "invalid_proof"),
        ({"nonce": "made-up"}, "invalid_nonce"),
        ({"nonce": "A" * 64}, "invalid_nonce"),
    ):
        assert refusal(wallet.request(access, wallet.proof(**wrong))) == (400, error)
    assert wallet.api.get(f"/v1/credentials/{credential}")["holder"] is None
    used = wallet.proof()
    assert wallet.request(access, used).status_code == 202
    assert refusal(wallet.request(access, used)) == (400, "invalid_nonce")


def test_a_nonce_works_once_for_whoever_has_it(wallet: Steps) -> None:
    nonce = wallet.nonce()
    first, second = (wallet.begin(link_of(wallet.api, enrol(wallet.api, learner=name)))["access_token"] for name in ("L-1", "L-2"))
    assert wallet.request(first, wallet.proof(nonce=nonce)).status_code == 202
    assert refusal(wallet.request(second, wallet.proof(nonce=nonce))) == (400, "invalid_nonce")


def test_who_asks_again_gets_the_same_and_no_other_key_is_bound(wallet: Steps) -> None:
    credential, tokens, transaction = bound(wallet)
    again = wallet.request(tokens["access_token"])
    assert (again.status_code, again.json()["transaction_id"]) == (202, transaction)

    assert refusal(replace(wallet, alg="ES256").request(tokens["access_token"])) == (400, "invalid_proof")
    assert wallet.api.get(f"/v1/credentials/{credential}")["holder"] == did_key(KEYS["EdDSA"].public)


def test_of_those_who_come_at_once_one_redeems_the_code_and_one_key_is_bound(wallet: Steps) -> None:
    wallets = [wallet, replace(wallet, alg="ES256")] * 4
    credential = enrol(wallet.api)
    code = wallet.code(link_of(wallet.api, credential))
    with ThreadPoolExecutor(8) as pool:
        redeemed = list(pool.map(lambda each: each.redeem(code), wallets))
        assert sorted(each.status_code for each in redeemed) == [200] + [400] * 7
        (access,) = [each.json()["access_token"] for each in redeemed if each.status_code == 200]

        proof = wallet.proof()
        assert sorted(each.status_code for each in pool.map(lambda _: wallet.request(access, proof), wallets)) == [202] + [400] * 7

        other = enrol(wallet.api, learner="L-2")
        access = wallet.begin(link_of(wallet.api, other))["access_token"]
        proofs = [each.proof() for each in wallets]
        asked = list(pool.map(lambda each: wallet.request(access, each), proofs))
    holder = wallet.api.get(f"/v1/credentials/{other}")["holder"]
    won = {did_key(KEYS[each.alg].public) for each, answer in zip(wallets, asked, strict=True) if answer.status_code == 202}
    assert won == {holder}
    assert sum(answer.status_code == 202 for answer in asked) == 4


def exchange(wallet: Steps, link: str, seed: bytes = b"v" * 32) -> httpx.Response:
    """Answer a link as the VC API's exchange has it."""
    path = link.removeprefix(wallet.api.url)
    asked = wallet.ask("POST", path, json={}).json()["verifiablePresentationRequest"]
    signed = prove(SigningKey.from_seed(seed), Demand(asked["domain"], asked["challenge"]), created=now())
    return wallet.ask("POST", path, json={"verifiablePresentation": signed})


def test_an_invitation_that_was_answered_by_one_door_is_answered_at_the_other(wallet: Steps) -> None:
    link = link_of(wallet.api, enrol(wallet.api))
    access = wallet.begin(link)["access_token"]
    assert exchange(wallet, link).status_code == 200
    assert refusal(wallet.request(access)) == (400, "credential_request_denied")

    link = link_of(wallet.api, enrol(wallet.api, learner="L-2"))
    assert wallet.request(wallet.begin(link)["access_token"]).status_code == 202
    assert wallet.ask("POST", link.removeprefix(wallet.api.url), json={}).status_code == 404


def test_a_holder_whom_the_issuer_names_meanwhile_is_not_replaced(wallet: Steps) -> None:
    credential = enrol(wallet.api)
    access = wallet.begin(link_of(wallet.api, credential))["access_token"]
    holder = did_key(KEYS["ES256"].public)
    assert wallet.api.ask("PUT", f"/v1/credentials/{credential}", json={**ADA, "holder": holder}).status_code == 200

    assert refusal(wallet.request(access)) == (400, "credential_request_denied")
    assert wallet.api.get(f"/v1/credentials/{credential}")["holder"] == holder


def test_a_presentation_proves_a_key_as_well(wallet: Steps) -> None:
    credential = enrol(wallet.api)
    access = wallet.begin(link_of(wallet.api, credential))["access_token"]
    key = SigningKey.from_seed(b"v" * 32)
    elsewhere = prove(key, Demand("https://evil.example", wallet.nonce()), created=now())
    assert refusal(wallet.request(access, {"di_vp": [elsewhere]})) == (400, "invalid_proof")

    proof = prove(key, Demand(wallet.api.url, wallet.nonce()), created=now())
    assert wallet.request(access, {"di_vp": [proof]}).status_code == 202
    assert wallet.api.get(f"/v1/credentials/{credential}")["holder"] == key.did


def test_the_credential_comes_after_its_release_and_again_while_the_answer_may_be_lost(wallet: Steps) -> None:
    credential, tokens, transaction = bound(wallet)
    access = tokens["access_token"]
    for _ in range(2):
        waiting = wallet.collect(access, transaction)
        assert (waiting.status_code, waiting.json()) == (202, {"transaction_id": transaction, "interval": 300})
    wallet.api.world.run()

    first, second = wallet.collect(access, transaction), wallet.request(access)

    released = next(iter(wallet.api.world.released().values()))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content == b'{"credentials":[{"credential":' + released + b"}]}"
    assert json.loads(first.content)["credentials"][0]["credential"]["id"] == credential
    assert (first.headers["cache-control"], first.headers["content-type"]) == ("no-store", "application/json")
    assert refusal(wallet.refresh(tokens["refresh_token"])) == (400, "invalid_grant"), "it was delivered"


def test_while_a_run_is_at_it_a_wallet_may_ask_sooner(wallet: Steps) -> None:
    _, tokens, transaction = bound(wallet)
    wallet.api.world.run(blocks=0)
    assert wallet.collect(tokens["access_token"], transaction).json()["interval"] == 60


def test_a_transaction_is_nothing_to_another_wallet(wallet: Steps) -> None:
    _, _, transaction = bound(wallet)
    _, tokens, own = bound(wallet, "L-2")
    wallet.api.world.run()

    for wrong in (transaction, "made-up"):
        assert refusal(wallet.collect(tokens["access_token"], wrong)) == (400, "invalid_transaction_id")
    assert refusal(wallet.post("/openid/deferred", {}, tokens["access_token"])) == (400, "invalid_credential_request")
    assert wallet.collect(tokens["access_token"], own).status_code == 200


def test_a_transaction_begins_when_a_key_is_named(wallet: Steps) -> None:
    tokens = wallet.begin(link_of(wallet.api, enrol(wallet.api)))
    with wallet.api.issuer.database.read() as session:
        (row,) = session.exec(select(IssuanceRow)).all()
    assert refusal(wallet.collect(tokens["access_token"], row.id)) == (400, "invalid_transaction_id")


def test_a_wallet_that_waits_gets_new_tokens_and_an_old_one_ends_them_all(wallet: Steps) -> None:
    _, tokens, transaction = bound(wallet)
    first = wallet.refresh(tokens["refresh_token"]).json()
    again = wallet.refresh(tokens["refresh_token"]).json()  # the answer was lost

    assert refusal(wallet.collect(tokens["access_token"], transaction)) == (401, "invalid_token")
    assert wallet.collect(again["access_token"], transaction).status_code == 202
    newest = wallet.refresh(again["refresh_token"]).json()
    assert wallet.collect(newest["access_token"], transaction).status_code == 202
    assert first["refresh_token"] not in (again["refresh_token"], newest["refresh_token"])

    assert refusal(wallet.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert refusal(wallet.refresh(newest["refresh_token"])) == (400, "invalid_grant"), "somebody else has had it"
    assert refusal(wallet.collect(newest["access_token"], transaction)) == (401, "invalid_token")


def reaching(api: Api, **later: float) -> Issuer:
    """Return the issuer as learners reach it, at another time."""
    at = now() + timedelta(**later)
    return replace(api.issuer, reach=Reach(api.url, timedelta(days=14), timedelta(days=90), writes=True), now=lambda: at)


def test_tokens_end_with_their_time_and_are_forgotten(wallet: Steps) -> None:
    _, tokens, transaction = bound(wallet)
    access = tokens["access_token"]
    assert isinstance(wallet_requests.collect(reaching(wallet.api, minutes=4), access, transaction), Waiting)
    with pytest.raises(Denied, match="has expired"):
        wallet_requests.collect(reaching(wallet.api, minutes=5, seconds=1), access, transaction)
    with pytest.raises(Denied, match="has expired"):
        wallet_access.renew(reaching(wallet.api, days=91), tokens["refresh_token"])

    wallet_access.forget_old(reaching(wallet.api, days=89))
    assert wallet.refresh(tokens["refresh_token"]).status_code == 200
    wallet_access.forget_old(reaching(wallet.api, days=91))
    with wallet.api.issuer.database.read() as session:
        assert session.exec(select(IssuanceRow)).all() == []


def test_an_invitation_whose_time_is_over_binds_nothing_any_more(wallet: Steps) -> None:
    access = wallet.begin(link_of(wallet.api, enrol(wallet.api)))["access_token"]
    with wallet.api.issuer.database.write() as session:
        for link in session.exec(select(LinkRow)):
            link.expires_at = now() - timedelta(seconds=1)
    assert refusal(wallet.request(access)) == (400, "credential_request_denied")


def test_what_is_taken_back_meanwhile_is_denied_for_good(wallet: Steps) -> None:
    credential, tokens, transaction = bound(wallet)
    wallet.api.post("/v1/credentials/revocations", {"credentials": [credential], "reason": "error"}, status=202)
    assert refusal(wallet.collect(tokens["access_token"], transaction)) == (400, "credential_request_denied")
    assert refusal(wallet.request(tokens["access_token"])) == (400, "credential_request_denied")


def test_what_is_revoked_after_its_release_is_denied(wallet: Steps) -> None:
    credential, tokens, transaction = bound(wallet)
    wallet.api.world.run()
    wallet.api.post("/v1/credentials/revocations", {"credentials": [credential], "reason": "error"}, status=202)
    assert refusal(wallet.collect(tokens["access_token"], transaction)) == (400, "credential_request_denied")


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
def test_whoever_is_erased_leaves_nothing_that_a_wallet_could_fetch(wallet: Steps, *, sealed: bool) -> None:
    _, tokens, transaction = bound(wallet)
    if sealed:
        wallet.api.world.run()
    issuer = wallet.api.issuer
    with issuer.lock("run"), issuer.lock("backup"):
        erasure.erase(issuer, "L-1")
    assert refusal(wallet.collect(tokens["access_token"], transaction)) == (400, "credential_request_denied")
    assert refusal(wallet.request(tokens["access_token"])) == (400, "credential_request_denied")


def test_a_claim_link_gives_to_the_wallet_that_it_is_bound_to_and_to_no_other(wallet: Steps) -> None:
    own = replace(wallet, alg="ES256")
    credential = enrol(wallet.api, holder=did_key(KEYS["ES256"].public))
    wallet.api.world.run()
    tokens = wallet.begin(link_of(wallet.api, credential))
    assert "refresh_token" not in tokens

    assert refusal(wallet.request(tokens["access_token"])) == (400, "invalid_proof")
    given, again = own.request(tokens["access_token"]), own.request(tokens["access_token"])
    assert (given.status_code, given.content) == (200, again.content)
    assert json.loads(given.content)["credentials"][0]["credential"]["credentialSubject"]["id"] == did_key(KEYS["ES256"].public)
    assert refusal(wallet.request(tokens["access_token"])) == (400, "invalid_proof")
    wallet.api.post("/v1/credentials/revocations", {"credentials": [credential], "reason": "error"}, status=202)
    assert refusal(own.request(tokens["access_token"])) == (400, "credential_request_denied")


def test_a_claim_link_to_a_credential_of_no_wallet_gives_to_any_and_works_once(wallet: Steps) -> None:
    credential = enrol(wallet.api)
    bind = {"learner": "L-1", "name": "Ada", "achievement": "sql", "email": "ada@example.org"}
    assert wallet.api.ask("PUT", f"/v1/credentials/{credential}", json=bind).status_code == 200
    with wallet.api.issuer.database.write() as session:
        for row in session.exec(select(CredentialRow)):
            row.waits_until = None
    wallet.api.world.run()
    link = link_of(wallet.api, credential)
    assert wallet.request(wallet.begin(link)["access_token"]).status_code == 200
    assert refusal(wallet.ask("GET", f"/offers/{token_of(link)}")) == (404, "invalid_request")
    assert wallet.ask("POST", link.removeprefix(wallet.api.url), json={}).status_code == 404


def test_what_a_wallet_was_let_in_with_outlives_the_service(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=reachable) as before:
        _, tokens, transaction = bound(Steps(before))
        with before.issuer.database.write() as session:
            session.connection().execute(delete(AccessKeyRow))  # those of `serving`, which makes them again
    with serving(world, tmp_path, settings=reachable) as after:
        wallet = Steps(after)
        assert wallet.collect(tokens["access_token"], transaction).status_code == 202
        assert wallet.refresh(tokens["refresh_token"]).status_code == 200


def test_no_token_is_in_a_log_or_in_the_database(wallet: Steps) -> None:
    link = link_of(wallet.api, enrol(wallet.api))
    code = wallet.code(link)
    tokens = wallet.redeem(code).json()
    newer = wallet.refresh(tokens["refresh_token"]).json()
    transaction = wallet.request(newer["access_token"]).json()["transaction_id"]
    wallet.collect(newer["access_token"], transaction)
    secrets = [code, token_of(link), *(each[name] for each in (tokens, newer) for name in ("access_token", "refresh_token"))]
    log, kept = wallet.api.log.read_text(), wallet.api.world.dump()

    assert '"route": "/offers/{token}"' in log
    for secret in secrets:
        for piece in secret.split("."):
            assert piece not in log
            assert piece.encode() not in kept
    assert transaction not in log


def few(url: str) -> Settings:
    return Settings(service=ServiceSettings(url=url, requests_a_minute=3))


def test_whoever_asks_too_often_is_told_so_in_the_same_form(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=few) as api:
        answers = [api.ask("POST", "/openid/nonce", who=None) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert refusal(answers[-1]) == (429, "temporarily_unavailable")
    assert int(answers[-1].headers["retry-after"]) > 0
