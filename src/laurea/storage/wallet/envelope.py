"""How the wallet file is encrypted: Argon2id and XChaCha20-Poly1305, the header authenticated (docs/wallet-file.md)."""

import secrets
from dataclasses import dataclass
from unicodedata import normalize

from Crypto.Cipher import ChaCha20_Poly1305
from Crypto.Cipher.ChaCha20_Poly1305 import ChaCha20Poly1305Cipher
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from laurea.core.canonical import JsonObject, dump, encode, parse
from laurea.errors import FormatError
from laurea.storage.wallet.content import MAX_BYTES
from laurea.storage.wallet.form import bytes_of, text_of

VERSION = 2
READABLE = (1, 2)  # what version 1 keeps is a part of what version 2 does
SALT_BYTES = 16
NONCE_BYTES = 24
TAG_BYTES = 16
KEY_BYTES = 32

# What a header may ask for. The upper ends keep a hostile file to about two seconds and 256 MiB, the lower ones a careless one from being weak.
MEMORY_KIB = range(8 << 10, (256 << 10) + 1)
PASSES = range(1, 9)
LANES = range(1, 17)


@dataclass(frozen=True, slots=True)
class Kdf:
    """The cost of Argon2id (RFC 9106): memory in KiB, passes over it, lanes."""

    memory: int = 64 << 10
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        """Refuse a cost out of bounds; raises FormatError."""
        if self.memory not in MEMORY_KIB or self.passes not in PASSES or self.lanes not in LANES:
            raise FormatError(f"an Argon2id cost of {self.memory} KiB, {self.passes} passes and {self.lanes} lanes is out of bounds")


DEFAULT_KDF = Kdf()


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the file in clear: how the key is derived and the content encrypted. All of it is authenticated."""

    kdf: Kdf
    salt: bytes
    nonce: bytes
    version: int = VERSION

    @classmethod
    def fresh(cls, kdf: Kdf) -> "Header":
        """Make the header of one save: salt and nonce are never used again."""
        return cls(kdf, secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES))

    def document(self) -> JsonObject:
        """Return the header's members of the file."""
        return {
            "laurea": "wallet",
            "version": self.version,
            "kdf": {
                "name": "argon2id",
                "memory": self.kdf.memory,
                "passes": self.kdf.passes,
                "lanes": self.kdf.lanes,
                "salt": text_of(self.salt),
            },
            "cipher": {"name": "xchacha20-poly1305", "nonce": text_of(self.nonce)},
        }

    def cipher(self, passphrase: str) -> ChaCha20Poly1305Cipher:
        """Return the cipher for the content, with the header as associated data; this takes the time and memory of the KDF."""
        # Systems spell the same typed characters differently; NFC makes them one passphrase (RFC 8265, 4.2).
        secret = normalize("NFC", passphrase).encode(errors="surrogateescape")
        kdf = Argon2id(salt=self.salt, length=KEY_BYTES, iterations=self.kdf.passes, lanes=self.kdf.lanes, memory_cost=self.kdf.memory)
        cipher = ChaCha20_Poly1305.new(key=kdf.derive(secret), nonce=self.nonce)
        cipher.update(encode(self.document()))
        return cipher


def encrypt(content: bytes, passphrase: str, *, kdf: Kdf) -> bytes:
    """Return the file that keeps a content, under a fresh salt and nonce."""
    header = Header.fresh(kdf)
    ciphertext, tag = header.cipher(passphrase).encrypt_and_digest(content)
    return _file(header, ciphertext + tag)


def decrypt(data: bytes, passphrase: str) -> bytes:
    """Return the content of a file; raises FormatError or ValueError when it does not open."""
    header, sealed = _parse_file(data)
    return header.cipher(passphrase).decrypt_and_verify(sealed[:-TAG_BYTES], sealed[-TAG_BYTES:])


def _file(header: Header, sealed: bytes) -> bytes:
    return dump({**header.document(), "ciphertext": text_of(sealed)})


def _parse_file(data: bytes) -> tuple[Header, bytes]:
    match parse(data, max_bytes=MAX_BYTES):
        case {
            "version": int(version),
            "kdf": {"memory": int(memory), "passes": int(passes), "lanes": int(lanes), "salt": str(salt)},
            "cipher": {"nonce": str(nonce)},
            "ciphertext": str(ciphertext),
        } if version in READABLE:
            header = Header(Kdf(memory, passes, lanes), bytes_of(salt, SALT_BYTES), bytes_of(nonce, NONCE_BYTES), version)
            sealed = bytes_of(ciphertext)
        case _:
            raise FormatError("not a laurea wallet")
    # One file has one form: this refuses every other spelling of the same members, loose base64 and members that we do not know.
    if _file(header, sealed) != data:
        raise FormatError("the file is not in its one form")
    return header, sealed
