"""The registry's views: questions to a node about one address, and how their answers are read.

A question and its answer are kept apart, so that a reader can send many at once, and compare what several nodes
returned byte for byte before it reads any of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from laurea.chain.artefact import FUNCTIONS
from laurea.chain.rpc import Call, blob, to_hex
from laurea.core.anchor import Anchor
from laurea.core.canonical import Json
from laurea.core.registry_storage import MAX_PROFILE_BYTES

Height = int | bytes | str
"""A block: by number, by 32-byte hash (EIP-1898: an error unless it is canonical), or by a tag such as "finalized"."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """An account that may act for an issuer: it acts while the time is before `until`, 0 being without end."""

    issuer: bytes
    roles: int
    until: int
    compromised_from: int


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A view of the registry: the calldata, and how what it returns is read (ValueError when it makes no sense)."""

    data: bytes
    read: Callable[[bytes], T]


def batch(issuer: bytes, root: bytes) -> Question[Anchor | None]:
    """Ask what is stored about a root; `compromised_from` is 0 here, because the registry keeps that with the key."""
    return Question(FUNCTIONS["batchOf"].encode(issuer, root), _read_batch)


def key(address: bytes) -> Question[Key]:
    """Ask what is stored about a key; all zero if it serves no issuer."""
    return Question(FUNCTIONS["keyOf"].encode(address), _read_key)


def profile(issuer: bytes) -> Question[str]:
    """Ask for the DID that the issuer states; empty if there is none or it cannot be one."""
    return Question(FUNCTIONS["profileOf"].encode(issuer), _read_profile)


def admin(issuer: bytes) -> Question[tuple[bytes, bytes]]:
    """Ask for the admin and the proposed admin; 20 zero bytes for nobody."""
    return Question(FUNCTIONS["adminOf"].encode(issuer), _read_admin)


def revoked(issuer: bytes, root: bytes, word: int) -> Question[int]:
    """Ask for 256 revocation bits: bit i is the credential with index 256 * word + i."""
    return Question(FUNCTIONS["revokedWord"].encode(issuer, root, word), _read_number)


def call(registry: bytes, data: bytes, height: Height) -> Call[bytes]:
    """Ask a node what the registry answers to calldata; the answer is unread."""
    return Call("eth_call", ({"to": to_hex(registry), "data": to_hex(data)}, at_height(height)), blob)


def code(address: bytes, height: Height) -> Call[bytes]:
    """Ask a node for the code at an address."""
    return Call("eth_getCode", (to_hex(address), at_height(height)), blob)


def at_height(height: Height) -> Json:
    """Return the block parameter of a call."""
    if isinstance(height, bytes):
        return {"blockHash": to_hex(height), "requireCanonical": True}
    return to_hex(height) if isinstance(height, int) else height


def _read_batch(data: bytes) -> Anchor | None:
    match FUNCTIONS["batchOf"].decode_outputs(data):
        case (bytes(holder), int(time), int(size), bool(whole), int(reason)):
            return Anchor(holder, time, size, whole, reason, 0) if time else None
    raise ValueError("not a batch")


def _read_key(data: bytes) -> Key:
    match FUNCTIONS["keyOf"].decode_outputs(data):
        case (bytes(issuer), int(roles), int(until), int(since)):
            return Key(issuer, roles, until, since)
    raise ValueError("not a key")


def _read_profile(data: bytes) -> str:
    (raw,) = FUNCTIONS["profileOf"].decode_outputs(data)
    if not isinstance(raw, bytes) or len(raw) > MAX_PROFILE_BYTES:
        return ""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


def _read_admin(data: bytes) -> tuple[bytes, bytes]:
    match FUNCTIONS["adminOf"].decode_outputs(data):
        case (bytes(admin), bytes(proposed)):
            return admin, proposed
    raise ValueError("not an admin")


def _read_number(data: bytes) -> int:
    if len(data) != 32:
        raise ValueError("not a word")
    return int.from_bytes(data)
