"""The Merkle trees of Blockcerts (Chainpoint 2): leaves -> root and paths; path -> root.

A leaf is the SHA-256 of a normalised document, a node H(left || right) without a prefix, and an odd last node moves up unchanged: the shape is
that of RFC 9162, so that `tree.Levels` holds these trees, too. Nothing tells a leaf from an inner node, and a path says nothing of the size.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from laurea.core import tree
from laurea.core.canonical import Json
from laurea.core.tree import HASH_BYTES, PAIR_BYTES, Levels
from laurea.errors import FormatError

MAX_STEPS = 64  # of a path: one for each level of a tree that is larger than any
_HEX = 2 * HASH_BYTES
_MANY_PAIRS = Struct(f"{PAIR_BYTES}s" * 256)


class Step(NamedTuple):
    """One step of a path: the 32-byte sibling, and whether it stands on the left."""

    left: bool
    node: bytes


def level_above(level: bytes) -> bytes:
    """Return the level above a level, both as concatenated 32-byte nodes."""
    paired = len(level) - len(level) % PAIR_BYTES
    bulk = paired - paired % _MANY_PAIRS.size
    # Many pairs at a time, as in `core.tree`: cutting them out one by one costs half as much as hashing them.
    nodes = [b"".join([sha256(pair).digest() for pair in pairs]) for pairs in _MANY_PAIRS.iter_unpack(memoryview(level)[:bulk])]
    nodes += [sha256(level[at : at + PAIR_BYTES]).digest() for at in range(bulk, paired, PAIR_BYTES)]
    return b"".join(nodes) + level[paired:]


def levels_above(level: bytes) -> Iterator[bytes]:
    """Give the levels of the tree over concatenated 32-byte leaves, that one first, the root last; raises FormatError when there is none."""
    return tree.levels_above(level, level_above)


def build(leaves: bytes) -> Levels:
    """Return the tree over concatenated 32-byte leaves; raises FormatError when there is none."""
    return Levels(b"".join(levels_above(leaves)), len(leaves) // HASH_BYTES)


def path(levels: Levels, index: int) -> tuple[Step, ...]:
    """Return the path of a leaf, lowest sibling first; raises FormatError when the tree has no such leaf."""
    steps, last = [], levels.size - 1
    for node in levels.path(index):
        while index == last and not index % 2:  # an odd last node has no sibling
            index, last = index >> 1, last >> 1
        steps.append(Step(bool(index % 2), node))
        index, last = index >> 1, last >> 1
    return tuple(steps)


def root_from_path(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """Return the root that a leaf and its path lead to."""
    node = leaf
    for left, sibling in steps:
        node = sha256(sibling + node if left else node + sibling).digest()
    return node


def document(steps: Sequence[Step]) -> list[dict[str, str]]:
    """Return a path as JSON has it: objects with one member, `left` or `right`, in hex."""
    return [{"left" if left else "right": node.hex()} for left, node in steps]


def steps_of(value: Json) -> tuple[Step, ...]:
    """Return the path that JSON holds; raises FormatError unless each step is an object with one member, `left` or `right`, of 64 hex digits."""
    if not isinstance(value, list) or len(value) > MAX_STEPS:
        raise FormatError(f"the path of a Merkle proof is a list of at most {MAX_STEPS} steps")
    return tuple(_step(each) for each in value)


def _step(value: Json) -> Step:
    if not isinstance(value, dict) or len(value) != 1:
        raise FormatError("a step of a Merkle proof's path has one member, left or right")
    ((side, text),) = value.items()
    if side not in ("left", "right"):
        raise FormatError("a step of a Merkle proof's path has one member, left or right")
    return Step(side == "left", hash_of(text))


def hash_of(text: Json) -> bytes:
    """Return the 32 bytes that 64 hex digits stand for; raises FormatError for anything else."""
    if not isinstance(text, str) or len(text) != _HEX or not text.isascii() or not text.isalnum():
        raise FormatError("a hash of a Merkle proof is 64 hex digits")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise FormatError("a hash of a Merkle proof is 64 hex digits") from error
