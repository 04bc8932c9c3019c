"""Merkle trees: the known answers of Certificate Transparency, and everything that must not pass for a path or a cover."""

import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import tree
from laurea.errors import FormatError

# The test data of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test.cc).
LEAVES = tuple(
    bytes.fromhex(data) for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
LARGEST = 64


def leaves(size: int) -> list[bytes]:
    return [tree.leaf_hash(index.to_bytes(2, "big")) for index in range(size)]


def split_point(size: int) -> int:
    """The k of RFC 9162, 2.1.1: the largest power of two smaller than the size."""
    return max(1 << power for power in range(32) if 1 << power < size)


def root_by_definition(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    k = split_point(len(hashes))
    return sha256(b"\x01" + root_by_definition(hashes[:k]) + root_by_definition(hashes[k:])).digest()


def path_by_definition(index: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(hashes) == 1:
        return ()
    k = split_point(len(hashes))
    if index < k:
        return (*path_by_definition(index, hashes[:k]), root_by_definition(hashes[k:]))
    return (*path_by_definition(index - k, hashes[k:]), root_by_definition(hashes[:k]))


def sides(index: int, size: int) -> tuple[str, ...]:
    """On which side each sibling stands, from the leaf up: all that a path's reader takes from index and size."""
    if size == 1:
        return ()
    k = split_point(size)
    return (*sides(index, k), "right") if index < k else (*sides(index - k, size - k), "left")


def leads_to(root: bytes, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bool:
    try:
        return tree.root_from_path(leaf, index, size, path) == root
    except FormatError:
        return False


def every_leaf() -> list[tuple[int, tree.Levels, int]]:
    return [(size, built, index) for size in range(1, LARGEST + 1) for built in [tree.build(leaves(size))] for index in range(size)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    built = tree.build(tree.leaf_hash(data) for data in LEAVES[:size])

    assert built.root.hex() == ROOTS[size - 1]
    assert built.size == size


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_paths_are_those_of_certificate_transparency(index: int, size: int) -> None:
    built = tree.build(tree.leaf_hash(data) for data in LEAVES[:size])

    assert tuple(node.hex() for node in built.path(index)) == PATHS[index, size]
    assert tree.root_from_path(built.leaf(index), index, size, built.path(index)).hex() == ROOTS[size - 1]


def test_every_tree_and_path_follows_the_definition_of_the_rfc() -> None:
    for size in range(1, LARGEST + 1):
        hashes = leaves(size)
        built = tree.build(hashes)
        assert built.root == root_by_definition(hashes)
        for index in range(size):
            path = built.path(index)
            assert path == path_by_definition(index, hashes)
            assert tree.root_from_path(hashes[index], index, size, path) == built.root


@pytest.mark.parametrize("size", [*range(510, 516), 1023, 1024, 1025, 1537])
def test_large_trees_follow_the_definition_of_the_rfc(size: int) -> None:
    # Large levels are hashed in bulk, which small trees never see.
    hashes = leaves(size)
    built = tree.build(hashes)

    assert built.root == root_by_definition(hashes)
    for index in (0, 255, size // 2, size - 2, size - 1):
        assert built.path(index) == path_by_definition(index, hashes)


@pytest.mark.parametrize("size", [4096, 4097, 8192, 12_345])
def test_paths_that_share_their_upper_nodes_lead_to_the_root(size: int) -> None:
    leaves = [index.to_bytes(32, "big") for index in range(size)]
    built = tree.build(leaves)

    for index in (*range(0, size, 37), size - 1):
        assert tree.root_from_path(leaves[index], index, size, built.path(index)) == built.root
        assert built.path(index) == tree.Levels(built.nodes, size).path(index)


def test_the_upper_nodes_of_a_path_are_read_once_for_all_leaves_below() -> None:
    built = tree.build(bytes(32 * 12_345))
    one, neighbour = built.path(4), built.path(5)

    assert all(read is again for read, again in zip(one[-tree.UPPER_LEVELS :], neighbour[-tree.UPPER_LEVELS :], strict=True))
    for index in range(12_345):
        built.path(index)
    assert len(built._upper) <= 1 << tree.UPPER_LEVELS


def test_a_path_is_good_for_no_other_index_of_its_tree() -> None:
    for size, built, index in every_leaf():
        path, leaf = built.path(index), built.leaf(index)
        assert [other for other in range(-1, size + 2) if leads_to(built.root, leaf, other, size, path)] == [index]


def test_a_path_does_not_authenticate_the_size_of_its_tree() -> None:
    # Why the size is taken from the chain and never from the proof: so many wrong sizes pass (RELIABILITY.md, attack 3).
    accepted = 0
    for size, built, index in every_leaf():
        path, leaf = built.path(index), built.leaf(index)
        good = [other for other in range(LARGEST + 1) if leads_to(built.root, leaf, index, other, path)]
        assert good == [other for other in range(index + 1, LARGEST + 1) if sides(index, other) == sides(index, size)]
        accepted += len(good) - 1

    assert accepted == 41_664


def test_only_a_place_of_the_same_shape_takes_a_path() -> None:
    for size, built, index in every_leaf():
        if size > 12:
            break
        path, leaf = built.path(index), built.leaf(index)
        for other_size in range(1, 13):
            for other in range(other_size):
                same = sides(other, other_size) == sides(index, size)
                assert leads_to(built.root, leaf, other, other_size, path) == same


def test_every_truncated_padded_or_reordered_path_is_refused() -> None:
    for size, built, index in every_leaf():
        path, leaf = list(built.path(index)), built.leaf(index)
        for at in range(len(path)):
            shortened = path[:at] + path[at + 1 :]
            swapped = [*path[:at], path[at - 1], *path[at + 1 :]]
            swapped[at - 1] = path[at]
            assert not leads_to(built.root, leaf, index, size, shortened)
            assert len(path) == 1 or not leads_to(built.root, leaf, index, size, swapped)
        for at in range(len(path) + 1):
            assert not leads_to(built.root, leaf, index, size, [*path[:at], b"\x00" * 32, *path[at:]])


def test_every_damaged_sibling_or_leaf_leads_elsewhere() -> None:
    for size, built, index in every_leaf():
        path, leaf = built.path(index), built.leaf(index)
        damaged = bytes([leaf[0] ^ 1]) + leaf[1:]
        assert not leads_to(built.root, damaged, index, size, path)
        for at, node in enumerate(path):
            broken = (*path[:at], node[:-1] + bytes([node[-1] ^ 0x80]), *path[at + 1 :])
            assert not leads_to(built.root, leaf, index, size, broken)


@pytest.mark.parametrize(("length", "message"), [(0, "too short"), (1, "too short"), (3, "too long")])
def test_a_path_of_the_wrong_length_says_so(length: int, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        tree.root_from_path(b"\x00" * 32, 0, 4, [b"\x00" * 32] * length)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (4, 4), (-1, 4), (5, 4)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(FormatError, match="is not in a tree"):
        tree.root_from_path(b"\x00" * 32, index, size, [])


def test_an_inner_node_never_passes_for_a_leaf() -> None:
    for size in range(2, LARGEST + 1):
        built = tree.build(leaves(size))
        left, right = built.leaf(0), built.leaf(1)
        inner = tree.node_hash(left, right)
        assert tree.leaf_hash(left + right) != inner
        assert not leads_to(built.root, tree.leaf_hash(left + right), 0, (size + 1) // 2, built.path(0)[1:])


def test_an_inner_node_taken_for_a_leaf_hash_needs_a_smaller_size_than_the_chain_has() -> None:
    # The hash of an inner node leads to the root with the upper part of the path: a leaf must be hashed by its reader, and the size
    # that the chain holds refuses the shorter path.
    for size in range(2, LARGEST + 1):
        built = tree.build(leaves(size))
        inner, above = tree.node_hash(built.leaf(0), built.leaf(1)), built.path(0)[1:]
        assert leads_to(built.root, inner, 0, (size + 1) // 2, above)
        assert not leads_to(built.root, inner, 0, size, above)


def test_a_repeated_last_leaf_changes_the_root() -> None:
    # CVE-2012-2459: trees that repeat an odd last node have one root for two lists.
    for size in range(1, LARGEST + 1):
        hashes = leaves(size)
        assert tree.build([*hashes, hashes[-1]]).root != tree.build(hashes).root


def test_a_tree_needs_a_leaf() -> None:
    with pytest.raises(FormatError, match="at least one leaf"):
        tree.build([])
    with pytest.raises(FormatError, match="at least one leaf"):
        tree.layout(0)


def test_leaves_that_are_no_hashes_are_refused() -> None:
    with pytest.raises(FormatError, match="32 bytes each"):
        tree.build([b"\x00" * 31])


def test_stored_levels_must_have_the_length_that_their_size_asks_for() -> None:
    built = tree.build(leaves(5))

    assert tree.Levels(memoryview(built.nodes), 5).path(4) == built.path(4)
    for size in (1, 4, 6):
        with pytest.raises(FormatError, match="are not the levels"):
            tree.Levels(built.nodes, size)
    with pytest.raises(FormatError, match="are not the levels"):
        tree.Levels(bytes(built.nodes) + b"\x00", 5)


@pytest.mark.parametrize("index", [-1, 5])
def test_a_tree_has_no_path_to_a_leaf_that_it_lacks(index: int) -> None:
    with pytest.raises(FormatError, match="has no leaf"):
        tree.build(leaves(5)).path(index)


def subtrees(size: int) -> list[tuple[int, int]]:
    if size == 1:
        return [(0, 1)]
    k = split_point(size)
    return [(0, size), *subtrees(k), *((k + start, k + end) for start, end in subtrees(size - k))]


def test_every_subtree_has_the_root_of_its_leaves() -> None:
    for size in range(1, LARGEST + 1):
        hashes = leaves(size)
        built = tree.build(hashes)
        for start, end in subtrees(size):
            assert built.subtree(start, end) == root_by_definition(hashes[start:end])


def test_leaves_that_are_no_subtree_have_no_root() -> None:
    for size in range(1, 18):
        built, good = tree.build(leaves(size)), subtrees(size)
        for start, end in set(product(range(size + 1), repeat=2)) - set(good):
            with pytest.raises(FormatError, match="not a subtree"):
                built.subtree(start, end)


subsets = st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), min_size=1)))


@given(subsets)
def test_the_hidden_ranges_are_the_largest_subtrees_without_a_shown_leaf(drawn: tuple[int, set[int]]) -> None:
    size, shown = drawn
    free = [(start, end) for start, end in subtrees(size) if shown.isdisjoint(range(start, end))]
    largest = [one for one in free if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in free)]

    assert tree.hidden_ranges(size, sorted(shown)) == sorted(largest)


@given(subsets)
def test_shown_leaves_and_their_cover_lead_to_the_root(drawn: tuple[int, set[int]]) -> None:
    size, shown = drawn
    built = tree.build(leaves(size))
    known = {index: built.leaf(index) for index in shown}
    cover = built.cover(sorted(shown))

    assert tree.root_from_cover(size, known, cover) == built.root
    assert tree.root_from_cover(size, dict(sorted(known.items(), reverse=True)), cover) == built.root


@given(subsets, st.data())
def test_a_damaged_cover_leads_elsewhere_or_is_refused(drawn: tuple[int, set[int]], data: st.DataObject) -> None:
    size, shown = drawn
    built = tree.build(leaves(size))
    known = {index: built.leaf(index) for index in shown}
    cover = built.cover(sorted(shown))
    for wrong in ((*cover, b"\x00" * 32), cover[:-1]) if cover else ((b"\x00" * 32,),):
        with pytest.raises(FormatError, match="cover has"):
            tree.root_from_cover(size, known, wrong)
    if cover:
        at = data.draw(st.integers(0, len(cover) - 1))
        flipped = bytes([cover[at][0] ^ 1]) + cover[at][1:]
        assert tree.root_from_cover(size, known, (*cover[:at], flipped, *cover[at + 1 :])) != built.root
    if len(cover) > 1:
        assert tree.root_from_cover(size, known, tuple(reversed(cover))) != built.root


@given(subsets, st.data())
def test_a_cover_widens_to_that_of_fewer_shown_leaves(drawn: tuple[int, set[int]], data: st.DataObject) -> None:
    size, shown = drawn
    built = tree.build(leaves(size))
    kept = data.draw(st.sets(st.sampled_from(sorted(shown)), min_size=1))
    known = {index: built.leaf(index) for index in shown}

    assert tree.widen_cover(size, known, built.cover(sorted(shown)), sorted(kept)) == built.cover(sorted(kept))


@pytest.mark.parametrize("shown", [{}, {5: b"\x00" * 32}, {-1: b"\x00" * 32}])
def test_shown_leaves_must_be_in_the_tree(shown: dict[int, bytes]) -> None:
    with pytest.raises(FormatError, match="not in the tree"):
        tree.root_from_cover(5, shown, [])


def test_nothing_shown_is_covered_by_the_root() -> None:
    built = tree.build(leaves(5))

    assert built.cover([]) == (built.root,)


def test_building_a_tree_costs_little_more_than_its_hashes() -> None:
    size = 1 << 17
    leaves = sha256(b"leaves").digest() * size
    pairs = [b"\x01" + leaves[at : at + 64] for at in range(0, len(leaves), 64)]

    def hash_alone() -> None:
        for _ in range(2):  # a tree has as many inner nodes as leaves, but one
            [sha256(pair).digest() for pair in pairs]

    # Alternately, and the best of several: another process may take a core meanwhile.
    rounds = [(cpu_seconds(hash_alone), cpu_seconds(lambda: tree.build(leaves))) for _ in range(7)]

    assert min(built for _, built in rounds) < 2 * min(bare for bare, _ in rounds)


def cpu_seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def test_the_root_of_a_few_leaves_is_that_of_their_tree() -> None:
    for size in range(1, 70):
        leaves = [sha256(b"%d" % index).digest() for index in range(size)]
        assert tree.root_of(leaves) == tree.build(leaves).root
