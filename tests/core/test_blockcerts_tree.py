"""The trees of Blockcerts are, byte for byte, those of blockcerts-merkletools."""

from hashlib import sha256
from typing import Any

import pytest
from blockcerts_merkletools import MerkleTools
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.blockcerts import tree
from laurea.core.blockcerts.tree import Step
from laurea.errors import FormatError

LARGE = (511, 512, 513, 1000, 4097, 10_000)


def leaves_of(size: int) -> list[bytes]:
    return [sha256(number.to_bytes(4, "big")).digest() for number in range(size)]


def theirs(leaves: list[bytes]) -> Any:
    made = MerkleTools()
    made.add_leaf([leaf.hex() for leaf in leaves])
    made.make_tree()
    return made


@pytest.mark.parametrize(
    "size", [*range(1, 301, 13), 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257]
)
def test_every_path_is_theirs(size: int) -> None:
    leaves = leaves_of(size)
    ours, oracle = tree.build(b"".join(leaves)), theirs(leaves)
    assert ours.root.hex() == oracle.get_merkle_root()
    for index, leaf in enumerate(leaves):
        path = tree.path(ours, index)
        assert tree.document(path) == oracle.get_proof(index)
        assert tree.root_from_path(leaf, path) == ours.root
        assert tree.steps_of(tree.document(path)) == path  # type: ignore[arg-type]


def test_the_root_and_the_ends_of_every_size_to_300_are_theirs() -> None:
    for size in range(1, 301):
        leaves = leaves_of(size)
        ours, oracle = tree.build(b"".join(leaves)), theirs(leaves)
        assert ours.root.hex() == oracle.get_merkle_root()
        for index in {0, size // 2, size - 1}:
            assert tree.document(tree.path(ours, index)) == oracle.get_proof(index)


@pytest.mark.parametrize("size", LARGE)
def test_those_of_large_ones_are_theirs(size: int) -> None:
    leaves = leaves_of(size)
    ours, oracle = tree.build(b"".join(leaves)), theirs(leaves)
    assert ours.root.hex() == oracle.get_merkle_root()
    for index in {*range(0, size, 97), size - 2, size - 1}:
        assert tree.document(tree.path(ours, index)) == oracle.get_proof(index)


@pytest.mark.parametrize("leaves", [b"", bytes(31), bytes(33)])
def test_what_is_no_row_of_leaves_has_no_tree(leaves: bytes) -> None:
    with pytest.raises(FormatError):
        tree.build(leaves)


def test_there_is_no_path_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(FormatError):
        tree.path(tree.build(bytes(64)), 2)


HASH = "ab" * 32


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [HASH],
        [{}],
        [{"left": HASH, "right": HASH}],
        [{"up": HASH}],
        [{"left": HASH[2:]}],
        [{"left": HASH + "ab"}],
        [{"left": "g" + HASH[1:]}],
        [{"left": " " + HASH[:-1]}],
        [{"left": 5}],
        [{"left": HASH}] * 65,
    ],
)
def test_what_is_no_path_is_refused(value: Any) -> None:
    with pytest.raises(FormatError):
        tree.steps_of(value)


@given(st.lists(st.builds(Step, st.booleans(), st.binary(min_size=32, max_size=32)), max_size=64))
def test_a_path_comes_back_from_json(steps: list[Step]) -> None:
    assert tree.steps_of(tree.document(steps)) == tuple(steps)  # type: ignore[arg-type]
