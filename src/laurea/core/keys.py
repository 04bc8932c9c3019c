"""Ed25519: sign and verify bytes; key identifiers to and from text (Multikey and did:key), of P-256, too.

A public key is its bytes, whose number tells its kind: 32 of Ed25519, 33 of P-256 (a compressed point).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from laurea.core import p256
from laurea.errors import FormatError

KEY_BYTES = 32
SIGNATURE_BYTES = 64
ED25519_PUBLIC = b"\xed\x01"  # multicodec 0xed as a varint
P256_PUBLIC = b"\x80\x24"  # multicodec 0x1200
MULTIKEY_CHARACTERS = 49  # "z" and 35 bytes in base 58; bounds the work on hostile input
DID_KEY = "did:key:"

_47_DIGITS = re.compile(r"did:key:z[1-9A-HJ-NP-Za-km-z]{47}")  # base 58

_CODECS = {KEY_BYTES: ED25519_PUBLIC, p256.PUBLIC_BYTES: P256_PUBLIC}  # by the length of the key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key (RFC 8032); its 32-byte seed never shows in its text form."""

    _private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """Make the key that a 32-byte seed determines; raises FormatError for another length."""
        if len(seed) != KEY_BYTES:
            raise FormatError(f"an Ed25519 seed has {KEY_BYTES} bytes, not {len(seed)}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32-byte seed: secret."""
        return self._private.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """The 32-byte public key."""
        return self._private.public_key().public_bytes_raw()

    @property
    def did(self) -> str:
        """The did:key of the public key."""
        return did_key(self.public)

    @property
    def method(self) -> str:
        """The verification method of the did:key: the DID, "#", the Multikey again (did:key, 3.1.3)."""
        return f"{self.did}#{multikey(self.public)}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        return self._private.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether `signature` is that of a public key of either kind over `message`; never raises on bad input."""
    if len(public) == p256.PUBLIC_BYTES:
        return p256.verify(public, signature, message)
    if len(signature) != SIGNATURE_BYTES or len(public) != KEY_BYTES:
        return False
    try:
        _ed25519(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _ed25519(public: bytes) -> Ed25519PublicKey:
    """Return the key of 32 bytes; those of a batch are the same in all its credentials."""
    return Ed25519PublicKey.from_public_bytes(public)


def multikey(public: bytes) -> str:
    """Return the Multikey text of a public key: "z6Mk…" for 32 bytes of Ed25519, "zDn…" for 33 of P-256 (CID 1.0, 2.2.2)."""
    return "z" + base58.b58encode(_CODECS[len(public)] + public).decode()


def parse_multikey(text: str) -> bytes:
    """Return the public key of a Multikey, 32 bytes of Ed25519 or 33 of P-256; raises FormatError for any other."""
    raw = b""
    if text.startswith("z") and len(text) <= MULTIKEY_CHARACTERS and text.isascii():
        try:
            raw = base58.b58decode(text[1:])
        except ValueError:
            raw = b""
    codec, public = raw[:2], raw[2:]
    if _CODECS.get(len(public)) != codec or multikey(public) != text or (len(public) == p256.PUBLIC_BYTES and not p256.is_point(public)):
        raise FormatError("the key is neither an Ed25519 nor a P-256 Multikey (z6Mk… or zDn…)")
    return public


def did_key(public: bytes) -> str:
    """Return the did:key of a public key."""
    return DID_KEY + multikey(public)


def public_of_did_key(did: str) -> bytes:
    """Return the public key that a did:key is, 32 bytes of Ed25519 or 33 of P-256; raises FormatError for any other."""
    if not did.startswith(DID_KEY):
        raise FormatError("the identifier is not a did:key")
    return parse_multikey(did.removeprefix(DID_KEY))


def is_ed25519_did(did: str) -> bool:
    """Tell whether a text is the did:key of 32 bytes of Ed25519; many times faster than to read the key."""
    # 34 bytes that begin with 0xed have 47 digits in base 58, and the order of the digits is that of ASCII: texts compare as their numbers.
    return _FIRST_DID <= did <= _LAST_DID and _47_DIGITS.fullmatch(did) is not None


_FIRST_DID = did_key(bytes(KEY_BYTES))
_LAST_DID = did_key(b"\xff" * KEY_BYTES)
