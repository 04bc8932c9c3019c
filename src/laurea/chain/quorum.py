"""Several nodes that are asked the same: a majority must give one answer.

Who verifies takes no answer when any two contradict each other; who issues goes on with what the majority says, or one bad node could stop
the work of every night.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from laurea.chain.rpc import Rpc
from laurea.errors import ChainError, Refused, Unreachable, WrongChain

T = TypeVar("T")


class Disagreement(Refused):
    """Nodes contradict each other; which of them is right cannot be told."""


class Quorum:
    """The nodes of one reading. One that fails once is not asked again, so that all answers are by the same nodes."""

    def __init__(self, nodes: Sequence[Rpc], *, outvote: bool = False) -> None:
        """Start with all nodes; with `outvote` those that contradict a majority are left out. Raises Unreachable when there is none."""
        self.needed = len(nodes) // 2 + 1
        self._outvote = outvote
        self._total = len(nodes)
        self._nodes = list(nodes)
        self._failures: list[ChainError] = []
        self._require_majority()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the nodes that have answered everything so far."""
        return tuple(node.host for node in self._nodes)

    @property
    def nodes(self) -> tuple[Rpc, ...]:
        """The nodes that have answered everything so far."""
        return tuple(self._nodes)

    def each(self, ask: Callable[[Rpc], T]) -> list[T]:
        """Ask all nodes at once and return the answers of those that have one.

        A node that is silent or refuses is only left out, until less than a majority is left: then Refused if any of them refused,
        otherwise Unreachable. One that is on another chain raises WrongChain at once, unless it can be outvoted.
        """
        pairs = list(zip(self._nodes, attempt_all(ask, self._nodes), strict=True))
        failures = [outcome for _, outcome in pairs if isinstance(outcome, ChainError)]
        for failure in failures:
            if isinstance(failure, WrongChain) and not self._outvote:
                raise failure
        self._failures += failures
        self._nodes = [node for node, outcome in pairs if not isinstance(outcome, ChainError)]
        self._require_majority()
        return [outcome for _, outcome in pairs if not isinstance(outcome, ChainError)]

    def agreed(self, ask: Callable[[Rpc], T], about: str) -> T:
        """Return the one answer of all nodes that answer, or of a majority if they are outvoted; raises Disagreement when there is none."""
        answers = self.each(ask)
        agreed = answers[0]
        if self._outvote:
            agreed = max(answers, key=answers.count)
            if answers.count(agreed) >= self.needed:
                self._nodes = [node for node, answer in zip(self._nodes, answers, strict=True) if answer == agreed]
                return agreed
        for node, answer in zip(self._nodes, answers, strict=True):
            if answer != agreed:
                raise Disagreement(f"{self._nodes[answers.index(agreed)].host} and {node.host} disagree about {about}")
        return agreed

    def _require_majority(self) -> None:
        if 0 < self.needed <= len(self._nodes):
            return
        reasons = "; ".join(map(str, self._failures)) or "no node is known"
        wrong = [failure for failure in self._failures if isinstance(failure, WrongChain)]
        if len(wrong) >= self.needed > 0:
            raise wrong[0]
        message = reasons if self._total < 2 else f"{len(self._nodes)} of {self._total} nodes answered: {reasons}"
        refused = any(isinstance(failure, Refused) for failure in self._failures)
        raise Refused(message) if refused else Unreachable(message)


def attempt_all(ask: Callable[[Rpc], T], nodes: Sequence[Rpc]) -> list[T | ChainError]:
    """Ask all nodes at once and return what each answered, or why it did not, in the order of the nodes."""
    if len(nodes) == 1:
        return [_attempt(ask, nodes[0])]
    with ThreadPoolExecutor(len(nodes)) as pool:
        return list(pool.map(lambda node: _attempt(ask, node), nodes))


def _attempt(ask: Callable[[Rpc], T], node: Rpc) -> T | ChainError:
    try:
        return ask(node)
    except ChainError as error:
        return error
