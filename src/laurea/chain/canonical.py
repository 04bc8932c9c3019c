"""Whether a block is of the chain for good: what a majority of nodes says that know headers, and need to keep no state."""

from collections.abc import Sequence

from laurea.chain.blocks import block
from laurea.chain.quorum import Quorum
from laurea.chain.rpc import TIMEOUT_SECONDS, Rpc, to_hex
from laurea.chain.tips import agree_on_tips
from laurea.core.anchor import Block
from laurea.errors import ChainError


def canonical_problem(urls: Sequence[str], chain_id: int, wanted: Block, *, timeout: float = TIMEOUT_SECONDS) -> str:
    """Return "" when a majority of the nodes has this block below its finalized one, else why it does not count."""
    try:
        quorum = Quorum([Rpc(url, timeout=timeout) for url in dict.fromkeys(urls)])
        tips, _ = agree_on_tips(quorum, chain_id)
        found = quorum.agreed(lambda node: node.ask(block(wanted.number)), f"the block {wanted.number}")
    except ChainError as error:
        return f"whether block {wanted.number} is of the chain is not known: {error}"
    if found != wanted:
        return f"the block {to_hex(wanted.hash)} is not of the chain"
    return "" if wanted.number <= tips.finalized.number else f"the block {wanted.number} is not final yet"
