"""laurea's tree beside those of its peers; says as JSON what it took: python -m benchmarks.peers.ours_tree FILE, of 32-byte leaves."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.meter import cost_of
from laurea.core import tree


def main() -> None:
    """Hash the leaves and build their tree."""
    data = Path(sys.argv[1]).read_bytes()
    leaves = [data[at : at + tree.HASH_BYTES] for at in range(0, len(data), tree.HASH_BYTES)]
    built: list[tree.Levels] = []
    cost = cost_of(lambda: built.append(tree.build(map(tree.leaf_hash, leaves))))
    json.dump({"version": version("laurea"), "cpu": cost.cpu, "wall": cost.wall, "root": built[0].root.hex()}, sys.stdout)


if __name__ == "__main__":
    main()
