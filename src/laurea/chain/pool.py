"""The nodes that an issuer works through. To all above it they are one node, which one of them that lies or fails cannot speak for."""

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

from laurea.chain.quorum import Disagreement, Quorum, attempt_all
from laurea.chain.rpc import CHAIN_ID, Call, Rpc
from laurea.core.canonical import Json
from laurea.errors import ChainError, Refused, Unreachable

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class Pool:
    """Nodes of one chain. What they are asked, a majority must answer alike; what they are told, one has to take."""

    def __init__(self, nodes: Sequence[Rpc]) -> None:
        """Ask nothing yet."""
        self.nodes = tuple(nodes)
        self.needed = len(self.nodes) // 2 + 1
        self.host = " and ".join(node.host for node in self.nodes)

    def quorum(self) -> Quorum:
        """Return a new reading of several questions; those that contradict the majority are left out."""
        return Quorum(self.nodes, outvote=True)

    def ask(self, call: Call[T]) -> T:
        """Ask one question and return what a majority answers; raises Refused or Unreachable when there is none."""
        return self.quorum().agreed(lambda node: node.ask(call), call.method)

    @overload
    def batch(self, calls: tuple[Call[T], Call[U]]) -> tuple[T, U]: ...
    @overload
    def batch(self, calls: tuple[Call[T], Call[U], Call[V]]) -> tuple[T, U, V]: ...
    @overload
    def batch(self, calls: Sequence[Call[T]]) -> Sequence[T]: ...
    def batch(self, calls: Sequence[Call[object]]) -> Sequence[object]:
        """Ask all questions and return what a majority answers to all of them."""
        return self.quorum().agreed(lambda node: tuple(node.batch(calls)), "the same questions")

    def near(self, call: Call[int]) -> int:
        """Ask for a number that may differ a little from node to node, and return what a majority says, each within a half of the other.

        Raises Disagreement when there is no such majority: no single node can make it any other number; otherwise what `middle` does.
        """
        numbers = self._numbers(call)
        for low, high in zip(numbers, numbers[self.needed - 1 :], strict=False):
            if low == high or high * 2 <= low * 3:
                return high
        raise Disagreement(f"{self.host} contradict each other about {call.method}")

    def middle(self, call: Call[int]) -> int:
        """Ask for a number that is each node's own, and return the one in the middle, of two the lower: no single node can raise it.

        Raises what the nodes refuse it with when a majority does, Unreachable when no majority answers.
        """
        numbers = self._numbers(call)
        return numbers[(len(numbers) - 1) // 2]

    def _numbers(self, call: Call[int]) -> list[int]:
        outcomes = attempt_all(lambda node: node.ask(call), self.nodes)
        numbers = sorted(outcome for outcome in outcomes if isinstance(outcome, int))
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        if len(refusals) >= self.needed:
            raise refusals[0]
        if len(numbers) < self.needed:
            raise self._no_majority(outcomes)
        return numbers

    def tell(self, call: Call[T]) -> list[T | ChainError]:
        """Ask all nodes to take something, and return what became of it at each."""
        return attempt_all(lambda node: node.ask(call), self.nodes)

    def first(self, ask: Callable[[Rpc], T]) -> T:
        """Return the answer of the first node that has one, for what only people read; raises what the last one failed with."""
        for node in self.nodes[:-1]:
            try:
                return ask(node)
            except Unreachable:
                continue
        return ask(self.nodes[-1])

    def chain_id(self) -> int:
        """Return the id of the chain that a majority is on."""
        return self.ask(CHAIN_ID)

    def call(self, method: str, *params: Json) -> Json:
        """Ask the first node that answers, for what only people read."""
        return self.first(lambda node: node.call(method, *params))

    def require(self, good: Callable[[Rpc], None]) -> None:
        """Raise WrongChain or Unreachable unless a majority of the nodes passes `good`, which raises for one that is not what it should be."""
        self.quorum().each(good)

    def unreadable(self, method: str) -> Unreachable:
        """Return the error for an answer that makes no sense."""
        return Unreachable(f"{self.host} gave no sensible answer to {method}")

    def close(self) -> None:
        """Close the kept connections."""
        for node in self.nodes:
            node.close()

    def _no_majority(self, outcomes: Sequence[object]) -> ChainError:
        troubles = [outcome for outcome in outcomes if isinstance(outcome, ChainError)]
        if len(self.nodes) == 1 and troubles:
            return troubles[0]
        answered = len(outcomes) - sum(isinstance(trouble, Unreachable) for trouble in troubles)
        reasons = "; ".join(map(str, troubles)) or "they contradict each other"
        return Unreachable(f"{answered} of {len(self.nodes)} nodes answered: {reasons}")
