"""What is sent and in no block: send it again, and after a while fill the nonces that are open below it, or offer more."""

from collections.abc import Callable

from laurea.chain.sender import WouldRevert
from laurea.chain.sighting import Sighting
from laurea.errors import ChainError, WrongChain
from laurea.services.issuing.batches import move
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.dispatch import Checkpoint, Dispatch
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.tables import BatchRow, BatchState, TransactionRow


class Pressing:
    """Presses for the batches of one run."""

    def __init__(self, issuer: Issuer, chain: Chain, dispatch: Dispatch, *, checkpoint: Checkpoint, elapsed: Callable[[], float]) -> None:
        """Press for nothing yet; `elapsed` is a clock in seconds that is never set back."""
        self._issuer = issuer
        self._chain = chain
        self._dispatch = dispatch
        self._checkpoint = checkpoint
        self._elapsed = elapsed
        self._since: dict[int, float] = {}  # when a batch came into its state, or we last did something for it
        self.holds: dict[int, ChainError] = {}
        """Why a batch waits for more than a block, by its number."""

    def begin(self, batch: BatchRow) -> None:
        """Begin to wait for a batch that has just come into another state."""
        self._since[batch.number] = self._elapsed()
        self.holds.pop(batch.number, None)

    def press(self, batch: BatchRow, last: TransactionRow, seen: Sighting) -> None:
        """Do what can be done for what was signed last for a batch; what keeps it from being done is in `holds`. Raises WrongChain."""
        overdue = self._is_overdue(batch, last)
        try:
            if overdue and seen.nonce == last.nonce:
                self._bump(batch, last)
            else:
                if overdue and seen.nonce < last.nonce:
                    self._dispatch.fill_below(last.key, last.nonce, used=seen.nonce)
                self._chain.sender.send(last.raw)
            if overdue:
                self.holds.pop(batch.number, None)
        except WrongChain:
            raise
        except ChainError as error:
            # It is signed and may be mined at any time, so all that is left is to wait, and to say what for.
            self.holds[batch.number] = error

    def renew(self, batch: BatchRow, last: TransactionRow) -> bool:
        """Sign again what all nodes refuse, once it has waited, and tell whether it was time for that: its gas may be what no node takes."""
        if not self._is_overdue(batch, last):
            return False
        self._bump(batch, last)
        return True

    def _is_overdue(self, batch: BatchRow, last: TransactionRow) -> bool:
        """Tell whether a batch has waited so long that something is to be done for it, and if so, begin to wait anew.

        What an earlier run has sent has waited since it was signed: runs may each be shorter than the time after which more is offered.
        """
        now = self._elapsed()
        waited = now - self._since.setdefault(batch.number, now - self._dispatch.age(last))
        if waited < self._chain.sender.policy.bump_seconds:
            return False
        self._since[batch.number] = now
        return True

    def _bump(self, batch: BatchRow, last: TransactionRow) -> None:
        """Offer an eighth more with the same nonce, so that at most one of all that were signed is ever mined."""
        try:
            signed = self._dispatch.sign_again(last)
        except WouldRevert:
            # Nothing of ours is to be mined in vain, and what has the nonces behind it must not wait: the batch begins anew, and fails there.
            self._dispatch.fill(last.key, last.nonce)
            raise
        except ChainError:
            self._chain.sender.send(last.raw)  # there is no better offer now, so the one that there is stands
            raise
        self._checkpoint("bump-signed-not-persisted")
        move(self._issuer, batch, BatchState.SENT, signed=self._dispatch.row(signed, batch=batch.id))
        self._checkpoint("bump-persisted-not-sent")
        self._chain.sender.send(signed.raw)
