"""A proof from the stored level file of a million leaves, which is in the system's memory already."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import material
from benchmarks.figures import Figure
from benchmarks.meter import median_cpu
from benchmarks.parts import Asked
from laurea.core import tree
from laurea.storage import levels

LEAVES = 1_000_000
PROOFS = 20_000
MICROSECONDS = 5
TIMES = 5


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure the reading of paths here and there; raises ValueError when one does not lead to the root."""
    del asked
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.levels"
        root = levels.grow(path, material.leaves(LEAVES))
        with levels.mapped(path, LEAVES) as stored:
            indices = [number * 7919 % LEAVES for number in range(PROOFS)]

            def read() -> None:
                for index in indices:
                    stored.path(index)

            read()  # so that the file is mapped
            seconds = median_cpu(read, times=TIMES) / PROOFS
            if any(tree.root_from_path(stored.leaf(at), at, LEAVES, stored.path(at)) != root for at in indices[:100]):
                raise ValueError("a path from the level file does not lead to its root")
    yield Figure(f"a proof from the level file of {LEAVES:,} leaves, CPU", seconds * 1e6, "µs", MICROSECONDS)
