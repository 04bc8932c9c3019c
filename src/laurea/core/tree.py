"""Merkle trees of RFC 9162, section 2.1: leaves -> root, paths and covers; path or cover -> root.

One module for both trees: the claims of a credential and the credentials of a batch. Unbalanced to the left, no node twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from struct import Struct

from laurea.errors import FormatError

HASH_BYTES = 32
PAIR_BYTES = 2 * HASH_BYTES
UPPER_LEVELS = (
    12  # of which the nodes of paths are kept as they are read, for all leaves below share them: at most 4,096 times some 900 bytes
)
_NODE = Struct(f"{HASH_BYTES}s")
_MANY_PAIRS = Struct(f"{PAIR_BYTES}s" * 256)


def leaf_hash(data: bytes) -> bytes:
    """Return H(0x00 || data)."""
    # 0x00 and 0x01 keep a leaf from passing for an inner node (RFC 9162, 2.1.1).
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return H(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@lru_cache(maxsize=64)
def layout(size: int) -> tuple[tuple[int, int], ...]:
    """Return, for each level of a tree of `size` leaves, its first node in the run of all and how many it has; leaves first."""
    if size < 1:
        raise FormatError("a tree has at least one leaf")
    levels = [(0, size)]
    while levels[-1][1] > 1:
        start, count = levels[-1]
        levels.append((start + count, (count + 1) // 2))
    return tuple(levels)


@lru_cache(maxsize=64)
def _levels_of_path(size: int) -> tuple[tuple[int, int, int], ...]:
    """Return, for each level but the root, how far up it is, at which byte it begins and how many nodes it has."""
    return tuple((up, HASH_BYTES * start, count) for up, (start, count) in enumerate(layout(size)[:-1]))


@lru_cache(maxsize=64)
def _levels_of_most_paths(size: int) -> tuple[int, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return the first leaf with a node on its way that moves up alone, and how far up each level is and where it begins: lower ones, upper ones."""
    levels = _levels_of_path(size)
    alone = min(((count - 1) << up for up, _, count in levels if count % 2), default=size)
    found = tuple((up, start) for up, start, _ in levels)
    lower = len(found) - UPPER_LEVELS if len(found) > UPPER_LEVELS else len(found)
    return alone, found[:lower], found[lower:]


def level_above(level: bytes) -> bytes:
    """Return the level above a level, both as concatenated 32-byte nodes; an odd last node moves up unchanged."""
    paired = len(level) - len(level) % PAIR_BYTES
    bulk = paired - paired % _MANY_PAIRS.size
    # Many pairs at a time: cutting them out one by one costs half as much as hashing them.
    nodes = [b"".join([sha256(b"\x01" + pair).digest() for pair in pairs]) for pairs in _MANY_PAIRS.iter_unpack(memoryview(level)[:bulk])]
    nodes += [sha256(b"\x01" + level[at : at + PAIR_BYTES]).digest() for at in range(bulk, paired, PAIR_BYTES)]
    return b"".join(nodes) + level[paired:]


def levels_above(level: bytes, above: Callable[[bytes], bytes] = level_above) -> Iterator[bytes]:
    """Give the levels of the tree over concatenated 32-byte leaf hashes, that one first, the root last; raises FormatError when there is none.

    `above` makes the level above a level: trees of others hash their nodes otherwise.
    """
    if not level or len(level) % HASH_BYTES:
        raise FormatError("a tree has at least one leaf, of 32 bytes each")
    yield level
    while len(level) > HASH_BYTES:
        level = above(level)
        yield level


def flatten(level: bytes) -> bytes:
    """Return the levels of the tree over concatenated 32-byte leaf hashes, leaves first, root last, as one run of nodes."""
    return b"".join(levels_above(level))


@dataclass(frozen=True, slots=True)
class Levels:
    """All nodes of a tree of `size` leaves, level by level; `nodes` is bytes or a memory-mapped file."""

    nodes: bytes | memoryview
    size: int
    _upper: dict[int, tuple[bytes, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse nodes that are not those of a tree of this size."""
        if len(self.nodes) != HASH_BYTES * (layout(self.size)[-1][0] + 1):
            raise FormatError(f"{len(self.nodes)} bytes are not the levels of a tree of {self.size} leaves")

    @property
    def root(self) -> bytes:
        """The 32-byte root."""
        return bytes(self.nodes[-HASH_BYTES:])

    def leaf(self, index: int) -> bytes:
        """Return the leaf hash at an index."""
        return self._node(index)

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the inclusion path of a leaf, lowest sibling first (RFC 9162, 2.1.3.1); at most log2(size) reads."""
        if not 0 <= index < self.size:
            raise FormatError(f"a tree of {self.size} leaves has no leaf {index}")
        read, nodes = _NODE.unpack_from, self.nodes
        alone, lower, upper = _levels_of_most_paths(self.size)
        if index < alone:
            neighbours = index >> len(lower)
            shared = self._upper.get(neighbours)
            if shared is None:
                shared = self._upper[neighbours] = tuple([read(nodes, at + HASH_BYTES * (index >> up ^ 1))[0] for up, at in upper])
            return tuple([read(nodes, at + HASH_BYTES * (index >> up ^ 1))[0] for up, at in lower]) + shared
        levels = _levels_of_path(self.size)
        return tuple([read(nodes, at + HASH_BYTES * sibling)[0] for up, at, count in levels if (sibling := index >> up ^ 1) < count])

    def subtree(self, start: int, end: int) -> bytes:
        """Return the root of a subtree of the tree, over the leaves [start, end); raises FormatError when that is none."""
        # Each level up halves the distance to the start; an odd last node has moved up unchanged, so the node exists.
        for level_start, count in layout(self.size):
            if end - start == 1:
                return self._node(level_start + start)
            if start % 2 or (end % 2 and end != count):
                break  # the range cuts a pair in two
            start, end = start // 2, (end + 1) // 2
        raise FormatError("not a subtree of this tree")

    def cover(self, shown: Sequence[int]) -> tuple[bytes, ...]:
        """Return the roots of the maximal subtrees that hold none of the `shown` leaves, left to right."""
        return tuple(self.subtree(start, end) for start, end in hidden_ranges(self.size, shown))

    def _node(self, at: int) -> bytes:
        return bytes(self.nodes[HASH_BYTES * at : HASH_BYTES * (at + 1)])


def build(leaf_hashes: bytes | Iterable[bytes]) -> Levels:
    """Return the tree over 32-byte leaf hashes, concatenated or one by one; raises FormatError when there is none."""
    level = leaf_hashes if isinstance(leaf_hashes, bytes) else b"".join(leaf_hashes)
    return Levels(flatten(level), len(level) // HASH_BYTES)


@lru_cache(maxsize=64)
def _pairings(size: int) -> tuple[tuple[Callable[[bytes], tuple[bytes, ...]], bool], ...]:
    """Return, for each level of a small tree but the root, what cuts its nodes into pairs, and whether the last has nobody to pair with."""
    counts = [count for _, count in layout(size)[:-1]]
    return tuple((Struct(f"{PAIR_BYTES}s" * (count // 2)).unpack_from, count % 2 == 1) for count in counts)


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree over one or more leaf hashes; of a few, as a credential has claims, sooner than `build`."""
    level = leaf_hashes
    for pairs, alone in _pairings(len(leaf_hashes)):
        above = [sha256(b"\x01" + pair).digest() for pair in pairs(b"".join(level))]
        if alone:
            above.append(level[-1])  # it moves up unchanged
        level = above
    return level[0]


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf hash and its path lead to (RFC 9162, 2.1.3.2).

    Raises FormatError when the index is not in the tree or the path has not exactly the length that index and size ask for.
    """
    if not 0 <= index < size:
        raise FormatError(f"index {index} is not in a tree of {size} leaves")
    node, last, steps = leaf, size - 1, iter(path)
    try:
        while last > 0:
            if index % 2:
                node = sha256(b"\x01" + next(steps) + node).digest()
            elif index < last:
                node = sha256(b"\x01" + node + next(steps)).digest()
            index >>= 1
            last >>= 1
    except StopIteration:
        raise FormatError("the path is too short") from None
    if next(steps, None) is not None:
        raise FormatError("the path is too long")
    return node


def hidden_ranges(size: int, shown: Sequence[int]) -> list[tuple[int, int]]:
    """Return the maximal subtrees [start, end) of a tree of `size` leaves that hold none of `shown` (ascending), left to right."""
    ranges: list[tuple[int, int]] = []
    _collect_hidden(0, size, shown, ranges)
    return ranges


def _collect_hidden(start: int, end: int, shown: Sequence[int], ranges: list[tuple[int, int]]) -> None:
    if not shown:
        ranges.append((start, end))
    elif end - start > 1:
        middle = start + _split(end - start)
        _collect_hidden(start, middle, [index for index in shown if index < middle], ranges)
        _collect_hidden(middle, end, [index for index in shown if index >= middle], ranges)


def root_from_cover(size: int, shown: Mapping[int, bytes], cover: Sequence[bytes]) -> bytes:
    """Return the root of a tree of `size` leaves from some of its leaf hashes and the cover of the others.

    Raises FormatError when an index is not in the tree or the cover has not exactly the number of nodes that are hidden.
    """
    order = sorted(shown)
    if not order or order[0] < 0 or order[-1] >= size:
        raise FormatError("the shown leaves are not in the tree")
    hidden = hidden_ranges(size, order)
    if len(hidden) != len(cover):
        raise FormatError(f"the cover has {len(cover)} nodes, {len(hidden)} are hidden")
    return _fold(0, size, _known(hidden, cover, shown))


def widen_cover(size: int, shown: Mapping[int, bytes], cover: Sequence[bytes], kept: Sequence[int]) -> tuple[bytes, ...]:
    """Return the cover for the `kept` (ascending) among the shown leaves, from the cover for all that were shown."""
    known = _known(hidden_ranges(size, sorted(shown)), cover, shown)
    return tuple(_fold(start, end, known) for start, end in hidden_ranges(size, kept))


def _known(hidden: Sequence[tuple[int, int]], cover: Sequence[bytes], shown: Mapping[int, bytes]) -> dict[tuple[int, int], bytes]:
    """Return the nodes that are known, by the leaves [start, end) beneath them."""
    known = dict(zip(hidden, cover, strict=True))
    known.update({(at, at + 1): leaf for at, leaf in shown.items()})
    return known


def _fold(start: int, end: int, known: Mapping[tuple[int, int], bytes]) -> bytes:
    if (start, end) in known:
        return known[start, end]
    middle = start + _split(end - start)
    return node_hash(_fold(start, middle, known), _fold(middle, end, known))


def _split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 9162, 2.1.1)."""
    return 1 << (size - 1).bit_length() - 1
