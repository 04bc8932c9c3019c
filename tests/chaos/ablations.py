"""The product without one of its rules: the harness must find a violation then, or it would find none at all."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from laurea.chain.fees import SendPolicy
from laurea.chain.pool import Pool
from laurea.chain.registry import Registry, anchor
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.core.leaf import Domain
from laurea.errors import ChainError
from laurea.services.issuing.anchoring import NO_NONCE, Anchoring
from laurea.services.issuing.batches import signed_for
from laurea.services.issuing.chain import Chain, connect
from laurea.storage.issuer.tables import BatchRow, BatchState, Role


class Ablation(StrEnum):
    """The rules that can be taken away."""

    NONE = "none"
    SIGNED_BUT_UNSAVED = "signed-but-unsaved"
    LAST_HASH_ONLY = "last-hash-only"
    NEW_NONCE_ON_ERROR = "new-nonce-on-error"
    ONE_RPC_BELIEVED = "one-rpc-believed"

    def connect(self, urls: Sequence[str], domain: Domain, policy: SendPolicy) -> Chain:
        """Return the way to the chain."""
        if self is not Ablation.ONE_RPC_BELIEVED:
            return connect(urls, domain, policy)
        pool = Pool([Rpc(urls[-1])])  # the one that lies
        return Chain(pool, Registry(pool, domain.registry), Sender(pool, domain.chain_id, policy), domain)

    def anchoring(self, *arguments: Any, **options: Any) -> Anchoring:
        """Return what advances batches."""
        kinds = {
            Ablation.SIGNED_BUT_UNSAVED: SendsBeforeItSaves,
            Ablation.LAST_HASH_ONLY: KnowsTheLastHashOnly,
            Ablation.NEW_NONCE_ON_ERROR: TakesANewNonceOnError,
        }
        return kinds.get(self, Anchoring)(*arguments, **options)


class SendsBeforeItSaves(Anchoring):
    """Hands the transaction to the nodes before its bytes are on disk."""

    def _sign(self, batch: BatchRow) -> bool:
        key, nonce = batch.reserved
        try:
            signed = self._dispatch.sign(key, anchor(batch.root, batch.size), nonce=nonce)
            self.chain.sender.send(signed.raw)
        except ChainError:
            return super()._sign(batch)
        self.checkpoint("signed-not-persisted")
        return self._move(batch, BatchState.SIGNED, signed=self._dispatch.row(signed, batch=batch.id))


class KnowsTheLastHashOnly(Anchoring):
    """Looks for the receipt of what was signed last, and believes that alone, as cert-issuer and its like do."""

    def _look(self, batch: BatchRow) -> bool:
        last = signed_for(self._issuer, batch)[-1]
        seen = self._sight(batch, [last])
        if seen.receipt is not None and seen.receipt.success:
            return self._mined(batch, seen)
        if seen.final_nonce > last.nonce:  # used up, and not by what we look for: so it must have been somebody else
            return self._move(batch, BatchState.SEALED, **NO_NONCE)
        self._pressing.press(batch, last, seen)
        return False

    def _reserve(self, batch: BatchRow) -> bool:
        return _reserve_unasked(self, batch)


class TakesANewNonceOnError(Anchoring):
    """Takes an error for a transaction that is lost, and begins again with the next nonce."""

    def _look(self, batch: BatchRow) -> bool:
        moved = super()._look(batch)
        if not moved and (batch.number in self.holds or self._random_error(batch)):
            return self._move(batch, BatchState.SEALED, **NO_NONCE)
        return moved

    def _random_error(self, batch: BatchRow) -> bool:
        try:
            return self.chain.sender.receipt([row.hash for row in signed_for(self._issuer, batch)]) is None
        except ChainError:
            return True

    def _reserve(self, batch: BatchRow) -> bool:
        return _reserve_unasked(self, batch)


def _reserve_unasked(self: Anchoring, batch: BatchRow) -> bool:
    """Take a nonce without asking the registry whether the root is there."""
    key = self._issuer.acting_key(Role.ANCHOR)
    nonce = self._dispatch.free_nonce(key.address)
    return self._move(batch, BatchState.NONCED, key=key.address, nonce=nonce)
