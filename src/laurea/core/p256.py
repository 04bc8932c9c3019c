"""ECDSA on the curve P-256 with SHA-256: sign and verify bytes (FIPS 186-5; VC Data Integrity ECDSA Cryptosuites 1.0)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from laurea.errors import FormatError

PUBLIC_BYTES = 33  # a compressed point (SEC 1, 2.3.3)
SCALAR_BYTES = 32
SIGNATURE_BYTES = 64  # r and s, each big-endian


@dataclass(frozen=True, slots=True)
class P256Key:
    """A P-256 private key; its scalar never shows in its text form."""

    _private: EllipticCurvePrivateKey

    @classmethod
    def from_scalar(cls, scalar: bytes) -> "P256Key":
        """Make the key of a 32-byte big-endian scalar; raises FormatError for one that the curve does not have."""
        if len(scalar) != SCALAR_BYTES:
            raise FormatError(f"a P-256 scalar has {SCALAR_BYTES} bytes, not {len(scalar)}")
        try:
            return cls(derive_private_key(int.from_bytes(scalar), SECP256R1()))
        except ValueError as error:
            raise FormatError("the scalar is not one of P-256") from error

    @property
    def public(self) -> bytes:
        """The 33-byte compressed public key."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    @property
    def scalar(self) -> bytes:
        """The 32-byte scalar: secret."""
        return self._private.private_numbers().private_value.to_bytes(SCALAR_BYTES)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message, the same each time (RFC 6979)."""
        r, s = decode_dss_signature(self._private.sign(message, ECDSA(SHA256(), deterministic_signing=True)))
        return r.to_bytes(SCALAR_BYTES) + s.to_bytes(SCALAR_BYTES)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether `signature` is that of the 33-byte key over `message`; never raises on bad input."""
    if len(signature) != SIGNATURE_BYTES or len(public) != PUBLIC_BYTES:
        return False
    try:
        encoded = encode_dss_signature(int.from_bytes(signature[:SCALAR_BYTES]), int.from_bytes(signature[SCALAR_BYTES:]))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public).verify(encoded, message, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_point(public: bytes) -> bool:
    """Tell whether 33 bytes are a point of the curve."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
    except ValueError:
        return False
    return len(public) == PUBLIC_BYTES


def coordinates(public: bytes) -> tuple[bytes, bytes]:
    """Return x and y of a 33-byte compressed point, 32 bytes each."""
    numbers = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public).public_numbers()
    return numbers.x.to_bytes(SCALAR_BYTES), numbers.y.to_bytes(SCALAR_BYTES)


def compressed(x: bytes, y: bytes) -> bytes:
    """Return the 33-byte point with these coordinates; raises FormatError for one that is not on the curve."""
    try:
        key = EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), SECP256R1()).public_key()
    except ValueError as error:
        raise FormatError("the point is not one of P-256") from error
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
