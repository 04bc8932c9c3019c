"""Check 3: an accepted registry holds the root for the issuer, with this size, by a good key, at `finalized` (DESIGN.md section 4)."""

from datetime import UTC, datetime, timedelta

from laurea.core import moment
from laurea.core.account import chain_name
from laurea.core.anchor import Anchor, By, Facts, View
from laurea.core.credential import format_time
from laurea.core.proof import Anchoring, Proof
from laurea.core.report import Check, CheckId, Outcome, failed, unknown
from laurea.core.trust import Trust

MAX_STALENESS = timedelta(hours=1)  # a node whose latest block is older has stopped, or follows a chain that has
LAST_SECOND = 253_402_300_799  # the end of the year 9999, where Python's calendar ends: a node may say anything
NOT_ANCHORED = "the credential carries no anchor proof: it is not anchored"


def check_anchor(proof: Proof | None, facts: Facts | None, trust: Trust, *, at: datetime) -> Check:
    """Judge the anchor; one that is younger than a moment in the past shows nothing of that moment."""
    if proof is None:
        return unknown(CheckId.ANCHOR, NOT_ANCHORED)
    place = proof.anchoring
    if not trust.accepts_registry(place.chain_id, place.registry):
        return failed(CheckId.ANCHOR, f"0x{place.registry.hex()} is neither the canonical registry nor one that the trust file names")
    problem, view = facts_problem(proof, facts), stapled(proof, facts)
    if facts is None or facts.finalized is None or (view is None and (problem or facts.latest is None)):
        return unknown(CheckId.ANCHOR, problem)
    latest = facts.finalized if facts.latest is None else facts.latest
    outcome, reason = _judge(facts.finalized, latest, place) if view is None else _judge_stapled(view, place)
    anchor = facts.finalized.anchor
    # When a staple was looked at nobody may have noted; it is of a final block, so that no anchor in it is younger than now.
    past = view is not None or moment.is_past(at, facts.read_at)
    if outcome is Outcome.PASSED and anchor is not None and past and _time(anchor.time) > at:
        # As a pending anchor: it shows that the credential is there from then on, and says neither yes nor no to what was before.
        return unknown(
            CheckId.ANCHOR, f"not anchored yet at {format_time(at)}: nothing shows that it was there before {_words(anchor.time)}"
        )
    return Check(CheckId.ANCHOR, outcome, reason)


def existed(anchor: Check, facts: Facts | None) -> datetime | None:
    """Return since when the credential is known to have been there: the time of an anchor that counts."""
    final = facts.finalized if facts is not None and anchor.outcome is Outcome.PASSED else None
    return None if final is None or final.anchor is None else _time(final.anchor.time)


def facts_problem(proof: Proof, facts: Facts | None) -> str:
    """Return "" when there are fresh facts about just this leaf, else why they decide nothing."""
    # Facts about anything else count as absent: another issuer may have anchored the same root.
    if facts is None or (facts.ref, facts.index) != (proof.anchoring.ref, proof.anchoring.index):
        return f"nothing was read from chain {chain_name(proof.anchoring.chain_id)}"
    if facts.trouble or facts.finalized is None or facts.latest is None or facts.read_at is None:
        return facts.trouble or "the chain was not read"
    if facts.memory:
        return facts.memory
    if facts.read_at - facts.latest.block.time > MAX_STALENESS:
        return f"the node is stale: its latest block is of {format_time(facts.latest.block.time)}"
    return ""


def stapled(proof: Proof, facts: Facts | None) -> View | None:
    """Return what a staple shows of just this leaf, when nothing newer was read."""
    if facts is None or facts.by is not By.STAPLE or (facts.ref, facts.index) != (proof.anchoring.ref, proof.anchoring.index):
        return None
    return facts.finalized


def _judge_stapled(view: View, place: Anchoring) -> tuple[Outcome, str]:
    # An anchor that was void, or of another size, then, may have been made again since.
    problem = "nothing is anchored" if view.anchor is None else _anchor_problem(view.anchor, place.size)
    if problem or view.anchor is None:
        return Outcome.UNKNOWN, f"as of block {view.block.number}: {problem}; what came since is not known"
    return (
        Outcome.PASSED,
        f"anchored on {chain_name(place.chain_id)} at {_words(view.anchor.time)}, proven at block {view.block.number} by what the credential carries",
    )


def _judge(finalized: View, latest: View, place: Anchoring) -> tuple[Outcome, str]:
    newest, final = latest.anchor, finalized.anchor
    if newest is None and final is None:
        return Outcome.FAILED, f"the registry holds no such root for issuer 0x{place.issuer_id.hex()}"
    if newest is None or (final is not None and final.time > finalized.block.time.timestamp()):
        return Outcome.UNKNOWN, "the node contradicts itself: what it says of the finalized block cannot be"
    bad = _anchor_problem(newest, place.size)
    if bad:
        return Outcome.FAILED, bad
    # A void anchor may be made again: until that is final, the finalized block still has the void one.
    if final is None or _anchor_problem(final, place.size):
        return Outcome.UNKNOWN, "the anchor is pending: it is in a recent block that is not final yet"
    since = newest.compromised_from
    stands = f"; its key was declared compromised from {_words(since)}, and this anchor is older and stands" if since else ""
    return (
        Outcome.PASSED,
        f"anchored on {chain_name(place.chain_id)} at {_words(final.time)}, final at block {finalized.block.number}{stands}",
    )


def _anchor_problem(anchor: Anchor, size: int) -> str:
    if not anchor.good:
        return (
            f"the anchor is void: it was made at {_words(anchor.time)} with a key that was declared compromised "
            f"from {_words(anchor.compromised_from)}"
        )
    if anchor.size != size:
        return f"the registry holds this root with the size {anchor.size}, the proof says {size}"
    return "" if anchor.size else "a root that was anchored without a size proves nothing in this suite"


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, LAST_SECOND), tz=UTC)


def _words(seconds: int) -> str:
    return format_time(_time(seconds))
