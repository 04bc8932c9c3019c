"""What became of a transaction that was mined, as a node reports it."""

from dataclasses import dataclass
from datetime import datetime

from laurea.chain.rpc import Call, fields, quantity, to_hex, word
from laurea.core.canonical import Json


@dataclass(frozen=True, slots=True)
class Mined:
    """A receipt as it comes; `fee` is what was paid, in wei, with what a rollup adds for its data."""

    hash: bytes
    block_number: int
    block_hash: bytes
    success: bool
    gas_used: int
    fee: int


@dataclass(frozen=True, slots=True)
class Receipt(Mined):
    """What became of a mined transaction, in which block, and when."""

    block_time: datetime


def receipt(transaction: bytes) -> Call[Mined | None]:
    """Ask for the receipt of a transaction; None if it is in no block."""
    return Call("eth_getTransactionReceipt", (to_hex(transaction),), _read)


def timed(mined: Mined, block_time: datetime) -> Receipt:
    """Return the receipt with the time of its block."""
    return Receipt(mined.hash, mined.block_number, mined.block_hash, mined.success, mined.gas_used, mined.fee, block_time)


def _read(value: Json) -> Mined | None:
    if value is None:
        return None
    members = fields(value)
    if members.get("blockHash") is None:
        return None
    try:
        gas_used = quantity(members["gasUsed"])
        return Mined(
            word(members["transactionHash"]),
            quantity(members["blockNumber"]),
            word(members["blockHash"]),
            quantity(members["status"]) == 1,
            gas_used,
            gas_used * _number(members, "effectiveGasPrice") + _number(members, "l1Fee"),
        )
    except KeyError as error:
        raise ValueError("not a receipt") from error


def _number(members: dict[str, Json], name: str) -> int:
    value = members.get(name)
    return 0 if value is None else quantity(value)
