"""The eight checks, one function each, in the order of the report (DESIGN.md section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from laurea.core import claims, disclosure, openbadge, presentation
from laurea.core.account import chain_name
from laurea.core.anchor import Anchor, By, Facts, View
from laurea.core.claim_lines import Root
from laurea.core.claims import Claim
from laurea.core.credential import Credential, format_time
from laurea.core.presentation import Presentation
from laurea.core.proof import Anchoring, DerivedProof, Proof, anchor_proof
from laurea.core.report import Check, CheckId, Outcome
from laurea.core.status import Finding, Standing
from laurea.core.status_list import REVOCATION
from laurea.core.trust import Trust
from laurea.errors import FormatError

MAX_STALENESS = timedelta(hours=1)  # a node whose latest block is older has stopped, or follows a chain that has
MAX_QUOTED = 300  # characters that a reason takes from a credential: it is read by people
MAX_NAMED = 5  # problems that one reason names
NOT_ANCHORED = "the credential carries no anchor proof: it is not anchored"


def passed(check_id: CheckId, reason: str) -> Check:
    """Answer that a check passed."""
    return Check(check_id, Outcome.PASSED, reason)


def failed(check_id: CheckId, reason: str) -> Check:
    """Answer that a check failed."""
    return Check(check_id, Outcome.FAILED, reason)


def unknown(check_id: CheckId, reason: str) -> Check:
    """Answer that a check could not be decided."""
    return Check(check_id, Outcome.UNKNOWN, reason)


def skipped(check_id: CheckId, reason: str) -> Check:
    """Answer that a check did not run."""
    return Check(check_id, Outcome.SKIPPED, reason)


@dataclass(frozen=True, slots=True)
class Examined:
    """What was shown, read once for all checks: the answer to check 1, and the claims and the anchor proof as far as they could be read.

    `root` is the claims root of a base proof where it is known already; then the claims are not there.
    """

    shown: Presentation
    form: Check
    claims: tuple[Claim, ...] = ()
    proof: Proof | None = None
    root: Root | None = None


def examine(shown: Presentation) -> Examined:
    """Check 1: the limits, the data model, and that the proof decodes to one canonical value."""
    if shown.problem:
        return Examined(shown, failed(CheckId.FORMAT, shown.problem))
    document, proof = shown.credential.document, None
    try:
        proof = anchor_proof(shown.credential)
        found = claims.split(document)
        _ = shown.credential.valid_from, shown.credential.valid_until  # read once here, where a wrong one is an answer
    except FormatError as error:
        return Examined(shown, failed(CheckId.FORMAT, str(error)), proof=proof)
    partial = isinstance(proof, DerivedProof) and proof.claim_count > len(proof.shown)
    problems = openbadge.problems(document, partial=partial)
    if problems:
        return Examined(shown, failed(CheckId.FORMAT, _few([problem[:MAX_QUOTED] for problem in problems])), found, proof)
    words = "a partial credential, well formed" if partial else "a complete credential, well formed"
    return Examined(shown, passed(CheckId.FORMAT, words), found, proof)


def check_integrity(examined: Examined) -> Check:
    """Check 2: claims -> claims root -> leaf -> path = the root in the proof."""
    if examined.proof is None:
        return unknown(CheckId.INTEGRITY, NOT_ANCHORED)
    problem = disclosure.root_problem(examined.proof, examined.claims, examined.root)
    if problem:
        return failed(CheckId.INTEGRITY, problem)
    return passed(CheckId.INTEGRITY, "what is shown leads to the batch root in the proof")


def facts_problem(proof: Proof, facts: Facts | None) -> str:
    """Return "" when there are fresh facts about just this leaf, else why they decide nothing."""
    # Facts about anything else count as absent: another issuer may have anchored the same root.
    if facts is None or (facts.ref, facts.index) != (proof.anchoring.ref, proof.anchoring.index):
        return f"nothing was read from chain {chain_name(proof.anchoring.chain_id)}"
    if facts.trouble or facts.finalized is None or facts.latest is None or facts.read_at is None:
        return facts.trouble or "the chain was not read"
    if facts.read_at - facts.latest.block.time > MAX_STALENESS:
        return f"the node is stale: its latest block is of {format_time(facts.latest.block.time)}"
    return ""


def check_anchor(proof: Proof | None, facts: Facts | None, trust: Trust) -> Check:
    """Check 3: an accepted registry holds the root for the issuer, with this size, by a good key, at `finalized`."""
    if proof is None:
        return unknown(CheckId.ANCHOR, NOT_ANCHORED)
    at = proof.anchoring
    if not trust.accepts_registry(at.chain_id, at.registry):
        return failed(CheckId.ANCHOR, f"0x{at.registry.hex()} is neither the canonical registry nor one that the trust file names")
    stapled = _stapled(proof, facts)
    if stapled is not None:
        return _check_stapled_anchor(stapled, at)
    problem = facts_problem(proof, facts)
    if problem or facts is None or facts.latest is None or facts.finalized is None:
        return unknown(CheckId.ANCHOR, problem)
    return _check_read_anchor(facts.finalized, facts.latest, at)


def _check_read_anchor(finalized: View, newest: View, at: Anchoring) -> Check:
    latest, final = newest.anchor, finalized.anchor
    if latest is None and final is None:
        return failed(CheckId.ANCHOR, f"the registry holds no such root for issuer 0x{at.issuer_id.hex()}")
    if latest is None or (final is not None and final.time > finalized.block.time.timestamp()):
        return unknown(CheckId.ANCHOR, "the node contradicts itself: what it says of the finalized block cannot be")
    bad = _anchor_problem(latest, at.size)
    if bad:
        return failed(CheckId.ANCHOR, bad)
    # A void anchor may be made again: until that is final, the finalized block still has the void one.
    if final is None or _anchor_problem(final, at.size):
        return unknown(CheckId.ANCHOR, "the anchor is pending: it is in a recent block that is not final yet")
    existed = format_time(datetime.fromtimestamp(final.time, tz=UTC))
    return passed(CheckId.ANCHOR, f"anchored on {chain_name(at.chain_id)} at {existed}, final at block {finalized.block.number}")


def _stapled(proof: Proof, facts: Facts | None) -> View | None:
    """Return what a staple shows of just this leaf, when nothing newer was read."""
    if facts is None or facts.by is not By.STAPLE or (facts.ref, facts.index) != (proof.anchoring.ref, proof.anchoring.index):
        return None
    return facts.finalized


def _check_stapled_anchor(view: View, at: Anchoring) -> Check:
    # An anchor that was void, or of another size, then, may have been made again since.
    problem = "nothing is anchored" if view.anchor is None else _anchor_problem(view.anchor, at.size)
    if problem or view.anchor is None:
        return unknown(CheckId.ANCHOR, f"as of block {view.block.number}: {problem}; what came since is not known")
    existed = format_time(datetime.fromtimestamp(view.anchor.time, tz=UTC))
    return passed(
        CheckId.ANCHOR,
        f"anchored on {chain_name(at.chain_id)} at {existed}, proven at block {view.block.number} by what the credential carries",
    )


def _anchor_problem(anchor: Anchor, size: int) -> str:
    if not anchor.good:
        return "the anchor is void: it was made with a key that was compromised by then"
    if anchor.size != size:
        return f"the registry holds this root with the size {anchor.size}, the proof says {size}"
    return "" if anchor.size else "a root that was anchored without a size proves nothing in this suite"


def check_revocation(proof: Proof | None, facts: Facts | None, statuses: Sequence[Finding] = ()) -> Check:
    """Check 4: neither the credential's bit nor its batch is revoked, on the chain alone; nor is it suspended, as its status list says."""
    if proof is None:
        return unknown(CheckId.REVOCATION, NOT_ANCHORED + _said(statuses))
    about_this = facts is not None and (facts.ref, facts.index) == (proof.anchoring.ref, proof.anchoring.index)
    for view in (facts.latest, facts.finalized) if facts is not None and about_this else ():
        # Sticky: a bit that was ever seen set decides, however old the node's answer is.
        if view is not None and (view.revoked or (view.anchor is not None and view.anchor.revoked)):
            what = "the credential" if view.revoked else "the whole batch"
            return failed(CheckId.REVOCATION, f"{what} was revoked by the issuer, as of block {view.block.number}")
    taken_back = [each.reason for each in statuses if each.counts and each.standing is Standing.SET]
    if taken_back:
        return failed(CheckId.REVOCATION, _few(taken_back))
    problem = _revocation_problem(proof, facts)
    if problem or facts is None or facts.latest is None:
        return unknown(CheckId.REVOCATION, problem)
    if facts.latest.anchor is None:
        return unknown(CheckId.REVOCATION, "nothing is anchored that could be revoked")
    open_ = [each.reason for each in statuses if each.counts and each.standing is Standing.UNKNOWN]
    if open_:
        return unknown(CheckId.REVOCATION, _few(open_))
    return passed(CheckId.REVOCATION, f"not revoked as of block {facts.latest.block.number}{_said(statuses)}")


def _revocation_problem(proof: Proof, facts: Facts | None) -> str:
    problem, view = facts_problem(proof, facts), _stapled(proof, facts)
    if view is None:
        return problem
    return f"as of block {view.block.number} at {format_time(view.block.time)} nothing was revoked; what came since is not known: {problem}"


def _said(statuses: Sequence[Finding]) -> str:
    """Return what status lists say, as it is told beside the chain's answer."""
    chain = ", and the chain decides"
    told = [each.reason + (chain if each.purpose == REVOCATION and each.standing is not Standing.CLEAR else "") for each in statuses]
    return f"; {_few(told)}" if told else ""


def _few(reasons: Sequence[str]) -> str:
    """Return different reasons as one, as many as people read."""
    different = list(dict.fromkeys(reasons))
    more = f" (and {len(different) - MAX_NAMED} more)" if len(different) > MAX_NAMED else ""
    return "; ".join(different[:MAX_NAMED]) + more


def check_issuer(credential: Credential, proof: Proof | None, trust: Trust) -> Check:
    """Check 5: the issuer id speaks for `credential.issuer`. The trust list, where it has an entry, decides alone."""
    if proof is None:
        return unknown(CheckId.ISSUER, NOT_ANCHORED)
    entry = trust.issuers.get(credential.issuer)
    if entry is None:
        return unknown(
            CheckId.ISSUER, f"{credential.issuer[:MAX_QUOTED]} is not on the trust list: a trust file that names it would decide"
        )
    if proof.anchoring.domain not in entry.accounts:
        return failed(CheckId.ISSUER, f"the trust list has {entry.did} anchor with another issuer id, registry or chain")
    return passed(CheckId.ISSUER, f"the trust list names {entry.name} ({entry.did}), as of {format_time(entry.date)}")


def check_validity(credential: Credential, *, at: datetime) -> Check:
    """Check 7: validFrom <= at < validUntil."""
    start, end = credential.valid_from, credential.valid_until
    if start is not None and at < start:
        return failed(CheckId.VALIDITY, f"not valid before {format_time(start)}")
    if end is not None and at >= end:
        return failed(CheckId.VALIDITY, f"expired at {format_time(end)}")
    return passed(CheckId.VALIDITY, f"valid until {format_time(end)}" if end else "no expiry set")


def check_holder(shown: Presentation, trust: Trust, *, at: datetime) -> Check:
    """Check 8: the presentation is by the key of the credential's subject, for the demanded audience and challenge."""
    if trust.demand is None:
        return skipped(CheckId.HOLDER, "no holder signature was demanded")
    problem = presentation.holder_problem(shown, trust.demand, at=at)
    if problem:
        return failed(CheckId.HOLDER, problem)
    return passed(CheckId.HOLDER, "signed by the credential's subject for this audience and challenge")
