"""eddsa-jcs-2022: the published vectors of the W3C, byte for byte, and everything that must not verify."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import canonical, keys, signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey
from tests.core.strategies import documents
from tests.core.world import ISSUER_KEY, METHOD, NOON, STRANGER, badge, changed, sign

SIGNED = sign(badge())


@pytest.fixture(scope="session")
def published(shared_data: Path) -> Path:
    return shared_data / "vectors" / "vc-di-eddsa"


@pytest.fixture(scope="session")
def pair(published: Path) -> SigningKey:
    private = json.loads((published / "keyPair.json").read_text())["privateKeyMultibase"]
    return SigningKey.from_seed(base58.b58decode(private[1:])[2:])  # after the multicodec of an Ed25519 private key


def without(document: JsonObject, name: str) -> JsonObject:
    return {other: value for other, value in document.items() if other != name}


def published_signed(published: Path) -> tuple[JsonObject, JsonObject]:
    document: Any = json.loads((published / "eddsa-jcs-2022" / "signedJCS.json").read_text())
    return without(document, "proof"), document["proof"]


@pytest.mark.shared
def test_the_key_pair_of_the_w3c_is_a_pair(published: Path, pair: SigningKey) -> None:
    assert keys.multikey(pair.public) == json.loads((published / "keyPair.json").read_text())["publicKeyMultibase"]


@pytest.mark.shared
def test_the_published_document_is_signed_byte_for_byte(published: Path, pair: SigningKey) -> None:
    unsigned: Any = json.loads((published / "unsigned.json").read_text())
    _, expected = published_signed(published)
    created = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)

    assert signature.sign(unsigned, pair, method=pair.method, purpose="assertionMethod", created=created) == expected
    assert expected["proofValue"] == (published / "eddsa-jcs-2022" / "sigBTC58JCS.txt").read_text().strip()


@pytest.mark.shared
def test_the_published_forms_and_hashes_are_ours(published: Path, pair: SigningKey) -> None:
    folder = published / "eddsa-jcs-2022"
    document, proof = published_signed(published)
    options = without(proof, "proofValue")
    combined = (folder / "combinedHashJCS.txt").read_text().strip()

    assert canonical.encode(document).decode() == (folder / "canonDocJCS.txt").read_text().strip()
    assert canonical.encode(options).decode() == (folder / "proofCanonJCS.txt").read_text().strip()
    assert options == json.loads((folder / "proofConfigJCS.json").read_text())
    assert sha256(canonical.encode(document)).hexdigest() == (folder / "docHashJCS.txt").read_text().strip()
    assert sha256(canonical.encode(options)).hexdigest() == (folder / "proofHashJCS.txt").read_text().strip()
    assert SUITES["eddsa-jcs-2022"].hash_data(document, options).hex() == combined
    assert pair.sign(bytes.fromhex(combined)).hex() == (folder / "sigHexJCS.txt").read_text().strip()


@pytest.mark.shared
def test_the_published_signature_verifies_and_its_altered_twins_do_not(published: Path, pair: SigningKey) -> None:
    document, proof = published_signed(published)

    assert signature.check(document, proof, pair.public)
    for name in document:
        if name != "@context":
            assert not signature.check(without(document, name), proof, pair.public)
    assert not signature.check(changed(document, "credentialSubject", "alumniOf", to="Another School"), proof, pair.public)
    for option in without(proof, "proofValue"):
        if option != "@context":
            assert not signature.check(document, without(proof, option), pair.public)
            assert not signature.check(document, {**proof, option: "other"}, pair.public)
    assert not signature.check(document, proof, STRANGER.public)


@given(documents, st.dictionaries(st.sampled_from(["challenge", "domain", "expires", "nonce"]), st.text("abc", max_size=5)))
def test_what_was_signed_verifies_by_that_key_alone(document: JsonObject, extra: dict[str, str]) -> None:
    document = without(document, "proof")
    proof = signature.sign(document, ISSUER_KEY, method=METHOD, purpose="assertionMethod", created=NOON, extra=extra)

    assert proof.items() >= extra.items()
    assert signature.check(document, proof, ISSUER_KEY.public)
    assert not signature.check(document, proof, STRANGER.public)
    assert not signature.check({**document, "more": "x" * 13}, proof, ISSUER_KEY.public)
    assert not signature.check(document, {**proof, "more": "x"}, ISSUER_KEY.public)


def test_every_damaged_option_or_member_is_refused() -> None:
    assert signature.check(badge(), SIGNED, ISSUER_KEY.public)

    for name in without(SIGNED, "@context"):
        assert not signature.check(badge(), without(SIGNED, name), ISSUER_KEY.public)
        assert not signature.check(badge(), {**SIGNED, name: f"{SIGNED[name]} "}, ISSUER_KEY.public)
        assert not signature.check(badge(), {**SIGNED, name: None}, ISSUER_KEY.public)
    for name in badge():
        assert not signature.check({**badge(), name: "other"}, SIGNED, ISSUER_KEY.public)


def test_the_signed_context_must_stand_first_and_is_what_was_signed() -> None:
    context = badge()["@context"]
    assert isinstance(context, list)

    assert signature.check(badge(**{"@context": [*context, "https://more.example/v1"]}), SIGNED, ISSUER_KEY.public)
    for other in (
        context[:1],
        context[::-1],
        ["https://more.example/v1", *context],
        [context[0], "https://more.example/v1"],
        [],
        context[0],
    ):
        assert not signature.check(badge(**{"@context": other}), SIGNED, ISSUER_KEY.public)
    assert not signature.check(badge(**{"@context": None}), SIGNED, ISSUER_KEY.public)
    assert not signature.check(badge(), {**SIGNED, "@context": context[:1]}, ISSUER_KEY.public)
    assert not signature.check(badge(), without(SIGNED, "@context"), ISSUER_KEY.public)


def test_a_single_context_may_be_signed_as_itself() -> None:
    document: JsonObject = {"@context": "https://one.example/v1", "a": 1}
    proof = sign(document)

    assert proof["@context"] == "https://one.example/v1"
    assert signature.check(document, proof, ISSUER_KEY.public)
    assert signature.check({"@context": ["https://one.example/v1", "https://two.example/v1"], "a": 1}, proof, ISSUER_KEY.public)
    assert not signature.check({"@context": "https://two.example/v1", "a": 1}, proof, ISSUER_KEY.public)


def test_a_document_without_a_context_has_a_proof_without_one() -> None:
    assert "@context" not in sign({"a": 1})
    assert signature.check({"a": 1}, sign({"a": 1}), ISSUER_KEY.public)


def test_contexts_are_compared_as_json_not_as_python() -> None:
    # In Python 1 == True == 1.0; in JSON true is another value than 1.
    proof = sign({"@context": [1], "a": 1})

    assert signature.check({"@context": [1.0], "a": 1}, proof, ISSUER_KEY.public)
    assert not signature.check({"@context": [True], "a": 1}, proof, ISSUER_KEY.public)


@pytest.mark.parametrize("member", ["type", "cryptosuite"])
def test_another_type_or_suite_does_not_verify_though_it_was_signed(member: str) -> None:
    options = {**without(SIGNED, "proofValue"), member: "other"}
    value = "z" + base58.b58encode(ISSUER_KEY.sign(SUITES["eddsa-jcs-2022"].hash_data(badge(), options))).decode()

    assert not signature.check(badge(), {**options, "proofValue": value}, ISSUER_KEY.public)


TEXT = str(SIGNED["proofValue"])


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        True,
        [],
        [TEXT],
        {},
        "",
        "z",
        TEXT[1:],
        "u" + TEXT[1:],
        "Z" + TEXT[1:],
        TEXT[:-1],
        TEXT + "1",
        TEXT + " ",
        TEXT + "\n",
        " " + TEXT,
        "z " + TEXT[1:],
        "z1" + TEXT[1:],
        TEXT[:40] + "0" + TEXT[41:],
        TEXT[:40] + "é" + TEXT[41:],
        "z" + "1" * 63,
        "z" + "1" * 64,
        "z" + "1" * 1_000_000,
        "z" + "z" * 1_000_000,
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_signature_has_one_text(value: Json) -> None:
    assert not signature.check(badge(), {**SIGNED, "proofValue": value}, ISSUER_KEY.public)


def test_proof_options_hold_what_the_signer_chose() -> None:
    proof = sign(badge(), expires="2026-12-01T00:00:00Z")

    assert {name: proof[name] for name in ("type", "cryptosuite", "proofPurpose", "verificationMethod", "created", "expires")} == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": METHOD,
        "created": "2026-11-22T12:00:00Z",
        "expires": "2026-12-01T00:00:00Z",
    }
