"""How nodes are, in words, and which of them cannot be used."""

from collections.abc import Sequence

from laurea.chain.node import Condition
from laurea.errors import Unreachable


def line(found: Condition) -> str:
    """Return what one node says, on one line."""
    if found.latest is None or found.finalized is None:
        return f"node      {found.problem}"
    return (
        f"node      {found.host}: registry {found.registry.value}, "
        f"latest block {found.latest.number} at {found.latest.time:%Y-%m-%d %H:%M:%S} UTC, finalized {found.finalized.number}"
    )


def require_usable(conditions: Sequence[Condition]) -> None:
    """Raise the problem of a node that cannot be used, if there is one."""
    problems = [each.problem for each in conditions if each.problem]
    if problems:
        # What is wrong stays wrong, what is silent may answer later: the first is the worse news.
        raise min(problems, key=lambda problem: isinstance(problem, Unreachable))
