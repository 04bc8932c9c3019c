"""What the chain says about anchors, agreed by a majority of independent nodes.

All nodes are read at the same two blocks: the highest `finalized` and the highest `latest` that a majority has reached. The state is read
by the hash of the block (EIP-1898), so that it cannot be another block's, whatever happens to the head meanwhile.
"""

import time
from collections.abc import Callable, Sequence

from laurea.chain.memory import Memory
from laurea.chain.proven import ProvenSnapshot
from laurea.chain.reading import CalledSnapshot, Leaf, Reading, SnapshotOf
from laurea.chain.rpc import TIMEOUT_SECONDS, Rpc
from laurea.core.anchor import AnchorRef, Facts


class ChainReader:
    """Reads facts about anchors in one registry on one chain; never raises for what nodes do or fail to do."""

    def __init__(  # noqa: PLR0913 - all but the first three are named by the caller
        self,
        urls: Sequence[str],
        chain_id: int,
        registry: bytes,
        *,
        proof: bool = False,
        timeout: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.time,
        memory: Memory | None = None,
    ) -> None:
        """Open nothing yet; a majority of the `urls` must answer, each request within `timeout` seconds.

        `memory` has what was final before, and takes what is final now. With `proof` they must only agree on the blocks; what the registry
        stores is then proven against the blocks' headers.
        """
        # One URL given twice is one opinion.
        self._nodes = tuple(Rpc(url, timeout=timeout) for url in dict.fromkeys(urls))
        self._chain_id = chain_id
        self._registry = registry
        self._clock = clock
        self._memory = memory
        self._snapshot: SnapshotOf = ProvenSnapshot if proof else CalledSnapshot

    def read(self, ref: AnchorRef, index: int) -> Facts:
        """Return what the chain says about the leaf `index` of one anchor."""
        return self.read_many([(ref, index)])[0]

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what the chain says about each leaf, all of them at the same two blocks."""
        return self.reading().read_many(leaves)

    def reading(self) -> Reading:
        """Return a reading of leaves that come bit by bit: all at the same two blocks, and nothing is asked twice."""
        return Reading(self._nodes, self._chain_id, self._registry, self._clock, self._snapshot, memory=self._memory)

    def close(self) -> None:
        """Close the kept connections."""
        for node in self._nodes:
            node.close()
