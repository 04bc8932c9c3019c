"""Claims root, index and domain -> the leaf of a batch (DESIGN.md section 2, "Leaf")."""

from dataclasses import dataclass
from hashlib import sha256

from laurea.core import tree

ADDRESS_BYTES = 20
COMMITMENT_BYTES = 4 + tree.HASH_BYTES


@dataclass(frozen=True, slots=True)
class Domain:
    """What a leaf is bound to: the chain, the registry on it, the issuer in that (20 bytes each)."""

    chain_id: int
    registry: bytes
    issuer_id: bytes

    @property
    def digest(self) -> bytes:
        """H("laurea/domain" || be64(chainId) || registry || issuerId)."""
        return sha256(b"laurea/domain" + self.chain_id.to_bytes(8, "big") + self.registry + self.issuer_id).digest()


def commitment(claim_count: int, claims_root: bytes) -> bytes:
    """Return what a leaf says of a credential: be32(claimCount) || claimsRoot, COMMITMENT_BYTES."""
    return claim_count.to_bytes(4, "big") + claims_root


def leaf_data(domain: bytes, index: int, committed: bytes) -> bytes:
    """Return the data of a leaf, from the digest of its domain and what it says of the credential."""
    return b"laurea/leaf" + domain + index.to_bytes(8, "big") + committed


def leaf_hash(domain: Domain, index: int, claim_count: int, claims_root: bytes) -> bytes:
    """Return the leaf hash: what the batch tree is built over and what the registry's `verifyLeaf` takes."""
    return tree.leaf_hash(leaf_data(domain.digest, index, commitment(claim_count, claims_root)))
