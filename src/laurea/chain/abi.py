"""The contract ABI's encoding, as much of it as the registry needs: values to calldata, and what views return to values.

A verifier asks little and should start fast: the general library, eth-abi, takes longer to import than all the rest of
laurea. The tests take it as the judge of this one.
"""

from collections.abc import Sequence

WORD = 32
ADDRESS_BYTES = 20

Value = int | bool | bytes | str | Sequence["Value"]


def encode(kinds: Sequence[str], values: Sequence[Value]) -> bytes:
    """Return the encoding of values of these types; raises ValueError when a value is not of its type."""
    if len(kinds) != len(values):
        raise ValueError(f"{len(values)} values were given for {len(kinds)} parameters")
    tails = [_encode(kind, value) for kind, value in zip(kinds, values, strict=True)]
    end = sum(WORD if _is_dynamic(kind) else len(tail) for kind, tail in zip(kinds, tails, strict=True))
    heads = []
    for kind, tail in zip(kinds, tails, strict=True):
        # What has no fixed length stands behind the fixed part, which holds its offset.
        heads.append(end.to_bytes(WORD) if _is_dynamic(kind) else tail)
        end += len(tail) if _is_dynamic(kind) else 0
    return b"".join([*heads, *(tail for kind, tail in zip(kinds, tails, strict=True) if _is_dynamic(kind))])


def decode(kinds: Sequence[str], data: bytes) -> tuple[int | bool | bytes, ...]:
    """Return the values in `data`: a tuple's members stand in the row, and a string is its bytes, which may not be UTF-8.

    Raises ValueError for what a contract does not return, such as an address with more than 20 bytes.
    """
    flat = [member for kind in kinds for member in (_members(kind) if kind.startswith("(") else [kind])]
    if len(data) < WORD * len(flat):
        raise ValueError("the data is too short")
    words = [data[WORD * number : WORD * (number + 1)] for number in range(len(flat))]
    return tuple(_decode(kind, word, data) for kind, word in zip(flat, words, strict=True))


def _encode(kind: str, value: Value) -> bytes:
    if kind.endswith("[]") and isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return len(value).to_bytes(WORD) + encode([kind[:-2]] * len(value), value)
    if kind.startswith("(") and isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return encode(_members(kind), value)
    if kind == "string" and isinstance(value, str):
        raw = value.encode()
        return len(raw).to_bytes(WORD) + raw.ljust(-len(raw) // WORD * -WORD, b"\0")
    if isinstance(value, int) and not _is_dynamic(kind) and kind.startswith("uint") and 0 <= value < 1 << int(kind[4:]):
        return value.to_bytes(WORD)
    if kind == "address" and isinstance(value, bytes) and len(value) == ADDRESS_BYTES:
        return value.rjust(WORD, b"\0")
    if kind == "bytes32" and isinstance(value, bytes) and len(value) == WORD:
        return value
    raise ValueError(f"a value is no {kind}")


def _decode(kind: str, word: bytes, data: bytes) -> int | bool | bytes:
    number = int.from_bytes(word)
    if kind == "string":
        return _text(number, data)
    if kind == "bytes32":
        return word
    if kind == "address" and number < 1 << 8 * ADDRESS_BYTES:
        return word[WORD - ADDRESS_BYTES :]
    if kind == "bool" and number < 2:
        return bool(number)
    if kind.startswith("uint") and number < 1 << int(kind[4:]):
        return number
    raise ValueError(f"a word is no {kind}")


def _text(offset: int, data: bytes) -> bytes:
    length = int.from_bytes(data[offset : offset + WORD])
    start = offset + WORD
    if start > len(data) or length > len(data) - start:
        raise ValueError("a string ends beyond the data")
    return data[start : start + length]


def _members(kind: str) -> list[str]:
    return kind[1:-1].split(",")  # the registry has no tuple in a tuple


def _is_dynamic(kind: str) -> bool:
    return kind == "string" or kind.endswith("[]")
