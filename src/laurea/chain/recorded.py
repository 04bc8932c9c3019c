"""Every anchor and revocation that the registry ever recorded for an issuer, read from its events by a majority of the nodes."""

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
ANCHORED, REVOKED, BATCH_REVOKED = (EVENTS[name].selector for name in ("Anchored", "Revoked", "BatchRevoked"))
FEWEST_BLOCKS = 100  # a node that refuses even these cannot be used for this


@dataclass(frozen=True, slots=True)
class Anchored:
    """One anchor as it was recorded: by which key (20 bytes), in which block."""

    root: bytes
    size: int
    key: bytes
    block: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revocation as it was recorded: the bits of a word that were set, None when it was the whole batch; and why."""

    root: bytes
    word: int | None
    mask: int
    reason: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded in some blocks, of which `last` is the last."""

    last: int
    anchors: list[Anchored]
    revocations: list[Revoked]


def recorded(pool: Pool, domain: Domain, first: int, last: int) -> Iterator[Recorded]:
    """Give what was recorded in the blocks from `first` to `last`, piece by piece.

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
        anchors = [each for each in found if isinstance(each, Anchored)]
        yield Recorded(end, anchors, [each for each in found if isinstance(each, Revoked)])
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


def _events(domain: Domain, first: int, last: int) -> Call[tuple[Anchored | Revoked, ...]]:
    kinds: list[Json] = [to_hex(selector) for selector in (ANCHORED, REVOKED, BATCH_REVOKED)]
    topics: list[Json] = [kinds, to_hex(domain.issuer_id.rjust(32, b"\0"))]
    where: dict[str, Json] = {"address": to_hex(domain.registry), "topics": topics, "fromBlock": to_hex(first), "toBlock": to_hex(last)}
    return Call("eth_getLogs", (where,), _reader(first, last))


def _reader(first: int, last: int) -> Callable[[Json], tuple[Anchored | Revoked, ...]]:
    def read(value: Json) -> tuple[Anchored | Revoked, ...]:
        if not isinstance(value, list):
            raise ValueError("not a list of events")  # noqa: TRY004 - the data is wrong, not the program
        return tuple(_read(event, first, last) for event in value)

    return read


def _read(value: Json, first: int, last: int) -> Anchored | Revoked:
    event = fields(value)
    number, data = quantity(event.get("blockNumber")), blob(event.get("data"))
    if not first <= number <= last:
        raise ValueError("an event of another block")
    words = [int.from_bytes(data[start : start + 32]) for start in range(0, len(data), 32)]
    match event.get("topics"):
        case [str(kind), _, str(root), str(key)] if word(kind) == ANCHORED and len(data) == 32:
            return Anchored(word(root), words[0], word(key)[12:], number)
        case [str(kind), _, str(root)] if word(kind) == REVOKED and len(data) == 96:
            return Revoked(word(root), *words)
        case [str(kind), _, str(root)] if word(kind) == BATCH_REVOKED and len(data) == 32:
            return Revoked(word(root), None, 0, words[0])
    raise ValueError("neither an anchor nor a revocation")
