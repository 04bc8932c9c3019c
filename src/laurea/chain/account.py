"""Accounts of the chain, kept as keystore files (Web3 Secret Storage, version 3)."""

import json

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_canonical_address

from laurea.core.canonical import Json, parse
from laurea.errors import FormatError, Locked

MAX_KEYSTORE_BYTES = 16 << 10
# Above what any client writes (scrypt 2^18, 8, 1; PBKDF2 262,144 rounds): a file cannot make us work for hours.
MAX_SCRYPT_COST = 1 << 23  # n * r * p; memory is 128 * n * r bytes, so 1 GiB at most
MAX_PBKDF2_ROUNDS = 10_000_000


def new_keystore(passphrase: str) -> tuple[bytes, bytes]:
    """Make a new account; return its 20-byte address and the keystore that holds its key."""
    account: LocalAccount = Account.create()
    keystore = account.encrypt(passphrase)
    return to_canonical_address(account.address), json.dumps(keystore, indent=2).encode() + b"\n"


def load_account(keystore: bytes, passphrase: str) -> LocalAccount:
    """Return the account in a keystore; raises FormatError for what is none, Locked for a wrong passphrase."""
    content = parse(keystore, max_bytes=MAX_KEYSTORE_BYTES)
    if not isinstance(content, dict) or content.get("version") != 3:
        raise FormatError("the file is no keystore of version 3", hint="make one with laurea, geth, cast or clef")
    _check_work(content)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(content, passphrase))
    except (ValueError, KeyError, TypeError) as error:
        # A wrong passphrase and a damaged file look the same: the MAC does not match.
        raise Locked("the keystore does not open: the passphrase is wrong, or the file is damaged") from error
    named = content.get("address")
    if isinstance(named, str) and named.lower().removeprefix("0x") != account.address.lower().removeprefix("0x"):
        raise FormatError(f"the keystore names another address than that of its key, {account.address}")
    return account


def _check_work(content: dict[str, Json]) -> None:
    crypto = content.get("crypto", content.get("Crypto"))
    parameters = crypto.get("kdfparams") if isinstance(crypto, dict) else None
    if not isinstance(crypto, dict) or not isinstance(parameters, dict):
        raise FormatError("the keystore has no key derivation parameters")
    n, r, p, rounds = (parameters.get(name, 0) for name in ("n", "r", "p", "c"))
    if not (isinstance(n, int) and isinstance(r, int) and isinstance(p, int) and isinstance(rounds, int)):
        raise FormatError("the keystore's key derivation parameters are not numbers")
    if min(n, r, p, rounds) < 0 or n * r * p > MAX_SCRYPT_COST or rounds > MAX_PBKDF2_ROUNDS:
        raise FormatError("the keystore asks for more work than any program that writes keystores")
