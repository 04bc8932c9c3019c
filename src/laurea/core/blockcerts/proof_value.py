"""The proofValue of a MerkleProof2019: multibase "z" (base58btc) of CBOR lists of pairs, which have small numbers as their keys.

Two forms are in use. What Python wrote (lds-merkle-proof-2019 of PyPI, and so cert-issuer) has hashes as hex text, what JavaScript writes (its
namesake of npm) as bytes; both wrap each in a byte string of CBOR in CBOR. Both are read. Written is the latter, which is half as long, but for
the transaction: explorers ask for it with `0x`, which only text keeps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from laurea.core import base58
from laurea.core.blockcerts.anchor import CHAINS, MOCKNET, Anchor, transaction_of
from laurea.core.blockcerts.tree import MAX_STEPS, Step, hash_of
from laurea.core.tree import HASH_BYTES
from laurea.errors import FormatError

MAX_ANCHORS = 8
MAX_CHARACTERS = 8 << 10  # the largest: 64 steps of 72 bytes, 8 anchors of some 90, in base 58
ROOT, TARGET, ANCHORS, PATH = 0, 1, 2, 3  # the members of a proof
CHAIN, NETWORK, TRANSACTION = 0, 1, 2  # those of an anchor
POSITIVE, NEGATIVE, OCTETS, TEXT, LIST = 0, 1, 2, 3, 4  # major types
INLINE = 24  # smaller arguments stand in the first byte; 24 to 27 say that 1, 2, 4 or 8 bytes follow
LEAST = (INLINE, 1 << 8, 1 << 16, 1 << 32)  # the least argument that needs so many bytes

_HASH = b"\x58\x22\x58\x20"  # a byte string of 34 bytes, in it one of 32
_LEFT, _RIGHT = b"\x82\x00" + _HASH, b"\x82\x01" + _HASH

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MerkleProof:
    """A MerkleProof2019: the 32-byte hash of the document, its path, the root, and where that is anchored (one or more)."""

    target: bytes
    path: tuple[Step, ...]
    root: bytes
    anchors: tuple[Anchor, ...]


def encode(proof: MerkleProof) -> str:
    """Return the proofValue of a proof."""
    raw = (
        b"\x84\x82\x03"  # a list of four pairs; their order is cert-issuer's
        + _head(LIST, len(proof.path))
        + b"".join([(_LEFT if left else _RIGHT) + node for left, node in proof.path])
        + b"\x82\x00"
        + _HASH
        + proof.root
        + b"\x82\x01"
        + _HASH
        + proof.target
        + b"\x82\x02"
        + _head(LIST, len(proof.anchors))
        + b"".join(map(_anchor, proof.anchors))
    )
    return "z" + base58.encode(raw)


def decode(text: str) -> MerkleProof:
    """Return the proof that a proofValue of either form stands for; raises FormatError for anything else."""
    if not text.startswith("z") or len(text) > MAX_CHARACTERS:
        raise FormatError("the proofValue is not base58btc multibase (z…) within its size limit")
    reader = _Reader(base58.decode(text[1:]))
    found: dict[int, object] = {}
    for _ in range(reader.argument(LIST)):
        key = reader.pair()
        if key in found or key not in _MEMBERS:
            raise FormatError("the proofValue has a member twice, or one that is unknown")
        found[key] = _MEMBERS[key](reader)
    reader.end()
    target, path, root, anchors = (found.get(key) for key in (TARGET, PATH, ROOT, ANCHORS))
    if not isinstance(target, bytes) or not isinstance(root, bytes) or not isinstance(anchors, tuple):
        raise FormatError("the proofValue lacks its root, its target hash or its anchors")
    return MerkleProof(target, path if isinstance(path, tuple) else (), root, anchors)


def _head(major: int, argument: int) -> bytes:
    if argument < INLINE:
        return bytes([major << 5 | argument])
    power = 0 if argument < LEAST[1] else 1 if argument < LEAST[2] else 2 if argument < LEAST[3] else 3
    return bytes([major << 5 | INLINE + power]) + argument.to_bytes(1 << power, "big")


def _number(value: int) -> bytes:
    return _head(POSITIVE, value) if value >= 0 else _head(NEGATIVE, -1 - value)


def _anchor(anchor: Anchor) -> bytes:
    pairs = [(CHAIN, _number(anchor.chain))]
    if anchor.network is not None:
        pairs.append((NETWORK, _number(anchor.network)))
    if anchor.transaction is not None:
        text = str(anchor).rpartition(":")[2].encode()
        wrapped = _head(TEXT, len(text)) + text
        pairs.append((TRANSACTION, _head(OCTETS, len(wrapped)) + wrapped))
    return _head(LIST, len(pairs)) + b"".join(b"\x82" + _head(POSITIVE, key) + value for key, value in pairs)


class _Reader:
    """Reads what a proofValue may hold, each number in its shortest form; raises FormatError."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def argument(self, major: int) -> int:
        """Take the head of an item of a type, and return its argument."""
        found, argument = self._head()
        if found != major:
            raise FormatError("the proofValue has an item of a wrong type")
        return argument

    def number_or_wrapped(self) -> int | str | bytes:
        """Take an integer, or a byte string of CBOR."""
        if self._raw[self._at : self._at + 1] and self._raw[self._at] >> 5 == OCTETS:
            return self.wrapped()
        major, argument = self._head()
        if major not in (POSITIVE, NEGATIVE):
            raise FormatError("the proofValue has an item of a wrong type")
        return argument if major == POSITIVE else -1 - argument

    def pair(self) -> int:
        """Take the start of a pair, and return its key."""
        if self.argument(LIST) != 2:
            raise FormatError("the proofValue has something else than a pair")
        return self.argument(POSITIVE)

    def many(self, limit: int, item: Callable[["_Reader"], T]) -> tuple[T, ...]:
        """Take a list of at most so many items."""
        count = self.argument(LIST)
        if count > limit:
            raise FormatError(f"the proofValue has a list of more than {limit} items")
        return tuple([item(self) for _ in range(count)])

    def wrapped(self) -> str | bytes:
        """Take a byte string of CBOR, which is one text or one byte string."""
        end = self.argument(OCTETS) + self._at
        major, size = self._head()
        if major not in (OCTETS, TEXT) or self._at + size != end:
            raise FormatError("the proofValue has something else than a hash in a byte string")
        taken = self.take(size)
        try:
            return taken if major == OCTETS else taken.decode("ascii")
        except UnicodeDecodeError as error:
            raise FormatError("the proofValue has a text that is no hash") from error

    def usual_step(self) -> Step | None:
        """Take a step as cert-issuer writes it, which most of a proof is; None, and take nothing, for one that is written otherwise."""
        begin, digits = (
            self._raw[self._at : self._at + len(_LEFT)],
            self._raw[self._at + len(_LEFT) : self._at + len(_LEFT) + 2 * HASH_BYTES],
        )
        if begin not in (_LEFT, _RIGHT) or len(digits) != 2 * HASH_BYTES or not digits.isalnum():
            return None
        self._at += len(_LEFT) + 2 * HASH_BYTES
        return Step(begin == _LEFT, hash_of(digits.decode("ascii")))

    def end(self) -> None:
        """Refuse anything that is left over."""
        if self._at != len(self._raw):
            raise FormatError("the proofValue has more in it than its members")

    def take(self, size: int) -> bytes:
        """Take so many bytes."""
        taken = self._raw[self._at : self._at + size]
        if len(taken) != size:
            raise FormatError("the proofValue ends too early")
        self._at += size
        return taken

    def _head(self) -> tuple[int, int]:
        (first,) = self.take(1)
        small = first & 0x1F
        if small < INLINE:
            return first >> 5, small
        if small > INLINE + 3:
            raise FormatError("the proofValue has an item of a wrong type")
        power = small - INLINE
        argument = int.from_bytes(self.take(1 << power), "big")
        if argument < LEAST[power]:
            raise FormatError("the proofValue has a number that is not in its shortest form")
        return first >> 5, argument


def _read_hash(reader: _Reader) -> bytes:
    found = reader.wrapped()
    digest = hash_of(found) if isinstance(found, str) else found
    if len(digest) != HASH_BYTES:
        raise FormatError(f"the proofValue has a hash of {len(digest)} bytes")
    return digest


def _read_step(reader: _Reader) -> Step:
    usual = reader.usual_step()
    if usual is not None:
        return usual
    side = reader.pair()
    if side > 1:
        raise FormatError("the proofValue has a step that is neither left nor right")
    return Step(side == 0, _read_hash(reader))


def _read_anchor(reader: _Reader) -> Anchor:
    pairs = reader.many(len((CHAIN, NETWORK, TRANSACTION)), _read_pair)
    if not pairs or [key for key, _ in pairs] != list(range(len(pairs))):
        raise FormatError("the proofValue has an anchor that is not a chain, a network and a transaction")
    chain, *rest = [value for _, value in pairs]
    network, transaction = [*rest, None, None][:2]
    if chain == CHAINS[MOCKNET][0]:
        # It proves nothing, whatever else it says: it is read so that it can be said what the proof is.
        return Anchor(chain, network if isinstance(network, int) else None, transaction if isinstance(transaction, bytes) else None)
    if isinstance(transaction, str):
        transaction = transaction_of(transaction)
    if not isinstance(chain, int) or not isinstance(network, int) or not isinstance(transaction, bytes) or len(transaction) != HASH_BYTES:
        raise FormatError("the proofValue has an anchor that is not a chain, a network and a transaction")
    return Anchor(chain, network, transaction)


def _read_pair(reader: _Reader) -> tuple[int, int | str | bytes]:
    return reader.pair(), reader.number_or_wrapped()


def _read_anchors(reader: _Reader) -> tuple[Anchor, ...]:
    found = reader.many(MAX_ANCHORS, _read_anchor)
    if not found:
        raise FormatError("the proofValue has no anchor")
    return found


_MEMBERS: dict[int, Callable[[_Reader], object]] = {
    ROOT: _read_hash,
    TARGET: _read_hash,
    ANCHORS: _read_anchors,
    PATH: lambda reader: reader.many(MAX_STEPS, _read_step),
}
