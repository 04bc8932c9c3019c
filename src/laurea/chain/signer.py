"""Who signs transactions: an account whose secret is here, or a remote signer that keeps it (Web3Signer's `eth_signTransaction`)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from eth_utils.address import is_address, to_canonical_address, to_checksum_address

from laurea.chain.rpc import Call, NodeRefused, Rpc, blob, to_hex
from laurea.chain.transaction import fields_of, sender_of
from laurea.core.canonical import Json
from laurea.errors import InputError, Refused

if TYPE_CHECKING:
    from eth_account.types import TransactionDictType

SECRET_BYTES = 32


class Signed(Protocol):
    """A signed transaction: the bytes to send, and their hash."""

    @property
    def raw_transaction(self) -> bytes:
        """The bytes that a node takes."""

    @property
    def hash(self) -> bytes:
        """Their hash, 32 bytes."""


class Signer(Protocol):
    """An account that signs; the accounts of eth-account are such."""

    @property
    def address(self) -> str:
        """The account's address, with EIP-55's checksum."""

    def sign_transaction(self, transaction_dict: "TransactionDictType") -> Signed:
        """Return the transaction, signed; every field of it is given."""


@dataclass(frozen=True, slots=True)
class RemoteSignature:
    """What a remote signer returned, after it was checked."""

    raw_transaction: bytes

    @property
    def hash(self) -> bytes:
        """The hash by which the chain knows the transaction."""
        return keccak(self.raw_transaction)


class RemoteSigner:
    """An account whose secret a signer on the network keeps; it is asked for one signature at a time, and never for anything else."""

    def __init__(self, rpc: Rpc, address: str | None = None) -> None:
        """Take the signer at the other end of `rpc`; without an address it must hold exactly one account. Raises InputError if not."""
        self._rpc = rpc
        self.address = to_checksum_address(address) if address else self._only_account()

    def sign_transaction(self, transaction_dict: "TransactionDictType") -> RemoteSignature:
        """Return the transaction, signed; raises Refused unless what comes back is just what was asked for, signed by this account."""
        asked: dict[str, Json] = {name: _as_json(value) for name, value in transaction_dict.items() if name != "type"}
        try:
            raw = self._rpc.ask(Call("eth_signTransaction", ({"from": self.address, **asked},), blob))
        except NodeRefused as error:
            raise Refused(f"the signer {error}", hint="look at the signer's own log") from error
        # A signer is trusted with the secret and not with what is signed: it may be old, or meant for another chain.
        try:
            good = sender_of(raw) == to_canonical_address(self.address) and fields_of(raw) == fields_of_request(transaction_dict)
        except ValueError:
            good = False
        if not good:
            raise Refused(f"the signer {self._rpc.host} returned another transaction than the one that it was to sign")
        return RemoteSignature(raw)

    def _only_account(self) -> str:
        found = self._rpc.ask(Call("eth_accounts", (), _addresses))
        if len(found) != 1:
            raise InputError(f"the signer {self._rpc.host} holds {len(found)} accounts", hint="give each key a signer that holds one")
        return str(to_checksum_address(found[0]))


def account_of_secret(secret: str) -> LocalAccount:
    """Return the account whose secret is written in hexadecimal; raises InputError, which does not repeat it."""
    try:
        raw = bytes.fromhex(secret.strip().removeprefix("0x"))
        if len(raw) != SECRET_BYTES:
            raise ValueError  # noqa: TRY301 - one answer for all that is wrong
        account: LocalAccount = Account.from_key(raw)
    except ValueError as error:
        raise InputError("the secret of an account is 32 bytes in hexadecimal, and this is not") from error
    return account


def fields_of_request(transaction: "TransactionDictType") -> dict[str, int | bytes]:
    """Return what is asked to be signed, as `fields_of` returns what was."""
    to = transaction.get("to")
    values = {name: value for name, value in transaction.items() if isinstance(value, int | bytes) and name not in {"type", "to"}}
    return {**values, "to": to_canonical_address(str(to)) if to else b""}


def _as_json(value: object) -> Json:
    if isinstance(value, int | bytes):
        return to_hex(value)
    return str(value)


def _addresses(value: Json) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and is_address(each) for each in value):
        raise ValueError("not a list of addresses")
    return [str(each) for each in value]
