"""Keys of an issuer that open at once: those that `found` makes take 256 MiB each on purpose, which would be all that is seen of the memory."""

import json
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from eth_account import Account

from laurea.services.issuing.founding import ADMIN, FIRST, FIRST_KEYS
from laurea.storage.issuer.directory import IssuerDirectory

PASSPHRASE = "a passphrase of the benchmark"


def put(directory: IssuerDirectory) -> None:
    """Put keys there, where `found` looks for those of a run that was killed."""
    directory.create()
    for name in (ADMIN, *(name for name, _ in FIRST_KEYS)):
        directory.keystore(name).write_text(json.dumps(Account.encrypt(secrets.token_bytes(32), PASSPHRASE, kdf="pbkdf2", iterations=1)))
    signing = Ed25519PrivateKey.generate()
    directory.signing_key(FIRST).write_bytes(
        signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    )
