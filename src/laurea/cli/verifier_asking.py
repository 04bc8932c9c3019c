"""In whose name `laurea verifier serve` asks wallets: who may have it ask, and with what key it signs that."""

import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from laurea.cli import output
from laurea.core.keys import SigningKey, did_key, multikey
from laurea.core.p256 import SCALAR_BYTES, P256Key
from laurea.core.signature import SignatureKey
from laurea.errors import InputError
from laurea.web.verifier.asks import Asks
from laurea.web.verifier.wallets import Signer, Wallets

MAX_FILE = 1 << 14
MIN_TOKEN = 16  # characters


def wallets_of(url: str, token: Path | None, key: Path | None, name: str | None) -> Wallets:
    """Return what asks wallets in the name of the service at a URL, with what files have; raises InputError for a file that has it not."""
    return Wallets(url, Asks(time.monotonic), signer_of(key, name), None if token is None else token_in(token))


def token_in(file: Path) -> str:
    """Return the token in a file; raises InputError for what is none."""
    token = output.read(file, limit=4096).decode(errors="replace").strip()
    if len(token) < MIN_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(f"{file} has no token: at least {MIN_TOKEN} characters of ASCII, without blanks")
    return token


def signer_of(file: Path | None, name: str | None) -> Signer | None:
    """Return what signs requests: the key in a file, by the name that was given or as a did:key; None when no file is named."""
    if file is None:
        if name is not None:
            raise InputError("a key is named, and none is there to sign with", hint="pass --sign-requests FILE")
        return None
    key = _key(file)
    if name is None:
        return Signer(key, f"{did_key(key.public)}#{multikey(key.public)}")
    if not name.startswith("did:") or not name.partition("#")[2]:
        raise InputError(f"{name} does not name a key of a DID", hint="for example did:web:employer.example#key-1")
    return Signer(key, name)


def _key(file: Path) -> SignatureKey:
    try:
        found = load_pem_private_key(output.read(file, limit=MAX_FILE), password=None)
    except (ValueError, TypeError) as error:  # the latter: it has a passphrase
        raise InputError(
            f"{file} is no private key in PEM without a passphrase", hint="openssl genpkey -algorithm ed25519 makes one"
        ) from error
    if isinstance(found, Ed25519PrivateKey):
        return SigningKey.from_seed(found.private_bytes_raw())
    if isinstance(found, EllipticCurvePrivateKey) and isinstance(found.curve, SECP256R1):
        return P256Key.from_scalar(found.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big"))
    raise InputError(f"the key in {file} is neither of Ed25519 nor of P-256")
