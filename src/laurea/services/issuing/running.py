"""The run: seal what is due, then advance every batch until it is released or time is up. For cron, and safe to kill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from laurea.core.plural import counted
from laurea.errors import Busy, ChainError, FormatError, InputError, Unfunded, WrongChain
from laurea.services.issuing import events
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.awarding import Awarding
from laurea.services.issuing.batches import load
from laurea.services.issuing.events import Tell
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.patience import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Patience
from laurea.services.issuing.publishing import Publish
from laurea.services.issuing.reconciling import Lost, find_lost
from laurea.services.issuing.revoking import NOT_DONE, Revoking
from laurea.services.issuing.sealing import seal
from laurea.services.issuing.sealing_blockcerts import seal_blockcerts
from laurea.services.issuing.stacks import listed
from laurea.storage.issuer import due
from laurea.storage.issuer.batches import UNFINISHED, Batches
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.tables import BatchState

WATCHED = 16  # released batches whose anchor each run looks at again: a reorganisation takes the latest
MAX_STEPS = 32  # in one pass over a batch: more than there are states, so only a chain that changes its mind comes here
NOT_SENT = (BatchState.SEALED, BatchState.NONCED, BatchState.SIGNED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the batches stand after a run, by their numbers: on their way still, or in need of the operator.

    `lost` are anchors of ours that the database does not know: while there are any, nothing is sealed.
    """

    waiting: tuple[int, ...]
    stopped: tuple[int, ...]
    lost: tuple[Lost, ...] = ()
    unrevoked: int = 0  # revocations that were asked for and are not on the chain yet


class Run:
    """One run; the caller holds the issuer's lock "run"."""

    def __init__(
        self,
        issuer: Issuer,
        anchoring: Anchoring,
        patience: Patience,
        tell: Tell,
        *,
        revoking: Revoking | None = None,
        publish: Publish = lambda: 0,
    ) -> None:
        """Do nothing yet; `tell` is told what happens. Without `revoking` the revoking key is elsewhere, and revocations wait.

        `publish` brings the status lists into step and returns how many had to be signed.
        """
        self._issuer = issuer
        self._anchoring = anchoring
        self._patience = patience
        self._tell = tell
        self._revoking = revoking
        self._publish = publish
        self._troubles: dict[int, ChainError] = {}
        self._unstapled: set[int] = set()

    def work(self, *, achievement: str | None = None) -> Outcome:
        """Do all that is due, of one achievement if it is named.

        Raises Unfunded, Costly and the like when a batch cannot go on, Unreachable when the nodes are silent and time is up; the states
        stay, and the next run goes on from them.
        """
        self._issuer.directory.clear_unfinished()
        self._watch()
        unrevoked = self._revoke()
        lost = find_lost(self._issuer, self._anchoring.chain)
        for each in lost:
            self._tell(events.lost(each.root, each.block, each.size))
        awarding = Awarding(self._issuer, checkpoint=self._anchoring.checkpoint)
        self._withdraw(awarding)
        if not lost:
            self._award(awarding)
            self._seal(achievement)
        self._publish_lists()  # with what was revoked, and the lists of those that are to be released
        self._advance_all()
        return Outcome(
            waiting=tuple(self._in_states(UNFINISHED)),
            stopped=tuple(self._in_states((BatchState.FAILED, BatchState.SUSPENDED))),
            lost=tuple(lost),
            unrevoked=unrevoked,
        )

    def _watch(self) -> None:
        """Look again at what was released: nothing that is final should ever change, and if it does, the operator must know."""
        with self._issuer.database.read() as session:
            endangered = Batches(session).endangered(newest=WATCHED)
        for batch in endangered + self._in_states((BatchState.SUSPENDED,)):
            self._try(batch)

    def _revoke(self) -> int:
        """Bring the revocations that were asked for to the chain, if the key is here, and return how many are left."""
        with self._issuer.database.read() as session:
            asked = Revocations(session).in_states(NOT_DONE)
        if not asked:
            return 0
        if self._revoking is None:
            self._tell(events.revocations_wait(len(asked), "the revoking key is not here; `laurea issuer revoke` where it is"))
            return len(asked)
        try:
            with self._issuer.lock("revoke"):
                self._tell(events.revoked(self._revoking.revoke(asked)))
        except (ChainError, Busy, InputError) as error:
            self._tell(events.revocations_wait(len(asked), str(error)))
        with self._issuer.database.read() as session:
            return len(Revocations(session).in_states(NOT_DONE))

    def _publish_lists(self) -> None:
        try:
            count = self._publish()
        except FormatError as error:  # which keeps nothing else from being done
            self._tell(events.lists_wait(str(error)))
            return
        if count:
            self._tell(events.published(count))

    def _withdraw(self, awarding: Awarding) -> None:
        """Withdraw the capstones that lost a part."""
        lapsed = awarding.withdraw()
        if lapsed:
            self._tell(events.lapsed(lapsed))

    def _award(self, awarding: Awarding) -> None:
        """Enrol the capstones that are due: they are sealed at once, unless they wait for their learners."""
        for stack in listed(self._issuer):
            try:
                count = awarding.award(stack.capstone)
            except (FormatError, InputError) as error:  # which keeps nothing else from being done
                self._tell(events.awards_wait(stack.capstone, str(error)))
                continue
            if count:
                self._tell(events.awarded(stack.capstone, count))
        if awarding.refused:
            self._tell(events.awards_wait(counted(awarding.refused, "capstone"), "their credentials would not follow the data model"))

    def _seal(self, achievement: str | None) -> None:
        for act in (seal, seal_blockcerts):  # a batch has credentials of one kind
            self._seal_with(act, achievement)

    def _seal_with(self, sealing: Callable[..., int | None], achievement: str | None) -> None:
        at_work = self._anchoring
        act = partial(sealing, self._issuer, checkpoint=at_work.checkpoint, achievement=achievement, helpers=at_work.helpers)
        while (sealed := act()) is not None:  # more than once where there are more than one batch takes
            size = load(self._issuer, sealed).size
            self._tell(events.sealed(sealed, size))
            if size < due.MAX_MEMBERS:
                break

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
                self._staple(batch)
                if not self._anchoring.advance(batch):
                    break
                moved = True
                row = load(self._issuer, batch)
                self._tell(events.moved(batch, row.state, row.error))
        except WrongChain:
            raise
        except ChainError as error:
            self._note(batch, error)
            return moved
        self._note(batch, self._anchoring.holds.get(batch))
        return moved

    def _staple(self, batch: int) -> None:
        """Get the staples of a batch that is final; without them it is released all the same, and the next run tries again."""
        try:
            if self._anchoring.staple(batch):
                self._tell(events.stapled(batch))
        except (ChainError, FormatError) as error:
            if batch not in self._unstapled:
                self._unstapled.add(batch)
                self._tell(events.staples_wait(batch, str(error)))

    def _note(self, batch: int, trouble: ChainError | None) -> None:
        before = self._troubles.pop(batch, None)
        if trouble is None:
            return
        self._troubles[batch] = trouble
        if str(before) != str(trouble):
            self._tell(events.waits(batch, str(trouble)))

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
