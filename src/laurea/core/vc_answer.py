"""The W3C question: does all of a credential, or of a presentation, verify (VC 2.0, 7.1; Data Integrity 1.0, 4; Bitstring Status List 1.0, 3.2).

It is another question than that of `core.verify`, whose report goes beside the answer: an issuer may be anybody here, and needs no anchor.
Nothing reads as verified but what was looked at and found good: each demand that is not met is a problem, whether it fails or is undecided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from laurea.core.canonical import JsonObject
from laurea.core.openbadge.presentation import PRESENTATION
from laurea.core.presentation import Presentation
from laurea.core.proof import CRYPTOSUITE
from laurea.core.proof_set import Judgement
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict
from laurea.core.status import NEWS, Finding, Standing
from laurea.core.vc_presentation import VcPresentation, unmet_options, worst

MODEL = "https://www.w3.org/TR/vc-data-model#"  # VC 2.0, 7.2
INTEGRITY = "https://w3id.org/security#"  # Data Integrity 1.0, 4.7
STATUS = "https://www.w3.org/ns/credentials/status-list#"  # Bitstring Status List 1.0, 3.5
OURS = "urn:laurea:problem:"  # what no specification of W3C names; docs/vc-api.md lists them

PARSING = MODEL + "PARSING_ERROR"
MALFORMED = MODEL + "MALFORMED_VALUE_ERROR"
RANGE = MODEL + "RANGE_ERROR"
CRYPTOGRAPHIC = MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR"
PROOF = INTEGRITY + "PROOF_VERIFICATION_ERROR"
UNMET = {"challenge": INTEGRITY + "INVALID_CHALLENGE_ERROR", "domain": INTEGRITY + "INVALID_DOMAIN_ERROR"}
NOT_RETRIEVED = STATUS + "STATUS_RETRIEVAL_ERROR"
NOT_VERIFIED = STATUS + "STATUS_VERIFICATION_ERROR"
ANCHOR = OURS + "anchor"

_OF_CHECK = {
    CheckId.FORMAT: MALFORMED,
    CheckId.INTEGRITY: CRYPTOGRAPHIC,
    CheckId.ANCHOR: ANCHOR,
    CheckId.REVOCATION: NOT_VERIFIED,
    CheckId.ISSUER: OURS + "issuer",
    CheckId.SIGNATURE: CRYPTOGRAPHIC,
    CheckId.VALIDITY: RANGE,
    CheckId.HOLDER: PROOF,
}


@dataclass(frozen=True, slots=True)
class Detail:
    """A problem, or a warning (RFC 9457): of which kind, as a URL; in words; whether it only could not be decided."""

    type: str
    detail: str
    undecided: bool = False

    def document(self) -> JsonObject:
        """Return it as JSON."""
        title = self.type.rpartition("#")[2] if "#" in self.type else self.type.removeprefix(OURS)
        return {"type": self.type, "title": title, "detail": self.detail, **({"undecided": True} if self.undecided else {})}


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about one credential: the report, what its status lists say, and whether the verifier's trust names its issuer."""

    shown: Presentation
    report: Report
    statuses: Sequence[Finding] = ()
    issuer_listed: bool = False

    @property
    def anchored(self) -> bool:
        """Whether it carries an anchor proof, which must hold then."""
        return any(proof.get("cryptosuite") == CRYPTOSUITE for proof in self.shown.credential.proofs)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the question is answered with. It is verified if and only if there is no problem; what was not established is a warning."""

    problems: tuple[Detail, ...] = ()
    warnings: tuple[Detail, ...] = field(default_factory=tuple)

    @property
    def verified(self) -> bool:
        """Whether all that was demanded was found good."""
        return not self.problems


def about_credential(looked: Looked, wanted: Mapping[str, str] | None = None) -> Answer:
    """Answer about one credential; `wanted` are options, challenge and domain, that its proofs must have, if any."""
    checks = {check.id: check for check in looked.report.checks}
    for first in (CheckId.FORMAT, CheckId.INTEGRITY):
        if checks[first].outcome is Outcome.FAILED:  # nothing else was looked at then
            return Answer((_failing(checks[first]),))
    demanded = [checks[each] for each in (CheckId.FORMAT, CheckId.SIGNATURE, CheckId.VALIDITY)]
    if looked.anchored:
        demanded = [check for check in looked.report.checks if not _is_absent(check)]
    elif checks[CheckId.SIGNATURE].outcome is Outcome.SKIPPED:
        return Answer((Detail(PROOF, "the credential carries no proof"),))
    problems = [_failing(check) for check in demanded if check.outcome is not Outcome.PASSED]
    problems += [_of_status(each) for each in looked.statuses if each.purpose not in NEWS and each.standing is not Standing.CLEAR]
    problems += _unmet(looked.shown.credential.proofs, wanted or {})
    if looked.anchored and looked.report.verdict is not Verdict.VALID and not problems:
        problems.append(Detail(ANCHOR, looked.report.headline, undecided=True))
    return Answer(tuple(dict.fromkeys(problems)), tuple(_warnings(looked)))


def about_presentation(shown: VcPresentation, judgements: Sequence[Judgement], wanted: Mapping[str, str]) -> Answer:
    """Answer about a presentation without the credentials in it, from what became of its proofs, and the options that these must have."""
    malformed = shown.problems()
    if malformed:
        return Answer(tuple(Detail(MALFORMED, f"{PRESENTATION}: {each}") for each in malformed))
    outcome, reason = worst(judgements)
    problems = [] if outcome is Outcome.PASSED else [_of_proof(outcome, reason, shown)]
    problems += _unmet(shown.proofs, wanted)
    warnings = [
        Detail(OURS + name, f"no {name} was demanded: the presentation may have been made for another verifier, or before")
        for name in UNMET
        if name not in wanted
    ]
    if not shown.holder:
        warnings.append(Detail(OURS + "holder", f"the presentation names no holder; it is signed by {shown.signer or 'nobody'}"))
    return Answer(tuple(problems), tuple(warnings))


def unreadable(reason: str) -> Answer:
    """Answer about what cannot be read at all."""
    return Answer((Detail(PARSING, reason),))


def _is_absent(check: Check) -> bool:
    """Tell whether a check had nothing to look at, as it may be for a signature and a holder of an anchored credential."""
    return check.outcome is Outcome.SKIPPED and check.id in {CheckId.SIGNATURE, CheckId.HOLDER}


def _failing(check: Check) -> Detail:
    return Detail(_OF_CHECK[check.id], check.reason, undecided=check.outcome is not Outcome.FAILED)


def _of_status(found: Finding) -> Detail:
    unknown = found.standing is Standing.UNKNOWN
    return Detail(NOT_RETRIEVED if found.unread else NOT_VERIFIED, found.reason, undecided=unknown)


def _of_proof(outcome: Outcome, reason: str, shown: VcPresentation) -> Detail:
    return Detail(CRYPTOGRAPHIC if shown.proofs else PROOF, reason, undecided=outcome is Outcome.UNKNOWN)


def _unmet(proofs: Sequence[JsonObject], wanted: Mapping[str, str]) -> list[Detail]:
    return [Detail(UNMET[name], f"a proof was made for another {name} than was demanded") for name in unmet_options(proofs, wanted)]


def _warnings(looked: Looked) -> list[Detail]:
    found = []
    if not looked.anchored:
        found.append(
            Detail(ANCHOR, "the credential carries no anchor: when it was made, and that nobody made it later, rests on its signature")
        )
    if not looked.issuer_listed:
        found.append(
            Detail(OURS + "issuer", "no trust file of this verifier names the issuer: who stands behind the DID is not established")
        )
    found += [
        Detail(OURS + "status", each.reason) for each in looked.statuses if each.purpose in NEWS and each.standing is not Standing.CLEAR
    ]
    return found
