"""The transaction that anchors a document: where to look, and what was there."""

from dataclasses import dataclass, field
from datetime import datetime

from laurea.core.account import chain_name
from laurea.core.anchor import Block
from laurea.core.anchor_check import MAX_STALENESS
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time


@dataclass(frozen=True, slots=True)
class TransactionRef:
    """A transaction by the id of its chain and its 32-byte hash."""

    chain_id: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction in a block: who sent it (20 bytes), what to (None: it made a contract), with what input, and whether it succeeded."""

    sender: bytes
    to: bytes | None
    input: bytes
    success: bool
    block: Block


@dataclass(frozen=True, slots=True)
class TransactionFacts:
    """What the chain said of one transaction, at one finalized and one latest block; `trouble` and `memory` as in `anchor.Facts`.

    `sent` is None when the nodes know of no such transaction in a block up to `latest`; `waiting` when they know it without one.
    """

    ref: TransactionRef
    finalized: Block | None = None
    latest: Block | None = None
    sent: Sent | None = None
    waiting: bool = False
    read_at: datetime | None = None
    trouble: str = ""
    memory: str = ""
    sources: tuple[str, ...] = field(default=())

    @property
    def problem(self) -> str:
        """Return "" when they are fresh and follow what was final before, else why they decide nothing."""
        if self.trouble or self.finalized is None or self.latest is None or self.read_at is None:
            return self.trouble or "the chain was not read"
        if self.memory:
            return self.memory
        if self.read_at - self.latest.time > MAX_STALENESS:
            return f"the node is stale: its latest block is of {format_time(self.latest.time)}"
        return ""

    @property
    def final(self) -> Sent | None:
        """The transaction, when its block is final."""
        if self.sent is None or self.finalized is None or self.sent.block.number > self.finalized.number:
            return None
        return self.sent

    def document(self, root: bytes) -> JsonObject:
        """Return them as the facts of a report about a document under a root (docs/report.schema.json)."""
        tips: JsonObject = {
            name: {"block": _block(block)} for name, block in (("finalized", self.finalized), ("latest", self.latest)) if block
        }
        return {
            "chain": chain_name(self.ref.chain_id),
            "transaction": "0x" + self.ref.hash.hex(),
            "root": "0x" + root.hex(),
            **({} if self.sent is None else _sent(self.sent)),
            **({"readAt": format_time(self.read_at)} if self.read_at else {}),
            **({"trouble": self.trouble} if self.trouble else {}),
            **({"memory": self.memory} if self.memory else {}),
            "sources": list(self.sources),
            **tips,
        }


def _block(block: Block) -> JsonObject:
    return {"number": block.number, "hash": "0x" + block.hash.hex(), "time": format_time(block.time)}


def _sent(sent: Sent) -> JsonObject:
    return {
        "from": "0x" + sent.sender.hex(),
        "to": None if sent.to is None else "0x" + sent.to.hex(),
        "succeeded": sent.success,
        "block": _block(sent.block),
    }
