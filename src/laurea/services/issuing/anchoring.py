"""Advance a batch: one step from whatever state it is found in (DESIGN.md section 5).

    sealed -> nonced -> signed -> sent -> mined -> final -> released

Each step acts, then writes the next state down. A kill anywhere repeats at most the last act, and every act is one that may be
repeated: what cannot be, the signing of another transaction that could mine as well, is ruled out by the one nonce of a batch.
"""

from collections.abc import Callable, Mapping

from laurea.chain.registry import anchor
from laurea.chain.rpc import NodeRefused
from laurea.chain.sender import Receipt
from laurea.errors import InputError, Refused
from laurea.services.issuing.batches import load, move, signed_for
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.release import release
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import BatchRow, BatchState, Role, TransactionRow

Checkpoint = Callable[[str], None]
"""Called between an act and the line that records it, with the name of the place; the harness of faults raises or kills there."""

EXECUTION_REVERTED = 3  # the code of eth_estimateGas for a contract that refuses, even without saying why
GONE = "the anchor no longer counts: a reorganisation has removed it, or its key was declared compromised"
NO_NONCE: Mapping[str, None] = {"key": None, "nonce": None, "mined_hash": None, "mined_block": None}


def pass_by(_place: str) -> None:
    """Let every checkpoint pass."""


class Anchoring:
    """Takes batches of one issuer to the registry and back."""

    def __init__(self, issuer: Issuer, chain: Chain, keyring: Keyring, *, checkpoint: Checkpoint = pass_by) -> None:
        """Work on this issuer's batches through this chain."""
        self._issuer = issuer
        self._chain = chain
        self._keyring = keyring
        self._checkpoint = checkpoint
        self._steps: Mapping[str, Callable[[BatchRow], bool]] = {
            BatchState.SEALED: self._reserve,
            BatchState.NONCED: self._sign,
            BatchState.SIGNED: self._send,
            BatchState.SENT: self._look,
            BatchState.MINED: self._confirm,
            BatchState.FINAL: self._release,
            BatchState.RELEASED: self._watch,
            BatchState.SUSPENDED: self._recover,
        }

    def advance(self, batch: int) -> bool:
        """Take one step with a batch, and tell whether it moved; a failed one stays where it is."""
        row = load(self._issuer, batch)
        step = self._steps.get(row.state)
        return step is not None and step(row)

    def retry(self, batch: int) -> None:
        """Put a failed or suspended batch back on its way, once the operator has mended the cause; raises InputError for any other."""
        row = load(self._issuer, batch)
        if row.state not in (BatchState.FAILED, BatchState.SUSPENDED):
            raise InputError(f"batch {batch} is {row.state}: only a failed or suspended one is tried again")
        if row.state == BatchState.SUSPENDED and row.key is not None and self._chain.anchor_of(row.root) is None:
            # Its transaction was taken out of the chain and may be put back: the same bytes, or two could mine.
            self._move(row, BatchState.SENT, mined_hash=None, mined_block=None, error="")
        else:
            self._move(row, BatchState.SEALED, error="", **NO_NONCE)

    def _reserve(self, batch: BatchRow) -> bool:
        """From sealed to nonced: a nonce of a key, written down before anything is signed with it."""
        if self._is_ours(batch, "latest"):
            # An earlier transaction of ours did the work, whatever became of our memory of it.
            return self._move(batch, BatchState.MINED)
        key = self._issuer.acting_key(Role.ANCHOR)
        pending = self._chain.sender.next_nonce(key.address)
        with self._issuer.database.read() as session:
            nonce = max(pending, Batches(session).next_nonce(key.address))
        self._checkpoint("nonce-before-commit")
        return self._move(batch, BatchState.NONCED, key=key.address, nonce=nonce)

    def _sign(self, batch: BatchRow) -> bool:
        """From nonced to signed: the bytes and their hash, on disk before they are on the wire."""
        key, nonce = batch.reserved
        account = self._keyring.account(self._name_of(key))
        try:
            signed = self._chain.sender.sign(account, self._chain.registry.address, anchor(batch.root, batch.size), nonce=nonce)
        except Refused as error:
            if isinstance(error, NodeRefused) and error.code != EXECUTION_REVERTED:
                raise  # the node has its troubles; the registry has said nothing
            # Nothing was signed, so the nonce is free for the next batch: a gap would hold up all that come after.
            if self._is_ours(batch, "latest"):
                return self._move(batch, BatchState.SEALED, **NO_NONCE)
            return self._fail(batch, str(error), **NO_NONCE)
        self._checkpoint("signed-not-persisted")
        row = TransactionRow(batch=batch.id, key=key, nonce=nonce, hash=signed.hash, raw=signed.raw, signed_at=self._issuer.now())
        return self._move(batch, BatchState.SIGNED, signed=row)

    def _send(self, batch: BatchRow) -> bool:
        """From signed to sent."""
        self._checkpoint("persisted-not-sent")
        self._chain.sender.send(signed_for(self._issuer, batch)[-1].raw)
        self._checkpoint("sent-not-recorded")
        return self._move(batch, BatchState.SENT)

    def _look(self, batch: BatchRow) -> bool:
        """From sent to mined, by any of the hashes ever signed; else the same bytes again."""
        key, nonce = batch.reserved
        # In this order: what was consumed before we looked for our receipts and is not among them was somebody else's.
        consumed = self._chain.nonce_at(key, "finalized") > nonce
        signed = signed_for(self._issuer, batch)
        receipt = self._chain.sender.receipt([row.hash for row in signed])
        if receipt is not None:
            return self._mined(batch, receipt)
        if consumed:
            return self._move(batch, BatchState.SEALED, **NO_NONCE)
        self._chain.sender.send(signed[-1].raw)
        return False

    def _confirm(self, batch: BatchRow) -> bool:
        """From mined to final, when the transaction and what it wrote are at `finalized`; back to sent when it is in the chain no more."""
        if batch.mined_hash is None:
            return self._confirm_found(batch)
        receipt = self._chain.sender.receipt([row.hash for row in signed_for(self._issuer, batch)])
        if receipt is None:
            return self._move(batch, BatchState.SENT, mined_hash=None, mined_block=None)
        if not receipt.success or (receipt.hash, receipt.block_number) != (batch.mined_hash, batch.mined_block):
            return self._mined(batch, receipt)
        if not self._chain.sender.final(receipt):
            return False
        if not self._stands(batch):
            return self._fail(batch, GONE)
        self._checkpoint("final-not-recorded")
        return self._move(batch, BatchState.FINAL)

    def _confirm_found(self, batch: BatchRow) -> bool:
        """Do the same for a root that the registry had before we sent anything: there is no receipt to look at."""
        if self._is_ours(batch, "finalized"):
            self._checkpoint("final-not-recorded")
            return self._move(batch, BatchState.FINAL)
        return not self._is_ours(batch, "latest") and self._move(batch, BatchState.SEALED)

    def _release(self, batch: BatchRow) -> bool:
        """From final to released: the credentials are handed out."""
        if not self._stands(batch):
            return self._suspend(batch)
        release(self._issuer, batch, self._keyring.signing_key(self._issuer.profile.signing_public))
        self._checkpoint("released-not-recorded")
        return self._move(batch, BatchState.RELEASED)

    def _watch(self, batch: BatchRow) -> bool:
        """From released to suspended, when the chain has lost what was final; else nothing."""
        return not self._stands(batch) and self._suspend(batch)

    def _recover(self, batch: BatchRow) -> bool:
        """From suspended to final, when the anchor is there again; else nothing: the operator decides."""
        return self._stands(batch) and self._move(batch, BatchState.FINAL, error="")

    def _mined(self, batch: BatchRow, receipt: Receipt) -> bool:
        if receipt.success:
            self._checkpoint("mined-not-recorded")
            return self._move(batch, BatchState.MINED, mined_hash=receipt.hash, mined_block=receipt.block_number)
        if self._is_ours(batch, "latest"):  # a repeat was refused: that the root is there is all we want
            return self._move(batch, BatchState.MINED, mined_hash=None, mined_block=None)
        key, _ = batch.reserved
        reason = self._chain.why_reverted(key, anchor(batch.root, batch.size), receipt.block_number)
        return self._fail(batch, f"the transaction 0x{receipt.hash.hex()} was reverted: {reason}")

    def _is_ours(self, batch: BatchRow, block: str) -> bool:
        """Tell whether the registry holds the root with our size and the anchor counts."""
        held = self._chain.anchor_of(batch.root, block)
        return held is not None and held.good and held.size == batch.size

    def _stands(self, batch: BatchRow) -> bool:
        """Tell whether the anchor counts at `finalized`, and nothing later, such as a key's compromise, has made it void."""
        return self._is_ours(batch, "finalized") and self._is_ours(batch, "latest")

    def _name_of(self, key: bytes) -> str:
        with self._issuer.database.read() as session:
            row = Keys(session).at(key)
        return "" if row is None else row.name

    def _suspend(self, batch: BatchRow) -> bool:
        return self._move(batch, BatchState.SUSPENDED, error=GONE)

    def _fail(self, batch: BatchRow, reason: str, **facts: None) -> bool:
        return self._move(batch, BatchState.FAILED, error=reason, **facts)

    def _move(self, batch: BatchRow, to: BatchState, *, signed: TransactionRow | None = None, **facts: object) -> bool:
        move(self._issuer, batch, to, signed=signed, **facts)
        return True
