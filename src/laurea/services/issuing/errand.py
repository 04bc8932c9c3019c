"""An errand: one call to the registry that is repeated until the registry shows its effect, by one transaction however often it is begun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laurea.chain.send_state import Answer
from laurea.chain.sender import WouldRevert
from laurea.errors import ChainError, Refused, Unfunded, Unreachable, WrongChain
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.dispatch import Dispatch
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.patience import FIRST_PAUSE_SECONDS, Patience
from laurea.storage.issuer.tables import TransactionRow


class Reverted(Refused):
    """The transaction was mined and had no effect, or would be; the message has the registry's reason."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done: the call, how its effect is seen, what was signed for it before, and where a new signature is written down."""

    key: bytes
    data: bytes
    is_done: Callable[[], bool]
    signed: Sequence[TransactionRow]
    keep: Callable[[TransactionRow], None]


class Errands:
    """Runs errands for one issuer."""

    def __init__(self, issuer: Issuer, chain: Chain, dispatch: Dispatch, patience: Patience) -> None:
        """Run nothing yet."""
        self._issuer = issuer
        self._chain = chain
        self._dispatch = dispatch
        self._patience = patience
        self._since = 0.0  # when the last signature was made, or we began to wait for it

    def run(self, errand: Errand) -> TransactionRow | None:
        """Bring about the effect, and return the last transaction signed for it; None when it was there before.

        Raises Unreachable when time is up: it may still be mined, and the same errand goes on with it. Raises Refused with the registry's
        reason, Unfunded, WrongChain.
        """
        signed, trouble = list(errand.signed), ""
        deadline = self._patience.elapsed() + self._patience.max_wait
        self._since = self._patience.elapsed() - (self._dispatch.age(signed[-1]) if signed else 0.0)
        while True:
            try:
                if errand.is_done():
                    return signed[-1] if signed else None
                self._press(errand, signed)
                trouble = ""
            except (Unfunded, WrongChain, Reverted):
                raise
            except ChainError as error:
                if isinstance(error, Refused) and not signed:
                    raise
                trouble = f": {error}"
            if self._patience.elapsed() >= deadline:
                hint = "run the same command again: it goes on with it"
                raise Unreachable(f"the transaction is not mined yet{trouble}", hint=hint)
            self._patience.sleep(FIRST_PAUSE_SECONDS)

    def _press(self, errand: Errand, signed: list[TransactionRow]) -> None:
        """Sign what is to be signed first or anew, and hand the last of it to the nodes."""
        if not signed or self._is_lost(errand, signed[-1]):
            signed.append(self._sign(errand))
            self._since = self._patience.elapsed()
        elif self._patience.elapsed() - self._since >= self._chain.sender.policy.bump_seconds:
            self._since = self._patience.elapsed()
            signed.append(self._sign_again(errand, signed[-1]))
        self._send(errand, signed)

    def _is_lost(self, errand: Errand, last: TransactionRow) -> bool:
        """Tell whether another transaction has used up the nonce for good; the effect is looked for after that, so that ours is not missed."""
        final, _ = self._chain.used_nonces(last.key)
        return final > last.nonce and not errand.is_done()

    def _sign(self, errand: Errand) -> TransactionRow:
        signed = self._dispatch.sign(errand.key, errand.data, nonce=self._dispatch.free_nonce(errand.key))
        row = self._dispatch.row(signed)
        errand.keep(row)
        return row

    def _sign_again(self, errand: Errand, last: TransactionRow) -> TransactionRow:
        try:
            row = self._dispatch.row(self._dispatch.sign_again(last))
        except WouldRevert as error:
            if errand.is_done():  # by what was signed before, a moment ago
                raise
            self._dispatch.fill(last.key, last.nonce)  # what has the nonces behind it must not wait
            raise Reverted(str(error)) from error
        errand.keep(row)
        return row

    def _send(self, errand: Errand, signed: Sequence[TransactionRow]) -> None:
        last = signed[-1]
        _, used = self._chain.used_nonces(last.key)
        if used < last.nonce:
            self._dispatch.fill_below(last.key, last.nonce, used=used)
        if self._chain.sender.send(last.raw) is Answer.UNDERPRICED:
            return
        receipt = self._chain.sender.receipt([row.hash for row in signed])
        if receipt is not None and not receipt.success and not errand.is_done():
            raise Reverted(self._chain.why_reverted(last.key, errand.data, receipt.block_number))
