"""Trust files as documents: merged, and signed by whoever puts one together for others (docs/trust-file.md)."""

from collections.abc import Sequence
from datetime import datetime

from laurea.core import canonical, signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import parse_time
from laurea.core.keys import public_of_did_key
from laurea.core.signature import SignatureKey
from laurea.core.trust import VERSION, parse_trust
from laurea.errors import FormatError


def merge(files: Sequence[bytes]) -> JsonObject:
    """Return one trust file that says what several say: of an issuer that more of them name, the entry of the latest date.

    The signatures are left out: nobody has signed this one. Raises FormatError for what is no trust file, and when two entries of one
    issuer are of the same moment and differ.
    """
    issuers: dict[str, JsonObject] = {}
    registries: list[Json] = []
    for data in files:
        document = _document(data)
        for entry in _objects(document["issuers"]):
            did = str(entry["did"])
            issuers[did] = _later(issuers.get(did, entry), entry)
        registries += [each for each in _objects(document.get("registries", [])) if each not in registries]
    return {"laurea": "trust", "version": VERSION, "issuers": [issuers[did] for did in sorted(issuers)], "registries": registries}


def sign(data: bytes, key: SignatureKey, *, method: str, created: datetime) -> JsonObject:
    """Return a trust file with the signature of who vouches for it (eddsa-jcs-2022), in place of any that it has; raises FormatError."""
    unsigned = {name: value for name, value in _document(data).items() if name != "proof"}
    return {**unsigned, "proof": signature.sign(unsigned, key, method=method, purpose="assertionMethod", created=created)}


def require_signer(data: bytes, signer: str) -> None:
    """Raise FormatError unless a trust file is signed by the key that a did:key is."""
    public = public_of_did_key(signer)
    document = _document(data)
    proof = document.pop("proof", None)
    if not isinstance(proof, dict):
        raise FormatError("the trust file is not signed")
    if proof.get("proofPurpose") != "assertionMethod" or not signature.check(document, proof, public, suites=signature.OWN_SUITES):
        raise FormatError(f"the trust file is not signed by {signer}, or was altered since")


def _document(data: bytes) -> JsonObject:
    parse_trust(data)
    document = canonical.parse(data)
    if not isinstance(document, dict):  # pragma: no cover - parse_trust has refused it
        raise FormatError("the trust file is not a JSON object")
    return document


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _later(one: JsonObject, other: JsonObject) -> JsonObject:
    first, second = parse_time(str(one["date"])), parse_time(str(other["date"]))
    if first == second and one != other:
        raise FormatError(f"two trust files have different entries for {one['did']}, of the same moment", hint="take one of them out")
    return other if second > first else one
