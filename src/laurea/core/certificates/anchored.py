"""Check 3 of a document of Blockcerts: a transaction of the chain that its proof names holds the root, has succeeded, and is final."""

from datetime import datetime

from laurea.core import moment
from laurea.core.account import chain_name
from laurea.core.blockcerts.anchor import MOCKNET, Anchor
from laurea.core.blockcerts.proof_value import MerkleProof
from laurea.core.certificates.transaction import Sent, TransactionFacts, TransactionRef
from laurea.core.credential import format_time
from laurea.core.report import Check, CheckId, failed, passed, unknown

NO_NETWORKS = {("btc", "regtest"): "bitcoin regtest is a chain of its issuer's own, which anybody can make: nothing is anchored"}


def place_of(proof: MerkleProof) -> TransactionRef | None:
    """Return the transaction that is to be looked at, None when there is no chain that it could be looked up on."""
    anchor = proof.anchors[0]
    if len(proof.anchors) > 1 or anchor.chain_id is None or anchor.transaction is None:
        return None
    return TransactionRef(anchor.chain_id, anchor.transaction)


def check_anchor(proof: MerkleProof, facts: TransactionFacts | None, *, at: datetime) -> Check:
    """Judge the transaction; one that is younger than a moment in the past shows nothing of that moment."""
    anchor = proof.anchors[0]
    if len(proof.anchors) > 1:
        return unknown(CheckId.ANCHOR, "the proof names several anchors, of which only one could be judged")
    problem = _no_chain(anchor)
    if problem:
        return failed(CheckId.ANCHOR, problem)
    place = place_of(proof)
    if place is None:
        return unknown(CheckId.ANCHOR, _no_node(anchor))
    if facts is None or facts.ref != place:
        return unknown(CheckId.ANCHOR, f"nothing was read from chain {chain_name(place.chain_id)}")
    if facts.problem:
        return unknown(CheckId.ANCHOR, facts.problem)
    return _judge(facts, proof.root, at=at)


def existed(anchor: Check, facts: TransactionFacts | None) -> datetime | None:
    """Return since when the document is known to have been there: the time of a transaction that counts."""
    return facts.final.block.time if facts is not None and facts.final is not None and anchor.outcome == "passed" else None


def _judge(facts: TransactionFacts, root: bytes, *, at: datetime) -> Check:
    sent, chain = facts.sent, chain_name(facts.ref.chain_id)
    if sent is None:
        if facts.waiting:
            return unknown(CheckId.ANCHOR, f"the transaction waits on {chain}: it is in no block yet")
        # Nodes drop old transactions from their index, and then say the same of one that is there.
        return unknown(
            CheckId.ANCHOR,
            f"the nodes know no such transaction on {chain}: it is on another chain, is none, or is older than they keep them",
        )
    bad = _problem(sent, root)
    if bad:
        return failed(CheckId.ANCHOR, bad)
    if facts.final is None:
        return unknown(CheckId.ANCHOR, "the anchor is pending: it is in a recent block that is not final yet")
    since = format_time(sent.block.time)
    if moment.is_past(at, facts.read_at) and sent.block.time > at:
        return unknown(CheckId.ANCHOR, f"not anchored yet at {format_time(at)}: nothing shows that it was there before {since}")
    return passed(CheckId.ANCHOR, f"anchored on {chain} at {since} by 0x{sent.sender.hex()}, final in block {sent.block.number}")


def _problem(sent: Sent, root: bytes) -> str:
    if not sent.success:
        return f"the transaction in block {sent.block.number} failed (it was reverted), and has anchored nothing"
    return "" if sent.input == root else "the transaction holds something else than the root of the Merkle proof"


def _no_chain(anchor: Anchor) -> str:
    if anchor.chain_name == MOCKNET:
        return "mocknet is no chain: the proof was made for testing, and nothing is anchored"
    return NO_NETWORKS.get((anchor.chain_name, anchor.network_name), "")


def _no_node(anchor: Anchor) -> str:
    if anchor.chain_name == "btc":
        return "it is anchored on Bitcoin, and no node for Bitcoin is known here"
    if anchor.chain_name == "eth":
        return "the proof does not say which network of Ethereum it is anchored on"
    return f"it is anchored on {anchor.chain_name[:40]!r}, which is no chain that is known here"
