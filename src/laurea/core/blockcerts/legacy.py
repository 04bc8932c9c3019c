"""MerkleProof2017, the `signature` of Blockcerts v2: the same path, root and anchors as MerkleProof2019, as plain JSON."""

from laurea.core.blockcerts.anchor import Anchor, transaction_of
from laurea.core.blockcerts.proof_value import MAX_ANCHORS, MerkleProof
from laurea.core.blockcerts.tree import hash_of, steps_of
from laurea.core.canonical import Json, JsonObject
from laurea.core.tree import HASH_BYTES
from laurea.errors import FormatError

CHAINS = {
    "bitcoinMainnet": (0, 1),
    "bitcoinRegtest": (0, 2),
    "bitcoinTestnet": (0, 3),
    "ethereumMainnet": (1, 1),
    "ethereumRopsten": (1, 3),
    "ethereumRinkeby": (1, 4),
    "ethereumGoerli": (1, 5),
    "ethereumSepolia": (1, 11155111),
    "mockchain": (-1, -1),
}
"""The chains by their names in v2, as MerkleProof2019 numbers them: the chain and its network."""

MOCK = "mockchain"
OLD_KINDS = {"BTCOpReturn": 0, "ETHData": 1}  # what says the chain where there is no name: then not the network


def receipt_of(signature: JsonObject) -> MerkleProof:
    """Return the proof that a `signature` holds; raises FormatError for one that is malformed, or names a chain that is not known."""
    anchors = signature.get("anchors")
    if not isinstance(anchors, list) or not 0 < len(anchors) <= MAX_ANCHORS:
        raise FormatError(f"the signature has 1 to {MAX_ANCHORS} anchors")
    return MerkleProof(
        hash_of(signature.get("targetHash")),
        steps_of(signature.get("proof")),
        hash_of(signature.get("merkleRoot")),
        tuple(map(_anchor, anchors)),
    )


def _anchor(value: Json) -> Anchor:
    if not isinstance(value, dict) or not isinstance(value.get("sourceId"), str):
        raise FormatError("an anchor of the signature lacks its sourceId")
    chain, network = _place(value)
    if chain < 0:  # a mock names no transaction
        return Anchor(chain, None, None)
    transaction = transaction_of(str(value["sourceId"]))
    if len(transaction) != HASH_BYTES:
        raise FormatError("an anchor of the signature names no transaction")
    return Anchor(chain, network, transaction)


def _place(anchor: JsonObject) -> tuple[int, int | None]:
    named, kind = anchor.get("chain"), anchor.get("type")
    if named is None and isinstance(kind, str) and kind in OLD_KINDS:
        return OLD_KINDS[kind], None
    if not isinstance(named, str) or named not in CHAINS:
        raise FormatError(f"an anchor of the signature is on {str(named)[:40]!r}, which is no chain that is known here")
    return CHAINS[named]
