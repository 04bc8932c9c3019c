"""A staple: what the registry held of one anchor at one block, proven but for one thing, that the block is of the chain.

A further Data Integrity proof of the credential's set, of the suite `merkle-anchor-2026-state` (docs/proof-format.md). It says nothing of a
person, and nothing of what came after its block.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eth_hash.auto import keccak

from laurea.core import proof_value
from laurea.core import registry_storage as storage
from laurea.core.anchor import AnchorRef, View
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.leaf import ADDRESS_BYTES
from laurea.core.proof_value import Fields
from laurea.core.registry_storage import CREDENTIALS_A_WORD
from laurea.core.rlp import encode_list, list_items
from laurea.core.state_proof import MAX_HEADER_BYTES, MAX_NODE_BYTES, Nodes, read_account, read_header, read_slot
from laurea.core.tree import HASH_BYTES
from laurea.errors import BadProof, FormatError

CRYPTOSUITE = "merkle-anchor-2026-state"
MAX_NODES = 160  # of the account, and of at most twelve slots; those near the roots are there once
_MEMBERS = {"type", "cryptosuite", "proofPurpose", "verificationMethod", "proofValue"}


@dataclass(frozen=True, slots=True)
class Staple:
    """An anchor, the number of a word of its revocation bits, the header of a block, and the nodes from its state to what is stored of both."""

    ref: AnchorRef
    word: int
    header: bytes
    nodes: tuple[bytes, ...]

    @property
    def block_hash(self) -> bytes:
        """The hash of the block that it is about."""
        return keccak(self.header)


def encode(staple: Staple) -> str:
    """Return the proofValue of a staple."""
    at = staple.ref
    return proof_value.encode(
        [0, at.chain_id, at.registry, at.issuer_id, at.root, staple.word, staple.header, encode_list(staple.nodes)],
    )


def decode(text: str) -> Staple:
    """Return the staple that a proofValue stands for; raises FormatError, or BadProof for nodes that are no RLP."""
    fields = Fields(text)
    fields.integer(limit=1)
    chain_id = fields.integer(limit=1 << 64)
    registry, issuer_id, root = fields.octets(ADDRESS_BYTES), fields.octets(ADDRESS_BYTES), fields.octets(HASH_BYTES)
    word = fields.integer(limit=(1 << 32) // CREDENTIALS_A_WORD)
    header = fields.up_to(MAX_HEADER_BYTES)
    nodes = fields.up_to(MAX_NODES * MAX_NODE_BYTES)
    fields.end()
    return Staple(AnchorRef(chain_id, registry, issuer_id, root), word, header, tuple(item.raw for item in list_items(nodes)))


def slots(ref: AnchorRef, word: int, key: bytes, profile: int) -> tuple[int, ...]:
    """Return the slots that a staple proves, in its order; `key` anchored, `profile` is what is in the slot of the profile."""
    batch, place = storage.batch_slot(ref.issuer_id, ref.root), storage.profile_slot(ref.issuer_id)
    return batch, storage.key_slot(key), storage.revoked_slot(ref.issuer_id, ref.root, word), place, *storage.text_slots(place, profile)


def each_once(proofs: Iterable[Iterable[bytes]]) -> tuple[bytes, ...]:
    """Return the nodes of several proofs as a staple has them: each where it is needed first."""
    return tuple(dict.fromkeys(node for proof in proofs for node in proof))


def view(staple: Staple, index: int, code_hash: bytes) -> View:
    """Return what the registry held of the credential with an index at the staple's block; raises BadProof.

    `code_hash` is that of the registry's code. Whether the block is of the chain is for others to say.
    """
    number, bit = divmod(index, CREDENTIALS_A_WORD)
    if number != staple.word:
        raise BadProof("it is about other credentials of the batch")
    header, nodes = read_header(staple.header, staple.block_hash), Nodes(staple.nodes, limit=MAX_NODES)
    account = read_account(header.state_root, staple.ref.registry, nodes)
    if account is None or account.code_hash != code_hash:
        raise BadProof("there is no registry, or another code than the registry's")
    at, root = staple.ref, account.storage_root
    batch = read_slot(root, storage.batch_slot(at.issuer_id, at.root), nodes)
    key = storage.anchoring_key(batch)
    if key is None:
        raise BadProof("nothing is anchored")
    held = read_slot(root, storage.key_slot(key), nodes)
    bits = read_slot(root, storage.revoked_slot(at.issuer_id, at.root, staple.word), nodes)
    place = storage.profile_slot(at.issuer_id)
    profile = read_slot(root, place, nodes)
    words = [read_slot(root, slot, nodes) for slot in storage.text_slots(place, profile)]
    nodes.end()
    return View(header.block, storage.read_anchor(batch, held), revoked=bool(bits >> bit & 1), profile=storage.read_text(profile, words))


def staple_object(value: str, verification_method: str) -> JsonObject:
    """Return the Data Integrity proof that carries a staple; `verification_method` decides nothing."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "proofPurpose": "assertionMethod",
        "verificationMethod": verification_method,
        "proofValue": value,
    }


def staple_objects(credential: Credential) -> list[JsonObject]:
    """Return the proofs of a credential that say that they are staples."""
    return [proof for proof in credential.proofs if proof.get("cryptosuite") == CRYPTOSUITE]


def without_staple(document: JsonObject) -> JsonObject:
    """Return a credential with its proofs but the staple, for where ten kilobytes are too many."""
    proofs = document.get("proof")
    if not isinstance(proofs, list):
        return document
    return {**document, "proof": [proof for proof in proofs if not isinstance(proof, dict) or proof.get("cryptosuite") != CRYPTOSUITE]}


def staple_of(credential: Credential) -> Staple | None:
    """Return the staple of a credential, None when it has none; raises FormatError or BadProof for more than one, and for what is none."""
    found = staple_objects(credential)
    if not found:
        return None
    if len(found) > 1:
        raise FormatError(f"there are {len(found)} of them")
    (carrier,) = found
    text = carrier.get("proofValue")
    if set(carrier) != _MEMBERS or carrier["type"] != "DataIntegrityProof" or carrier["proofPurpose"] != "assertionMethod":
        raise FormatError("it is no DataIntegrityProof with the purpose assertionMethod and just the members that it has")
    if not isinstance(text, str):
        raise FormatError("its proofValue is no text")
    return decode(text)
