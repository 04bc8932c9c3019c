"""Advance a batch: one step from whatever state it is found in (DESIGN.md section 5).

    sealed -> nonced -> signed -> sent -> mined -> final -> released

Each step acts, then writes the next state down. A kill anywhere repeats at most the last act, and every act is one that may be
repeated: what cannot be, the signing of another transaction that could mine as well, is ruled out by the one nonce of a batch.
What moves a batch to mined or final, or takes its nonce away, is what a majority of the nodes says of the registry itself.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlmodel import Session

from laurea.chain.receipts import Receipt
from laurea.chain.rpc import NodeRefused
from laurea.chain.sender import WouldRevert
from laurea.chain.sighting import Sighting, Sought
from laurea.errors import ChainError, InputError
from laurea.services.issuing import stapling
from laurea.services.issuing.batches import NOT_MINED, facts_of, facts_seen, load, move, signed_for, witnesses
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.crew import Helpers
from laurea.services.issuing.dispatch import Checkpoint, Dispatch, call_of, pass_by
from laurea.services.issuing.invitations import announce
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.pressing import Pressing
from laurea.services.issuing.release import release
from laurea.services.issuing.release_blockcerts import release_blockcerts
from laurea.services.issuing.renewing import supersede
from laurea.services.issuing.signing_keys import signer
from laurea.storage.issuer.tables import BatchRow, BatchState, Role, TransactionRow

GONE = "the anchor no longer counts: a reorganisation has removed it, or its key was declared compromised"
NO_TRANSACTION = "the registry has its root by a transaction that is not known here, and a proof of Blockcerts has to name it"
NO_NONCE: Mapping[str, None] = {"key": None, "nonce": None, **NOT_MINED}


class Anchoring:
    """Takes batches of one issuer to the registry and back."""

    def __init__(
        self,
        issuer: Issuer,
        chain: Chain,
        keyring: Keyring,
        *,
        checkpoint: Checkpoint = pass_by,
        elapsed: Callable[[], float] = time.monotonic,
        helpers: Helpers | None = None,
    ) -> None:
        """Work on this issuer's batches through this chain; `elapsed` is a clock in seconds that is never set back.

        `helpers` gives who shares the work on large batches.
        """
        self._issuer = issuer
        self.chain = chain
        self._keyring = keyring
        self.checkpoint = checkpoint
        self.helpers = helpers
        self._dispatch = Dispatch(issuer, chain, keyring, checkpoint=checkpoint)
        self._pressing = Pressing(issuer, chain, self._dispatch, checkpoint=checkpoint, elapsed=elapsed)
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

    @property
    def holds(self) -> Mapping[int, ChainError]:
        """Why a batch that is sent waits for more than a block, by its number."""
        return self._pressing.holds

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
        if row.state == BatchState.SUSPENDED and row.key is not None and self._sight(row).anchor is None:
            # Its transaction was taken out of the chain and may be put back: the same bytes, or two could mine.
            self._move(row, BatchState.SENT, error="", **NOT_MINED)
        else:
            self._move(row, BatchState.SEALED, error="", **NO_NONCE)

    def _reserve(self, batch: BatchRow) -> bool:
        """From sealed to nonced: a nonce of a key, written down before anything is signed with it."""
        if self._sight(batch).holds(batch.anchored_size):
            # An earlier transaction of ours did the work, whatever became of our memory of it.
            return self._move(batch, BatchState.MINED)
        key = self._issuer.acting_key(Role.ANCHOR)
        nonce = self._dispatch.free_nonce(key.address)
        self.checkpoint("nonce-before-commit")
        return self._move(batch, BatchState.NONCED, key=key.address, nonce=nonce)

    def _sign(self, batch: BatchRow) -> bool:
        """From nonced to signed: the bytes and their hash, on disk before they are on the wire."""
        key, nonce = batch.reserved
        try:
            signed = self._dispatch.sign(key, call_of(batch), nonce=nonce)
        except WouldRevert as error:
            # Nothing was signed, so the nonce is free for the next batch: a gap would hold up all that come after.
            if self._sight(batch).holds(batch.anchored_size):
                return self._move(batch, BatchState.SEALED, **NO_NONCE)
            return self._fail(batch, str(error), **NO_NONCE)
        self.checkpoint("signed-not-persisted")
        return self._move(batch, BatchState.SIGNED, signed=self._dispatch.row(signed, batch=batch.id))

    def _send(self, batch: BatchRow) -> bool:
        """From signed to sent: one node has it, or it offers too little or comes too early at this moment."""
        signed = signed_for(self._issuer, batch)
        seen = self._sight(batch, signed)
        if seen.holds(batch.anchored_size):  # somebody who knows this batch, too, was faster: a repeat would be mined and refused
            return self._mined(batch, seen)
        self.checkpoint("persisted-not-sent")
        try:
            self.chain.sender.send(signed[-1].raw)
        except NodeRefused:
            if self._pressing.renew(batch, signed[-1]):
                return True
            raise
        self.checkpoint("sent-not-recorded")
        return self._move(batch, BatchState.SENT)

    def _look(self, batch: BatchRow) -> bool:
        """From sent to mined, by whatever anchored the root; back to sealed when another transaction has used up the nonce for good."""
        signed = signed_for(self._issuer, batch)
        seen = self._sight(batch, signed)
        if seen.holds(batch.anchored_size):
            return self._mined(batch, seen)
        if seen.receipt is not None and not seen.receipt.success:
            return self._reverted(batch, seen.receipt)
        _, nonce = batch.reserved
        # Both were read at one block: the nonce is used up there and the root is not, so nothing that we signed with it can come any more.
        if seen.final_nonce > nonce and seen.final_anchor is None:
            return self._move(batch, BatchState.SEALED, **NO_NONCE)
        if seen.final_anchor is not None:
            return self._fail(batch, GONE)
        self._pressing.press(batch, signed[-1], seen)
        return False

    def _confirm(self, batch: BatchRow) -> bool:
        """From mined to final, when the registry holds the root at `finalized`; back to sent when it holds it no more."""
        seen = self._sight(batch, witnesses(self._issuer, batch))
        if seen.holds(batch.anchored_size) and facts_seen(seen) != facts_of(batch):
            return self._mined(batch, seen)
        if seen.stands(batch.anchored_size):
            self.checkpoint("final-not-recorded")
            return self._move(batch, BatchState.FINAL)
        if seen.anchor is None:
            return self._move(batch, BatchState.SEALED if batch.key is None else BatchState.SENT, **NOT_MINED)
        return not seen.holds(batch.anchored_size) and seen.final_anchor is not None and self._fail(batch, GONE)

    def _release(self, batch: BatchRow) -> bool:
        """From final to released: the credentials are handed out."""
        if not self._stands(batch):
            return self._suspend(batch)
        if batch.is_blockcerts and batch.mined_hash is None:
            return self._fail(batch, NO_TRANSACTION)
        if batch.is_blockcerts:
            release_blockcerts(self._issuer, batch)
        else:
            release(self._issuer, batch, signer(self._issuer, self._keyring))
        self.checkpoint("released-not-recorded")
        released_at = batch.released_at or self._issuer.now()
        return self._move(batch, BatchState.RELEASED, also=partial(self._handed_out, batch.number), released_at=released_at)

    def staple(self, batch: int) -> bool:
        """Get what proves the anchor of a batch that is final, and tell whether it was missing; raises ChainError when no node gives it.

        What was released without it is released again.
        """
        row = load(self._issuer, batch)
        if row.is_blockcerts or row.state not in (BatchState.FINAL, BatchState.RELEASED) or not stapling.missing(self._issuer, batch):
            return False
        values = stapling.make(self._issuer, self.chain, row)
        if row.state == BatchState.RELEASED:  # written first: a kill before the staples are kept repeats it
            release(self._issuer, row, signer(self._issuer, self._keyring), values)
        self.checkpoint("stapled-not-recorded")
        self._issuer.directory.write_staples(batch, values)
        return True

    def _handed_out(self, batch: int, session: Session) -> None:
        supersede(session, self._issuer, batch)
        if self._issuer.reach is not None and self._issuer.reach.writes:
            announce(session, batch, self._issuer.now())

    def _watch(self, batch: BatchRow) -> bool:
        """From released to suspended, when the chain has lost what was final; else nothing."""
        return not self._stands(batch) and self._suspend(batch)

    def _recover(self, batch: BatchRow) -> bool:
        """From suspended to final, when the anchor is there again, by whichever transaction; else nothing: the operator decides."""
        seen = self._sight(batch, witnesses(self._issuer, batch))
        return seen.stands(batch.anchored_size) and self._move(batch, BatchState.FINAL, error="", **facts_seen(seen))

    def _mined(self, batch: BatchRow, seen: Sighting) -> bool:
        self.checkpoint("mined-not-recorded")
        return self._move(batch, BatchState.MINED, **facts_seen(seen))

    def _reverted(self, batch: BatchRow, receipt: Receipt) -> bool:
        key, _ = batch.reserved
        reason = self.chain.why_reverted(key, call_of(batch), receipt.block_number)
        return self._fail(batch, f"the transaction 0x{receipt.hash.hex()} was reverted: {reason}")

    def _sight(self, batch: BatchRow, signed: list[TransactionRow] | None = None) -> Sighting:
        return self.chain.sight(Sought(batch.root, batch.key, tuple(row.hash for row in signed or ())))

    def _stands(self, batch: BatchRow) -> bool:
        return self._sight(batch).stands(batch.anchored_size)

    def _suspend(self, batch: BatchRow) -> bool:
        return self._move(batch, BatchState.SUSPENDED, error=GONE)

    def _fail(self, batch: BatchRow, reason: str, **facts: None) -> bool:
        return self._move(batch, BatchState.FAILED, error=reason, **facts)

    def _move(self, batch: BatchRow, to: BatchState, **facts: Any) -> bool:
        move(self._issuer, batch, to, **facts)
        if to != batch.state:
            self._pressing.begin(batch)
        return True
