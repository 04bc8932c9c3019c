"""Data Integrity signatures of the suite eddsa-jcs-2022 (VC Data Integrity EdDSA Cryptosuites 1.0, section 3.3)."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import base58

from laurea.core import canonical, keys
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.keys import SigningKey

SUITE = "eddsa-jcs-2022"
MAX_SIGNATURE_CHARACTERS = 90  # "z" and 64 bytes in base 58; bounds the work on hostile input


def sign(
    document: JsonObject, key: SigningKey, *, method: str, purpose: str, created: datetime, extra: Mapping[str, str] | None = None
) -> JsonObject:
    """Return a proof over a document without `proof`; `extra` holds such options as challenge, domain and expires."""
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": format_time(created),
        "verificationMethod": method,
        "proofPurpose": purpose,
        **(extra or {}),
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(hash_data(document, options))
    return {**options, "proofValue": _multibase(signature)}


def check(document: JsonObject, proof: JsonObject, public: bytes) -> bool:
    """Tell whether a proof of this suite over a document without `proof` is by the 32-byte key (3.3.2)."""
    signature = _signature(proof.get("proofValue"))
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if options.get("type") != "DataIntegrityProof" or options.get("cryptosuite") != SUITE:
        return False
    if "@context" in options:
        if not _starts_with(document.get("@context"), options["@context"]):
            return False
        document = {**document, "@context": options["@context"]}
    return keys.verify(public, signature, hash_data(document, options))


def hash_data(document: JsonObject, options: JsonObject) -> bytes:
    """Return what is signed: H(JCS(options)) || H(JCS(document)) (3.3.4)."""
    return sha256(canonical.dump(options)).digest() + sha256(canonical.dump(document)).digest()


def _signature(value: Json) -> bytes:
    if not isinstance(value, str) or not value.startswith("z") or len(value) > MAX_SIGNATURE_CHARACTERS or not value.isascii():
        return b""
    try:
        raw = base58.b58decode(value[1:])
    except ValueError:
        return b""
    return raw if _multibase(raw) == value else b""  # the decoder overlooks space at the end


def _multibase(raw: bytes) -> str:
    return "z" + base58.b58encode(raw).decode()


def _starts_with(context: Json, signed: Json) -> bool:
    """Tell whether a document's @context begins with all that was signed, in the same order (3.3.2, step 4)."""
    have: list[Json] = context if isinstance(context, list) else [context]
    want: list[Json] = signed if isinstance(signed, list) else [signed]
    return canonical.dump(have[: len(want)]) == canonical.dump(want)
