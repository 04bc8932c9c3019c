"""The wallet file: one encrypted document that its owner holds (docs/wallet-file.md). Reads and writes it; no tables."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

import base58
from Crypto.Cipher import ChaCha20_Poly1305
from Crypto.Cipher.ChaCha20_Poly1305 import ChaCha20Poly1305Cipher
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from laurea.core.canonical import Json, JsonObject, dump, encode, parse
from laurea.core.credential import format_time, parse_time
from laurea.core.keys import SigningKey
from laurea.errors import FormatError, InputError, Locked, NotFound
from laurea.storage import files

MAX_BYTES = 64 << 20  # thousands of credentials; bounds the work on hostile input
SALT_BYTES = 16
NONCE_BYTES = 24
TAG_BYTES = 16
KEY_BYTES = 32
LOCKED_HINT = "check the passphrase; if it is right, restore a copy of the file: laurea wallet restore FILE"
ED25519_SECRET = b"\x80\x26"  # multicodec 0x1300 as a varint

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
class Held:
    """A credential in the wallet: the exact bytes that were received, and when."""

    document: bytes
    received: datetime


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the file keeps: the holder's key, when it was made, and the credentials in the order they came."""

    key: SigningKey
    created: datetime
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the file in clear: how the key is derived and the content encrypted. All of it is authenticated."""

    kdf: Kdf
    salt: bytes
    nonce: bytes

    @classmethod
    def fresh(cls, kdf: Kdf) -> "Header":
        """Make the header of one save: salt and nonce are never used again."""
        return cls(kdf, secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES))

    def document(self) -> JsonObject:
        """Return the header's members of the file."""
        return {
            "laurea": "wallet",
            "version": 1,
            "kdf": {
                "name": "argon2id",
                "memory": self.kdf.memory,
                "passes": self.kdf.passes,
                "lanes": self.kdf.lanes,
                "salt": _text_of(self.salt),
            },
            "cipher": {"name": "xchacha20-poly1305", "nonce": _text_of(self.nonce)},
        }

    def cipher(self, passphrase: str) -> ChaCha20Poly1305Cipher:
        """Return the cipher for the content, with the header as associated data; this takes the time and memory of the KDF."""
        # Systems spell the same typed characters differently; NFC makes them one passphrase (RFC 8265, 4.2).
        secret = normalize("NFC", passphrase).encode(errors="surrogateescape")
        kdf = Argon2id(salt=self.salt, length=KEY_BYTES, iterations=self.kdf.passes, lanes=self.kdf.lanes, memory_cost=self.kdf.memory)
        cipher = ChaCha20_Poly1305.new(key=kdf.derive(secret), nonce=self.nonce)
        cipher.update(encode(self.document()))
        return cipher


def seal(wallet: Wallet, passphrase: str, *, kdf: Kdf = DEFAULT_KDF) -> bytes:
    """Return the wallet file, under a fresh salt and nonce; raises InputError when it would be too large to be opened again."""
    header = Header.fresh(kdf)
    # `encode` refuses what `parse` would: a wallet that cannot be opened again is never written.
    ciphertext, tag = header.cipher(passphrase).encrypt_and_digest(encode(_content(wallet)))
    data = _file(header, ciphertext + tag)
    if len(data) > MAX_BYTES:
        raise InputError(f"the wallet would be larger than {MAX_BYTES:,} bytes", hint="keep further credentials in a second wallet")
    return data


def open_(data: bytes, passphrase: str) -> Wallet:
    """Return what a wallet file keeps; raises Locked, and nothing else, whether the passphrase is wrong or a byte of the file."""
    try:
        header, sealed = _parse_file(data)
        content = header.cipher(passphrase).decrypt_and_verify(sealed[:-TAG_BYTES], sealed[-TAG_BYTES:])
        return _wallet(parse(content, max_bytes=MAX_BYTES))
    except (FormatError, ValueError) as error:
        raise Locked(
            "the wallet cannot be opened: the passphrase is wrong, or the file is damaged or no wallet", hint=LOCKED_HINT
        ) from error


def load(path: Path, passphrase: str) -> Wallet:
    """Open the wallet at `path`; raises NotFound when there is none, Locked as `open_` does."""
    return open_(read(path), passphrase)


def read(path: Path) -> bytes:
    """Return the bytes of the wallet at `path`, still encrypted; raises NotFound when there is none."""
    if not path.exists() or not (data := files.read(path, limit=MAX_BYTES)):
        raise NotFound(f"there is no wallet at {path}", hint="name it with --wallet, or make one: laurea wallet new")
    return data


def create(path: Path, data: bytes) -> None:
    """Put a first wallet file at `path`; raises InputError when something is there already, for it may be the only copy of a key."""
    with files.lock(path, create=True):
        refuse_existing(path)
        files.replace(path, data)


def refuse_existing(path: Path) -> None:
    """Raise InputError when there is anything at `path` but an empty file, which is what a killed `create` leaves."""
    try:
        there = path.exists() and (not path.is_file() or path.stat().st_size > 0)
    except OSError as error:
        raise InputError(f"{path} cannot be used: {error.strerror}") from error
    if there:
        raise InputError(f"{path} exists already", hint="name another file, or move this one away")


def update(path: Path, passphrase: str, change: Callable[[Wallet], Wallet], *, kdf: Kdf = DEFAULT_KDF) -> tuple[Wallet, Wallet]:
    """Open, change and save the wallet at `path`, one process at a time, so that no change is lost; returns it before and after.

    It is saved only when `change` returns another object than it was given.
    """
    read(path)  # NotFound says more than the lock could
    with files.lock(path):
        wallet = load(path, passphrase)
        changed = change(wallet)
        if changed is not wallet:
            files.replace(path, seal(changed, passphrase, kdf=kdf))
    return wallet, changed


def _file(header: Header, sealed: bytes) -> bytes:
    return dump({**header.document(), "ciphertext": _text_of(sealed)})


def _parse_file(data: bytes) -> tuple[Header, bytes]:
    match parse(data, max_bytes=MAX_BYTES):
        case {
            "kdf": {"memory": int(memory), "passes": int(passes), "lanes": int(lanes), "salt": str(salt)},
            "cipher": {"nonce": str(nonce)},
            "ciphertext": str(ciphertext),
        }:
            header = Header(Kdf(memory, passes, lanes), _bytes_of(salt, SALT_BYTES), _bytes_of(nonce, NONCE_BYTES))
            sealed = _bytes_of(ciphertext)
        case _:
            raise FormatError("not a laurea wallet")
    # One file has one form: this refuses every other spelling of the same members, loose base64 and members that we do not know.
    if _file(header, sealed) != data:
        raise FormatError("the file is not in its one form")
    return header, sealed


def _content(wallet: Wallet) -> JsonObject:
    return {
        "created": format_time(wallet.created),
        "secretKeyMultibase": "z" + base58.b58encode(ED25519_SECRET + wallet.key.seed).decode(),
        # A signed document is kept as the exact bytes that came: they are strict UTF-8, so text carries them unchanged.
        "credentials": [{"document": held.document.decode(), "received": format_time(held.received)} for held in wallet.held],
    }


def _wallet(content: Json) -> Wallet:
    match content:
        case {"created": str(created), "secretKeyMultibase": str(secret), "credentials": list(credentials)}:
            return Wallet(_key(secret), parse_time(created), tuple(_held(item) for item in credentials))
        case _:
            raise FormatError("the content is not that of a wallet")


def _held(item: Json) -> Held:
    match item:
        case {"document": str(document), "received": str(received)}:
            return Held(document.encode(), parse_time(received))
        case _:
            raise FormatError("an entry is not a credential")


def _key(secret: str) -> SigningKey:
    raw = base58.b58decode(secret.removeprefix("z"))
    if not raw.startswith(ED25519_SECRET):
        raise FormatError("the key is not an Ed25519 secret Multikey")
    return SigningKey.from_seed(raw[len(ED25519_SECRET) :])


def _text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes_of(text: str, size: int | None = None) -> bytes:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if size is not None and len(raw) != size:
        raise FormatError(f"{size} bytes are expected, not {len(raw)}")
    return raw
