"""Measure the tree of a million leaves, in CPU time, best of several; say whether the budget is met."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from laurea.core import tree
from laurea.storage import levels

LEAVES = 1_000_000
TREE_SECONDS = 0.5
PROOFS = 20_000


def best(act: Callable[[], object], *, times: int) -> float:
    """Return the least CPU seconds that an act took."""
    return min(cpu_seconds(act) for _ in range(times))


def cpu_seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def report(what: str, seconds: float, budget: float) -> bool:
    met = seconds <= budget
    print(f"{what}: {seconds:.3f} s of CPU, budget {budget:.3f} s: {'met' if met else 'MISSED'}")
    return met


def bare_hashing(nodes: bytes) -> float:
    """Return the time of nothing but a million hashes of 65 bytes each: what the tree cannot do without."""
    pieces = [b"\x01" + nodes[at : at + 64] for at in range(0, 64 * LEAVES // 2, 64)]
    return 2 * best(lambda: [sha256(piece).digest() for piece in pieces], times=5)


def main() -> None:
    leaves = b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(LEAVES))
    built = tree.build(leaves)
    print(f"bare hashing of as many nodes: {bare_hashing(bytes(built.nodes)):.3f} s of CPU")
    met = report(f"tree of {LEAVES:,} leaves", best(lambda: tree.build(leaves), times=7), TREE_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.levels"
        levels.grow(path, leaves)
        with levels.mapped(path, LEAVES) as stored:
            indices = [number * 7919 % LEAVES for number in range(PROOFS)]
            seconds = best(lambda: [stored.path(index) for index in indices], times=5) / PROOFS
            checked = all(tree.root_from_path(stored.leaf(at), at, LEAVES, stored.path(at)) == built.root for at in indices[:100])
    print(f"a proof from the level file: {seconds * 1e6:.1f} µs")
    print(f"proofs lead to the root: {checked}; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    sys.exit(0 if met and checked else 1)


if __name__ == "__main__":
    main()
