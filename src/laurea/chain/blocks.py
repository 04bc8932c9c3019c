"""Blocks of a chain, as a node reports them."""

from datetime import UTC, datetime

from laurea.chain.rpc import Call, fields, quantity, to_hex, word
from laurea.core.anchor import Block
from laurea.core.canonical import MAX_INTEGER, Json
from laurea.errors import Refused, WrongChain


def block(which: int | bytes | str) -> Call[Block | None]:
    """Ask for a block by number, hash or tag; None if the node has no such block."""
    if isinstance(which, bytes):
        return Call("eth_getBlockByHash", (to_hex(which), False), read_block)
    return Call("eth_getBlockByNumber", (to_hex(which) if isinstance(which, int) else which, False), read_block)


def read_block(value: Json) -> Block | None:
    """Return what we keep of a block; raises ValueError for what is none."""
    if value is None:
        return None
    members = fields(value)
    try:
        time = datetime.fromtimestamp(quantity(members["timestamp"]), UTC)
        found = Block(quantity(members["number"]), word(members["hash"]), time)
    except (KeyError, OverflowError, OSError) as error:
        raise ValueError("not a block") from error
    if found.number > MAX_INTEGER:
        raise ValueError("not the number of a block")
    return found


def require(found: Block | None, host: str, which: str) -> Block:
    """Return the block; raises Refused when the node does not have it."""
    if found is None:
        raise Refused(f"{host} does not know the block {which!r}")
    return found


def check_chain(found: int, expected: int, host: str) -> None:
    """Raise WrongChain unless a node's chain id is the expected one."""
    if found != expected:
        raise WrongChain(f"{host} is on eip155:{found}, not on eip155:{expected}")
