"""Merkle-Patricia tries straight from the yellow paper (appendix D), through the general `rlp`: it shares no code with the product."""

from collections.abc import Iterable, Mapping
from typing import Any

import rlp  # type: ignore[import-untyped] # it has no types of its own
from eth_hash.auto import keccak

EMPTY = keccak(rlp.encode(b""))


class Trie:
    """A secure trie over some keys; `paths` may take the place of the keys' hashes, to force a shape."""

    def __init__(self, content: Mapping[bytes, bytes], paths: Mapping[bytes, str] | None = None) -> None:
        self._paths = paths or {}
        self._nodes: dict[bytes, Any] = {}
        pairs = {self.path(key): value for key, value in content.items()}
        root = self._node(pairs) if pairs else b""
        self.root = keccak(rlp.encode(root))
        self._nodes[self.root] = root

    def path(self, key: bytes) -> str:
        return self._paths.get(key) or keccak(key).hex()

    def prove(self, key: bytes) -> list[bytes]:
        """Return the nodes on the way to a key, but those that stand within another."""
        found: list[bytes] = []
        path: str = self.path(key)
        reference: Any = self.root
        while reference:
            node = reference
            if isinstance(reference, bytes):
                node = self._nodes[reference]
                found.append(bytes(rlp.encode(node)))
            if len(node) == 17:
                reference, path = node[int(path[0], 16)], path[1:]
                continue
            part, leaf = _unpacked(node[0])
            if leaf or not path.startswith(part):
                break
            reference, path = node[1], path[len(part) :]
        return found

    def _node(self, pairs: Mapping[str, bytes]) -> list[Any]:
        if len(pairs) == 1:
            ((path, value),) = pairs.items()
            return [_packed(path, leaf=True), value]
        shared = _shared(list(pairs))
        if shared:
            return [_packed(shared, leaf=False), self._reference({path[len(shared) :]: value for path, value in pairs.items()})]
        children: list[Any] = []
        for digit in "0123456789abcdef":
            under = {path[1:]: value for path, value in pairs.items() if path[0] == digit}
            children.append(self._reference(under) if under else b"")
        return [*children, b""]

    def _reference(self, pairs: Mapping[str, bytes]) -> Any:
        node = self._node(pairs)
        raw = bytes(rlp.encode(node))
        if len(raw) < 32:
            return node
        self._nodes[keccak(raw)] = node
        return keccak(raw)


def account(nonce: int, balance: int, storage_root: bytes, code_hash: bytes) -> bytes:
    return bytes(rlp.encode([nonce, balance, storage_root, code_hash]))


def word(number: int) -> bytes:
    return bytes(rlp.encode(number))


def header(state_root: bytes, number: int = 7, time: int = 1_800_000_000, more: Iterable[Any] = ()) -> bytes:
    parent = [b"\1" * 32, b"\2" * 32, b"\3" * 20, state_root, b"\4" * 32, b"\5" * 32, b"\0" * 256]
    return bytes(rlp.encode([*parent, 0, number, 30_000_000, 0, time, b"hello", b"\6" * 32, b"\0" * 8, *more]))


def _shared(paths: list[str]) -> str:
    first, last = min(paths), max(paths)
    count = next(at for at, (a, b) in enumerate(zip(first, last, strict=True)) if a != b)
    return first[:count]


def _packed(path: str, *, leaf: bool) -> bytes:
    flag = (2 if leaf else 0) + len(path) % 2
    return bytes.fromhex(f"{flag:x}{'' if len(path) % 2 else '0'}{path}")


def _unpacked(raw: bytes) -> tuple[str, bool]:
    digits = raw.hex()
    return digits[1 if digits[0] in "13" else 2 :], digits[0] in "23"
