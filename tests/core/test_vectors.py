"""The shared vectors of merkle-anchor-2026, made by an implementation that shares no code with this one: both ways, and damaged."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from laurea.core import claims, disclosure, leaf, proof, proof_value, tree
from laurea.core import credential as credential_module
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.leaf import Domain
from laurea.core.proof import BaseProof
from tests.core.world import METHOD, base_of, derived_of, partial

PAGE = (Path(__file__).parents[2] / "docs" / "proof-format.md").read_text()
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "merkle-anchor-2026.json").read_text())
BATCHES: list[dict[str, Any]] = VECTORS["batches"]
MEMBERS = [(batch, index) for batch in BATCHES for index in range(len(batch["members"]))]
PARTIAL: list[dict[str, Any]] = VECTORS["partial"]
batches = pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: f"batch of {len(batch['members'])}")
members = pytest.mark.parametrize(
    ("batch", "index"), MEMBERS, ids=lambda part: str(part if isinstance(part, int) else len(part["members"]))
)
partials = pytest.mark.parametrize("vector", PARTIAL, ids=lambda vector: f"{len(vector['keep'])} of member {vector['from']}")


def domain_of(batch: dict[str, Any]) -> Domain:
    return Domain(batch["chainId"], bytes.fromhex(batch["registry"][2:]), bytes.fromhex(batch["issuerId"][2:]))


def credential_of(document: JsonObject, proof_value: str) -> Credential:
    carrier: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": "merkle-anchor-2026",
        "proofPurpose": "assertionMethod",
        "verificationMethod": METHOD,
        "proofValue": proof_value,
    }
    return Credential.of({**document, "proof": [carrier]})


def complete(vector: dict[str, Any]) -> Credential:
    """The complete credential that a partial one was derived from."""
    member = BATCHES[-1]["members"][vector["from"]]
    return credential_of(member["credential"], member["proofValue"])


@members
def test_claims_and_their_root_are_those_of_the_vector(batch: dict[str, Any], index: int) -> None:
    member = batch["members"][index]
    found = claims.split(member["credential"])

    assert [claim.pointer for claim in found] == member["claims"]
    assert claims.claims_tree(found, bytes.fromhex(member["seed"])).root.hex() == member["claimsRoot"]


@members
def test_leaf_is_that_of_the_vector(batch: dict[str, Any], index: int) -> None:
    member = batch["members"][index]

    assert leaf.leaf_hash(domain_of(batch), index, len(member["claims"]), bytes.fromhex(member["claimsRoot"])).hex() == member["leaf"]


@batches
def test_batch_root_and_every_base_proof_are_those_of_the_vector(batch: dict[str, Any]) -> None:
    domain = domain_of(batch)
    built = tree.build(bytes.fromhex(member["leaf"]) for member in batch["members"])

    assert built.root.hex() == batch["root"]
    for index, member in enumerate(batch["members"]):
        anchoring = proof.Anchoring(domain.chain_id, domain.registry, domain.issuer_id, built.root, built.size, index, built.path(index))
        hints = proof.decode(member["proofValue"]).hints  # the one thing that nothing determines
        assert proof.encode(BaseProof(anchoring, bytes.fromhex(member["seed"]), hints)) == member["proofValue"]


@members
def test_base_proof_decodes_to_what_it_says_and_back(batch: dict[str, Any], index: int) -> None:
    member = batch["members"][index]
    decoded = proof.decode(member["proofValue"])

    assert isinstance(decoded, BaseProof)
    assert decoded.anchoring.domain == domain_of(batch)
    assert (decoded.anchoring.index, decoded.anchoring.size) == (index, len(batch["members"]))
    assert (decoded.anchoring.root.hex(), decoded.seed.hex()) == (batch["root"], member["seed"])
    assert proof.encode(decoded) == member["proofValue"]


@members
def test_complete_credential_of_the_vector_is_intact(batch: dict[str, Any], index: int) -> None:
    member = batch["members"][index]

    assert disclosure.integrity_problem(credential_of(member["credential"], member["proofValue"])) == ""


@partials
def test_partial_credential_is_derived_as_in_the_vector(vector: dict[str, Any]) -> None:
    derived = partial(complete(vector), *vector["keep"])

    assert derived.document == vector["credential"]
    assert derived.proofs[0]["proofValue"] == vector["proofValue"]


@partials
def test_partial_credential_is_derived_from_any_partial_one_that_shows_more(vector: dict[str, Any]) -> None:
    for pointer in [claim.pointer for claim in claims.split(complete(vector).document)]:
        wider = partial(complete(vector), *vector["keep"], pointer)
        assert disclosure.integrity_problem(wider) == ""
        assert partial(wider, *vector["keep"]).proofs[0]["proofValue"] == vector["proofValue"]


@partials
def test_derived_proof_decodes_and_back_and_its_credential_is_intact(vector: dict[str, Any]) -> None:
    credential = credential_of(vector["credential"], vector["proofValue"])
    everything = [claim.pointer for claim in claims.split(complete(vector).document)]

    assert proof.encode(derived_of(credential)) == vector["proofValue"]
    assert derived_of(credential).shown == tuple(at for at, pointer in enumerate(everything) if pointer in {"", *vector["keep"]})
    assert disclosure.integrity_problem(credential) == ""


@partials
def test_damaged_twin_of_a_partial_credential_is_refused(vector: dict[str, Any]) -> None:
    renamed = {**vector["credential"], "validFrom": "2020-01-01T00:00:00Z"}
    twin = credential_of(renamed, vector["proofValue"])

    assert disclosure.integrity_problem(twin) == "the credential or its proof was altered: they do not lead to the anchored root"


@members
def test_damaged_twin_of_a_complete_credential_is_refused(batch: dict[str, Any], index: int) -> None:
    member = batch["members"][index]
    damages: list[JsonObject] = [{"validUntil": "2099-01-01T00:00:00Z"}, {"evidence": [1]}, {"credentialSubject": {"id": "did:example:me"}}]
    for changed in damages:
        twin = credential_of({**member["credential"], **changed}, member["proofValue"])
        assert disclosure.integrity_problem(twin) == "the credential or its proof was altered: they do not lead to the anchored root"


@batches
def test_a_proof_of_the_vector_fits_no_other_credential(batch: dict[str, Any]) -> None:
    for index, member in enumerate(batch["members"]):
        for other, stranger in enumerate(batch["members"]):
            problem = disclosure.integrity_problem(credential_of(stranger["credential"], member["proofValue"]))
            assert (problem == "") == (index == other)


# The example in docs/proof-format.md, by the vector that it was taken from


def example() -> tuple[Credential, dict[str, Any]]:
    """The credential of the example and the vector, with what both must have in common."""
    batch = BATCHES[1]
    member = batch["members"][0]
    found = claims.split(member["credential"])
    salts = [claims.salt(bytes.fromhex(member["seed"]), at) for at in range(len(found))]
    leaves = [claims.leaf_hash(claim, salt) for claim, salt in zip(found, salts, strict=True)]
    inner = {"salts": [salt.hex() for salt in salts], "leaves": [node.hex() for node in leaves], "domain": domain_of(batch).digest.hex()}
    return credential_of(member["credential"], member["proofValue"]), {**member, **inner, "root": batch["root"]}


def test_every_value_of_the_example_in_the_specification_is_right() -> None:
    credential, known = example()
    hexes = {text for text in re.findall(r"`([0-9a-f]{32,64})`", PAGE) if len(text) in (32, 64)}

    assert json.loads(PAGE.split("```json\n")[-1].split("```")[0]) == credential.document
    assert hexes == {known["seed"], *known["salts"], *known["leaves"], known["claimsRoot"], known["domain"], known["leaf"], known["root"]}
    assert re.findall(r"^u[\w-]{100,}$", PAGE, re.MULTILINE) == [known["proofValue"], partial(credential).proofs[0]["proofValue"]]
    assert proof.decode(known["proofValue"]).hints.block == 7654321


def test_the_limits_in_the_specification_are_those_of_the_code() -> None:
    for limit in (credential_module.MAX_BYTES, claims.MAX_CLAIMS, proof_value.MAX_CHARACTERS):
        assert f"{limit:,}" in PAGE
    assert f"at most {credential_module.MAX_DEPTH}; the outermost object has depth 1" in PAGE
    assert f"an array of at most {credential_module.MAX_PROOFS} objects" in PAGE


def test_the_proof_object_in_the_specification_is_ours() -> None:
    shown = json.loads(PAGE.split("```json\n")[1].split("```")[0])

    assert shown.keys() == proof.proof_object(base_of(example()[0]), METHOD).keys()
