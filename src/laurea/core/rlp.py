"""Recursive Length Prefix, the encoding of Ethereum's blocks and tries (yellow paper, appendix B), and nothing but its one canonical form.

One level at a time, so that no depth of nesting costs more than its bytes. A verifier starts fast: the general library takes longer to import
than all the rest of laurea. The tests take it as the judge of this one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.errors import BadProof

SHORT_BYTES = 55  # up to which the length stands in the first byte
BYTES, LIST = 0x80, 0xC0


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a list: its bytes, or for a list the bytes within it; `raw` is the whole encoding."""

    content: bytes
    raw: bytes
    is_list: bool


def encode_bytes(content: bytes) -> bytes:
    """Return the encoding of bytes."""
    if len(content) == 1 and content[0] < BYTES:
        return content
    return _prefix(len(content), BYTES) + content


def encode_integer(number: int) -> bytes:
    """Return the encoding of a number that is not negative: big-endian, without leading zeros."""
    return encode_bytes(number.to_bytes((number.bit_length() + 7) // 8))


def encode_list(encoded: Sequence[bytes]) -> bytes:
    """Return the encoding of a list whose members are encoded already."""
    content = b"".join(encoded)
    return _prefix(len(content), LIST) + content


def list_items(raw: bytes) -> list[Item]:
    """Return the members of a list that is all of `raw`; raises BadProof for whatever is not the canonical encoding of one."""
    whole = read_item(raw)
    if not whole.is_list:
        raise BadProof("bytes stand where a list should")
    found: list[Item] = []
    at, content = 0, whole.content
    while at < len(content):
        item = _item(content, at)
        found.append(item)
        at += len(item.raw)
    return found


def read_item(raw: bytes) -> Item:
    """Return the one item that is all of `raw`; raises BadProof for anything else."""
    item = _item(raw, 0)
    if len(item.raw) != len(raw):
        raise BadProof("something follows the end of an item")
    return item


def read_bytes(item: Item, size: int | None = None) -> bytes:
    """Return the bytes of an item, of this many when `size` is given; raises BadProof for a list, or another size."""
    if item.is_list or (size is not None and len(item.content) != size):
        raise BadProof("a list stands where bytes should" if item.is_list else f"{len(item.content)} bytes stand where {size} should")
    return item.content


def read_integer(item: Item, *, size: int) -> int:
    """Return the number that an item is, in at most `size` bytes; raises BadProof for leading zeros, a list, or more bytes."""
    content = read_bytes(item)
    if len(content) > size or content[:1] == b"\0":
        raise BadProof("a number has leading zeros" if content[:1] == b"\0" else f"a number has more than {size} bytes")
    return int.from_bytes(content)


def _prefix(length: int, kind: int) -> bytes:
    if length <= SHORT_BYTES:
        return bytes([kind + length])
    digits = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([kind + SHORT_BYTES + len(digits)]) + digits


def _item(data: bytes, at: int) -> Item:
    if at >= len(data):
        raise BadProof("an item is missing")
    first = data[at]
    if first < BYTES:
        return Item(data[at : at + 1], data[at : at + 1], is_list=False)
    kind = LIST if first >= LIST else BYTES
    start, length = at + 1, first - kind
    if length > SHORT_BYTES:
        start += length - SHORT_BYTES
        length = int.from_bytes(data[at + 1 : start])
    content = data[start : start + length]
    # One test for every form that is not canonical: cut off, a longer prefix than needed, zeros before a length.
    raw = data[at : start + length]
    if raw != (_prefix(len(content), LIST) + content if kind == LIST else encode_bytes(content)):
        raise BadProof("an item is cut off, or not encoded in the one canonical way")
    return Item(content, raw, is_list=kind == LIST)
