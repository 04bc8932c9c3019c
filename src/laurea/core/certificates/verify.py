"""The report about a document of Blockcerts: the same checks, in the same order, as of any credential (DESIGN.md section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from laurea.core import moment
from laurea.core.anchor import Facts
from laurea.core.canonical import JsonObject
from laurea.core.certificates.anchored import check_anchor, existed
from laurea.core.certificates.issuer import check_issuer
from laurea.core.certificates.profile import ReadProfile
from laurea.core.certificates.revocation import check_revocation
from laurea.core.certificates.shown import Certificate, Examined
from laurea.core.certificates.transaction import TransactionFacts
from laurea.core.checks import check_holder, check_period
from laurea.core.credential import Credential, format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.identity import ReadDocument
from laurea.core.issuer_signature import check_signature
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict, skipped, verdict_of
from laurea.core.status import ReadList, findings
from laurea.core.trust import Trust


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out about one document: its transaction, its issuer's profile, lists by their URLs, and what the registry holds, if it was asked."""

    facts: TransactionFacts | None = None
    profile: ReadProfile | None = None
    lists: Mapping[str, ReadList] = field(default_factory=dict)
    registry: Facts | None = None


def judge(examined: Examined, known: Known, trust: Trust, *, at: datetime, suites: Mapping[str, Suite] = SUITES) -> Report:
    """Answer every check about a document, as of `at`, from what is known of it and whom the verifier trusts."""
    certificate, done = examined.certificate, (examined.form, examined.integrity)
    broken = next((check for check in done if check.outcome is Outcome.FAILED), None)
    if certificate is None or broken is not None:
        return _report(examined, (*done[: 1 if certificate is None else 2], *_skip_after(broken or examined.form)), known, trust, at)
    anchor = check_anchor(certificate.proof, known.facts, at=at)
    by_profile = with_profile(trust, certificate, known.profile)
    signed = Credential(certificate.document, certificate.signatures)
    statuses = [] if certificate.legacy else list(findings(signed, known.lists, by_profile, at=at, past=_is_past(known, at)))
    checks = (
        *done,
        anchor,
        check_revocation(certificate, known.profile, known.lists, statuses, known.registry),
        check_issuer(certificate, known.facts, trust.issuers.get(certificate.issuer), known.profile, known.registry),
        check_signature(signed, by_profile, at=at, existed=existed(anchor, known.facts), suites=suites),
        check_period(certificate.valid_from, certificate.valid_until, at=at),
        check_holder(examined.shown, trust, at=at),
    )
    return _report(examined, checks, known, trust, at)


def with_profile(trust: Trust, certificate: Certificate, read: ReadProfile | None) -> Trust:
    """Return the trust with the keys that an issuer's profile lists for signatures, where the trust list does not name the issuer."""
    profile = None if read is None else read.profile
    if profile is None or profile.id != certificate.issuer or certificate.issuer in trust.issuers:
        return trust
    return replace(trust, documents={certificate.issuer: ReadDocument(profile.document)})


def _skip_after(last: Check) -> tuple[Check, ...]:
    order = list(CheckId)
    return tuple(skipped(check_id, f"not run, since {last.id} failed") for check_id in order[order.index(last.id) + 1 :])


def _is_past(known: Known, at: datetime) -> bool:
    return known.facts is not None and moment.is_past(at, known.facts.read_at)


def _report(examined: Examined, checks: tuple[Check, ...], known: Known, trust: Trust, at: datetime) -> Report:
    words = _headline(examined.certificate, checks, known.facts, trust)
    facts = _facts(examined.certificate, known.facts)
    return Report(at, checks, f"As of {format_time(at)}: {words}" if _is_past(known, at) else words, facts)


def _facts(certificate: Certificate | None, facts: TransactionFacts | None) -> JsonObject:
    return {} if certificate is None or facts is None else facts.document(certificate.proof.root)


def _headline(certificate: Certificate | None, checks: tuple[Check, ...], facts: TransactionFacts | None, trust: Trust) -> str:
    """Say what was established, or the first reason why not; the issuer by the trust list's name, else by the URL of the profile."""
    verdict = verdict_of(checks)
    if verdict is not Verdict.VALID or certificate is None or facts is None or facts.final is None:
        decisive = Outcome.FAILED if verdict is Verdict.INVALID else Outcome.UNKNOWN
        return next(check.reason for check in checks if check.outcome is decisive)
    entry = trust.issuers.get(certificate.issuer)
    name = entry.name if entry else certificate.issuer
    block = facts.final.block
    return f"Issued by {name}, unaltered, anchored in block {block.number} at {format_time(block.time)}, not revoked as its issuer says"
