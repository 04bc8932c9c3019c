"""The proof values of `merkle-anchor-2026` and the proof object that carries one (DESIGN.md section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from laurea.core import proof_value
from laurea.core.anchor import AnchorRef
from laurea.core.canonical import JsonObject
from laurea.core.claims import MAX_CLAIMS, SALT_BYTES, SEED_BYTES
from laurea.core.credential import Credential
from laurea.core.leaf import ADDRESS_BYTES, Domain
from laurea.core.proof_value import Fields
from laurea.core.tree import HASH_BYTES
from laurea.errors import FormatError

CRYPTOSUITE = proof_value.CRYPTOSUITE
_MEMBERS = {"type", "cryptosuite", "proofPurpose", "verificationMethod", "proofValue"}


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where a leaf is anchored: chain, registry, issuer and root, and index, size and path in the batch tree."""

    chain_id: int
    registry: bytes
    issuer_id: bytes
    root: bytes
    size: int
    index: int
    path: tuple[bytes, ...]

    @property
    def ref(self) -> AnchorRef:
        """Where on the chain to look."""
        return AnchorRef(self.chain_id, self.registry, self.issuer_id, self.root)

    @property
    def domain(self) -> Domain:
        """What the leaf is bound to."""
        return Domain(self.chain_id, self.registry, self.issuer_id)


@dataclass(frozen=True, slots=True)
class Hints:
    """Where the anchoring transaction may be found; never trusted."""

    tx: bytes | None = None
    block: int | None = None


@dataclass(frozen=True, slots=True)
class BaseProof:
    """The proof of a complete credential; whoever has its 32-byte seed can show all claims."""

    anchoring: Anchoring
    seed: bytes
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """The proof of a partial credential: which of its claims are shown, their salts, and the cover of the others."""

    anchoring: Anchoring
    claim_count: int
    shown: tuple[int, ...]
    salts: tuple[bytes, ...]
    cover: tuple[bytes, ...]
    hints: Hints = field(default_factory=Hints)


Proof = BaseProof | DerivedProof


def encode(proof: Proof) -> str:
    """Return the proofValue of a proof."""
    if isinstance(proof, BaseProof):
        return proof_value.encode([0, *_place(proof.anchoring), proof.seed, _hints(proof.hints)])
    bitmap = bytearray((proof.claim_count + 7) // 8)
    for index in proof.shown:
        bitmap[index // 8] |= 0x80 >> index % 8
    shown: list[proof_value.Field] = [proof.claim_count, bytes(bitmap), b"".join(proof.salts), b"".join(proof.cover)]
    return proof_value.encode([1, *_place(proof.anchoring), *shown, _hints(proof.hints)])


class BaseProofs:
    """The base proofs of one batch: what is the same in all of them is encoded once."""

    def __init__(self, ref: AnchorRef, size: int, hints: Hints) -> None:
        """Make proofs of the credentials that are anchored there, so many."""
        same: list[proof_value.Field] = [0, ref.chain_id, ref.registry, ref.issuer_id, ref.root, size]
        self._ref, self._size, self._hints = ref, size, hints
        self._start = proof_value.start(len(same) + 4) + b"".join(map(proof_value.encode_field, same))
        self._end = proof_value.encode_field(_hints(hints))

    def value(self, index: int, path: Sequence[bytes], seed: bytes) -> str:
        """Return the proofValue of a credential: `encode` of its base proof."""
        own = proof_value.encode_field(index) + proof_value.encode_field(b"".join(path)) + proof_value.encode_field(seed)
        return proof_value.written(self._start + own + self._end)

    def read(self, text: str) -> BaseProof | None:
        """Return the base proof that a proofValue of this batch stands for; None for any other, which is for `decode`."""
        try:
            fields = Fields.between(text, self._start, self._end, left=3)
            index, path, seed = fields.integer(limit=self._size), fields.pieces(HASH_BYTES), fields.octets(SEED_BYTES)
            fields.end()
        except FormatError:
            return None
        at = self._ref
        return BaseProof(Anchoring(at.chain_id, at.registry, at.issuer_id, at.root, self._size, index, path), seed, self._hints)


def decode(text: str) -> Proof:
    """Return the proof that a proofValue stands for; raises FormatError for anything but the one canonical text of a proof."""
    fields = Fields(text)
    kind = fields.integer(limit=2)
    anchoring = _anchoring(fields)
    proof = _base(anchoring, fields) if kind == 0 else _derived(anchoring, fields)
    fields.end()
    return proof


def proof_object(proof: Proof, verification_method: str) -> JsonObject:
    """Return the Data Integrity proof that carries a proof; `verification_method` decides nothing."""
    return {**proof_options(verification_method), "proofValue": encode(proof)}


def proof_options(verification_method: str) -> JsonObject:
    """Return all of the Data Integrity proof that carries a proof but its value."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "proofPurpose": "assertionMethod",
        "verificationMethod": verification_method,
    }


def anchor_proof_object(credential: Credential) -> JsonObject | None:
    """Return the one anchor proof object of a credential, None when it has none; raises FormatError when it has more."""
    found = [proof for proof in credential.proofs if proof.get("cryptosuite") == CRYPTOSUITE]
    if len(found) > 1:
        raise FormatError(f"the credential has {len(found)} {CRYPTOSUITE} proofs, which could contradict each other")
    return found[0] if found else None


def anchor_proof(credential: Credential) -> Proof | None:
    """Return the anchor proof of a credential, None when it has none; raises FormatError when there are more or it is malformed."""
    carrier = anchor_proof_object(credential)
    if carrier is None:
        return None
    if set(carrier) != _MEMBERS:
        raise FormatError(f"a {CRYPTOSUITE} proof has the members {', '.join(sorted(_MEMBERS))} and no other")
    method, text = carrier["verificationMethod"], carrier["proofValue"]
    if carrier["type"] != "DataIntegrityProof" or carrier["proofPurpose"] != "assertionMethod":
        raise FormatError(f"a {CRYPTOSUITE} proof is a DataIntegrityProof with the purpose assertionMethod")
    # A DID URL without a fragment would name the DID, not a method.
    if not isinstance(method, str) or not method.startswith("did:") or not isinstance(text, str):
        raise FormatError(f"a {CRYPTOSUITE} proof has a DID URL and a proofValue, both strings")
    return decode(text)


def _place(at: Anchoring) -> list[proof_value.Field]:
    return [at.chain_id, at.registry, at.issuer_id, at.root, at.size, at.index, b"".join(at.path)]


def _hints(hints: Hints) -> dict[str, int | bytes]:
    found = {"tx": hints.tx, "block": hints.block}
    return {name: value for name, value in found.items() if value is not None}


def _anchoring(fields: Fields) -> Anchoring:
    anchoring = Anchoring(
        chain_id=fields.integer(limit=1 << 64),
        registry=fields.octets(ADDRESS_BYTES),
        issuer_id=fields.octets(ADDRESS_BYTES),
        root=fields.octets(HASH_BYTES),
        size=fields.integer(limit=1 << 32),
        index=fields.integer(limit=1 << 32),
        path=fields.pieces(HASH_BYTES),
    )
    if anchoring.index >= anchoring.size:
        raise FormatError(f"the proof's index {anchoring.index} is not in a batch of {anchoring.size}")
    return anchoring


def _base(anchoring: Anchoring, fields: Fields) -> BaseProof:
    return BaseProof(anchoring, seed=fields.octets(SEED_BYTES), hints=Hints(*fields.hints()))


def _derived(anchoring: Anchoring, fields: Fields) -> DerivedProof:
    claim_count = fields.integer(limit=MAX_CLAIMS + 1)
    bitmap = fields.octets((claim_count + 7) // 8)
    shown = tuple(index for index in range(len(bitmap) * 8) if bitmap[index // 8] & 0x80 >> index % 8)
    if not shown or shown[0] != 0 or shown[-1] >= claim_count:
        raise FormatError("the shown claims are not claims of the credential, the envelope among them")
    salts = fields.pieces(SALT_BYTES)
    if len(salts) != len(shown):
        raise FormatError(f"the proof shows {len(shown)} claims and has {len(salts)} salts")
    return DerivedProof(anchoring, claim_count, shown, salts, cover=fields.pieces(HASH_BYTES), hints=Hints(*fields.hints()))
