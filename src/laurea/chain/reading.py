"""One reading of the registry: everything is answered at the same two blocks, and each question is asked once, however many leaves it is for."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from laurea.chain import views
from laurea.chain.history import History
from laurea.chain.memory import Memory, trouble
from laurea.chain.quorum import Quorum
from laurea.chain.registry import CREDENTIALS_A_WORD, check_code, with_compromise
from laurea.chain.rpc import Rpc, to_hex
from laurea.chain.tips import agree_on_fresh_tips
from laurea.chain.views import Question
from laurea.core.anchor import AnchorRef, Block, By, Facts, View
from laurea.errors import Refused, Unreachable, WrongChain

ATTEMPTS = 2  # an honest node refuses, or contradicts another, when the head moves between two questions
MOST_ANSWERS = 200_000  # that are kept: a batch of a million has 3,907 words; what is forgotten is asked again

T = TypeVar("T")
Leaf = tuple[AnchorRef, int]


class Snapshot(Protocol):
    """The registry at two blocks, as far as it was asked. One that raised a ChainError is of no more use."""

    def facts(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what is stored about each leaf."""


SnapshotOf = Callable[[Quorum, int, bytes, datetime], Snapshot]
"""Makes one of a chain id, a registry, and when it is read."""


class Reading:
    """Facts about leaves of one registry, read when they are asked for; never raises for what nodes do or fail to do."""

    def __init__(
        self,
        nodes: Sequence[Rpc],
        chain_id: int,
        registry: bytes,
        clock: Callable[[], float],
        snapshot: SnapshotOf | None = None,
        *,
        memory: Memory | None = None,
    ) -> None:
        """Ask nothing yet; a majority of the nodes must answer everything, unless the `snapshot` needs less; `memory` has what was final before."""
        self._nodes = nodes
        self._snapshot_of = snapshot or CalledSnapshot
        self._chain_id = chain_id
        self._registry = registry
        self._clock = clock
        self._memory = memory
        self._contradiction = ""
        self._history = History(nodes, registry)
        self._snapshot: Snapshot | None = None

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what the chain says about each leaf, at the same two blocks as before unless these are no more: then at others."""
        ours = [leaf for leaf in leaves if self._foreign(leaf[0]) == ""]
        read_at = datetime.fromtimestamp(self._clock(), UTC)
        try:
            facts, silence = dict(zip(ours, self._read(ours, read_at), strict=True)), ""
        except (Refused, Unreachable, WrongChain) as error:
            self._snapshot = None
            facts, silence = {}, f"chain eip155:{self._chain_id}: {error}"
        return [facts.get(leaf) or Facts(*leaf, read_at=read_at, trouble=self._foreign(leaf[0]) or silence) for leaf in leaves]

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        """Return facts about what is revoked with when that was, if events show it to be after a moment, else with why it is not known."""
        return self._history.told(facts, after)

    def _foreign(self, ref: AnchorRef) -> str:
        if (ref.chain_id, ref.registry) == (self._chain_id, self._registry):
            return ""
        return f"the registry {to_hex(ref.registry)} on eip155:{ref.chain_id} was not read"

    def _read(self, leaves: Sequence[Leaf], read_at: datetime) -> list[Facts]:
        if not leaves:
            return []
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(leaves, read_at)
            except Refused:
                self._snapshot = None
        return self._attempt(leaves, read_at)

    def _attempt(self, leaves: Sequence[Leaf], read_at: datetime) -> list[Facts]:
        if self._snapshot is not None:
            return self._remembering(self._snapshot.facts(leaves))
        quorum = Quorum(self._nodes)
        snapshot = self._snapshot_of(quorum, self._chain_id, self._registry, read_at)
        facts = snapshot.facts(leaves)
        final = facts[0].finalized  # of all the same block
        self._contradiction = "" if final is None else trouble(quorum, self._memory, self._chain_id, final.block)
        self._snapshot = snapshot
        return self._remembering(facts)

    def _remembering(self, facts: list[Facts]) -> list[Facts]:
        return [replace(each, memory=self._contradiction) for each in facts] if self._contradiction else facts


class CalledSnapshot:
    """The registry at two blocks, as a majority of the nodes answers for it."""

    def __init__(self, quorum: Quorum, chain_id: int, registry: bytes, read_at: datetime) -> None:
        """Agree on the blocks; raises ChainError."""
        self._quorum = quorum
        self._registry = registry
        self._read_at = read_at
        self._tips = agree_on_fresh_tips(quorum, chain_id)
        self._states = (_State(self._tips.finalized), _State(self._tips.latest))

    def facts(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what is stored about each leaf; raises ChainError."""
        if len(self._states[0].answers) > MOST_ANSWERS:
            self._states = (_State(self._tips.finalized), _State(self._tips.latest))
        finalized, latest = self._states
        refs = dict.fromkeys(ref for ref, _ in leaves)
        words = dict.fromkeys((ref, index // CREDENTIALS_A_WORD) for ref, index in leaves)
        self._ask({data for ref in refs for data in _questions(ref)} | {_revoked(ref, word).data for ref, word in words})
        self._ask({views.key(key).data for ref in refs for state in self._states for key in state.keys(ref)})
        hosts = self._quorum.hosts
        return [Facts(*leaf, finalized.view(leaf), latest.view(leaf), self._read_at, sources=hosts, by=By.CALL) for leaf in leaves]

    def _ask(self, questions: AbstractSet[bytes]) -> None:
        """Ask what is not known yet, at both blocks."""
        ordered = sorted(questions - self._states[0].answers.keys())
        if not ordered:
            return
        calls = [
            call
            for tip in (self._tips.finalized, self._tips.latest)
            for call in (
                views.code(self._registry, tip.hash),
                *(views.call(self._registry, data, tip.hash) for data in ordered),
            )
        ]

        def ask(node: Rpc) -> Sequence[bytes]:
            answers = node.batch(calls)
            for code in answers[:: len(ordered) + 1]:
                check_code(code, self._registry, node.host)
            return answers

        answers = self._quorum.agreed(ask, f"the registry at block {self._tips.finalized.number} or {self._tips.latest.number}")
        half = len(answers) // 2
        for state, found in zip(self._states, (answers[1:half], answers[half + 1 :]), strict=True):
            state.answers.update(zip(ordered, found, strict=True))


class _State:
    """What the registry answered at one block, by calldata, unread; and what was read of it."""

    def __init__(self, block: Block) -> None:
        self.answers: dict[bytes, bytes] = {}
        self._block = block
        self._words: dict[tuple[AnchorRef, int], int] = {}
        self._views: dict[tuple[AnchorRef, bool], View] = {}

    def keys(self, ref: AnchorRef) -> tuple[bytes, ...]:
        anchor = self._get(views.batch(ref.issuer_id, ref.root))
        return (anchor.key,) if anchor else ()

    def view(self, leaf: Leaf) -> View:
        ref, index = leaf
        number, bit = divmod(index, CREDENTIALS_A_WORD)
        word = self._words.get((ref, number))
        if word is None:
            word = self._words[ref, number] = self._get(_revoked(ref, number))
        revoked = bool(word >> bit & 1)
        view = self._views.get((ref, revoked))
        if view is None:
            view = self._views[ref, revoked] = self._view(ref, revoked=revoked)
        return view

    def _view(self, ref: AnchorRef, *, revoked: bool) -> View:
        anchor = self._get(views.batch(ref.issuer_id, ref.root))
        return View(
            self._block,
            anchor and with_compromise(anchor, self._get(views.key(anchor.key))),
            revoked=revoked,
            profile=self._get(views.profile(ref.issuer_id)),
        )

    def _get(self, question: Question[T]) -> T:
        try:
            return question.read(self.answers[question.data])
        except ValueError as error:
            raise Unreachable(f"the registry gave no sensible answer at block {self._block.number}") from error


def _questions(ref: AnchorRef) -> tuple[bytes, bytes]:
    return views.batch(ref.issuer_id, ref.root).data, views.profile(ref.issuer_id).data


def _revoked(ref: AnchorRef, word: int) -> Question[int]:
    return views.revoked(ref.issuer_id, ref.root, word)
