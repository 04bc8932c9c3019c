"""The condition of one node: for people who set nodes up."""

from dataclasses import dataclass
from enum import StrEnum

from laurea.chain.blocks import block, check_chain, require
from laurea.chain.registry import check_code
from laurea.chain.rpc import CHAIN_ID, Rpc
from laurea.chain.views import code
from laurea.core.anchor import Block
from laurea.errors import ChainError, WrongChain


class Presence(StrEnum):
    """What a node has at the registry's address."""

    PRESENT = "present"
    ABSENT = "absent"
    DIFFERENT = "different"  # another contract
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """What one node says; `problem` is why it cannot be used, or None."""

    host: str
    latest: Block | None = None
    finalized: Block | None = None
    registry: Presence = Presence.UNKNOWN
    problem: ChainError | None = None


def condition(rpc: Rpc, chain_id: int, registry: bytes) -> Condition:
    """Ask a node how it is; never raises for what the node does."""
    try:
        found, latest, finalized = rpc.batch((CHAIN_ID, block("latest"), block("finalized")))
        check_chain(found, chain_id, rpc.host)
        newest, final = require(latest, rpc.host, "latest"), require(finalized, rpc.host, "finalized")
        return Condition(rpc.host, newest, final, _presence(rpc.ask(code(registry, "latest")), registry, rpc.host))
    except ChainError as error:
        return Condition(rpc.host, problem=error)


def _presence(found: bytes, registry: bytes, host: str) -> Presence:
    try:
        check_code(found, registry, host)
    except WrongChain:
        return Presence.DIFFERENT if found else Presence.ABSENT
    return Presence.PRESENT
