"""Whether what is final now follows from what was final before: a reorganisation below `finalized`, or an old head, is said and never silent."""

from typing import Protocol

from laurea.chain.blocks import block, require
from laurea.chain.quorum import Quorum
from laurea.core.anchor import Block
from laurea.core.finality import Remembered
from laurea.errors import InputError

DEVELOPMENT = 31337  # the chain of `laurea chain dev`, which may begin anew every day


class Memory(Protocol):
    """What outlasts a verification: of each chain the newest block that was seen final. Both raise InputError when that cannot be done."""

    def recall(self, chain_id: int) -> Remembered | None:
        """Return what is remembered of a chain."""

    def keep(self, chain_id: int, before: Remembered | None, now: Remembered) -> None:
        """Remember `now` in place of what was recalled."""


def trouble(quorum: Quorum, memory: Memory | None, chain_id: int, finalized: Block) -> str:
    """Return "" when the agreed finalized block can follow what is remembered, and remember it, else why no answer of the nodes counts.

    A replaced block stays in the memory, and so in every answer, until somebody takes it out. Raises ChainError as the quorum does.
    """
    if memory is None or chain_id == DEVELOPMENT:
        return ""
    try:
        before = memory.recall(chain_id)
        now = _now(quorum, before, finalized)
        if now != before:
            memory.keep(chain_id, before, now)
    except InputError as error:
        return f"what was final before is not known: {error}"
    return now.problem(chain_id, finalized)


def _now(quorum: Quorum, before: Remembered | None, finalized: Block) -> Remembered:
    if before is None:
        return Remembered(finalized.number, finalized.hash)
    if before.replaced_by or finalized.number < before.number:
        return before
    if finalized.number == before.number:
        return before.after(finalized, finalized.hash)
    which = str(before.number)
    found = quorum.agreed(lambda node: require(node.ask(block(before.number)), node.host, which), f"the block {which}")
    return before.after(finalized, found.hash)
