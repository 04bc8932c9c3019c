"""The issuer's secrets, unlocked one by one when they are needed: a keystore is slow to open on purpose."""

import secrets
from collections.abc import Callable, Mapping

from laurea.chain.account import MAX_KEYSTORE_BYTES, load_account, new_keystore
from laurea.chain.signer import Signer
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from laurea.errors import FormatError, InputError, Locked
from laurea.storage import files
from laurea.storage.issuer import signing_key
from laurea.storage.issuer.directory import IssuerDirectory

SEED_BYTES = 32


class Keyring:
    """The keys of one directory, all under one passphrase, which is asked for at most once and only if needed.

    An account may have its secret elsewhere: then `elsewhere` has, by its name, how to reach its signer.
    """

    def __init__(
        self, directory: IssuerDirectory, ask: Callable[[], str], elsewhere: Mapping[str, Callable[[], Signer]] | None = None
    ) -> None:
        """Unlock nothing yet; `ask` returns the passphrase."""
        self._directory = directory
        self._ask = ask
        self._elsewhere = elsewhere or {}
        self._known: str | None = None
        self._accounts: dict[str, Signer] = {}

    def account(self, name: str) -> Signer:
        """Return the account called `name`; raises Locked for a wrong passphrase, InputError when there is no such keystore."""
        if name not in self._accounts:
            self._accounts[name] = self._elsewhere[name]() if name in self._elsewhere else self._unlocked(name)
        return self._accounts[name]

    def at_hand(self, name: str) -> bool:
        """Tell whether the account called `name` can sign here, as far as that is seen without its passphrase."""
        return name in self._elsewhere or self._directory.keystore(name).is_file()

    def make_account(self, name: str) -> bytes:
        """Return the address of the account called `name`; it is made unless a run that was killed has made it, or its secret is elsewhere."""
        path = self._directory.keystore(name)
        if path.exists() or name in self._elsewhere:
            return bytes.fromhex(self.account(name).address.removeprefix("0x"))
        address, keystore = new_keystore(self._passphrase())
        files.replace(path, keystore)
        return address

    def signing_key(self, name: str, public: bytes) -> SigningKey | P256Key:
        """Return a key that signs credentials; raises Locked when it does not open or is not the one with this public key."""
        path = self._directory.signing_key(name)
        key = signing_key.read(path, self._passphrase())
        if key.public != public:
            raise Locked(f"{path} is not the key of that name that this issuer has made", hint="restore it from a backup")
        return key

    def make_signing_key(self, name: str) -> SigningKey:
        """Return the Ed25519 key that signs credentials, which is made unless a run that was killed has made it."""
        path = self._directory.signing_key(name)
        if path.exists():
            key = signing_key.read(path, self._passphrase())
            if not isinstance(key, SigningKey):
                raise InputError(f"{path} is a key of P-256", hint="choose another name")
            return key
        key = SigningKey.from_seed(secrets.token_bytes(SEED_BYTES))
        signing_key.write(path, key, self._passphrase())
        return key

    def make_p256_key(self, name: str) -> P256Key:
        """Return the P-256 key that signs credentials, which is made unless a run that was killed has made it."""
        path = self._directory.signing_key(name)
        if path.exists():
            key = signing_key.read(path, self._passphrase())
            if not isinstance(key, P256Key):
                raise InputError(f"{path} is a key of Ed25519", hint="choose another name")
            return key
        key = _new_p256_key()
        signing_key.write(path, key, self._passphrase())
        return key

    def _unlocked(self, name: str) -> Signer:
        keystore = files.read(self._directory.keystore(name), limit=MAX_KEYSTORE_BYTES)
        return load_account(keystore, self._passphrase())

    def _passphrase(self) -> str:
        if self._known is None:
            self._known = self._ask()
        return self._known


def _new_p256_key() -> P256Key:
    while True:
        try:
            return P256Key.from_scalar(secrets.token_bytes(SEED_BYTES))
        except FormatError:
            continue  # one in 2^32 is no scalar of the curve
