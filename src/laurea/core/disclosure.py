"""Show all of a credential or part of it: prove, derive, and find the root that what is shown leads to."""

from bisect import bisect_left
from collections.abc import Callable

from laurea.core import claims, leaf, tree
from laurea.core.claim_lines import Root
from laurea.core.claims import ENVELOPE, Claim, order
from laurea.core.credential import Credential
from laurea.core.proof import BaseProof, DerivedProof, Proof, anchor_proof, anchor_proof_object, proof_object
from laurea.core.staple import staple_objects
from laurea.errors import FormatError


def derive(credential: Credential, keep: Callable[[str], bool]) -> Credential:
    """Return the partial credential that shows the claims whose pointer `keep` accepts, and the envelope always.

    From a complete credential or from a partial one, which can lose claims but never gain any. A staple stays, since it is about the
    anchor alone. Every other proof is dropped: it is over the whole. Raises FormatError when there is no anchor proof or it does not fit the credential.
    """
    carrier, proof = anchor_proof_object(credential), anchor_proof(credential)
    if carrier is None or proof is None:
        raise FormatError("the credential is not anchored: there is nothing to derive a proof from")
    problem = integrity_problem(credential)
    if problem:
        raise FormatError(problem)
    found = claims.split(credential.document)
    kept = [at for at, claim in enumerate(found) if claim.pointer == ENVELOPE or keep(claim.pointer)]
    derived = _from_base(proof, found, kept) if isinstance(proof, BaseProof) else _from_derived(proof, found, kept)
    document = claims.join([found[at] for at in kept])
    return Credential(document, (proof_object(derived, str(carrier["verificationMethod"])), *staple_objects(credential)))


def may_hide(credential: Credential, pointer: str) -> bool:
    """Tell whether a partial credential may have a claim, at a pointer or below it, that it does not show.

    Claims are sorted: what is hidden between those that are shown on either side may be it, or others that have their place there.
    """
    proof = anchor_proof(credential)
    if not isinstance(proof, DerivedProof):
        return False
    shown = [order(claim.pointer) for claim in claims.split(credential.document)]
    first, last = bisect_left(shown, order(pointer)), bisect_left(shown, order(pointer + "0"))  # "0" comes after "/"
    before = proof.shown[first - 1] if first else -1
    after = proof.shown[last] if last < len(proof.shown) else proof.claim_count
    return after - before - 1 > last - first


def integrity_problem(credential: Credential) -> str:
    """Return "" when claims, claims root, leaf and path lead to the root in the proof, else why they do not."""
    proof = anchor_proof(credential)
    if proof is None:
        return "the credential has no anchor proof"
    return root_problem(proof, claims.split(credential.document))


def root_problem(proof: Proof, shown: tuple[Claim, ...], known: Root | None = None) -> str:
    """Return "" when the shown claims lead to the root in a proof, else why they do not; `known` is their own root where it was found before."""
    try:
        if (reached_root(proof, shown) if known is None else anchored_root(proof, known)) == proof.anchoring.root:
            return ""
    except FormatError as error:
        return str(error)
    return "the credential or its proof was altered: they do not lead to the anchored root"


def reached_root(proof: Proof, shown: tuple[Claim, ...]) -> bytes:
    """Return the batch root that the shown claims lead to by a proof; raises FormatError when they do not fit together."""
    if isinstance(proof, BaseProof):
        return anchored_root(proof, Root(len(shown), claims.claims_root(shown, proof.seed)))
    return anchored_root(proof, Root(proof.claim_count, _covered_root(proof, shown)))


def anchored_root(proof: Proof, claimed: Root) -> bytes:
    """Return the batch root that a credential leads to by a proof, from its claims' root; raises FormatError when they do not fit together."""
    at = proof.anchoring
    return tree.root_from_path(leaf.leaf_hash(at.domain, at.index, claimed.claim_count, claimed.root), at.index, at.size, at.path)


def _covered_root(proof: DerivedProof, shown: tuple[Claim, ...]) -> bytes:
    if len(shown) != len(proof.shown):
        raise FormatError(f"the credential has {len(shown)} claims, its proof shows {len(proof.shown)}")
    leaves = claims.leaf_hashes(shown, proof.salts)
    return tree.root_from_cover(proof.claim_count, dict(zip(proof.shown, leaves, strict=True)), proof.cover)


def _from_base(proof: BaseProof, found: tuple[Claim, ...], kept: list[int]) -> DerivedProof:
    levels = claims.claims_tree(found, proof.seed)
    salts = tuple(claims.salt(proof.seed, at) for at in kept)
    return DerivedProof(proof.anchoring, len(found), tuple(kept), salts, levels.cover(kept), proof.hints)


def _from_derived(proof: DerivedProof, found: tuple[Claim, ...], kept: list[int]) -> DerivedProof:
    leaves = {proof.shown[at]: claims.leaf_hash(claim, proof.salts[at]) for at, claim in enumerate(found)}
    shown = tuple(proof.shown[at] for at in kept)
    cover = tree.widen_cover(proof.claim_count, leaves, proof.cover, shown)
    return DerivedProof(proof.anchoring, proof.claim_count, shown, tuple(proof.salts[at] for at in kept), cover, proof.hints)
