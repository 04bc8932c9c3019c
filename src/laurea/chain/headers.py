"""Block headers as the bytes whose hash names the block, made again from what a node says of it; and proofs of state, as nodes give them."""

from collections.abc import Callable
from dataclasses import dataclass

from laurea.chain.rpc import Call, blob, fields, quantity, to_hex
from laurea.chain.views import at_height
from laurea.core.canonical import Json
from laurea.core.rlp import encode_bytes, encode_integer, encode_list

Encode = Callable[[Json], bytes]


def _octets(value: Json) -> bytes:
    return encode_bytes(blob(value))


def _number(value: Json) -> bytes:
    return encode_integer(quantity(value))


# The members of a header, in their order; those of a later fork are there or not, as the node says, and the hash tells whether it is right.
FRONTIER: tuple[tuple[str, Encode], ...] = (
    ("parentHash", _octets),
    ("sha3Uncles", _octets),
    ("miner", _octets),
    ("stateRoot", _octets),
    ("transactionsRoot", _octets),
    ("receiptsRoot", _octets),
    ("logsBloom", _octets),
    ("difficulty", _number),
    ("number", _number),
    ("gasLimit", _number),
    ("gasUsed", _number),
    ("timestamp", _number),
    ("extraData", _octets),
    ("mixHash", _octets),
    ("nonce", _octets),
)
LATER: tuple[tuple[str, Encode], ...] = (
    ("baseFeePerGas", _number),  # London
    ("withdrawalsRoot", _octets),  # Shanghai
    ("blobGasUsed", _number),  # Cancun
    ("excessBlobGas", _number),
    ("parentBeaconBlockRoot", _octets),
    ("requestsHash", _octets),  # Prague
)


@dataclass(frozen=True, slots=True)
class StateProof:
    """The nodes that a node gave for an account, and for each slot that it was asked for; nothing of it is believed yet."""

    account: tuple[bytes, ...]
    slots: tuple[tuple[bytes, ...], ...]


def header(block_hash: bytes) -> Call[bytes | None]:
    """Ask for the header of a block, as bytes; None if the node has no such block."""
    return Call("eth_getBlockByHash", (to_hex(block_hash), False), read_header)


def proof(address: bytes, slots: tuple[int, ...], block_hash: bytes) -> Call[StateProof]:
    """Ask for the proof of an account and some slots of its storage at a block."""
    words: list[Json] = [to_hex(slot.to_bytes(32)) for slot in slots]
    return Call("eth_getProof", (to_hex(address), words, at_height(block_hash)), _read_proof)


def read_header(value: Json) -> bytes | None:
    """Return the header that a node's block has; raises ValueError for what is no block."""
    if value is None:
        return None
    members = fields(value)
    present = [*FRONTIER, *((name, encode) for name, encode in LATER if members.get(name) is not None)]
    return encode_list([encode(members.get(name)) for name, encode in present])


def _read_proof(value: Json) -> StateProof:
    members = fields(value)
    found = members.get("storageProof")
    if not isinstance(found, list):
        raise ValueError("not a proof")  # noqa: TRY004 - the data is wrong, not the program
    return StateProof(_nodes(members.get("accountProof")), tuple(_nodes(fields(each).get("proof")) for each in found))


def _nodes(value: Json) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise ValueError("not a list of nodes")  # noqa: TRY004 - as above
    return tuple(map(blob, value))
