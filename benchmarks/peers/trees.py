"""A tree of given leaves by a peer from PyPI, in the peers' own environment; says as JSON what it took.

python trees.py PACKAGE FILE: FILE holds 32-byte leaves, one after the other.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from blockcerts_merkletools import MerkleTools
from pymerkle import InmemoryTree, verify_inclusion

PROOFS = 100
Tree = tuple[str, Callable[[int], bool]]
"""The root as hex, and what makes a proof of the leaf at an index and tells whether it leads to the root."""


def of_merkletools(leaves: Sequence[str]) -> Tree:
    tree = MerkleTools()
    tree.add_leaf(leaves)
    tree.make_tree()
    root = tree.get_merkle_root()
    return root, lambda index: tree.validate_proof(tree.get_proof(index), leaves[index], root)


def of_pymerkle(leaves: Sequence[bytes]) -> Tree:
    tree = InmemoryTree.init_from_entries(leaves)
    root = tree.get_root()

    def proves(index: int) -> bool:
        verify_inclusion(tree.get_leaf(index + 1), root, tree.prove_inclusion(index + 1))
        return True

    return root.hex(), proves


def ready(package: str, leaves: Sequence[bytes]) -> Callable[[], Tree]:
    """Return what builds the tree, with the leaves as the package takes them: that conversion is not counted."""
    if package == "pymerkle":
        return lambda: of_pymerkle(leaves)
    texts = [leaf.hex() for leaf in leaves]
    return lambda: of_merkletools(texts)


def main() -> None:
    package, path = sys.argv[1:]
    data = Path(path).read_bytes()
    leaves = [data[at : at + 32] for at in range(0, len(data), 32)]
    build = ready(package, leaves)
    cpu, wall = time.process_time(), time.perf_counter()
    root, proves = build()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if not all(proves(number * 7919 % len(leaves)) for number in range(PROOFS)):
        sys.exit(f"{package} does not prove its own leaves")
    json.dump({"version": version(package), "cpu": cpu, "wall": wall, "root": root}, sys.stdout)


if __name__ == "__main__":
    main()
