"""Data Integrity signatures of every suite in the table (Verifiable Credential Data Integrity 1.0, sections 4.2 to 4.5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import base58

from laurea.core import keys
from laurea.core.base58 import encode as encode_base58
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.errors import FormatError, InputError

SUITE = "eddsa-jcs-2022"  # the suite of whatever laurea's own programs sign for one another
KIND = "DataIntegrityProof"
OWN_SUITES = {SUITE: SUITES[SUITE]}  # over the text itself, where an rdfc suite is over what JSON-LD makes of it
MAX_SIGNATURE_CHARACTERS = 90  # "z" and 64 bytes in base 58; bounds the work on hostile input


class SignatureKey(Protocol):
    """A private key: of Ed25519 (`keys.SigningKey`) or P-256 (`p256.P256Key`)."""

    @property
    def public(self) -> bytes:
        """The public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        ...


def sign(
    document: JsonObject, key: SignatureKey, *, method: str, purpose: str, created: datetime, extra: Mapping[str, Json] | None = None
) -> JsonObject:
    """Return a proof of eddsa-jcs-2022 over a document without `proof`; see `secure` for other suites."""
    return secure(document, key, proof_options(SUITE, method=method, purpose=purpose, created=created, extra=extra))


def proof_options(suite: str, *, method: str, purpose: str, created: datetime, extra: Mapping[str, Json] | None = None) -> JsonObject:
    """Return all of a proof but its value; `extra` holds such options as challenge, domain, expires, id and previousProof."""
    return {
        "type": KIND,
        "cryptosuite": suite,
        "created": format_time(created),
        "verificationMethod": method,
        "proofPurpose": purpose,
        **(extra or {}),
    }


def secure(document: JsonObject, key: SignatureKey, options: JsonObject, *, suite: Suite | None = None) -> JsonObject:
    """Return the proof with these options over a document without `proof`, or with the proofs that it is made after.

    `suite` is that of the options with a faster way to the same bytes, if there is one. Raises InputError for a suite that is not known
    and for a key of another kind than the suite's, FormatError for a document that the suite cannot take.
    """
    how = suite or SUITES.get(str(options["cryptosuite"]))
    if how is None or len(key.public) != how.key_bytes:
        raise InputError(f"the suite {options['cryptosuite']} is not known, or it signs with another kind of key")
    options = how.options_of(document, options)
    return {**options, "proofValue": proof_value(key, how.hash_data(document, options))}


def proof_value(key: SignatureKey, hash_data: bytes) -> str:
    """Return the proofValue of a proof whose suite signs these bytes."""
    return _multibase(key.sign(hash_data))


def check(
    document: JsonObject, proof: JsonObject, public: bytes, *, previous: Sequence[JsonObject] = (), suites: Mapping[str, Suite] = SUITES
) -> bool:
    """Tell whether a proof over a document without `proof` is by a public key; `previous` are the proofs that it was made after.

    `suites` are those that are known. Raises FormatError when the suite cannot take the document: Undecidable when what it means cannot
    be told, or is too much work to find out.
    """
    suite = suites.get(str(proof.get("cryptosuite")))
    signature = _signature(proof.get("proofValue"))
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if suite is None or options.get("type") != KIND or len(public) != suite.key_bytes or not signature:
        return False
    signed = suite.document_of(document, options)
    if signed is None:
        return False
    if previous:
        signed = {**signed, "proof": [*previous]}
    return keys.verify(public, signature, suite.hash_data(signed, options))


def previous_proofs(proof: JsonObject, proofs: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the proofs of a set that a proof names as made before it (4.4); raises FormatError when one of them is not there, or is itself."""
    named = proof.get("previousProof", [])
    wanted = named if isinstance(named, list) else [named]
    found = [other for other in proofs if other is not proof and "id" in other and other["id"] in wanted]
    if len(found) != len(wanted) or len({str(name) for name in wanted}) != len(wanted):
        raise FormatError("a proof before it is missing")
    return found


def _signature(value: Json) -> bytes:
    if not isinstance(value, str) or not value.startswith("z") or len(value) > MAX_SIGNATURE_CHARACTERS or not value.isascii():
        return b""
    if value != value.rstrip():  # which the decoder would overlook
        return b""
    try:
        return base58.b58decode(value[1:])
    except ValueError:
        return b""


def _multibase(raw: bytes) -> str:
    return "z" + encode_base58(raw)
