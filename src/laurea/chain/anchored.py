"""Every anchor that the registry ever recorded for an issuer, read from its events by a majority of the nodes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from laurea.chain.artefact import EVENTS
from laurea.chain.blocks import block
from laurea.chain.pool import Pool
from laurea.chain.rpc import Call, blob, fields, quantity, to_hex, word
from laurea.core.canonical import Json
from laurea.core.leaf import Domain
from laurea.errors import Refused, Unreachable

MOST_BLOCKS = 10_000  # in one question: what most providers take
FEWEST_BLOCKS = 100  # a node that refuses even these cannot be used for this


@dataclass(frozen=True, slots=True)
class Anchored:
    """One anchor as it was recorded: by which key (20 bytes), in which block."""

    root: bytes
    size: int
    key: bytes
    block: int


def anchored(pool: Pool, domain: Domain, first: int, last: int) -> Iterator[tuple[int, list[Anchored]]]:
    """Give the anchors in the blocks from `first` to `last`, piece by piece: the last block of the piece, and what was in it.

    Raises Refused or Unreachable when no majority says the same.
    """
    span = MOST_BLOCKS
    while first <= last:
        end = min(first + span, last + 1) - 1
        try:
            found = pool.ask(_events(domain, first, end))
        except Refused:
            if span <= FEWEST_BLOCKS:
                raise
            span = max(span // 4, FEWEST_BLOCKS)  # a node that takes fewer blocks refuses the question
            continue
        yield end, list(found)
        first = end + 1


def first_block_since(pool: Pool, moment: datetime, latest: int) -> int:
    """Return the first block that is not older than a moment, or `latest` when all are."""
    low, high = 0, latest
    while low < high:
        middle = (low + high) // 2
        found = pool.ask(block(middle))
        if found is None:
            raise Unreachable(f"{pool.host} do not know the block {middle}")
        low, high = (middle + 1, high) if found.time < moment else (low, middle)
    return low


def _events(domain: Domain, first: int, last: int) -> Call[tuple[Anchored, ...]]:
    topics: list[Json] = [to_hex(EVENTS["Anchored"].selector), to_hex(domain.issuer_id.rjust(32, b"\0"))]
    where: dict[str, Json] = {"address": to_hex(domain.registry), "topics": topics, "fromBlock": to_hex(first), "toBlock": to_hex(last)}
    return Call("eth_getLogs", (where,), _reader(first, last))


def _reader(first: int, last: int) -> Callable[[Json], tuple[Anchored, ...]]:
    def read(value: Json) -> tuple[Anchored, ...]:
        if not isinstance(value, list):
            raise ValueError("not a list of events")  # noqa: TRY004 - the data is wrong, not the program
        found = tuple(_read(event) for event in value)
        if not all(first <= event.block <= last for event in found):
            raise ValueError("an event of another block")
        return found

    return read


def _read(value: Json) -> Anchored:
    event = fields(value)
    match event.get("topics"):
        case [_, _, str(root), str(key)]:
            return Anchored(word(root), int.from_bytes(blob(event.get("data"))), word(key)[12:], quantity(event.get("blockNumber")))
    raise ValueError("not an anchor")
