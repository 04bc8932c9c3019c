"""Several nodes that are asked the same: a majority must answer, and all that answer must agree."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from laurea.chain.rpc import Rpc
from laurea.errors import ChainError, Refused, Unreachable

T = TypeVar("T")


class Disagreement(Refused):
    """Nodes contradict each other; which of them is right cannot be told."""


class Quorum:
    """The nodes of one reading. One that fails once is not asked again, so that all answers are by the same nodes."""

    def __init__(self, nodes: Sequence[Rpc]) -> None:
        """Start with all nodes; raises Unreachable when there is none."""
        self.needed = len(nodes) // 2 + 1
        self._total = len(nodes)
        self._nodes = list(nodes)
        self._failures: list[ChainError] = []
        self._require_majority()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the nodes that have answered everything so far."""
        return tuple(node.host for node in self._nodes)

    def each(self, ask: Callable[[Rpc], T]) -> list[T]:
        """Ask all nodes at once and return the answers of those that have one.

        Raises what `ask` raises except that a node that is silent or refuses is only left out, until less than a
        majority is left: then Refused if any of them refused, otherwise Unreachable.
        """
        with ThreadPoolExecutor(len(self._nodes)) as pool:
            outcomes = list(pool.map(lambda node: _attempt(ask, node), self._nodes))
        pairs = list(zip(self._nodes, outcomes, strict=True))
        self._failures += [outcome for _, outcome in pairs if isinstance(outcome, Refused | Unreachable)]
        self._nodes = [node for node, outcome in pairs if not isinstance(outcome, Refused | Unreachable)]
        self._require_majority()
        return [outcome for _, outcome in pairs if not isinstance(outcome, Refused | Unreachable)]

    def agreed(self, ask: Callable[[Rpc], T], about: str) -> T:
        """Return the one answer of all nodes that answer; raises Disagreement when there are two."""
        answers = self.each(ask)
        for node, answer in zip(self._nodes, answers, strict=True):
            if answer != answers[0]:
                raise Disagreement(f"{self._nodes[0].host} and {node.host} disagree about {about}")
        return answers[0]

    def _require_majority(self) -> None:
        if 0 < self.needed <= len(self._nodes):
            return
        reasons = "; ".join(map(str, self._failures)) or "no node is known"
        message = reasons if self._total < 2 else f"{len(self._nodes)} of {self._total} nodes answered: {reasons}"
        refused = any(isinstance(failure, Refused) for failure in self._failures)
        raise Refused(message) if refused else Unreachable(message)


def _attempt(ask: Callable[[Rpc], T], node: Rpc) -> T | Refused | Unreachable:
    try:
        return ask(node)
    except (Refused, Unreachable) as error:
        return error
