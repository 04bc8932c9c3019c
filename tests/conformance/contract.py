"""What the registry contract says of the leaf that a vector shows: the sixth surface, which knows facts and no policy."""

from datetime import UTC, datetime

from laurea.chain.artefact import FUNCTIONS, canonical_address
from laurea.chain.rpc import Rpc, to_hex
from laurea.core import claims, leaf
from laurea.core.credential import Credential
from laurea.core.disclosure import _covered_root
from laurea.core.presentation import Presentation
from laurea.core.proof import BaseProof, Proof, anchor_proof
from laurea.errors import FormatError
from tests.conformance.replay import CHAIN
from tests.conformance.shown import Shown

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)  # the usual moment, when all has happened: the contract knows no other


def ask(shown: Shown, rpc: Rpc) -> tuple[bool, bool] | None:
    """Return `isActive` and `verifyLeaf` of a vector's leaf; None when it shows none that this contract may know."""
    if shown.chain != "replayed" or shown.at < NOW or shown.expected.checks["format"] == "failed":
        return None
    proof, hashed = _leaf(Presentation.parse(shown.data).credential)
    if proof is None or hashed is None:
        return None
    at = proof.anchoring
    if (at.chain_id, at.registry) != (CHAIN["chainId"], canonical_address()):
        return None
    active = FUNCTIONS["isActive"].encode(at.issuer_id, at.root, at.index)
    fits = FUNCTIONS["verifyLeaf"].encode(at.issuer_id, at.root, at.index, hashed, at.path)
    return _call(rpc, active), _call(rpc, fits)


def _leaf(credential: Credential) -> tuple[Proof | None, bytes | None]:
    try:
        proof = anchor_proof(credential)
        if proof is None:
            return None, None
        return proof, leaf.leaf_hash(proof.anchoring.domain, proof.anchoring.index, *_root(proof, credential))
    except FormatError:
        return None, None


def _root(proof: Proof, credential: Credential) -> tuple[int, bytes]:
    found = claims.split(credential.document)
    if isinstance(proof, BaseProof):
        return len(found), claims.claims_root(found, proof.seed)
    return proof.claim_count, _covered_root(proof, found)


def _call(rpc: Rpc, data: bytes) -> bool:
    answer = rpc.call("eth_call", {"to": to_hex(canonical_address()), "data": to_hex(data)}, "latest")
    return bool(int(str(answer), 16))
