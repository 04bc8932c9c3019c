"""What a block header commits to: accounts and their storage, by Merkle-Patricia proofs (yellow paper, appendix D; EIP-1186).

Nothing is believed but the hash of the header: a value is what the header commits to, or BadProof is raised, and nothing else ever is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from eth_hash.auto import keccak

from laurea.core.anchor import Block
from laurea.core.rlp import Item, list_items, read_bytes, read_integer, read_item
from laurea.errors import BadProof

NOTHING = b"\x80"  # the encoding of no bytes
EMPTY_TRIE = keccak(NOTHING)
HASH_BYTES = 32
KEY_NIBBLES = 64
BRANCHES = 16
MAX_HEADER_BYTES = 4096  # some 640 today; chains with elected signers write lists of them into the header
MAX_NODE_BYTES = 532  # a full branch: 16 hashes of 33 bytes, an empty value and three bytes of length
MAX_NODES = 1 + KEY_NIBBLES  # of one path: each takes at least one of the key's nibbles, but for a leaf at the very end
FIELD_BYTES = (32, 32, 20, 32, 32, 32, 256)  # of the header's first members, up to the logs' bloom filter
STATE_ROOT, NUMBER, TIME, OLDEST_FIELDS = 3, 8, 11, 15


@dataclass(frozen=True, slots=True)
class Header:
    """A block, and the root of the state after it."""

    block: Block
    state_root: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """What the state holds under an address."""

    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes


class Nodes:
    """The nodes of one or several proofs, in the order in which they are first needed, each once."""

    def __init__(self, nodes: Sequence[bytes], *, limit: int = MAX_NODES) -> None:
        """Take at most `limit` of them; raises BadProof for more."""
        if len(nodes) > limit:
            raise BadProof(f"the proof has {len(nodes):,} nodes, more than {limit}")
        self._nodes = list(nodes)
        self._next = 0
        self._known: dict[bytes, bytes] = {}

    def take(self, wanted: bytes) -> bytes:
        """Return the node with this hash: one that came before, or the very next."""
        if wanted in self._known:
            return self._known[wanted]
        if self._next == len(self._nodes):
            raise BadProof("a node of the proof is missing")
        node = self._nodes[self._next]
        if len(node) > MAX_NODE_BYTES or keccak(node) != wanted:
            raise BadProof("a node of the proof does not have the hash that the node above it names")
        self._known[wanted] = node
        self._next += 1
        return node

    def take_nothing(self) -> None:
        """Take what stands for an empty trie: with some clients its encoding, with others no node."""
        if self._nodes[self._next : self._next + 1] == [NOTHING]:
            self._next += 1

    def end(self) -> None:
        """Raise BadProof when a node was not needed."""
        if self._next < len(self._nodes):
            raise BadProof("the proof has a node that it does not need")


def read_header(raw: bytes, wanted: bytes) -> Header:
    """Return the header whose 32-byte hash is wanted; raises BadProof for any other."""
    if len(raw) > MAX_HEADER_BYTES or keccak(raw) != wanted:
        raise BadProof("the header does not have the hash of the block")
    items = list_items(raw)
    if len(items) < OLDEST_FIELDS:
        raise BadProof("the header has too few members")
    for item, size in zip(items, FIELD_BYTES, strict=False):
        read_bytes(item, size)
    try:
        time = datetime.fromtimestamp(read_integer(items[TIME], size=8), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadProof("the time of the header is none") from error
    return Header(Block(read_integer(items[NUMBER], size=8), wanted, time), items[STATE_ROOT].content)


def read_account(state_root: bytes, address: bytes, nodes: Nodes) -> Account | None:
    """Return the account that a state holds at a 20-byte address, None when the proof shows that there is none; raises BadProof."""
    raw = _value(state_root, address, nodes)
    if raw is None:
        return None
    items = list_items(raw)
    if len(items) != 4:
        raise BadProof(f"an account has 4 members, not {len(items)}")
    nonce, balance = read_integer(items[0], size=8), read_integer(items[1], size=HASH_BYTES)
    return Account(nonce, balance, read_bytes(items[2], HASH_BYTES), read_bytes(items[3], HASH_BYTES))


def read_slot(storage_root: bytes, slot: int, nodes: Nodes) -> int:
    """Return the word that an account's storage holds in a slot, 0 when the proof shows that it holds none; raises BadProof."""
    raw = _value(storage_root, slot.to_bytes(HASH_BYTES), nodes)
    # A zero that is stored is no damage: Anvil's trie keeps what was set to zero again, where a real chain takes it out.
    return 0 if raw is None else read_integer(read_item(raw), size=HASH_BYTES)


def _value(root: bytes, key: bytes, nodes: Nodes) -> bytes | None:
    """Return what a trie of this root holds under the hash of a key; None when its nodes show that it holds nothing."""
    if root == EMPTY_TRIE:
        nodes.take_nothing()
        return None
    path, node = keccak(key).hex(), nodes.take(root)  # a digit for each nibble
    while True:
        items = list_items(node)
        if len(items) == BRANCHES + 1:
            # All keys have the same length, so that none ends in a branch.
            if not path or items[BRANCHES].raw != NOTHING:
                raise BadProof("a branch of the trie holds a value")
            child, path = items[int(path[0], 16)], path[1:]
        else:
            part, is_leaf, child = _one_way(items, len(path))
            if not path.startswith(part):
                return None
            if is_leaf:
                return read_bytes(child)
            path = path[len(part) :]
        if child.raw == NOTHING:
            return None
        node = _below(child, nodes)


def _one_way(items: Sequence[Item], left: int) -> tuple[str, bool, Item]:
    """Return the nibbles that a leaf or an extension stands for, as hexadecimal digits, whether it is a leaf, and what is there."""
    if len(items) != 2:
        raise BadProof(f"a node of the trie has {len(items)} members")
    digits = read_bytes(items[0]).hex()
    flag, part = digits[:1], digits[1:]
    if flag in {"0", "2"} and part[:1] == "0":  # an even number of nibbles: a zero fills the byte
        part = part[1:]
    elif flag not in {"1", "3"}:
        raise BadProof("the path of a node is not encoded in the one canonical way")
    is_leaf = flag in {"2", "3"}
    if is_leaf and len(part) != left:
        raise BadProof("a leaf of the trie does not end where its key does")
    if not is_leaf and (not part or items[1].raw == NOTHING):
        raise BadProof("an extension of the trie has no path, or leads nowhere")
    return part, is_leaf, items[1]


def _below(child: Item, nodes: Nodes) -> bytes:
    """Return the node that a branch or an extension leads to: what is shorter than a hash stands in it, all else under its hash."""
    if not child.is_list:
        return nodes.take(read_bytes(child, HASH_BYTES))
    if len(child.raw) >= HASH_BYTES:
        raise BadProof("a node stands within another though it is not shorter than a hash")
    return child.raw
