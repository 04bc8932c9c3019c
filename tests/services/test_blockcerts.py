"""What we issue as Blockcerts v3 is accepted by the verifier that its authors publish, unchanged, and every damaged twin is refused."""

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core.blockcerts import proof_value
from laurea.core.blockcerts.proof_value import MerkleProof
from laurea.errors import InputError
from laurea.services.issuing.revocation import Reason, request
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import KeyState
from tests.anvil import Anvil
from tests.services.blockcerts_world import FOLDER, enrol, judged, pages, released, sepolia
from tests.services.issuing_world import Template, World, now

# All that cert-verifier-js 6.35.0 does, in its own words.
STEPS = [
    "assertProofValidity",
    "getTransactionId",
    "computeLocalHash",
    "fetchRemoteHash",
    "compareHashes",
    "checkMerkleRoot",
    "checkReceipt",
    "parseIssuerKeys",
    "checkAuthenticity",
    "validateDateFormat",
    "checkRevokedStatus",
    "ensureValidityPeriodStarted",
    "checkExpiresDate",
]
PROFILE, REVOCATIONS = f"{FOLDER}/profile.json", f"{FOLDER}/revocations.json"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    yield from sepolia(tmp_path_factory.mktemp("blockcerts"))


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    return template.copy(tmp_path / "issuer")


def require_accepted(answers: list[Any], count: int) -> None:
    """Assert that all its steps were done and succeeded, and that it fetched the issuer's profile and revocation list and nothing else."""
    assert len(answers) == count
    for answer in answers:
        assert (answer["status"], answer["message"]) == ("success", "Verified")
        assert [step["code"] for step in answer["steps"] if step["status"] == "success"] == STEPS
        assert {step["status"] for step in answer["steps"]} == {"starting", "success"}
        assert answer["fetched"] == [PROFILE, REVOCATIONS]


def failing(answer: Any) -> set[str]:
    """Return the steps that it says have failed."""
    assert answer["status"] == "failure"
    return {step["code"] for step in answer["steps"] if step["status"] == "failure"}


def proof_of(document: Any) -> MerkleProof:
    return proof_value.decode(document["proof"]["proofValue"])


@pytest.mark.parametrize("size", [1, 2, 7, pytest.param(300, marks=pytest.mark.slow)])
def test_a_batch_is_accepted(world: World, size: int) -> None:
    enrol(world, size)

    world.run()

    (batch,) = world.batches()
    assert (batch.state, batch.profile, batch.size, batch.error) == ("released", "blockcerts", size, "")
    assert world.anchored() == [(batch.root, 0)]
    transaction = world.node.rpc("eth_getTransactionByHash", "0x" + (batch.mined_hash or b"").hex())
    assert transaction["input"] == "0x" + batch.root.hex()
    assert transaction["from"] == world.account("anchor").address.lower()
    require_accepted(judged(world, released(world)), size)


def test_every_damaged_twin_is_refused(world: World) -> None:
    enrol(world, 3)
    world.run()
    enrol(world, 2)
    world.run()
    good, other, _ = released(world)
    elsewhere = released(world, 2)[0]
    proof, others = proof_of(good), proof_of(elsewhere)

    def changed(**members: Any) -> Any:
        values = {name: members.get(name, getattr(proof, name)) for name in ("target", "path", "root", "anchors")}
        return {**good, "proof": {**good["proof"], "proofValue": proof_value.encode(MerkleProof(**values))}}

    name = copy.deepcopy(good)
    name["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    twins = {
        "name": (name, {"compareHashes"}),
        "validity": ({**good, "validUntil": "2999-01-01T00:00:00Z"}, {"compareHashes"}),
        "another's proof": ({**good, "proof": other["proof"]}, {"compareHashes"}),
        "path": (changed(path=proof.path[:-1]), {"checkReceipt"}),
        "sides": (changed(path=tuple(step._replace(left=not step.left) for step in proof.path)), {"checkReceipt"}),
        "another's transaction": (changed(anchors=others.anchors), {"checkMerkleRoot"}),
        "another root": (changed(root=others.root), {"checkMerkleRoot"}),
        "no validity": ({name: value for name, value in good.items() if name != "validFrom"}, {"compareHashes"}),
    }

    answers = judged(world, [good, *(twin for twin, _ in twins.values())])

    require_accepted(answers[:1], 1)
    found = {what: failing(answer) for what, answer in zip(twins, answers[1:], strict=True)}
    assert found == {what: steps for what, (_, steps) in twins.items()}


def test_what_was_revoked_is_in_the_list_and_refused_and_the_chain_hears_nothing(world: World) -> None:
    enrol(world, 2)
    world.run()
    taken, stands = world.members()
    spent = world.spent("anchor") + world.spent("revoke")

    with world.issuer() as issuer:
        asked = request(issuer, [f"urn:uuid:{taken.id}"], Reason.ERROR)
        again = request(issuer, [f"urn:uuid:{taken.id}"], Reason.WITHDRAWN)
    world.run()

    assert (asked.listed, again.listed, asked.withdrawn, asked.revocations) == ([taken.id], [taken.id], [], [])
    assert json.loads(pages(world)[REVOCATIONS])["revokedAssertions"] == [{"id": f"urn:uuid:{taken.id}", "revocationReason": "Error"}]
    assert world.spent("anchor") + world.spent("revoke") == spent
    first, second = judged(world, released(world))
    assert failing(first) == {"checkRevokedStatus"}
    assert stands.revoked_at is None
    require_accepted([second], 1)


def test_nothing_is_issued_where_no_verifier_would_find_it(world: World) -> None:
    world.blockcerts = ""
    with pytest.raises(InputError, match="nowhere to look"):
        enrol(world, 1)


def test_nothing_is_issued_on_a_chain_that_blockcerts_has_no_name_for(tmp_path: Path) -> None:
    with Anvil() as node:
        other = Template.on(node, tmp_path).copy(tmp_path / "issuer")
        other.blockcerts = FOLDER
        with pytest.raises(InputError, match="no name for the chain 31337"):
            enrol(other, 1)


def test_credentials_of_both_kinds_are_never_in_one_batch(world: World) -> None:
    enrol(world, 2)
    world.enrol(3)

    world.run()

    assert [(batch.profile, batch.size, batch.state) for batch in world.batches()] == [
        ("laurea", 3, "released"),
        ("blockcerts", 2, "released"),
    ]
    assert sorted(size for _, size in world.anchored()) == [0, 3]
    require_accepted(judged(world, released(world, 2)), 2)
    ours = world.released()[world.members(1)[0].id]
    assert world.verdict(ours).verdict.value == "valid"


def test_a_profile_tells_when_a_key_was_good(world: World) -> None:
    enrol(world, 1)
    world.run()
    documents = released(world)
    profile = json.loads(pages(world)[PROFILE])
    (key,) = profile["publicKey"]
    assert set(key) == {"id", "created"}
    assert key["id"] == "ecdsa-koblitz-pubkey:" + world.account("anchor").address.lower()

    def judged_with(**members: str) -> Any:
        told = {**profile, "publicKey": [{**key, **members}]}
        return judged(world, documents, {**pages(world), PROFILE: json.dumps(told)})[0]

    require_accepted([judged_with(expires="2999-01-01T00:00:00Z")], 1)
    assert failing(judged_with(revoked=key["created"])) == {"checkAuthenticity"}
    assert failing(judged_with(created="2999-01-01T00:00:00Z")) == {"checkAuthenticity"}
    assert failing(judged_with(id="ecdsa-koblitz-pubkey:0x" + "1" * 40)) == {"checkAuthenticity"}


@pytest.mark.parametrize("state", [KeyState.REMOVED, KeyState.COMPROMISED])
def test_what_a_key_did_before_it_was_taken_away_stands(world: World, state: KeyState) -> None:
    enrol(world, 1)
    world.run()
    with world.issuer() as issuer, issuer.database.write() as session:
        row = Keys(session).named("anchor")
        assert row is not None
        row.state, row.until = state, now() + timedelta(days=1)
        row.compromised_from = now() + timedelta(seconds=30) if state == KeyState.COMPROMISED else None

    (key,) = json.loads(pages(world)[PROFILE])["publicKey"]

    assert set(key) == {"id", "created", "expires", "revoked"}
    require_accepted(judged(world, released(world)), 1)
