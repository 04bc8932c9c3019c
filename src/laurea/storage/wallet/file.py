"""The wallet file: open, make and save it, whole at every moment."""

from collections.abc import Callable
from pathlib import Path

from laurea.core.canonical import encode
from laurea.errors import FormatError, InputError, Locked, NotFound
from laurea.storage import files
from laurea.storage.wallet.content import MAX_BYTES, Wallet, document_of, parse_content
from laurea.storage.wallet.envelope import DEFAULT_KDF, Kdf, decrypt, encrypt

LOCKED_HINT = (
    "check the passphrase; if it is right, restore a copy of the file: laurea wallet restore FILE; "
    "or open it with the laurea that wrote it, if that is newer than this one"
)


def seal(wallet: Wallet, passphrase: str, *, kdf: Kdf = DEFAULT_KDF) -> bytes:
    """Return the wallet file, under a fresh salt and nonce; raises InputError when it would be too large to be opened again."""
    # `encode` refuses what `parse` would: a wallet that cannot be opened again is never written.
    data = encrypt(encode(document_of(wallet)), passphrase, kdf=kdf)
    if len(data) > MAX_BYTES:
        raise InputError(f"the wallet would be larger than {MAX_BYTES:,} bytes", hint="keep further credentials in a second wallet")
    return data


def open_(data: bytes, passphrase: str) -> Wallet:
    """Return what a wallet file keeps; raises Locked, and nothing else, whether the passphrase is wrong or a byte of the file."""
    try:
        return parse_content(decrypt(data, passphrase))
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


def change_passphrase(path: Path, old: str, new: str, *, kdf: Kdf = DEFAULT_KDF) -> None:
    """Put the wallet at `path` under another passphrase, one process at a time; the old one opens it no more. Raises Locked as `open_` does."""
    read(path)
    with files.lock(path):
        files.replace(path, seal(load(path, old), new, kdf=kdf))


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
