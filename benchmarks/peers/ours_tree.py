"""laurea's tree beside those of its peers; says as JSON what it took: python -m benchmarks.peers.ours_tree FILE [blockcerts], of 32-byte leaves."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.meter import cost_of
from laurea.core import tree
from laurea.core.blockcerts import tree as blockcerts


def main() -> None:
    """Build the tree over the leaves, which are hashed first, or that of Blockcerts, in which they stand as they are."""
    path, *kind = sys.argv[1:]
    data = Path(path).read_bytes()
    leaves = [data[at : at + tree.HASH_BYTES] for at in range(0, len(data), tree.HASH_BYTES)]
    built: list[tree.Levels] = []

    def build() -> None:
        built.append(blockcerts.build(b"".join(leaves)) if kind else tree.build(map(tree.leaf_hash, leaves)))

    cost = cost_of(build)
    json.dump({"version": version("laurea"), "cpu": cost.cpu, "wall": cost.wall, "root": built[0].root.hex()}, sys.stdout)


if __name__ == "__main__":
    main()
