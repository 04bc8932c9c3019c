"""The four suites against the vectors of the W3C, and against one another: each accepts its own and nothing else."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import base58
import pytest

from laurea.core import canonical, linked_data, signature
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey, public_of_did_key
from laurea.core.linked_data.contexts import UnknownContext, bundled
from laurea.core.p256 import P256Key
from laurea.errors import FormatError, InputError
from tests.anvil import ROOT
from tests.core.world import NOON, badge

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
P256 = P256Key.from_scalar(b"\7" * 32)
ED25519 = SigningKey.from_seed(b"\7" * 32)
KEYS: dict[int, SigningKey | P256Key] = {len(P256.public): P256, len(ED25519.public): ED25519}


class Vector(NamedTuple):
    """Where a vector is: its folder, and what its files are called by."""

    folder: str
    suffix: str


VECTORS = {
    "eddsa-rdfc-2022": Vector("vc-di-eddsa/eddsa-rdfc-2022", "DataInt"),
    "eddsa-rdfc-2022 employ": Vector("vc-di-eddsa/eddsa-rdfc-2022/employ", "DataInt"),
    "eddsa-jcs-2022": Vector("vc-di-eddsa/eddsa-jcs-2022", "JCS"),
    "ecdsa-rdfc-2019": Vector("vc-di-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256"),
    "ecdsa-rdfc-2019 employ": Vector("vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ", "ECDSAP256"),
    "ecdsa-jcs-2019": Vector("vc-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256"),
}


@pytest.fixture(autouse=True)
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the contexts of the W3C's examples be known; nobody should issue with the first, which defines every term."""
    citizenship = ROOT / "node_modules/@digitalbazaar/citizenship-context/contexts/v4rc1.jsonld"
    examples: JsonObject = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
    known = {**bundled(), EXAMPLES: examples, CITIZENSHIP: json.loads(citizenship.read_text())}
    monkeypatch.setattr("laurea.core.linked_data.expansion.bundled", lambda: known)


def read(root: Path, vector: Vector, name: str) -> str:
    (found,) = (root / "vectors" / vector.folder).glob(f"{name}{vector.suffix}.*")
    return found.read_text()


def signed(root: Path, vector: Vector) -> tuple[JsonObject, JsonObject]:
    document: Any = json.loads(read(root, vector, "signed"))
    return {name: value for name, value in document.items() if name != "proof"}, document["proof"]


@pytest.mark.shared
@pytest.mark.parametrize("name", VECTORS)
def test_the_published_forms_hashes_and_signatures_are_ours(shared_data: Path, name: str) -> None:
    vector = VECTORS[name]
    suite = SUITES[name.split(maxsplit=1)[0]]
    document, proof = signed(shared_data, vector)
    options = {member: value for member, value in proof.items() if member != "proofValue"}
    config = {**options, "@context": document["@context"]}
    public = public_of_did_key(str(proof["verificationMethod"]).split("#")[0])

    assert suite.transform(document).decode().strip() == read(shared_data, vector, "canonDoc").strip()
    assert suite.transform(config).decode().strip() == read(shared_data, vector, "proofCanon").strip()
    assert suite.hash_data(document, options).hex() == read(shared_data, vector, "combinedHash").strip()
    assert signature.check(document, proof, public)
    assert proof["proofValue"] == read(shared_data, vector, "sigBTC58").strip()


@pytest.mark.shared
@pytest.mark.parametrize("name", [name for name in VECTORS if name.startswith("eddsa")])
def test_the_published_documents_are_signed_byte_for_byte(shared_data: Path, name: str) -> None:
    document, proof = signed(shared_data, VECTORS[name])
    private = json.loads((shared_data / "vectors/vc-di-eddsa/keyPair.json").read_text())["privateKeyMultibase"]
    key = SigningKey.from_seed(base58.b58decode(private[1:])[2:])
    created = datetime.fromisoformat(str(proof["created"])).astimezone(UTC)
    options = signature.proof_options(name.split(maxsplit=1)[0], method=key.method, purpose="assertionMethod", created=created)

    assert signature.secure(document, key, options) == proof


@pytest.mark.shared
@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_the_published_sets_and_chains_verify_and_break_with_any_proof_before(shared_data: Path, name: str) -> None:
    document: Any = json.loads((shared_data / f"vectors/vc-di-eddsa/proof-set-chain/{name}.json").read_text())
    bare = {member: value for member, value in document.items() if member != "proof"}
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    chained = 0
    for proof in proofs:
        public = public_of_did_key(proof["verificationMethod"].split("#")[0])
        previous = signature.previous_proofs(proof, proofs)
        assert signature.check(bare, proof, public, previous=previous)
        assert not signature.check({**bare, "name": "another"}, proof, public, previous=previous)
        for at, other in enumerate(previous):
            chained += 1
            others = [*previous[:at], *previous[at + 1 :]]
            assert not signature.check(bare, proof, public, previous=others)
            assert not signature.check(bare, proof, public, previous=[*others, {**other, "created": "2020-01-01T00:00:00Z"}])
            with pytest.raises(FormatError, match="a proof before it is missing"):
                signature.previous_proofs(proof, [each for each in proofs if each != other])
    assert chained == {"signedProofChain1": 2, "signedProofChain2": 3}.get(name, 0)


@pytest.mark.parametrize("previous", [7, [7], ["urn:a", "urn:a"], ["urn:a", "urn:b"], "urn:b", None, {}])
def test_a_proof_that_names_what_is_not_there_once_is_refused(previous: Any) -> None:
    proof: JsonObject = {"id": "urn:b", "previousProof": previous}

    with pytest.raises(FormatError, match="a proof before it is missing"):
        signature.previous_proofs(proof, [{"id": "urn:a"}, proof])


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_takes_its_own_and_no_other(suite: str) -> None:
    document = badge()
    key = KEYS[SUITES[suite].key_bytes]
    options = signature.proof_options(suite, method="did:web:issuer.example#1", purpose="assertionMethod", created=NOON)
    proof = signature.secure(document, key, options)

    assert signature.check(document, proof, key.public)
    assert not signature.check({**document, "name": "another"}, proof, key.public)
    assert not signature.check({**document, "validFrom": "2020-01-01T00:00:00Z"}, proof, key.public)
    for other in SUITES.keys() - {suite}:
        assert not signature.check(document, {**proof, "cryptosuite": other}, key.public)
    for member in ("created", "verificationMethod", "proofPurpose"):
        assert not signature.check(document, {**proof, member: "urn:other" if member != "created" else "2020-01-01T00:00:00Z"}, key.public)
    assert not signature.check(document, {**proof, "domain": "x"}, key.public)
    assert not signature.check(document, {**proof, "type": "Other"}, key.public)
    assert not signature.check(document, proof, KEYS[65 - SUITES[suite].key_bytes].public)
    assert ("@context" in proof) == ("jcs" in suite)


@pytest.mark.parametrize("suite", SUITES)
def test_a_signature_by_a_key_of_another_kind_is_none_of_the_suite(suite: str) -> None:
    how, other = SUITES[suite], KEYS[65 - SUITES[suite].key_bytes]
    options = how.options_of(badge(), signature.proof_options(suite, method="urn:x", purpose="assertionMethod", created=NOON))
    value = "z" + base58.b58encode(other.sign(how.hash_data(badge(), options))).decode()

    assert not signature.check(badge(), {**options, "proofValue": value}, other.public)


@pytest.mark.parametrize("suite", SUITES)
def test_a_key_of_another_kind_signs_nothing(suite: str) -> None:
    options = signature.proof_options(suite, method="urn:x", purpose="assertionMethod", created=NOON)

    with pytest.raises(InputError, match="another kind of key"):
        signature.secure(badge(), KEYS[65 - SUITES[suite].key_bytes], options)
    with pytest.raises(InputError, match="not known"):
        signature.secure(badge(), P256, {**options, "cryptosuite": "bbs-2023"})


def test_what_rdf_leaves_out_is_refused_and_not_signed() -> None:
    options = signature.proof_options("eddsa-rdfc-2022", method="urn:x", purpose="assertionMethod", created=NOON)

    with pytest.raises(FormatError, match="'undefined' is not defined by its contexts"):
        signature.secure(badge(undefined="x"), ED25519, options)
    with pytest.raises(UnknownContext, match=r"more\.example"):
        signature.secure({**badge(), "@context": ["https://more.example/v1"]}, ED25519, options)


def test_the_canonical_form_of_a_badge_does_not_depend_on_the_order_of_its_members() -> None:
    def reversed_(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: reversed_(value[name]) for name in reversed(value)}
        return [reversed_(item) for item in value] if isinstance(value, list) else value

    assert linked_data.canonical_bytes(reversed_(badge())) == linked_data.canonical_bytes(badge())
    assert canonical.dump(reversed_(badge())) == canonical.dump(badge())
