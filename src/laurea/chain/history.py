"""When something was revoked: the registry's `Revoked` and `BatchRevoked` events, read alike by the quorum.

Nothing but the events says when. They cannot be proven against a header as storage can, but a node can neither invent one that the others
do not have, nor hide one to any use: a revocation that no event explains counts for every moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from laurea.chain.abi import decode
from laurea.chain.artefact import EVENTS
from laurea.chain.blocks import block, require
from laurea.chain.quorum import Quorum
from laurea.chain.registry import CREDENTIALS_A_WORD
from laurea.chain.rpc import Call, Rpc, blob, fields, quantity, to_hex, word
from laurea.core.anchor import AnchorRef, Block, Facts, View
from laurea.core.canonical import Json
from laurea.errors import Refused, Unreachable, WrongChain

WIDTHS = (1 << 64, 10_000, 1_000)  # blocks that are asked for at once: all, and what public nodes answer
MOST_RANGES = 1_000  # of one root, at one node
MOST_EVENTS = 100_000  # of one root
MOST_FAILURES = 3  # roots; what is revoked in others counts then as it is
FIRST_STEP = 4_096  # blocks back from the newest: at twelve seconds a block about half a day
WAYS = 16  # that are looked at in one request, between blocks before a moment and after it

REVOKED, BATCH_REVOKED = EVENTS["Revoked"].selector, EVENTS["BatchRevoked"].selector


@dataclass(frozen=True, slots=True)
class Event:
    """Bits of a word that were set in a block; of the whole batch `word` is None and `mask` 0."""

    block: int
    block_hash: bytes
    word: int | None
    mask: int

    def names(self, index: int) -> bool:
        """Whether the bit of a credential was set."""
        number, bit = divmod(index, CREDENTIALS_A_WORD)
        return self.word == number and bool(self.mask >> bit & 1)


class History:
    """The revocations of roots in one registry, read when they are asked for; never raises for what nodes do or fail to do."""

    def __init__(self, nodes: Sequence[Rpc], registry: bytes) -> None:
        """Ask nothing yet; a majority of the nodes must answer, and none contradict another."""
        self._nodes = nodes
        self._registry = registry
        self._found: dict[tuple[AnchorRef, bytes, datetime], tuple[Event, ...] | str] = {}
        self._times: dict[tuple[int, bytes], datetime] = {}

    def told(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        """Return facts about what is revoked with `revoked_at`, if that was after a moment, and else with why it is not known."""
        return [self._told(each, after) for each in facts]

    def _told(self, facts: Facts, after: datetime) -> Facts:
        final, latest = facts.finalized, facts.latest
        if final is None or latest is None or not any(latest.revocations):
            return facts
        if final.revocations != latest.revocations:
            return replace(facts, history="it is not final yet")
        try:
            events = self._events(facts.ref, final.block, after)
            return (
                replace(facts, history=events) if isinstance(events, str) else replace(facts, revoked_at=self._when(events, facts, final))
            )
        except (Refused, Unreachable, WrongChain) as error:
            return replace(facts, history=str(error))

    def _when(self, events: Sequence[Event], facts: Facts, final: View) -> datetime | None:
        """Return when the first of what is revoked was; None when the events do not explain all of it."""
        bit, batch = final.revocations
        bits = [[each for each in events if each.names(facts.index)]] if bit else []
        batches = [[each for each in events if each.word is None]] if batch else []
        found = bits + batches
        if any(len(each) > 1 for each in found):
            raise Refused("the nodes name two events for one revocation, of which the registry makes one")
        return min(self._time(each[0]) for each in found) if all(found) else None

    def _events(self, ref: AnchorRef, final: Block, after: datetime) -> tuple[Event, ...] | str:
        """Return the events of a root in blocks that are final and younger than `after`, else why there are none; nothing is asked twice."""
        key = ref, final.hash, after
        if key not in self._found:
            failures = sum(isinstance(each, str) for each in self._found.values())
            enough = f"the events of {MOST_FAILURES} roots could not be read before, and no others were asked for"
            self._found[key] = self._ask(ref, final, after) if failures < MOST_FAILURES else enough
        return self._found[key]

    def _ask(self, ref: AnchorRef, final: Block, after: datetime) -> tuple[Event, ...] | str:
        def ask(node: Rpc) -> tuple[Event, ...]:
            if require(node.ask(block(final.number)), node.host, str(final.number)).hash != final.hash:
                raise Refused(f"{node.host} has another block {final.number} now")
            return _logs(node, self._registry, ref, range(_first_after(node, final.number, after), final.number + 1))

        try:
            return Quorum(self._nodes).agreed(ask, f"the revocations of the root {to_hex(ref.root)}")
        except (Refused, Unreachable, WrongChain) as error:
            return str(error)

    def _time(self, event: Event) -> datetime:
        key = event.block, event.block_hash
        if key not in self._times:
            which = str(event.block)
            found = Quorum(self._nodes).agreed(lambda node: require(node.ask(block(event.block)), node.host, which), f"the block {which}")
            if found.hash != event.block_hash:
                raise Refused(f"the nodes name an event of a block {which} that they do not have")
            self._times[key] = found.time
        return self._times[key]


def _first_after(node: Rpc, newest: int, after: datetime) -> int:
    """Return the number of the first block that is younger than a moment, `newest` + 1 when none is.

    A block that the node does not have, such as one that it no longer keeps, counts as older: what is missed for that counts as revoked.
    """

    def younger(numbers: Sequence[int]) -> int:
        """Return how many of some blocks, the youngest of them last, are not younger."""
        found = node.batch([block(number) for number in numbers])
        return next((at for at, each in enumerate(found) if each is not None and each.time > after), len(numbers))

    step, high = FIRST_STEP, newest + 1
    low = max(0, high - step)
    while low and not younger([low]):
        high, step = low, 4 * step
        low = max(0, high - step)
    while low < high:
        probes = sorted({low + (high - low) * part // WAYS for part in range(WAYS)})
        older = younger(probes)
        low, high = (probes[older - 1] + 1 if older else low), (probes[older] if older < len(probes) else high)
    return low


def _logs(node: Rpc, registry: bytes, ref: AnchorRef, blocks: range) -> tuple[Event, ...]:
    """Return the events of some blocks, by ranges that are as long as the node answers."""
    found: list[Event] = []
    start, trouble = blocks.start, ""
    for width in WIDTHS:
        if (blocks.stop - start) // width > MOST_RANGES:
            raise Refused(
                f"{node.host} answers for too few blocks at once, of {blocks.stop - start:,} that were to be looked through{trouble}"
            )
        try:
            while start < blocks.stop:
                found += node.ask(_events(registry, ref, range(start, min(start + width, blocks.stop))))
                start += width
        except (Refused, Unreachable) as error:
            trouble = f": {error}"
            continue
        if len(found) > MOST_EVENTS:
            raise Refused(f"{node.host} names more than {MOST_EVENTS:,} events of one root")
        return tuple(found)
    raise Refused(f"{node.host} does not answer for the events of {blocks.stop - start:,} blocks{trouble}")


def _events(registry: bytes, ref: AnchorRef, blocks: range) -> Call[list[Event]]:
    """Ask for the revocations of a root in some blocks."""
    about = (ref.issuer_id.rjust(32, b"\0"), ref.root)
    wanted: Json = {
        "address": to_hex(registry),
        "topics": [[to_hex(REVOKED), to_hex(BATCH_REVOKED)], *map(to_hex, about)],
        "fromBlock": to_hex(blocks.start),
        "toBlock": to_hex(blocks.stop - 1),
    }

    def read(value: Json) -> list[Event]:
        if not isinstance(value, list):
            raise ValueError("not a list")  # noqa: TRY004 - the data is wrong, not the program
        return [_event(each, registry, about, blocks) for each in value]

    return Call("eth_getLogs", (wanted,), read)


def _event(value: Json, registry: bytes, about: Sequence[bytes], blocks: range) -> Event:
    """Read one event; raises ValueError for one that was not asked for."""
    log = fields(value)
    topics = log.get("topics")
    named = [word(each) for each in topics] if isinstance(topics, list) else []
    number, block_hash = quantity(log.get("blockNumber")), word(log.get("blockHash"))
    if blob(log.get("address")) != registry or named[1:] != list(about) or number not in blocks or log.get("removed") is True:
        raise ValueError("another event than was asked for")
    if named[0] == BATCH_REVOKED:
        return Event(number, block_hash, None, 0)
    match decode(EVENTS["Revoked"].inputs[2:], blob(log.get("data"))) if named[0] == REVOKED else ():
        case (int(at), int(mask), _):
            return Event(number, block_hash, at, mask)
    raise ValueError("another event than was asked for")
