"""A verifier's service asks wallets (OpenID4VP 1.0): whoever asks gets what they asked for, once, and nobody else gets anything."""

import base64
import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import base58
import pytest

from laurea.artefacts import qr
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from laurea.core.jws import Jws
from laurea.core.keys import SigningKey, multikey
from laurea.core.presentation import Demand, present
from laurea.web.verifier.asks import LIFE
from laurea.web.verifier.wallets import Signer
from tests.anvil import Anvil
from tests.issued import PASSPHRASE, TESTNET, Issued, issue, stranger
from tests.judges.judge import ask
from tests.web.verifier_host import VerifierHost, verifier_host

LAUREA = Path(sys.executable).with_name("laurea")
NAME, RESULT = "/credentialSubject/achievement/name", "/credentialSubject/result"
OTHERS = {"type": "OpenBadgeCredential", "claims": [NAME]}
KEY = SigningKey.from_seed(b"verifier's key for its requests.")
SIGNER = Signer(KEY, KEY.method)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


@pytest.fixture(scope="module")
def host(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("verifier") / "log", issued.url, trust=(issued.trust,)) as running:
        yield running


@pytest.fixture(scope="module")
def signing(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("signing") / "log", issued.url, trust=(issued.trust,), signer=SIGNER) as running:
        yield running


def asked(host: VerifierHost, **members: Any) -> Any:
    answer = host.ask("POST", "/v1/requests", json=members or OTHERS)
    assert answer.status_code == 201, answer.text
    return answer.json()


def parameters(made: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(made["link"]).query))


def result(host: VerifierHost, made: Any, **query: str) -> Any:
    answer = host.ask("GET", f"/v1/requests/{made['id']}", headers={"Authorization": f"Bearer {made['token']}"}, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def secret(key: SigningKey) -> dict[str, str]:
    """Return a key as the libraries of others take it."""
    private = "z" + base58.b58encode(b"\x80\x26" + key.seed + key.public).decode()
    return {"publicKeyMultibase": multikey(key.public), "secretKeyMultibase": private}


def answers(host: VerifierHost, state: str, vp_token: Any, **members: str) -> Any:
    token = vp_token if isinstance(vp_token, str) else json.dumps(vp_token)
    return host.ask("POST", "/v1/responses", data={"state": state, "vp_token": token, **members})


def shown(issued: Issued, *claims: str, number: int = 1) -> Credential:
    whole = Credential.of(issued.document(number))
    return derive(whole, {*claims, "/credentialSubject/id", "/credentialSubject/achievement/type", "/credentialSubject/type"}.__contains__)


def signed(issued: Issued, made: Any, *claims: str, audience: str | None = None, nonce: str | None = None, number: int = 1) -> JsonObject:
    """Return what the holder of the first credential signs for a request."""
    said = parameters(made)
    demand = Demand(audience or said["client_id"], nonce or said["nonce"])
    key = issued.wallet().opened().key
    return present(shown(issued, *(claims or (NAME,)), number=number), key, demand=demand, created=datetime.now(UTC).replace(microsecond=0))


def wallet(issued: Issued, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAUREA_")}
    return subprocess.run(
        [LAUREA, "wallet", "present", "--wallet", issued.folder / "wallet.laurea", *arguments],
        env={**kept, "LAUREA_WALLET_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("kind", ["unsigned", "signed"])
def test_our_wallet_answers_our_verifier(issued: Issued, host: VerifierHost, signing: VerifierHost, kind: str) -> None:
    asker = host if kind == "unsigned" else signing
    made = asked(asker, type="OpenBadgeCredential", claims=[NAME, RESULT])
    assert result(asker, made)["state"] == "waiting"

    named = ("--audience", urlsplit(asker.url).netloc, "--show", NAME, "--show", RESULT)
    done = wallet(issued, "1", "--request", made["link"], "--yes", *named)

    assert done.returncode == 0, done.stderr
    assert f"{urlsplit(asker.url).netloc} asks" in done.stderr
    assert ("nobody has signed that" in done.stderr) == (kind == "unsigned")
    found = result(asker, made)
    assert (found["state"], found["verdict"], found["problem"]) == ("answered", "valid", "")
    (only,) = found["presentations"]
    assert {check["id"] for check in only["report"]["checks"] if check["outcome"] != "passed"} == {"signature"}, "it is over the whole"
    subject = only["credential"]["credentialSubject"]
    assert subject["id"] == issued.holder
    assert subject["achievement"] == {"type": ["Achievement"], "name": "SQL, scored"}
    assert subject["result"][0]["value"] == "93"
    assert "proof" not in only["credential"]


def test_a_long_request_is_behind_a_link(issued: Issued, host: VerifierHost) -> None:
    values = ["SQL, scored", *(f"a name that is long enough, number {number}" for number in range(50))]
    claim = {"path": ["credentialSubject", "achievement", "name"], "values": values}
    made = asked(
        host,
        dcql_query={
            "credentials": [{"id": "c", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}, "claims": [claim]}]
        },
    )
    assert "dcql_query" not in made["link"]
    assert len(made["link"]) < 300, "a small code"

    done = wallet(issued, "1", "--request", made["link"], "--yes", "--audience", urlsplit(host.url).netloc, "--show", NAME)

    assert done.returncode == 0, done.stderr
    assert result(host, made)["verdict"] == "valid"


@pytest.mark.parametrize("kind", ["unsigned", "signed"])
def test_the_wallet_of_others_answers_our_verifier(issued: Issued, host: VerifierHost, signing: VerifierHost, kind: str) -> None:
    asker = host if kind == "unsigned" else signing
    made = asked(asker, type="OpenBadgeCredential", claims=[NAME, "/credentialSubject/result/0/value"])
    key = issued.wallet().opened().key

    said = ask("vp_wallet", {"link": made["link"], "credentials": [shown(issued, NAME, RESULT).secured()], "key": secret(key)})

    assert (said["kind"], said["status"], said["told"]) == ("openid4vp" if kind == "unsigned" else "jar", 200, "{}"), said
    assert said["client"]["prefix"] == ("redirect_uri" if kind == "unsigned" else "decentralized_identifier")
    assert "expires" not in said["proof"], "and still it counts: the challenge is good for minutes, and once"
    found = result(asker, made)
    assert (found["state"], found["verdict"], found["problem"]) == ("answered", "valid", ""), found
    assert found["presentations"][0]["credential"]["credentialSubject"]["result"][0]["value"] == "93"


def refused(answer: Any, status: int, words: str) -> None:
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_what_was_signed_for_another_request_is_not_taken(issued: Issued, host: VerifierHost) -> None:
    first, second = asked(host), asked(host)
    replayed = signed(issued, first)
    assert answers(host, parameters(first)["state"], {"credential": [replayed]}).status_code == 200

    refused(answers(host, parameters(second)["state"], {"credential": [replayed]}), 400, "signed for another challenge")

    found = result(host, second)
    assert (found["state"], found["verdict"]) == ("answered", "invalid")
    assert found["presentations"][0]["credential"] is None, "nothing of it is passed on"


def test_what_was_signed_for_somebody_else_is_not_taken(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)
    elsewhere = signed(issued, made, audience="redirect_uri:https://other.example/v1/responses")

    refused(answers(host, parameters(made)["state"], {"credential": [elsewhere]}), 400, "signed for another audience")

    assert result(host, made)["verdict"] == "invalid"


def test_a_request_is_answered_once(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)
    token = {"credential": [signed(issued, made)]}
    assert answers(host, parameters(made)["state"], token).status_code == 200

    refused(answers(host, parameters(made)["state"], token), 409, "was answered")
    refused(host.ask("POST", "/v1/responses", data={"state": parameters(made)["state"], "error": "access_denied"}), 409, "was answered")
    assert host.ask("GET", urlsplit(made["requestUri"]).path).status_code == 404
    assert result(host, made)["verdict"] == "valid"


def test_the_state_of_another_request_leads_nowhere(issued: Issued, host: VerifierHost) -> None:
    mine, theirs = asked(host), asked(host)

    refused(answers(host, parameters(theirs)["state"], {"credential": [signed(issued, mine)]}), 400, "another challenge")
    refused(answers(host, "a-state-of-nobody", {"credential": [signed(issued, mine)]}), 409, "not made here")

    assert result(host, mine)["state"] == "waiting"


def test_fewer_credentials_than_were_asked_for_are_no_answer(issued: Issued, host: VerifierHost) -> None:
    one = {
        "format": "ldp_vc",
        "meta": {"type_values": [["OpenBadgeCredential"]]},
        "claims": [{"path": ["credentialSubject", "achievement", "name"]}],
    }
    made = asked(host, dcql_query={"credentials": [{"id": "first", **one}, {"id": "second", **one}]})

    refused(answers(host, parameters(made)["state"], {"first": [signed(issued, made)]}), 400, "it lacks credentials")

    assert result(host, made)["verdict"] == "invalid"


def test_a_credential_that_lacks_a_claim_or_is_another_one_is_no_answer(issued: Issued, host: VerifierHost) -> None:
    lacking = asked(host, type="OpenBadgeCredential", claims=[NAME, RESULT])
    refused(
        answers(host, parameters(lacking)["state"], {"credential": [signed(issued, lacking, NAME)]}),
        400,
        "not the claims, that was asked for",
    )

    other = asked(host, type="EndorsementCredential")
    refused(answers(host, parameters(other)["state"], {"credential": [signed(issued, other)]}), 400, "not the credential")

    values = {"id": "c", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}
    valued = asked(
        host, dcql_query={"credentials": [{**values, "claims": [{"path": ["credentialSubject", "achievement", "name"], "values": ["X"]}]}]}
    )
    refused(answers(host, parameters(valued)["state"], {"c": [signed(issued, valued)]}), 400, "not the claims")


def test_the_credential_of_somebody_else_is_no_answer(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)

    refused(
        answers(host, parameters(made)["state"], {"credential": [signed(issued, made, number=2)]}), 400, "a holder's signature was demanded"
    )

    found = result(host, made)
    assert (found["verdict"], found["presentations"][0]["credential"]) == ("invalid", None)


def test_a_stranger_who_signs_is_not_its_holder(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)
    said = parameters(made)
    demand = Demand(said["client_id"], said["nonce"])
    theirs = present(shown(issued, NAME), stranger(), demand=demand, created=datetime.now(UTC).replace(microsecond=0))

    refused(answers(host, said["state"], {"credential": [theirs]}), 400, "not signed by the key of the credential's subject")


def test_a_claim_that_was_not_asked_for_is_not_passed_on(issued: Issued, host: VerifierHost) -> None:
    made = asked(host, type="OpenBadgeCredential", claims=[NAME])

    assert answers(host, parameters(made)["state"], {"credential": [signed(issued, made, NAME, RESULT)]}).status_code == 200

    (only,) = result(host, made)["presentations"]
    assert "result" not in only["credential"]["credentialSubject"]
    assert '"93"' not in json.dumps(only)  # with its quotes: addresses and hashes have any digits


def test_a_revoked_credential_is_taken_and_told(issued: Issued, host: VerifierHost) -> None:
    query = {
        "id": "c",
        "format": "ldp_vc",
        "meta": {"type_values": [["OpenBadgeCredential"]]},
        "require_cryptographic_holder_binding": False,
    }
    made = asked(host, dcql_query={"credentials": [query]})

    assert answers(host, parameters(made)["state"], {"c": [issued.document(3)]}).status_code == 200

    found = result(host, made)
    assert (found["state"], found["verdict"], found["problem"]) == ("answered", "invalid", "")
    outcomes = {check["id"]: check["outcome"] for check in found["presentations"][0]["report"]["checks"]}
    assert (outcomes["revocation"], outcomes["holder"]) == ("failed", "skipped")


def test_a_bare_credential_is_no_answer_where_its_holder_was_to_sign(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)

    refused(answers(host, parameters(made)["state"], {"credential": [issued.document(1)]}), 400, "which its holder has signed")

    assert result(host, made)["state"] == "waiting", "what is no answer to it at all leaves it open"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("[]", "no object"),
        ("{}", "no object"),
        ("{", "not JSON"),
        ('{"credential": [], "credential": []}', "twice"),
        ('{"other": [{}]}', "what was not asked"),
        ('{"credential": {}}', "no list"),
        ('{"credential": []}', "no list"),
        ('{"credential": ["eyJhbGciOiJFZERTQSJ9.e30."]}', "no JSON object"),
        (
            '{"credential": [{"type": "VerifiablePresentation", "@context": ["https://www.w3.org/ns/credentials/v2"], "verifiableCredential": []}]}',
            "0 credentials",
        ),
        ('{"credential": [{}, {}]}', "one was asked for"),
    ],
)
def test_what_is_no_answer_is_refused_and_the_request_stays_open(host: VerifierHost, token: str, words: str) -> None:
    made = asked(host)

    refused(answers(host, parameters(made)["state"], token), 400, words)

    assert result(host, made)["state"] == "waiting"
    assert host.ask("GET", urlsplit(made["requestUri"]).path).status_code == 200


def test_a_huge_answer_is_refused_before_anything_looks_at_it(host: VerifierHost) -> None:
    made = asked(host)
    state = parameters(made)["state"]

    refused(answers(host, state, '{"credential": ["' + "x" * (1 << 20) + '"]}'), 400, "larger than")
    assert answers(host, state, "x" * (4 << 20)).status_code == 413
    deep = '{"credential": [' + "[" * 500 + "]" * 500 + "]}"
    refused(answers(host, state, deep), 400, "nested")
    assert result(host, made)["state"] == "waiting"


def test_a_refusal_is_a_refusal_and_no_verdict(issued: Issued, host: VerifierHost) -> None:
    made = asked(host)

    done = wallet(issued, "--request", made["link"], "--refuse")

    assert done.returncode == 0, done.stderr
    found = result(host, made)
    assert (found["state"], found["error"], found["verdict"], found["presentations"]) == ("refused", "access_denied", None, [])


def test_nobody_without_the_token_gets_the_answer(issued: Issued, host: VerifierHost) -> None:
    made, other = asked(host), asked(host)
    assert answers(host, parameters(made)["state"], {"credential": [signed(issued, made)]}).status_code == 200

    for token in ("", f"Bearer {other['token']}", f"Bearer {made['id']}", f"Bearer {parameters(made)['state']}"):
        assert host.ask("GET", f"/v1/requests/{made['id']}", headers={"Authorization": token} if token else {}).status_code == 404


def test_whoever_is_sent_back_alone_brings_the_answer_with_them(issued: Issued, host: VerifierHost) -> None:
    made = asked(host, **OTHERS, redirectUri="https://employer.example/done?session=1")

    told = answers(host, parameters(made)["state"], {"credential": [signed(issued, made)]}).json()["redirect_uri"]

    assert told.startswith("https://employer.example/done?session=1&response_code=")
    assert result(host, made)["state"] == "waiting", "who had somebody else answer never gets the code"
    assert result(host, made, response_code="another")["state"] == "waiting"
    assert result(host, made, response_code=told.rpartition("=")[2])["verdict"] == "valid"


def test_requests_and_answers_are_forgotten(issued: Issued, tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", issued.url, trust=(issued.trust,)) as host:
        late, kept = asked(host), asked(host)
        assert answers(host, parameters(kept)["state"], {"credential": [signed(issued, kept)]}).status_code == 200
        host.seconds[0] = LIFE.total_seconds() + 1

        refused(answers(host, parameters(late)["state"], {"credential": [signed(issued, late)]}), 409, "has run out")
        for made in (late, kept):
            assert host.ask("GET", f"/v1/requests/{made['id']}", headers={"Authorization": f"Bearer {made['token']}"}).status_code == 404
        assert not host.service.wallets.asks._kept
        assert not host.service.wallets.asks._held
    text = (tmp_path / "log").read_text()
    assert not [word for word in (late["id"], late["token"], issued.holder, "SQL, scored") if word in text]


def test_only_whoever_has_the_operators_token_asks(tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", asker_token="a token of the operator") as host:
        assert host.ask("POST", "/v1/requests", json=OTHERS).status_code == 401
        assert host.ask("POST", "/v1/requests", json=OTHERS, headers={"Authorization": "Bearer another token here"}).status_code == 401
        assert host.ask("POST", "/v1/requests", json=OTHERS, headers={"Authorization": "Bearer a token of the operator"}).status_code == 201


def test_a_request_is_made_for_the_wallet_that_fetches_it(signing: VerifierHost) -> None:
    made = asked(signing)
    path = urlsplit(made["requestUri"]).path

    answer = signing.ask("POST", path, data={"wallet_nonce": "of-this-wallet", "wallet_metadata": "{}"})

    assert answer.headers["content-type"] == "application/oauth-authz-req+jwt"
    jws = Jws.parse(answer.text)
    assert jws.is_by(KEY.public)
    assert (jws.header["typ"], jws.header["kid"], jws.payload["wallet_nonce"]) == ("oauth-authz-req+jwt", KEY.method, "of-this-wallet")
    assert jws.payload["client_id"] == f"decentralized_identifier:{KEY.did}"
    assert "wallet_nonce" not in Jws.parse(signing.ask("GET", path).text).payload


def test_nonces_and_states_are_long_and_never_the_same(host: VerifierHost) -> None:
    seen = [parameters(asked(host)) for _ in range(20)]

    for name in ("nonce", "state"):
        assert len({each[name] for each in seen}) == 20
        assert {len(each[name]) for each in seen} == {22}, "128 bits"


def test_a_query_that_no_wallet_could_read_is_not_asked(host: VerifierHost) -> None:
    wrong = [
        {"dcql_query": {}},
        {"claims": [NAME]},
        {**OTHERS, "dcql_query": {}},
        {**OTHERS, "claims": ["name"]},
        {**OTHERS, "more": 1},
        {},
    ]
    for body in wrong:
        assert host.ask("POST", "/v1/requests", json=body).status_code == 422, body
    for redirect in ("http://employer.example/", "javascript:alert(1)", "https://employer.example/#x", "https://a@employer.example/"):
        assert host.ask("POST", "/v1/requests", json={**OTHERS, "redirectUri": redirect}).status_code == 422, redirect
    assert host.ask("POST", "/v1/requests", content=b'{"type": "A", "type": "B"}').status_code == 400


def test_the_page_asks_a_wallet_and_shows_its_answer_without_a_script(issued: Issued, host: VerifierHost) -> None:
    assert "Ask a wallet" in host.ask("GET", "/").text
    assert 'value="result"' in host.ask("GET", "/wallet").text
    begun = host.ask("POST", "/wallet", data={"claim": ["achievement", "result"]})
    assert begun.status_code == 303
    place = "/" + begun.headers["location"]

    waiting = host.ask("GET", place)
    assert waiting.headers["refresh"] == "3"
    assert "data:image/svg+xml;base64," in waiting.text
    link = html.unescape(waiting.text.partition('<code id="link">')[2].partition("</code>")[0])
    picture = base64.b64decode(waiting.text.partition("data:image/svg+xml;base64,")[2].partition('"')[0])
    assert picture == qr.draw(link, "svg")
    named = ("--audience", urlsplit(host.url).netloc, "--show", "/credentialSubject/achievement", "--show", RESULT)
    done = wallet(issued, "1", "--request", link, "--yes", *named)
    assert done.returncode == 0, done.stderr

    shown = host.ask("GET", place)
    assert "refresh" not in shown.headers
    for words in ("Valid", "SQL, scored", "93", "Save a statement to print or file", "has signed your question just now"):
        assert words in shown.text, words
    assert host.ask("GET", place + "x").status_code == 200, "the language is nothing that a request is found by"
    assert host.ask("GET", place.replace("token=", "token=x")).status_code == 404


def test_the_page_says_that_a_wallet_has_refused_or_answered_something_else(issued: Issued, host: VerifierHost) -> None:
    for answered, words in (({"error": "access_denied"}, "The wallet has refused"), ({}, "This is not what the wallet was asked for")):
        place = "/" + host.ask("POST", "/wallet", data={"claim": "result"}, headers={"Accept-Language": "en"}).headers["location"]
        link = html.unescape(host.ask("GET", place).text.partition('<code id="link">')[2].partition("</code>")[0])
        sent = answered or {"vp_token": json.dumps({"credential": [signed(issued, {"link": link}, NAME)]})}
        host.ask("POST", "/v1/responses", data={"state": parameters({"link": link})["state"], **sent})
        shown = host.ask("GET", place).text
        assert words in shown
        assert "SQL, scored" not in shown


def test_the_page_of_a_service_whose_operator_says_who_asks_wants_the_token(tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", asker_token="a-token-of-the-operator") as host:
        assert 'name="token"' in host.ask("GET", "/wallet").text
        assert host.ask("POST", "/wallet", data={"claim": "result"}).status_code == 401
        assert host.ask("POST", "/wallet", data={"claim": "result", "token": "a-token-of-the-operator"}).status_code == 303
        assert host.ask("POST", "/wallet", headers={"Sec-Fetch-Site": "cross-site"}, data={}).status_code == 403
