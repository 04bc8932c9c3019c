"""The tree that is grown of subtrees is that of all leaves at once, file for file."""

from hashlib import sha256
from pathlib import Path

import pytest

from laurea.core import tree
from laurea.storage import levels


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 127, 128, 129, 1000])
@pytest.mark.parametrize("piece", [1, 2, 8, 64])
def test_subtrees_are_joined_to_the_tree_over_all_leaves(tmp_path: Path, size: int, piece: int) -> None:
    hashes = b"".join(sha256(bytes([number % 256, number // 256])).digest() for number in range(size))

    with levels.growing(tmp_path / "1.levels", size) as growing:
        for start in range(0, size, piece):
            growing.put(list(tree.levels_above(hashes[start * 32 : (start + piece) * 32])))
        root = growing.join()

    whole = levels.grow(tmp_path / "2.levels", hashes)
    assert root == whole
    assert (tmp_path / "1.levels").read_bytes() == (tmp_path / "2.levels").read_bytes()
