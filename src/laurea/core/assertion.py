"""Documents of Blockcerts as they are shown: v2, an Open Badges 2 assertion with a Merkle proof in `signature`, and v3, a credential with one in `proof`.

They hold pictures, and so are larger than other credentials may be.
"""

from collections.abc import Sequence

from laurea.core import canonical, proof_value
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import MAX_DEPTH, Credential
from laurea.errors import FormatError

MAX_BYTES = 4 << 20  # of one document; those that are known have up to 2 MB
MERKLE_2017 = "MerkleProof2017"
MERKLE_2019 = "MerkleProof2019"
CRYPTOSUITE = "merkle-proof-2019"
CHAINED = "ChainedProof2021"

_NAMES = (b"MerkleProof201", CRYPTOSUITE.encode())


def limit_of(data: bytes) -> int:
    """Return how many bytes a JSON text may have: more where it names a Merkle proof of Blockcerts."""
    return MAX_BYTES if names_merkle(data) else canonical.MAX_BYTES


def names_merkle(data: bytes) -> bool:
    """Tell whether a text may hold a Merkle proof of Blockcerts."""
    return any(name in data for name in _NAMES)


def is_assertion(value: Json) -> bool:
    """Tell whether a JSON value is a document of v2."""
    signature = value.get("signature") if isinstance(value, dict) else None
    return isinstance(signature, dict) and MERKLE_2017 in _words(signature.get("type"))


def is_merkle(proof: JsonObject) -> bool:
    """Tell whether a proof of a credential is a Merkle proof of Blockcerts, by any of its three names."""
    kind = proof.get("type")
    if kind == CHAINED:
        return proof.get("chainedProofType") == MERKLE_2019
    return kind == MERKLE_2019 or (kind == "DataIntegrityProof" and proof.get("cryptosuite") == CRYPTOSUITE)


def is_blockcerts(credential: Credential) -> bool:
    """Tell whether what was read is a document of Blockcerts: of v2, or of v3 by a proof.

    With an anchor proof of laurea it is none, whatever other proofs it carries: whoever has it may have added them.
    """
    merkle = any(is_merkle(proof) or MERKLE_2017 in _words(proof.get("type")) for proof in credential.proofs)
    return merkle and not _is_ours(credential.proofs)


def credential_of(value: Json, text: bytes) -> Credential:
    """Take a parsed JSON value for a credential as `Credential.of` does, or a document of v2 likewise: what is signed, and the signature as its proof.

    Raises FormatError.
    """
    if isinstance(value, dict) and is_assertion(value):
        canonical.check_parsed(value, text, max_depth=MAX_DEPTH)
        signature = value["signature"]
        document = {name: member for name, member in value.items() if name != "signature"}
        if "proof" in document or not isinstance(signature, dict):
            raise FormatError("an assertion of Blockcerts v2 has its proof in signature, and no other")
        return Credential(document, (signature,))
    proofs = value.get("proof") if isinstance(value, dict) else None
    found = [each for each in (proofs if isinstance(proofs, list) else [proofs]) if isinstance(each, dict)]
    if any(map(is_merkle, found)) and not _is_ours(found):
        return Credential.of(value, max_bytes=MAX_BYTES, text=text)
    return Credential.of(value, text=text)


def as_credential(document: JsonObject) -> JsonObject:
    """Return what people are shown of a document of v2, as a credential would say it; any other document as it is. Nothing is judged by it."""
    badge, profile = document.get("badge"), document.get("recipientProfile")
    if not isinstance(badge, dict) or not document.keys().isdisjoint({"credentialSubject", "issuer"}):
        return document
    name = profile.get("name") if isinstance(profile, dict) else None
    achievement: JsonObject = {member: value for member, value in badge.items() if member != "issuer"}
    subject: JsonObject = {**({"name": name} if isinstance(name, str) else {}), "achievement": achievement}
    dates = {"validFrom": document.get("issuedOn"), "validUntil": document.get("expires")}
    told = {member: value for member, value in document.items() if member in ("id", "type")}
    return {**told, "issuer": badge.get("issuer"), **{each: value for each, value in dates.items() if value}, "credentialSubject": subject}


def _is_ours(proofs: Sequence[JsonObject]) -> bool:
    return any(proof.get("cryptosuite") == proof_value.CRYPTOSUITE for proof in proofs)


def _words(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
