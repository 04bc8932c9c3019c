"""What the chain says about anchors, agreed by a majority of independent nodes.

All nodes are read at the same two blocks: the highest `finalized` and the highest `latest` that a majority has reached. The state is read
by the hash of the block (EIP-1898), so that it cannot be another block's, whatever happens to the head meanwhile.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from laurea.chain import views
from laurea.chain.quorum import Disagreement, Quorum
from laurea.chain.registry import CREDENTIALS_A_WORD, check_code, with_compromise
from laurea.chain.rpc import TIMEOUT_SECONDS, Rpc, to_hex
from laurea.chain.tips import Tips, agree_on_tips
from laurea.chain.views import Question
from laurea.core.anchor import AnchorRef, Block, Facts, View
from laurea.errors import Refused, Unreachable, WrongChain

MAX_APART = timedelta(minutes=2)  # between the newest head and that of the majority: what is younger could be hidden
ATTEMPTS = 2  # an honest node refuses, or contradicts another, when the head moves between two questions

T = TypeVar("T")
Leaf = tuple[AnchorRef, int]


class ChainReader:
    """Reads facts about anchors in one registry on one chain; never raises for what nodes do or fail to do."""

    def __init__(
        self,
        urls: Sequence[str],
        chain_id: int,
        registry: bytes,
        *,
        timeout: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open nothing yet; a majority of the `urls` must answer, each request within `timeout` seconds."""
        # One URL given twice is one opinion.
        self._nodes = tuple(Rpc(url, timeout=timeout) for url in dict.fromkeys(urls))
        self._chain_id = chain_id
        self._registry = registry
        self._clock = clock

    def read(self, ref: AnchorRef, index: int) -> Facts:
        """Return what the chain says about the leaf `index` of one anchor."""
        return self.read_many([(ref, index)])[0]

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what the chain says about each leaf, all of them at the same two blocks."""
        ours = [leaf for leaf in leaves if self._foreign(leaf[0]) == ""]
        read_at = datetime.fromtimestamp(self._clock(), UTC)
        try:
            facts, trouble = dict(zip(ours, self._read(ours, read_at), strict=True)), ""
        except (Refused, Unreachable, WrongChain) as error:
            facts, trouble = {}, f"chain eip155:{self._chain_id}: {error}"
        return [facts.get(leaf) or Facts(*leaf, read_at=read_at, trouble=self._foreign(leaf[0]) or trouble) for leaf in leaves]

    def close(self) -> None:
        """Close the kept connections."""
        for node in self._nodes:
            node.close()

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
                continue
        return self._attempt(leaves, read_at)

    def _attempt(self, leaves: Sequence[Leaf], read_at: datetime) -> list[Facts]:
        quorum = Quorum(self._nodes)
        tips = self._agree_on_tips(quorum)
        states = self._read_states(quorum, tips, {data for leaf in leaves for data in _questions(leaf)})
        keys = {views.key(key).data for leaf in leaves for state in states for key in state.keys(leaf)}
        if keys:
            more = self._read_states(quorum, tips, keys)
            states = (states[0].joined(more[0]), states[1].joined(more[1]))
        finalized, latest = states
        return [Facts(*leaf, finalized.view(leaf), latest.view(leaf), read_at, sources=quorum.hosts) for leaf in leaves]

    def _agree_on_tips(self, quorum: Quorum) -> Tips:
        agreed, newest = agree_on_tips(quorum, self._chain_id)
        if newest - agreed.latest.time > MAX_APART:
            raise Disagreement(
                f"a node is at {newest:%H:%M:%S}, the majority at {agreed.latest.time:%H:%M:%S}: which is right cannot be told"
            )
        return agreed

    def _read_states(self, quorum: Quorum, tips: Tips, questions: AbstractSet[bytes]) -> tuple["_State", "_State"]:
        ordered = sorted(questions)
        calls = [
            call
            for tip in (tips.finalized, tips.latest)
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

        answers = quorum.agreed(ask, f"the registry at block {tips.finalized.number} or {tips.latest.number}")
        half = len(answers) // 2
        return (
            _State(tips.finalized, dict(zip(ordered, answers[1:half], strict=True))),
            _State(tips.latest, dict(zip(ordered, answers[half + 1 :], strict=True))),
        )


@dataclass(frozen=True, slots=True)
class _State:
    """What the registry answered at one block, by calldata, unread."""

    block: Block
    answers: Mapping[bytes, bytes]

    def get(self, question: Question[T]) -> T:
        try:
            return question.read(self.answers[question.data])
        except ValueError as error:
            raise Unreachable(f"the registry gave no sensible answer at block {self.block.number}") from error

    def joined(self, other: "_State") -> "_State":
        return _State(self.block, {**self.answers, **other.answers})

    def keys(self, leaf: Leaf) -> tuple[bytes, ...]:
        anchor = self.get(views.batch(leaf[0].issuer_id, leaf[0].root))
        return (anchor.key,) if anchor else ()

    def view(self, leaf: Leaf) -> View:
        ref, index = leaf
        anchor = self.get(views.batch(ref.issuer_id, ref.root))
        word, bit = divmod(index, CREDENTIALS_A_WORD)
        bits = self.get(views.revoked(ref.issuer_id, ref.root, word))
        return View(
            self.block,
            anchor and with_compromise(anchor, self.get(views.key(anchor.key))),
            revoked=bool(bits >> bit & 1),
            profile=self.get(views.profile(ref.issuer_id)),
        )


def _questions(leaf: Leaf) -> tuple[bytes, ...]:
    ref, index = leaf
    return (
        views.batch(ref.issuer_id, ref.root).data,
        views.revoked(ref.issuer_id, ref.root, index // CREDENTIALS_A_WORD).data,
        views.profile(ref.issuer_id).data,
    )
