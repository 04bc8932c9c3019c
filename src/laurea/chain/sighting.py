"""What a majority of nodes says about one root and the transactions that were to anchor it, at two blocks that they agree on.

Whoever moves a batch forward moves it by this alone: no single node can make it mined, final, or lost.
"""

from dataclasses import dataclass

from laurea.chain import views
from laurea.chain.blocks import block
from laurea.chain.quorum import Quorum
from laurea.chain.receipts import Mined, Receipt, receipt, timed
from laurea.chain.registry import with_compromise
from laurea.chain.rpc import Call, Rpc, quantity, to_hex
from laurea.chain.tips import Tips, agree_on_tips
from laurea.chain.views import at_height
from laurea.core.anchor import Anchor, Block
from laurea.core.leaf import Domain


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a root, and whatever was signed for it with one nonce of a key (20 bytes, or None when nothing was)."""

    root: bytes
    key: bytes | None = None
    hashes: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was found: the anchor at both blocks, how many nonces of the key are used up, and the receipt of what was mined, if anything."""

    finalized: Block
    latest: Block
    final_anchor: Anchor | None
    anchor: Anchor | None
    final_nonce: int
    nonce: int
    receipt: Receipt | None

    def holds(self, size: int) -> bool:
        """Tell whether the registry holds the root with this size, and the anchor counts, at `latest`."""
        return _counts(self.anchor, size)

    def stands(self, size: int) -> bool:
        """Tell whether the anchor counts at `finalized`, and nothing later, such as a key's compromise, has made it void."""
        return _counts(self.final_anchor, size) and self.holds(size)


def sight(quorum: Quorum, domain: Domain, sought: Sought) -> Sighting:
    """Look for a root; raises Refused or Unreachable when no majority says the same, WrongChain when it is on another chain."""
    tips, _ = agree_on_tips(quorum, domain.chain_id)
    found = quorum.agreed(lambda node: _ask(node, domain, sought, tips), f"the root 0x{sought.root.hex()} at block {tips.latest.number}")
    keys = {anchor.key for anchor in (found.final_anchor, found.anchor) if anchor is not None}
    final_anchor, anchor = found.final_anchor, found.anchor
    if keys:
        final_anchor, anchor = quorum.agreed(lambda node: _judge(node, domain, found, tips), "the keys of the anchor")
    mined = None
    if found.mined is not None:
        where = block(found.mined.block_hash)
        holder = quorum.agreed(lambda node: node.ask(where), "the block of a receipt")
        mined = None if holder is None else timed(found.mined, holder.time)
    return Sighting(tips.finalized, tips.latest, final_anchor, anchor, found.final_nonce, found.nonce, mined)


def used_nonces(quorum: Quorum, chain_id: int, key: bytes) -> tuple[int, int]:
    """Return how many nonces of a key are used up at the `finalized` and at the `latest` block that a majority agrees on; raises what `sight` does.

    A number in the middle would not do: of two nodes that answer, the one that lies could have a nonce reserved far above all others.
    """
    tips, _ = agree_on_tips(quorum, chain_id)
    return quorum.agreed(lambda node: _nonces(node, key, tips), f"the nonces of 0x{key.hex()} at block {tips.latest.number}")


@dataclass(frozen=True, slots=True)
class _Found:
    final_anchor: Anchor | None
    anchor: Anchor | None
    final_nonce: int
    nonce: int
    mined: Mined | None


def _ask(node: Rpc, domain: Domain, sought: Sought, tips: Tips) -> _Found:
    question = views.batch(domain.issuer_id, sought.root)
    heights = (tips.finalized.hash, tips.latest.hash)
    final_data, data = node.batch(tuple(views.call(domain.registry, question.data, height) for height in heights))
    try:
        final_anchor, anchor = question.read(final_data), question.read(data)
    except ValueError as error:
        raise node.unreadable("eth_call") from error
    final_nonce, nonce = _nonces(node, sought.key, tips)
    receipts = node.batch([receipt(each) for each in sought.hashes]) if sought.hashes else ()
    # A node may be ahead of the block that all are read at: what it has mined since then comes with the next look.
    seen = [each for each in receipts if each is not None and each.hash in sought.hashes and each.block_number <= tips.latest.number]
    return _Found(final_anchor, anchor, final_nonce, nonce, seen[0] if seen else None)


def _nonces(node: Rpc, key: bytes | None, tips: Tips) -> tuple[int, int]:
    if key is None:
        return 0, 0
    return node.batch((_transaction_count(key, tips.finalized.hash), _transaction_count(key, tips.latest.hash)))


def _transaction_count(key: bytes, height: views.Height) -> Call[int]:
    return Call("eth_getTransactionCount", (to_hex(key), at_height(height)), quantity)


def _judge(node: Rpc, domain: Domain, found: _Found, tips: Tips) -> tuple[Anchor | None, Anchor | None]:
    """Return the anchors with what the registry says about their keys."""
    return _judged(node, domain, found.final_anchor, tips.finalized), _judged(node, domain, found.anchor, tips.latest)


def _judged(node: Rpc, domain: Domain, anchor: Anchor | None, at: Block) -> Anchor | None:
    if anchor is None:
        return None
    question = views.key(anchor.key)
    try:
        return with_compromise(anchor, question.read(node.ask(views.call(domain.registry, question.data, at.hash))))
    except ValueError as error:
        raise node.unreadable("eth_call") from error


def _counts(anchor: Anchor | None, size: int) -> bool:
    return anchor is not None and anchor.good and anchor.size == size
