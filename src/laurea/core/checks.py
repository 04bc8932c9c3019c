"""The checks that need nothing but what was shown and whom the verifier trusts, in the order of the report (DESIGN.md section 4)."""

from dataclasses import dataclass
from datetime import datetime

from laurea.core import claims, disclosure, openbadge, presentation
from laurea.core.anchor_check import NOT_ANCHORED
from laurea.core.claim_lines import Root
from laurea.core.claims import Claim
from laurea.core.credential import Credential, format_time
from laurea.core.presentation import Presentation
from laurea.core.proof import DerivedProof, Proof, anchor_proof
from laurea.core.report import Check, CheckId, failed, few, passed, skipped, unknown
from laurea.core.trust import Trust
from laurea.errors import FormatError

MAX_QUOTED = 300  # characters that a reason takes from a credential: it is read by people


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
        return Examined(shown, failed(CheckId.FORMAT, few([problem[:MAX_QUOTED] for problem in problems])), found, proof)
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


def check_validity(credential: Credential, *, at: datetime) -> Check:
    """Check 7: validFrom <= at < validUntil."""
    return check_period(credential.valid_from, credential.valid_until, at=at)


def check_period(start: datetime | None, end: datetime | None, *, at: datetime) -> Check:
    """Check 7 of a time that was read already."""
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
