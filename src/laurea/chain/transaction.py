"""Signed transactions, read again: who sent them, what they say, what they offer."""

from dataclasses import dataclass

import rlp  # type: ignore[import-untyped] # it has no types of its own
from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address
from hexbytes import HexBytes
from rlp.exceptions import RLPException  # type: ignore[import-untyped] # as above

from laurea.chain.fees import Fees

LEGACY = 0xC0  # a transaction from before EIP-2718 is a list, and begins with no type
CHAIN_ID_IN_V = 35  # EIP-155


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction that can be sent any number of times, to one effect; `key` is the sender's 20-byte address."""

    key: bytes
    nonce: int
    raw: bytes
    hash: bytes


def read(raw: bytes) -> SignedTransaction:
    """Return the transaction in signed bytes."""
    return SignedTransaction(sender_of(raw), int(fields_of(raw)["nonce"]), raw, keccak(raw))


def sender_of(raw: bytes) -> bytes:
    """Return the 20-byte address of the account that signed; raises ValueError for what is no transaction."""
    try:
        return to_canonical_address(Account.recover_transaction(raw))
    except Exception as error:  # eth-account raises whatever its parts do
        raise ValueError("not a signed transaction") from error


def fields_of(raw: bytes) -> dict[str, int | bytes]:
    """Return the members of a signed transaction but for type, signature and access list; raises ValueError for what is none.

    A transaction with an access list raises ValueError, too: we never ask for one.
    """
    try:
        if raw[0] >= LEGACY:
            return _legacy_fields(raw)
        members = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    except (RLPException, IndexError, TypeError, ValueError, KeyError) as error:
        raise ValueError("not a signed transaction") from error
    if members.get("accessList"):
        raise ValueError("a transaction with an access list")
    names = ("chainId", "nonce", "gas", "to", "value", "data", "maxFeePerGas", "maxPriorityFeePerGas")
    return {name: members[name] if isinstance(members[name], int) else bytes(members[name]) for name in names}


def fees_of(raw: bytes) -> Fees:
    """Return what a signed transaction offers."""
    members = fields_of(raw)
    if "gasPrice" in members:
        return Fees(int(members["gasPrice"]), None)
    return Fees(int(members["maxFeePerGas"]), int(members["maxPriorityFeePerGas"]))


def cost_of(raw: bytes) -> int:
    """Return what a signed transaction costs at most, in wei, but for what a rollup adds."""
    members = fields_of(raw)
    return int(members["gas"]) * fees_of(raw).most + int(members["value"])


def _legacy_fields(raw: bytes) -> dict[str, int | bytes]:
    nonce, price, gas, to, value, data, v, _r, _s = rlp.decode(raw)
    numbers = {"nonce": nonce, "gasPrice": price, "gas": gas, "value": value, "chainId": v}
    read_numbers = {name: int.from_bytes(number) for name, number in numbers.items()}
    return {**read_numbers, "chainId": (read_numbers["chainId"] - CHAIN_ID_IN_V) // 2, "to": to, "data": data}
