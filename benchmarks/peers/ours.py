"""laurea beside its peers; says as JSON what it took: python -m benchmarks.peers.ours tree FILE | sealed COUNT | released COUNT."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.issuance import issuing
from benchmarks.meter import Cost, cost_of
from laurea.core import tree


def of_tree(path: Path) -> tuple[Cost, str]:
    """Hash leaves that a file holds, 32 bytes each, and build their tree; return what it took, and the root."""
    data = path.read_bytes()
    leaves = [data[at : at + tree.HASH_BYTES] for at in range(0, len(data), tree.HASH_BYTES)]
    built: list[tree.Levels] = []
    cost = cost_of(lambda: built.append(tree.build(map(tree.leaf_hash, leaves))))
    return cost, built[0].root.hex()


def of_credentials(count: int, *, released: bool) -> Cost:
    """Bring credentials from rows to sealed and stored in SQLite, or to released as files with their proofs, unsigned."""
    with issuing() as measured:
        cost = measured.enrol(0, count) + measured.seal()
        return cost + measured.release(1, ()) if released else cost


def main() -> None:
    """Do what is asked for."""
    what, given = sys.argv[1:]
    root = ""
    if what == "tree":
        cost, root = of_tree(Path(given))
    else:
        cost = of_credentials(int(given), released=what == "released")
    json.dump({"version": version("laurea"), "cpu": cost.cpu, "wall": cost.wall, "root": root}, sys.stdout)


if __name__ == "__main__":
    main()
