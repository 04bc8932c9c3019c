"""A verifier's service asks wallets (OpenID4VP 1.0): whoever asks gets what they asked for, once, and nobody else gets anything."""

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

from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from laurea.core.keys import SigningKey, multikey
from laurea.core.presentation import Demand, present
from laurea.web.verifier.wallets import Signer
from tests.anvil import Anvil
from tests.issued import PASSPHRASE, TESTNET, Issued, issue
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
