"""The run: seal what is due, then advance every batch until it is released or time is up. For cron, and safe to kill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laurea.errors import Unreachable
from laurea.services.issuing.anchoring import Anchoring, Checkpoint, pass_by
from laurea.services.issuing.batches import load
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import seal
from laurea.storage.issuer.batches import UNFINISHED, Batches
from laurea.storage.issuer.tables import BatchState

WATCHED = 16  # released batches whose anchor each run looks at again: a reorganisation takes the latest
MAX_STEPS = 32  # in one pass over a batch: more than there are states, so only a chain that changes its mind comes here
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 12.0  # a block of Ethereum


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run waits: for how long in all, by which clock, and how it sleeps."""

    max_wait: float
    elapsed: Callable[[], float]  # seconds by a clock that is never set back
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the batches stand after a run, by their numbers: on their way still, or in need of the operator."""

    waiting: tuple[int, ...]
    stopped: tuple[int, ...]


def run(
    issuer: Issuer, anchoring: Anchoring, patience: Patience, tell: Callable[[str], None], *, checkpoint: Checkpoint = pass_by
) -> Outcome:
    """Do all that is due; the caller holds the directory's lock "run".

    Raises Unfunded and the like when a batch cannot go on, Unreachable when the node is silent and time is up; the states stay.
    """
    issuer.directory.clear_unfinished()
    with issuer.database.read() as session:
        endangered = Batches(session).endangered(newest=WATCHED)
    for batch in endangered + _in_states(issuer, (BatchState.SUSPENDED,)):
        _advance(issuer, anchoring, batch, tell)
    sealed = seal(issuer, checkpoint=checkpoint)
    if sealed is not None:
        tell(f"batch {sealed}: sealed with {load(issuer, sealed).size} credentials")
    _advance_all(issuer, anchoring, patience, tell)
    return Outcome(
        waiting=tuple(_in_states(issuer, UNFINISHED)),
        stopped=tuple(_in_states(issuer, (BatchState.FAILED, BatchState.SUSPENDED))),
    )


def _advance_all(issuer: Issuer, anchoring: Anchoring, patience: Patience, tell: Callable[[str], None]) -> None:
    deadline = patience.elapsed() + patience.max_wait
    pause = FIRST_PAUSE_SECONDS
    while True:
        moved, silence = False, None
        try:
            # In the order of their numbers, which is that of their nonces: one that is not sent yet stops those behind it.
            moved = sum(_advance(issuer, anchoring, batch, tell) for batch in _in_states(issuer, UNFINISHED)) > 0
        except Unreachable as error:
            silence = error
        left = deadline - patience.elapsed()
        if silence is None and not _in_states(issuer, UNFINISHED):
            return
        if left <= 0:
            if silence is not None:
                raise silence
            return
        patience.sleep(min(pause, left))
        pause = FIRST_PAUSE_SECONDS if moved else min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _advance(issuer: Issuer, anchoring: Anchoring, batch: int, tell: Callable[[str], None]) -> bool:
    """Take steps with one batch for as long as it moves."""
    for step in range(MAX_STEPS):
        if not anchoring.advance(batch):
            return step > 0
        row = load(issuer, batch)
        tell(f"batch {batch}: {row.state}{f': {row.error}' if row.error else ''}")
    return True


def _in_states(issuer: Issuer, states: Sequence[BatchState]) -> list[int]:
    with issuer.database.read() as session:
        return Batches(session).in_states(states)
