"""The run: seal what is due, then advance every batch until it is released or time is up. For cron, and safe to kill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laurea.errors import ChainError, Unfunded, WrongChain
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.batches import load
from laurea.services.issuing.dispatch import Checkpoint, pass_by
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.reconciling import Lost, find_lost
from laurea.services.issuing.sealing import seal
from laurea.storage.issuer.batches import UNFINISHED, Batches
from laurea.storage.issuer.tables import BatchState

WATCHED = 16  # released batches whose anchor each run looks at again: a reorganisation takes the latest
MAX_STEPS = 32  # in one pass over a batch: more than there are states, so only a chain that changes its mind comes here
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 12.0  # a block of Ethereum
NOT_SENT = (BatchState.SEALED, BatchState.NONCED, BatchState.SIGNED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run waits: for how long in all, by which clock, and how it sleeps."""

    max_wait: float
    elapsed: Callable[[], float]  # seconds by a clock that is never set back
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the batches stand after a run, by their numbers: on their way still, or in need of the operator.

    `lost` are anchors of ours that the database does not know: while there are any, nothing is sealed.
    """

    waiting: tuple[int, ...]
    stopped: tuple[int, ...]
    lost: tuple[Lost, ...] = ()


class Run:
    """One run; the caller holds the issuer's lock "run"."""

    def __init__(
        self,
        issuer: Issuer,
        anchoring: Anchoring,
        patience: Patience,
        tell: Callable[[str], None],
        *,
        checkpoint: Checkpoint = pass_by,
    ) -> None:
        """Do nothing yet; `tell` is told what happens."""
        self._issuer = issuer
        self._anchoring = anchoring
        self._patience = patience
        self._tell = tell
        self._checkpoint = checkpoint
        self._troubles: dict[int, ChainError] = {}

    def work(self, *, achievement: str | None = None) -> Outcome:
        """Do all that is due, of one achievement if it is named.

        Raises Unfunded, Costly and the like when a batch cannot go on, Unreachable when the nodes are silent and time is up; the states
        stay, and the next run goes on from them.
        """
        self._issuer.directory.clear_unfinished()
        self._watch()
        lost = find_lost(self._issuer, self._anchoring.chain)
        if not lost:
            self._seal(achievement)
        self._advance_all()
        return Outcome(
            waiting=tuple(self._in_states(UNFINISHED)),
            stopped=tuple(self._in_states((BatchState.FAILED, BatchState.SUSPENDED))),
            lost=tuple(lost),
        )

    def _watch(self) -> None:
        """Look again at what was released: nothing that is final should ever change, and if it does, the operator must know."""
        with self._issuer.database.read() as session:
            endangered = Batches(session).endangered(newest=WATCHED)
        for batch in endangered + self._in_states((BatchState.SUSPENDED,)):
            self._try(batch)

    def _seal(self, achievement: str | None) -> None:
        sealed = seal(self._issuer, checkpoint=self._checkpoint, achievement=achievement)
        if sealed is not None:
            self._tell(f"batch {sealed}: sealed with {load(self._issuer, sealed).size} credentials")

    def _advance_all(self) -> None:
        deadline = self._patience.elapsed() + self._patience.max_wait
        pause = FIRST_PAUSE_SECONDS
        while True:
            moved = self._pass()
            unfinished = self._in_states(UNFINISHED)
            if not unfinished:
                return
            left = deadline - self._patience.elapsed()
            if left <= 0 or self._is_penniless(unfinished):
                self._raise_trouble(unfinished)
                return
            self._patience.sleep(min(pause, left))
            pause = FIRST_PAUSE_SECONDS if moved else min(pause * 1.5, LONGEST_PAUSE_SECONDS)

    def _pass(self) -> bool:
        """Advance every unfinished batch as far as it goes now, and tell whether any moved."""
        moved = False
        # In the order of their numbers, which is that of their nonces: one that cannot be sent stops those behind it.
        for batch in self._in_states(UNFINISHED):
            moved = self._try(batch) or moved
            if batch in self._troubles and load(self._issuer, batch).state in NOT_SENT:
                break
        return moved

    def _try(self, batch: int) -> bool:
        """Take steps with one batch for as long as it moves; what keeps it from moving is told once, and tried again."""
        moved = False
        try:
            for _ in range(MAX_STEPS):
                if not self._anchoring.advance(batch):
                    break
                moved = True
                row = load(self._issuer, batch)
                self._tell(f"batch {batch}: {row.state}{f': {row.error}' if row.error else ''}")
        except WrongChain:
            raise
        except ChainError as error:
            self._note(batch, error)
            return moved
        self._note(batch, self._anchoring.holds.get(batch))
        return moved

    def _note(self, batch: int, trouble: ChainError | None) -> None:
        before = self._troubles.pop(batch, None)
        if trouble is None:
            return
        self._troubles[batch] = trouble
        if str(before) != str(trouble):
            self._tell(f"batch {batch}: waits: {trouble}")

    def _is_penniless(self, unfinished: Sequence[int]) -> bool:
        """Tell whether nothing can go on before somebody sends money."""
        states = {load(self._issuer, batch).state for batch in unfinished}
        return states <= set(NOT_SENT) and any(isinstance(trouble, Unfunded) for trouble in self._troubles.values())

    def _raise_trouble(self, unfinished: Sequence[int]) -> None:
        for batch in unfinished:
            if batch in self._troubles:
                raise self._troubles[batch]

    def _in_states(self, states: Sequence[BatchState]) -> list[int]:
        with self._issuer.database.read() as session:
            return Batches(session).in_states(states)


def run(
    issuer: Issuer, anchoring: Anchoring, patience: Patience, tell: Callable[[str], None], *, checkpoint: Checkpoint = pass_by
) -> Outcome:
    """Do all that is due; see `Run.work`."""
    return Run(issuer, anchoring, patience, tell, checkpoint=checkpoint).work()
