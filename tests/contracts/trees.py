"""Trees of every size to 70, straight from the definitions of RFC 9162, for VerifyLeaf.t.sol.

Writes build/trees/<size>.bin, the ABI encoding of (root, leaf hashes, paths). It shares no code
with the product: the contract is compared with the RFC, not with us.
"""

import os
from hashlib import sha256
from pathlib import Path

from eth_abi.abi import encode

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 70


def split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def tree_hash(leaves: list[bytes]) -> bytes:
    """Return MTH of the leaf hashes (section 2.1.1)."""
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def tree_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH of the leaf at `index` (section 2.1.3.1)."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*tree_path(index, leaves[:k]), tree_hash(leaves[k:])]
    return [*tree_path(index - k, leaves[k:]), tree_hash(leaves[:k])]


def write_trees(folder: Path = ROOT / "build/trees") -> None:
    """Write the tree of every size; no two share a leaf."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in range(1, LARGEST + 1):
        leaves = [sha256(b"\x00" + bytes([size, index])).digest() for index in range(size)]
        paths = [tree_path(index, leaves) for index in range(size)]
        tree = (tree_hash(leaves), leaves, paths)
        # In one step, as another forge may be reading.
        new = folder / f"{size}.{os.getpid()}"
        new.write_bytes(encode(["(bytes32,bytes32[],bytes32[][])"], [tree]))
        new.replace(folder / f"{size}.bin")


if __name__ == "__main__":
    write_trees()
