"""Transactions by their hashes, as a majority of independent nodes has them: all at the same two blocks, and each asked for once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from laurea.chain import receipts
from laurea.chain.blocks import block, require
from laurea.chain.memory import Memory, trouble
from laurea.chain.quorum import Disagreement, Quorum
from laurea.chain.receipts import Mined
from laurea.chain.rpc import Call, Rpc, blob, fields, quantity, to_hex, word
from laurea.chain.tips import Tips, agree_on_fresh_tips
from laurea.core.anchor import Block
from laurea.core.canonical import Json
from laurea.core.certificates.transaction import Sent, TransactionFacts, TransactionRef
from laurea.errors import Refused, Unreachable, WrongChain

ATTEMPTS = 2  # honest nodes contradict each other when the head moves between two questions
ADDRESS_BYTES = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A transaction as a node has it: who sent it, what to, with what input; and in which block, None while it waits for one."""

    hash: bytes
    sender: bytes
    to: bytes | None
    input: bytes
    block_number: int | None
    block_hash: bytes | None


def transaction(tx: bytes) -> Call[Known | None]:
    """Ask for a transaction by its hash; None if the node does not know it."""
    return Call("eth_getTransactionByHash", (to_hex(tx),), _read)


class TransactionReading:
    """Reads transactions of one chain; never raises for what nodes do or fail to do."""

    def __init__(self, nodes: Sequence[Rpc], chain_id: int, clock: Callable[[], float], *, memory: Memory | None = None) -> None:
        """Ask nothing yet; a majority of the nodes must answer everything, and all alike. `memory` has what was final before."""
        self._nodes = nodes
        self._chain_id = chain_id
        self._clock = clock
        self._memory = memory
        self._found: dict[bytes, TransactionFacts] = {}

    def read_many(self, hashes: Sequence[bytes]) -> list[TransactionFacts]:
        """Return what the chain says of each transaction, as it was when it was asked for first."""
        new = [tx for tx in dict.fromkeys(hashes) if tx not in self._found]
        if new:
            self._found.update(zip(new, self._read_new(new), strict=True))
        return [self._found[tx] for tx in hashes]

    def _read_new(self, hashes: Sequence[bytes]) -> list[TransactionFacts]:
        read_at = datetime.fromtimestamp(self._clock(), UTC)
        try:
            return self._read(hashes, read_at)
        except (Refused, Unreachable, WrongChain) as error:
            silence = f"chain eip155:{self._chain_id}: {error}"
            return [TransactionFacts(TransactionRef(self._chain_id, tx), read_at=read_at, trouble=silence) for tx in hashes]

    def _read(self, hashes: Sequence[bytes], read_at: datetime) -> list[TransactionFacts]:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(hashes, read_at)
            except Refused:
                continue
        return self._attempt(hashes, read_at)

    def _attempt(self, hashes: Sequence[bytes], read_at: datetime) -> list[TransactionFacts]:
        quorum = Quorum(self._nodes)
        tips = agree_on_fresh_tips(quorum, self._chain_id)
        contradiction = trouble(quorum, self._memory, self._chain_id, tips.finalized)
        known = quorum.agreed(lambda node: _ask(node, hashes), "a transaction")
        numbers = sorted({mined.block_number for _, mined in known if mined is not None and mined.block_number <= tips.latest.number})
        blocks = dict(zip(numbers, quorum.agreed(lambda node: _blocks(node, numbers), "the block of a transaction"), strict=True))
        hosts = quorum.hosts
        return [
            TransactionFacts(
                TransactionRef(self._chain_id, tx),
                tips.finalized,
                tips.latest,
                _sent(found, mined, blocks, tips),
                waiting=found is not None,
                read_at=read_at,
                memory=contradiction,
                sources=hosts,
            )
            for tx, (found, mined) in zip(hashes, known, strict=True)
        ]


_Answer = tuple[Known | None, Mined | None]


def _ask(node: Rpc, hashes: Sequence[bytes]) -> tuple[_Answer, ...]:
    calls: list[Call[Known | None] | Call[Mined | None]] = []
    for tx in hashes:
        calls += (transaction(tx), receipts.receipt(tx))
    answers = node.batch(calls)
    found = tuple(zip(answers[::2], answers[1::2], strict=True))
    for tx, (known, mined) in zip(hashes, found, strict=True):
        if (known is not None and known.hash != tx) or (mined is not None and mined.hash != tx):
            raise node.unreadable("eth_getTransactionByHash")
    return found  # type: ignore[return-value]  # they come in pairs


def _blocks(node: Rpc, numbers: Sequence[int]) -> tuple[Block, ...]:
    if not numbers:
        return ()
    return tuple(
        require(found, node.host, str(number))
        for number, found in zip(numbers, node.batch([block(number) for number in numbers]), strict=True)
    )


def _sent(known: Known | None, mined: Mined | None, blocks: dict[int, Block], tips: Tips) -> Sent | None:
    """Return a transaction that is in a block of the chain, by what its node says of it twice; raises Disagreement when that does not fit."""
    if known is None or mined is None or mined.block_number > tips.latest.number:
        return None
    found = blocks[mined.block_number]
    if {mined.block_hash, known.block_hash, found.hash} != {found.hash} or known.block_number != found.number:
        raise Disagreement(f"the nodes contradict themselves about the block {found.number} of a transaction")
    return Sent(known.sender, known.to, known.input, mined.success, found)


def _read(value: Json) -> Known | None:
    if value is None:
        return None
    members = fields(value)
    try:
        to, number, hash_ = members.get("to"), members.get("blockNumber"), members.get("blockHash")
        return Known(
            word(members["hash"]),
            _address(members["from"]),
            None if to is None else _address(to),
            blob(members["input"]),
            None if number is None else quantity(number),
            None if hash_ is None else word(hash_),
        )
    except KeyError as error:
        raise ValueError("not a transaction") from error


def _address(value: Json) -> bytes:
    raw = blob(value)
    if len(raw) != ADDRESS_BYTES:
        raise ValueError("not an address")
    return raw
