"""Key proofs of OpenID4VCI: what a wallet sends, and everything that is none."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from laurea.core import jwk, jws, key_proof, signature
from laurea.core.authentication import prove
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.key_proof import KeyProof
from laurea.core.keys import SigningKey, did_key, multikey
from laurea.core.p256 import P256Key
from laurea.core.presentation import Demand
from laurea.errors import FormatError

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ISSUER = "https://badges.example.edu"
ED25519, P256 = SigningKey.from_seed(b"k" * 32), P256Key.from_scalar(b"k" * 32)
OTHER = SigningKey.from_seed(b"o" * 32)
BOTH = pytest.mark.parametrize("key", [ED25519, P256], ids=["Ed25519", "P-256"])
SUITE_OF = {32: "eddsa-jcs-2022", 33: "ecdsa-jcs-2019"}


def method(key: SigningKey | P256Key) -> str:
    return f"{did_key(key.public)}#{multikey(key.public)}"


def payload(**changes: Json) -> JsonObject:
    said: JsonObject = {"aud": ISSUER, "iat": int(NOON.timestamp()), "nonce": "n-1", **changes}
    return {name: value for name, value in said.items() if value is not None}


def header(key: SigningKey | P256Key, **changes: Json) -> JsonObject:
    said: JsonObject = {"typ": "openid4vci-proof+jwt", "jwk": jwk.jwk_of(key.public), **changes}
    return {name: value for name, value in said.items() if value is not None}


def part(said: JsonObject) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def compact(key: SigningKey | P256Key, said: JsonObject, head: JsonObject) -> str:
    """Sign whatever a header says; our own signer would not."""
    text = f"{part(head)}.{part(said)}"
    return f"{text}.{urlsafe_b64encode(key.sign(text.encode())).rstrip(b'=').decode()}"


def jwt(key: SigningKey | P256Key, said: JsonObject | None = None, head: JsonObject | None = None) -> str:
    return compact(key, said or payload(), {"alg": jws.ALGORITHMS[len(key.public)], **(head or header(key))})


def of_jwt(key: SigningKey | P256Key, said: JsonObject | None = None, head: JsonObject | None = None) -> Json:
    return {"jwt": [jwt(key, said, head)]}


def shown(
    key: SigningKey | P256Key, *, suite: str | None = None, context: Json = None, document: Json = None, **options: Json
) -> JsonObject:
    body: JsonObject = {
        "@context": context or ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did_key(key.public),
        **(document if isinstance(document, dict) else {}),
    }
    chosen: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite or SUITE_OF[len(key.public)],
        "created": format_time(NOON),
        "verificationMethod": method(key),
        "proofPurpose": "authentication",
        "domain": ISSUER,
        "challenge": "n-1",
        **options,
    }
    proof = signature.secure(
        body, key, {name: value for name, value in chosen.items() if value is not None}, suite=SUITES[str(chosen["cryptosuite"])]
    )
    return {**body, "proof": proof}


def refused(proofs: Json, why: str, *, at: datetime = NOON) -> None:
    with pytest.raises(FormatError, match=why):
        key_proof.read(proofs, ISSUER, at=at)


@BOTH
def test_a_jwt_by_a_key_that_its_header_has_or_names_is_taken(key: SigningKey | P256Key) -> None:
    expected = KeyProof(did_key(key.public), "n-1")

    assert key_proof.read(of_jwt(key), ISSUER, at=NOON) == expected
    named = of_jwt(key, head=header(key, jwk=None, kid=method(key)))
    assert key_proof.read(named, ISSUER, at=NOON) == expected


@BOTH
def test_a_presentation_is_taken_with_its_proof_alone_or_in_a_set(key: SigningKey | P256Key) -> None:
    expected = KeyProof(did_key(key.public), "n-1")
    made = shown(key)

    for each in (made, {**made, "proof": [made["proof"]]}, shown(key, created=None), shown(key, document={"id": "urn:x"})):
        assert key_proof.read({"di_vp": [each]}, ISSUER, at=NOON) == expected


def test_what_our_own_wallet_signs_for_an_exchange_is_such_a_presentation() -> None:
    made = prove(ED25519, Demand(ISSUER, "n-1"), created=NOON)
    assert key_proof.read({"di_vp": [made]}, ISSUER, at=NOON).holder == ED25519.did


@pytest.mark.parametrize(
    ("proofs", "why"),
    [
        (None, "exactly one member"),
        ([], "exactly one member"),
        ({}, "exactly one member"),
        ({"jwt": ["x"], "di_vp": [{}]}, "exactly one member"),
        ({"attestation": ["x"]}, "of a kind that is not taken"),
        ({"jwt": []}, "one proof"),
        ({"jwt": "x"}, "one proof"),
        ({"jwt": [{}]}, "is a string"),
        ({"jwt": ["not.a.jwt"]}, "is not one"),
        ({"di_vp": ["x"]}, "is a verifiable presentation"),
        ({"di_vp": [{"type": "VerifiablePresentation"}]}, "is a verifiable presentation"),
    ],
)
def test_what_is_no_proof_is_refused(proofs: Json, why: str) -> None:
    refused(proofs, why)


def test_several_keys_at_once_are_refused() -> None:
    refused({"jwt": [jwt(ED25519), jwt(OTHER)]}, "one proof: a credential is bound to one key")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "https://evil.example"}, "its aud is not ours"),
        ({"aud": [ISSUER]}, "its aud is not ours"),
        ({"aud": None}, "its aud is not ours"),
        ({"nonce": None}, "has no nonce"),
        ({"nonce": ""}, "has no nonce"),
        ({"nonce": 1}, "has no nonce"),
        ({"iat": None}, "not a number"),
        ({"iat": True}, "not a number"),
        ({"iat": str(int(NOON.timestamp()))}, "not a number"),
        ({"iat": 2**53 - 1}, "no time"),
        ({"iat": int(NOON.timestamp()) - 301}, "older than five minutes"),
        ({"iat": int(NOON.timestamp()) + 61}, "made in the future"),
    ],
)
def test_a_jwt_for_another_issuer_or_another_time_is_refused(changes: dict[str, Json], why: str) -> None:
    refused(of_jwt(ED25519, payload(**changes)), why)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (header(ED25519, typ="JWT"), "the typ of the proof"),
        (header(ED25519, typ=None), "the typ of the proof"),
        (header(ED25519, kid=method(ED25519)), "one of the two"),
        (header(ED25519, jwk=None), "one of the two"),
        (header(ED25519, x5c=["MIIB"]), "not by x5c"),
        (header(ED25519, jwk=None, x5c=["MIIB"]), "not by x5c"),
        (header(ED25519, crit=["exp"]), "has crit"),
        (header(ED25519, jwk={**jwk.jwk_of(ED25519.public), "d": "k" * 43}), "private key"),
        (header(ED25519, jwk=jwk.jwk_of(OTHER.public)), "not by the key that it names"),
        (header(ED25519, jwk=jwk.jwk_of(P256.public)), "not by the key that it names"),
        (header(ED25519, jwk=None, kid=method(OTHER)), "not by the key that it names"),
        (header(ED25519, jwk=None, kid=f"{ED25519.did}#{multikey(OTHER.public)}"), "the kid of the proof is not the key of its did:key"),
        (header(ED25519, jwk=None, kid=ED25519.did), "the kid of the proof is not the key"),
        (header(ED25519, jwk=None, kid="did:web:evil.example#1"), "not a did:key"),
        (header(ED25519, jwk=None, kid=7), "not a did:key"),
    ],
)
def test_a_header_that_names_no_key_or_not_the_one_that_signed_is_refused(head: JsonObject, why: str) -> None:
    refused(of_jwt(ED25519, head=head), why)


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS256", None, ["EdDSA"]])
def test_no_other_algorithm_is_looked_at(alg: Json) -> None:
    """The signature of such a proof is right, as far as there can be one: only the name of the algorithm is another."""
    text = compact(ED25519, payload(), {**header(ED25519), "alg": alg})
    refused({"jwt": [text if alg != "none" else text.rpartition(".")[0] + "."]}, "the alg of the proof is none of EdDSA, ES256")


def test_whatever_is_changed_in_a_jwt_is_refused() -> None:
    text = jwt(ED25519)
    for position in range(0, len(text), 7):
        changed = text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]
        with pytest.raises(FormatError):
            key_proof.read({"jwt": [changed]}, ISSUER, at=NOON)


def changed(made: JsonObject, **members: Any) -> JsonObject:
    return {**made, **members}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (shown(ED25519, domain="https://evil.example"), "another audience"),
        (shown(ED25519, domain=[ISSUER]), "another audience"),
        (shown(ED25519, domain=None), "another audience"),
        (shown(ED25519, challenge=None), "has no nonce"),
        (shown(ED25519, proofPurpose="assertionMethod"), "another purpose"),
        (shown(ED25519, verificationMethod=method(OTHER)), "signed by another than its holder"),
        (shown(ED25519, verificationMethod=method(OTHER), document={"holder": OTHER.did}), "does not fit"),
        (shown(ED25519, verificationMethod=f"{ED25519.did}#x"), "not signed by the key"),
        (shown(ED25519, document={"holder": OTHER.did}), "signed by another than its holder"),
        (shown(ED25519, created=format_time(NOON - timedelta(seconds=301))), "older than five minutes"),
        (shown(ED25519, created=format_time(NOON + timedelta(seconds=61))), "in the future"),
        (shown(ED25519, created=7), "not a string"),
        (shown(ED25519, expires=format_time(NOON)), "has expired"),
        (shown(ED25519, expires=7), "not a string"),
        (shown(ED25519, suite="eddsa-rdfc-2022"), "none of eddsa-jcs-2022, ecdsa-jcs-2019"),
        (shown(ED25519, context=["https://evil.example/nothing"]), "is a verifiable presentation"),
        (changed(shown(ED25519), holder=ED25519.did, id="urn:added"), "does not fit"),
        (changed(shown(ED25519), proof=[]), "no proof, or more than one"),
        (changed(shown(ED25519), proof=[shown(ED25519)["proof"]] * 2), "no proof, or more than one"),
        (changed(shown(ED25519), type=["VerifiableCredential"]), "is a verifiable presentation"),
    ],
)
def test_a_presentation_that_proves_nothing_here_is_refused(made: JsonObject, why: str) -> None:
    refused({"di_vp": [made]}, why)
