"""Check 4: neither the credential's bit nor its batch is revoked, on the chain alone; nor is it suspended, as its status list says.

A bit that is set decides for every moment, but for one in the past when final events, read by the quorum, show that it was set later
(DESIGN.md section 4).
"""

from collections.abc import Sequence
from datetime import datetime

from laurea.core import moment
from laurea.core.anchor import Facts, View
from laurea.core.anchor_check import NOT_ANCHORED, facts_problem, stapled
from laurea.core.credential import format_time
from laurea.core.proof import Proof
from laurea.core.report import Check, CheckId, failed, few, passed, unknown
from laurea.core.status import Finding, Standing
from laurea.core.status_list import REVOCATION


def check_revocation(
    proof: Proof | None, facts: Facts | None, statuses: Sequence[Finding] = (), *, at: datetime, exact: bool = False
) -> Check:
    """Judge what the chain says is revoked, and what status lists say beside it.

    An `exact` moment is the time of a block, which is compared as it is; one by a clock is in the past only if it is so by more than clocks differ.
    """
    if proof is None:
        return unknown(CheckId.REVOCATION, NOT_ANCHORED + _said(statuses))
    about_this = facts is not None and (facts.ref, facts.index) == (proof.anchoring.ref, proof.anchoring.index)
    view = _revoked(facts) if facts is not None and about_this else None
    later = revoked_later(facts, at, exact=exact) if facts is not None and view is not None else False
    if facts is not None and view is not None and not later:
        return failed(
            CheckId.REVOCATION, f"{_what(view)} was revoked by the issuer, as of block {view.block.number}{_when(facts, at, exact=exact)}"
        )
    taken_back = [each.reason for each in statuses if each.counts and each.standing is Standing.SET]
    if taken_back:
        return failed(CheckId.REVOCATION, few(taken_back))
    problem = _problem(proof, facts)
    if problem or facts is None or facts.latest is None:
        return unknown(CheckId.REVOCATION, problem)
    if facts.latest.anchor is None:
        return unknown(CheckId.REVOCATION, "nothing is anchored that could be revoked")
    open_ = [each.reason for each in statuses if each.counts and each.standing is Standing.UNKNOWN]
    if open_:
        return unknown(CheckId.REVOCATION, few(open_))
    return passed(CheckId.REVOCATION, _fine(facts, facts.latest, at, later=later) + _said(statuses))


def asks_when(facts: Facts, at: datetime, *, exact: bool = False) -> bool:
    """Tell whether the judgement as of `at` depends on when the leaf was revoked."""
    past = exact or moment.is_past(at, facts.read_at)
    return not facts.memory and past and facts.latest is not None and any(facts.latest.revocations)


def revoked_later(facts: Facts, at: datetime, *, exact: bool = False) -> bool:
    """Tell whether all that is revoked was, by final events, revoked after a moment in the past."""
    if facts.finalized is None or facts.latest is None or facts.revoked_at is None or not asks_when(facts, at, exact=exact):
        return False
    # Of what is revoked at `latest` alone no final event can tell.
    final = facts.finalized.revocations == facts.latest.revocations and facts.revoked_at <= facts.finalized.block.time
    return final and facts.revoked_at > at


def _revoked(facts: Facts) -> View | None:
    """Return a view in which the leaf or its batch is revoked. Sticky: what was ever seen set decides, however old the node's answer is."""
    return next((view for view in (facts.latest, facts.finalized) if view is not None and any(view.revocations)), None)


def _problem(proof: Proof, facts: Facts | None) -> str:
    problem, view = facts_problem(proof, facts), stapled(proof, facts)
    if view is None:
        return problem
    return f"as of block {view.block.number} at {format_time(view.block.time)} nothing was revoked; what came since is not known: {problem}"


def _what(view: View) -> str:
    return "the credential" if view.revoked else "the whole batch"


def _when(facts: Facts, at: datetime, *, exact: bool) -> str:
    """Say what is known of when something was revoked, of a moment in the past."""
    if not asks_when(facts, at, exact=exact):
        return ""
    if facts.history:
        return f"; that this was after {format_time(at)} is not known: {facts.history}"
    if facts.revoked_at is not None:
        return f", at {format_time(facts.revoked_at)}"
    return f"; no final event shows that this was after {format_time(at)}"


def _fine(facts: Facts, latest: View, at: datetime, *, later: bool) -> str:
    if not later or facts.revoked_at is None:
        return f"not revoked as of block {latest.block.number}"
    # No proof of storage reaches events: however the rest was read, this is the word of the nodes.
    by = "the nodes that answered say alike" if len(facts.sources) > 1 else "the one node that was asked says"
    return f"not revoked at {format_time(at)}; {_what(latest)} was revoked later, at {format_time(facts.revoked_at)}, as {by}"


def _said(statuses: Sequence[Finding]) -> str:
    """Return what status lists say, as it is told beside the chain's answer."""
    chain = ", and the chain decides"
    told = [each.reason + (chain if each.purpose == REVOCATION and each.standing is not Standing.CLEAR else "") for each in statuses]
    return f"; {few(told)}" if told else ""
