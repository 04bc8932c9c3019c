"""Transactions: signed with every field explicit, sent as often as needed, found again by their hashes.

A transaction is signed first and sent later, so that its bytes can be written down in between: whoever sends the same
bytes again, after any crash, sends the same transaction.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address, to_checksum_address

from laurea.chain.blocks import block, check_chain, require
from laurea.chain.fees import GWEI, Fees, SendPolicy, amount, bumped, dynamic_fees, legacy_fees
from laurea.chain.pool import Pool
from laurea.chain.receipts import Receipt, receipt, timed
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import CHAIN_ID, Call, NodeRefused, Rpc, fields, quantity, to_hex, word
from laurea.chain.send_state import Answer, answer_of
from laurea.chain.signer import Signer
from laurea.chain.transaction import SignedTransaction, cost_of, fees_of, fields_of, sender_of
from laurea.core.canonical import Json
from laurea.errors import ChainError, Refused, Unfunded, Unreachable

if TYPE_CHECKING:
    from eth_account.types import TransactionDictType

DEFAULT_TIP = GWEI  # for a node that does not suggest one
NO_BASE_FEE = -1  # of a chain without EIP-1559

EXECUTION_REVERTED = 3  # the code of eth_estimateGas for a contract that refuses, even without saying why


class WouldRevert(Refused):
    """The contract refuses the call: it would be mined in vain. Nothing was signed."""


class Sender:
    """Sends transactions to one chain and to no other: every act asks for its id. One node or a pool of them is all the same to it."""

    def __init__(self, rpc: Rpc | Pool, chain_id: int, policy: SendPolicy) -> None:
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

    def sign(self, account: Signer, to: bytes | None, data: bytes, *, nonce: int, value: int = 0) -> SignedTransaction:
        """Return the transaction, signed and not sent.

        Raises WouldRevert with the decoded reason, Unfunded when the account cannot pay for it, Costly when the chain's
        fees are above the cap, WrongChain.
        """
        self.check_chain()
        address = to_canonical_address(account.address)
        gas = self._estimate(address, to, data, value)
        fees = self._fees()
        self._require_funds(address, gas * fees.most + value)
        return self._signed(account, {"to": to or b"", "data": data, "value": value, "gas": gas, "nonce": nonce}, fees)

    def sign_again(self, account: Signer, raw: bytes) -> SignedTransaction:
        """Return a signed transaction that takes the place of another: the same but for fees that a node must prefer.

        Its gas is estimated anew: with the gas of the other it may never be taken. Raises Costly when the fees are above the cap, and what
        `sign` does.
        """
        self.check_chain()
        members = fields_of(raw)
        to, data, value = bytes(members["to"]), bytes(members["data"]), int(members["value"])
        gas = self._estimate(sender_of(raw), to or None, data, value)
        fees = bumped(fees_of(raw), self._fees(), self.policy)
        self._require_funds(sender_of(raw), gas * fees.most + value)
        return self._signed(account, {"to": to, "data": data, "value": value, "gas": gas, "nonce": int(members["nonce"])}, fees)

    def sign_filler(self, account: Signer, *, nonce: int, replaced: bytes | None = None) -> SignedTransaction:
        """Return a transaction that does nothing but use a nonce, for one below those that wait; in the place of another if that is given."""
        self.check_chain()
        fees = self._fees()
        if replaced is not None:
            fees = bumped(fees_of(replaced), fees, self.policy)
        address = to_canonical_address(account.address)
        gas = self._estimate(address, address, b"", 0)
        self._require_funds(address, gas * fees.most)
        return self._signed(account, {"to": address, "data": b"", "value": 0, "gas": gas, "nonce": nonce}, fees)

    def send(self, raw: bytes) -> Answer:
        """Hand a signed transaction to the nodes: SENT when one has it, or its nonce was used.

        UNDERPRICED when it offers too little now, EARLY when it must come after others that the node does not have yet.

        Whether it was mined is for `receipt` to say. Raises Refused, Unfunded, Unreachable or WrongChain.
        """
        self.check_chain()
        outcomes = self.rpc.tell(Call("eth_sendRawTransaction", (to_hex(raw),), word))
        if keccak(raw) in outcomes:
            return Answer.SENT
        refusals = [outcome for outcome in outcomes if isinstance(outcome, NodeRefused)]
        answers = [answer_of(refusal.words) for refusal in refusals]
        for answer in (Answer.SENT, Answer.UNDERPRICED, Answer.EARLY):
            if answer in answers:
                return answer
        if Answer.UNFUNDED in answers:
            self._require_funds(sender_of(raw), cost_of(raw))
            refusal = refusals[answers.index(Answer.UNFUNDED)]
            raise Unfunded(str(refusal)) from refusal
        if refusals:
            raise refusals[0]
        troubles = [outcome for outcome in outcomes if isinstance(outcome, ChainError)]
        raise troubles[0] if troubles else self.rpc.unreadable("eth_sendRawTransaction")

    def receipt(self, hashes: Sequence[bytes]) -> Receipt | None:
        """Return the receipt of whichever of the transactions was mined; None if none was."""
        found = self.rpc.batch([receipt(each) for each in hashes])
        mined = next((each for each in found if each is not None), None)
        if mined is None:
            return None
        if mined.hash not in hashes:
            raise self.rpc.unreadable("eth_getTransactionReceipt")
        # A reorganisation may have taken the block away since.
        holder = self.rpc.ask(block(mined.block_hash))
        return None if holder is None else timed(mined, holder.time)

    def final(self, receipt: Receipt) -> bool:
        """Tell whether the receipt's block is at or below `finalized`, and still on the chain."""
        canonical, finalized = self.rpc.batch((block(receipt.block_number), block("finalized")))
        height = require(finalized, self.rpc.host, "finalized").number
        return canonical is not None and canonical.hash == receipt.block_hash and receipt.block_number <= height

    def transact(self, account: Signer, to: bytes | None, data: bytes) -> Receipt:
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

    def _signed(self, account: Signer, members: dict[str, int | bytes], fees: Fees) -> SignedTransaction:
        to = bytes(members["to"]) if isinstance(members["to"], bytes) else b""
        transaction: TransactionDictType = {
            **fees.fields(),
            **({"to": to_checksum_address(to)} if to else {}),
            "chainId": self.chain_id,
            "nonce": int(members["nonce"]),
            "gas": int(members["gas"]),
            "value": int(members["value"]),
            "data": members["data"] if isinstance(members["data"], bytes) else b"",
        }
        signed = account.sign_transaction(transaction)
        return SignedTransaction(
            to_canonical_address(account.address), int(members["nonce"]), bytes(signed.raw_transaction), bytes(signed.hash)
        )

    def _estimate(self, address: bytes, to: bytes | None, data: bytes, value: int) -> int:
        request: dict[str, Json] = {"from": to_hex(address), "data": to_hex(data), "value": to_hex(value)}
        if to is not None:
            request["to"] = to_hex(to)
        try:
            estimate = self.rpc.near(Call("eth_estimateGas", (request, "latest"), quantity))
        except NodeRefused as error:
            if error.data or error.code == EXECUTION_REVERTED:
                raise WouldRevert(decode_revert(error.data) if error.data else str(error)) from error
            if answer_of(error.words) is Answer.UNFUNDED:
                raise Unfunded(str(error), hint=self._fund_hint(address)) from error
            raise
        return estimate * (100 + self.policy.gas_margin_percent) // 100

    def _fees(self) -> Fees:
        base_fee = self.rpc.near(Call("eth_getBlockByNumber", ("latest", False), _read_base_fee))
        if base_fee == NO_BASE_FEE:
            return legacy_fees(self.rpc.middle(Call("eth_gasPrice", (), quantity)), self.policy)
        try:
            tip = self.rpc.middle(Call("eth_maxPriorityFeePerGas", (), quantity))
        except NodeRefused:
            tip = DEFAULT_TIP
        return dynamic_fees(base_fee, tip, self.policy)

    def _require_funds(self, address: bytes, needed: int) -> None:
        balance = self.rpc.near(Call("eth_getBalance", (to_hex(address), "latest"), quantity))
        if balance < needed:
            raise Unfunded(
                f"{to_checksum_address(address)} holds {amount(balance)} and needs up to {amount(needed)}: "
                f"{amount(needed - balance)} of the currency of eip155:{self.chain_id} are missing",
                hint=self._fund_hint(address),
            )

    def _fund_hint(self, address: bytes) -> str:
        return f"fund {to_checksum_address(address)} on eip155:{self.chain_id}, then do the same again"


def _read_base_fee(value: Json) -> int:
    found = fields(value).get("baseFeePerGas")
    return NO_BASE_FEE if found is None else quantity(found)
