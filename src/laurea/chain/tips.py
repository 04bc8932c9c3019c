"""The two blocks that several nodes are read at: what a majority has reached as `finalized` and as `latest`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from laurea.chain.blocks import block, check_chain, require
from laurea.chain.quorum import Disagreement, Quorum
from laurea.chain.rpc import CHAIN_ID, Rpc
from laurea.core.anchor import Block

MAX_APART = timedelta(minutes=2)  # between the newest head and that of the majority: what is younger could be hidden


@dataclass(frozen=True, slots=True)
class Tips:
    """The two blocks to read at: of one node its own, of all nodes those that they agree on."""

    finalized: Block
    latest: Block


def agree_on_tips(quorum: Quorum, chain_id: int) -> tuple[Tips, datetime]:
    """Return the agreed blocks, and the time of the newest head that any node has."""
    tips = quorum.each(lambda node: _own(node, chain_id))
    # What a majority has reached, and not the lowest: one node that is late or lies must not lead the others back to before a revocation.
    finalized = sorted((tip.finalized.number for tip in tips), reverse=True)[quorum.needed - 1]
    latest = sorted((tip.latest.number for tip in tips), reverse=True)[quorum.needed - 1]
    agreed = quorum.agreed(lambda node: _at(node, finalized, latest), f"the blocks {finalized} (finalized) and {latest} (latest)")
    return agreed, max(tip.latest.time for tip in tips)


def agree_on_fresh_tips(quorum: Quorum, chain_id: int) -> Tips:
    """Return the agreed blocks; raises Disagreement when a node is so far ahead that what came since could be hidden."""
    agreed, newest = agree_on_tips(quorum, chain_id)
    if newest - agreed.latest.time > MAX_APART:
        raise Disagreement(f"a node is at {newest:%H:%M:%S}, the majority at {agreed.latest.time:%H:%M:%S}: which is right cannot be told")
    return agreed


def _own(node: Rpc, chain_id: int) -> Tips:
    found, finalized, latest = node.batch((CHAIN_ID, block("finalized"), block("latest")))
    check_chain(found, chain_id, node.host)
    tips = Tips(require(finalized, node.host, "finalized"), require(latest, node.host, "latest"))
    if tips.finalized.number > tips.latest.number:
        raise node.unreadable("eth_getBlockByNumber")
    return tips


def _at(node: Rpc, finalized: int, latest: int) -> Tips:
    first, second = node.batch((block(finalized), block(latest)))
    return Tips(require(first, node.host, str(finalized)), require(second, node.host, str(latest)))
