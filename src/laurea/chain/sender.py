"""Transactions: signed with every field explicit, sent as often as needed, found again by their hashes.

A transaction is signed first and sent later, so that its bytes can be written down in between: whoever sends the same
bytes again, after any crash, sends the same transaction.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address, to_checksum_address
from hexbytes import HexBytes

from laurea.chain.blocks import block, check_chain, require
from laurea.chain.fees import GWEI, Fees, SendPolicy, amount, dynamic_fees, legacy_fees
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import CHAIN_ID, Call, NodeRefused, Rpc, fields, quantity, to_hex, word
from laurea.chain.send_state import Answer, answer_of
from laurea.core.canonical import Json
from laurea.errors import Refused, Unfunded, Unreachable

if TYPE_CHECKING:
    from eth_account.types import TransactionDictType

__all__ = ["Receipt", "SendPolicy", "Sender", "SignedTransaction"]

DEFAULT_TIP = GWEI  # for a node that does not suggest one


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction that can be sent any number of times, to one effect; `key` is the sender's 20-byte address."""

    key: bytes
    nonce: int
    raw: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction, and in which block."""

    hash: bytes
    block_number: int
    block_hash: bytes
    success: bool
    gas_used: int
    block_time: datetime


class Sender:
    """Sends transactions to one chain through one node, and to no other chain: every act asks the node for its id."""

    def __init__(self, rpc: Rpc, chain_id: int, policy: SendPolicy) -> None:
        """Ask nothing yet."""
        self.rpc = rpc
        self.chain_id = chain_id
        self.policy = policy

    def check_chain(self) -> None:
        """Raise WrongChain unless the node is on our chain."""
        check_chain(self.rpc.chain_id(), self.chain_id, self.rpc.host)

    def next_nonce(self, address: bytes) -> int:
        """Return the nonce after all the transactions of the account that the node knows, mined or not."""
        found, nonce = self.rpc.batch((CHAIN_ID, Call("eth_getTransactionCount", (to_hex(address), "pending"), quantity)))
        check_chain(found, self.chain_id, self.rpc.host)
        return nonce

    def sign(self, account: LocalAccount, to: bytes | None, data: bytes, *, nonce: int, value: int = 0) -> SignedTransaction:
        """Return the transaction, signed and not sent.

        Raises Refused with the decoded reason when it would revert, Unfunded when the account cannot pay for it or the
        chain's fees are above the cap, WrongChain.
        """
        self.check_chain()
        address = to_canonical_address(account.address)
        gas = self._estimate(address, to, data, value)
        fees = self._fees()
        self._require_funds(address, gas * fees.most + value)
        transaction: TransactionDictType = {
            **fees.fields(),
            **({} if to is None else {"to": to_checksum_address(to)}),
            "chainId": self.chain_id,
            "nonce": nonce,
            "gas": gas,
            "value": value,
            "data": data,
        }
        signed = account.sign_transaction(transaction)
        return SignedTransaction(address, nonce, bytes(signed.raw_transaction), bytes(signed.hash))

    def send(self, raw: bytes) -> None:
        """Hand a signed transaction to the node; done as well when the node has it already or its nonce was used.

        Whether it was mined is for `receipt` to say. Raises Refused, Unfunded or WrongChain.
        """
        self.check_chain()
        try:
            returned = self.rpc.ask(Call("eth_sendRawTransaction", (to_hex(raw),), word))
        except NodeRefused as error:
            answer = answer_of(error.words)
            if answer is Answer.SENT:
                return
            if answer is Answer.UNFUNDED:
                self._require_funds(_sender(raw), _cost(raw))
                raise Unfunded(str(error)) from error
            raise
        if returned != keccak(raw):
            raise self.rpc.unreadable("eth_sendRawTransaction")

    def receipt(self, hashes: Sequence[bytes]) -> Receipt | None:
        """Return the receipt of whichever of the transactions was mined; None if none was."""
        found = self.rpc.batch([Call("eth_getTransactionReceipt", (to_hex(each),), _read_receipt) for each in hashes])
        mined = next((receipt for receipt in found if receipt is not None), None)
        if mined is None:
            return None
        if mined.hash not in hashes:
            raise self.rpc.unreadable("eth_getTransactionReceipt")
        # A reorganisation may have taken the block away since.
        holder = self.rpc.ask(block(mined.block_hash))
        if holder is None:
            return None
        return Receipt(mined.hash, mined.block_number, mined.block_hash, mined.success, mined.gas_used, holder.time)

    def final(self, receipt: Receipt) -> bool:
        """Tell whether the receipt's block is at or below `finalized`, and still on the chain."""
        canonical, finalized = self.rpc.batch((block(receipt.block_number), block("finalized")))
        height = require(finalized, self.rpc.host, "finalized").number
        return canonical is not None and canonical.hash == receipt.block_hash and receipt.block_number <= height

    def transact(self, account: LocalAccount, to: bytes | None, data: bytes) -> Receipt:
        """Sign, send, and wait until mined: for single acts of an operator, which are not written down.

        Raises Refused when it reverts, before it is sent if that can be foreseen.
        """
        nonce = self.next_nonce(to_canonical_address(account.address))
        signed = self.sign(account, to, data, nonce=nonce)
        self.send(signed.raw)
        receipt = self._await(signed)
        if not receipt.success:
            raise Refused(f"the transaction {to_hex(signed.hash)} was mined in block {receipt.block_number} and reverted")
        return receipt

    def _await(self, signed: SignedTransaction) -> Receipt:
        deadline = time.monotonic() + self.policy.mine_seconds
        while time.monotonic() < deadline:
            try:
                receipt = self.receipt([signed.hash])
                if receipt is not None:
                    return receipt
                self.send(signed.raw)  # the same bytes: a node may have dropped them
            except Unreachable:
                pass  # it was sent: only its receipt is missing
            time.sleep(self.policy.poll_seconds)
        raise Unreachable(
            f"the transaction {to_hex(signed.hash)} was not mined within {self.policy.mine_seconds:g} s",
            hint="it may still be: look for it before you do the same again",
        )

    def _estimate(self, address: bytes, to: bytes | None, data: bytes, value: int) -> int:
        request: dict[str, Json] = {"from": to_hex(address), "data": to_hex(data), "value": to_hex(value)}
        if to is not None:
            request["to"] = to_hex(to)
        try:
            estimate = self.rpc.ask(Call("eth_estimateGas", (request,), quantity))
        except NodeRefused as error:
            if error.data:
                raise Refused(decode_revert(error.data)) from error
            if answer_of(error.words) is Answer.UNFUNDED:
                raise Unfunded(str(error), hint=self._fund_hint(address)) from error
            raise
        return estimate * (100 + self.policy.gas_margin_percent) // 100

    def _fees(self) -> Fees:
        base_fee = self.rpc.ask(Call("eth_getBlockByNumber", ("latest", False), _read_base_fee))
        if base_fee is None:
            return legacy_fees(self.rpc.ask(Call("eth_gasPrice", (), quantity)), self.policy)
        try:
            tip = self.rpc.ask(Call("eth_maxPriorityFeePerGas", (), quantity))
        except NodeRefused:
            tip = DEFAULT_TIP
        return dynamic_fees(base_fee, tip, self.policy)

    def _require_funds(self, address: bytes, needed: int) -> None:
        balance = self.rpc.ask(Call("eth_getBalance", (to_hex(address), "latest"), quantity))
        if balance < needed:
            raise Unfunded(
                f"{to_checksum_address(address)} holds {amount(balance)} and needs up to {amount(needed)}: "
                f"{amount(needed - balance)} of the currency of eip155:{self.chain_id} are missing",
                hint=self._fund_hint(address),
            )

    def _fund_hint(self, address: bytes) -> str:
        return f"fund {to_checksum_address(address)} on eip155:{self.chain_id}, then do the same again"


@dataclass(frozen=True, slots=True)
class _Mined:
    hash: bytes
    block_number: int
    block_hash: bytes
    success: bool
    gas_used: int


def _read_receipt(value: Json) -> _Mined | None:
    if value is None:
        return None
    members = fields(value)
    if members.get("blockHash") is None:
        return None
    try:
        return _Mined(
            word(members["transactionHash"]),
            quantity(members["blockNumber"]),
            word(members["blockHash"]),
            quantity(members["status"]) == 1,
            quantity(members["gasUsed"]),
        )
    except KeyError as error:
        raise ValueError("not a receipt") from error


def _read_base_fee(value: Json) -> int | None:
    found = fields(value).get("baseFeePerGas")
    return None if found is None else quantity(found)


def _sender(raw: bytes) -> bytes:
    return to_canonical_address(Account.recover_transaction(raw))


def _cost(raw: bytes) -> int:
    if raw[0] >= 0xC0:  # from before EIP-2718, so without a type: the node's own words must do
        return 0
    members = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    return int(members["gas"]) * int(members["maxFeePerGas"]) + int(members["value"])
