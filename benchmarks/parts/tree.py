"""The tree of a million leaves, built level by level."""

from collections.abc import Iterator
from hashlib import sha256

from benchmarks import material
from benchmarks.figures import Figure
from benchmarks.meter import median_cpu
from benchmarks.parts import Asked
from laurea.core import tree

LEAVES = 1_000_000
SECONDS = 0.5
TIMES = 7


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure the tree beside nothing but as many hashes of 65 bytes, which no tree can do without."""
    del asked
    leaves = material.leaves(LEAVES)
    yield Figure("hashes alone of as many nodes, CPU", _bare(leaves), "s")
    yield Figure(f"tree of {LEAVES:,} leaves, CPU", median_cpu(lambda: tree.build(leaves), times=TIMES), "s", SECONDS)


def _bare(nodes: bytes) -> float:
    pieces = [b"\x01" + nodes[at : at + tree.PAIR_BYTES] for at in range(0, len(nodes), tree.PAIR_BYTES)]
    return 2 * median_cpu(lambda: [sha256(piece).digest() for piece in pieces], times=TIMES)
