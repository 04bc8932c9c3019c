"""A key that signs credentials, of Ed25519 or P-256, in a file of encrypted PKCS#8 (RFC 5958), which OpenSSL opens too."""

from pathlib import Path

from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from laurea.core.keys import SigningKey
from laurea.core.p256 import SCALAR_BYTES, P256Key
from laurea.errors import InputError, Locked
from laurea.storage import files

# scrypt (RFC 7914) in 16 MiB and as much work as a keystore's n = 2^17: the passphrase opens the accounts too, and the usual
# PBKDF2 with 2,048 rounds would make this file the cheap place to guess it. 2^14 is the most memory that OpenSSL accepts unasked.
PROTECTION = "scryptAndAES256-CBC"
SCRYPT_COST = 1 << 14
SCRYPT_PASSES = 8
MAX_PEM_BYTES = 4096


def write(path: Path, key: SigningKey | P256Key, passphrase: str) -> None:
    """Put the key at `path`, encrypted."""
    plain = _private(key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pem = ECC.import_key(plain).export_key(
        format="PEM",
        passphrase=passphrase.encode(),  # as bytes: pycryptodome takes text for Latin-1, everybody else for UTF-8
        protection=PROTECTION,
        prot_params={"iteration_count": SCRYPT_COST, "block_size": 8, "parallelization": SCRYPT_PASSES, "salt_size": 16},
    )
    files.replace(path, pem.encode())


def read(path: Path, passphrase: str) -> SigningKey | P256Key:
    """Return the key; raises Locked when the passphrase is wrong or the file damaged, InputError when it is not such a key."""
    pem = files.read(path, limit=MAX_PEM_BYTES)
    try:
        private = load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise Locked(f"the passphrase is wrong, or {path} is damaged") from error
    if isinstance(private, Ed25519PrivateKey):
        return SigningKey.from_seed(private.private_bytes_raw())
    if isinstance(private, EllipticCurvePrivateKey) and isinstance(private.curve, SECP256R1):
        return P256Key.from_scalar(private.private_numbers().private_value.to_bytes(SCALAR_BYTES))
    raise InputError(f"{path} is neither an Ed25519 key nor one of P-256")


def _private(key: SigningKey | P256Key) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
    if isinstance(key, SigningKey):
        return Ed25519PrivateKey.from_private_bytes(key.seed)
    return derive_private_key(int.from_bytes(key.scalar), SECP256R1())
