"""evaluate(presentation, facts, trust, at) -> Report: the whole of verification, pure (DESIGN.md section 4)."""

from collections.abc import Mapping
from datetime import datetime

from laurea.core import moment
from laurea.core.account import account_document
from laurea.core.anchor import Facts, View
from laurea.core.anchor_check import check_anchor, existed
from laurea.core.canonical import Json, JsonObject
from laurea.core.checks import (
    Examined,
    check_holder,
    check_integrity,
    check_validity,
    examine,
)
from laurea.core.credential import format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.issuer import check_issuer
from laurea.core.issuer_signature import check_signature
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict, skipped, verdict_of
from laurea.core.revocation_check import check_revocation, revoked_later
from laurea.core.status import ReadList, findings
from laurea.core.trust import Trust

NO_LISTS: Mapping[str, ReadList] = {}


def evaluate(shown: Presentation, facts: Facts | None, trust: Trust, *, at: datetime, lists: Mapping[str, ReadList] = NO_LISTS) -> Report:
    """Answer every check about what was shown, as of `at`, from what the chain said and whom the verifier trusts.

    `lists` are the status lists that were read, by their URLs.
    """
    return judge(examine(shown), facts, trust, at=at, lists=lists)


def judge(
    examined: Examined,
    facts: Facts | None,
    trust: Trust,
    *,
    at: datetime,
    lists: Mapping[str, ReadList] = NO_LISTS,
    suites: Mapping[str, Suite] = SUITES,
) -> Report:
    """Return what `evaluate` does about what was examined already; `suites` may have faster ways to the same bytes."""
    shown, form = examined.shown, examined.form
    if form.outcome is Outcome.FAILED:
        return _report(shown, (form, *_skip_after(form)), facts, trust, at)
    credential, proof = shown.credential, examined.proof
    integrity = check_integrity(examined)
    if integrity.outcome is Outcome.FAILED:
        return _report(shown, (form, integrity, *_skip_after(integrity)), facts, trust, at)
    anchor = check_anchor(proof, facts, trust, at=at)
    past = facts is not None and moment.is_past(at, facts.read_at)
    signing = trust if proof is None else trust.about(proof.anchoring.domain)
    statuses = findings(credential, lists, signing, at=at, past=past)
    checks = (
        form,
        integrity,
        anchor,
        check_revocation(proof, facts, statuses, at=at),
        check_issuer(credential, proof, facts, trust),
        check_signature(credential, signing, at=at, existed=existed(anchor, facts), suites=suites),
        check_validity(credential, at=at),
        check_holder(shown, trust, at=at),
    )
    return _report(shown, checks, facts, trust, at)


def _skip_after(last: Check) -> tuple[Check, ...]:
    order = list(CheckId)
    return tuple(skipped(check_id, f"not run, since {last.id} failed") for check_id in order[order.index(last.id) + 1 :])


def _report(shown: Presentation, checks: tuple[Check, ...], facts: Facts | None, trust: Trust, at: datetime) -> Report:
    words = _headline(shown, checks, facts, trust)
    if facts is not None and moment.is_past(at, facts.read_at):
        since = f"; revoked since, at {format_time(facts.revoked_at)}" if facts.revoked_at is not None and revoked_later(facts, at) else ""
        words = f"As of {format_time(at)}: {words}{since}"
    return Report(at, checks, words, _facts_document(facts))


def _headline(shown: Presentation, checks: tuple[Check, ...], facts: Facts | None, trust: Trust) -> str:
    """Say what was established, or the first reason why not; the issuer by the trust list's name, never the credential's word."""
    verdict = verdict_of(checks)
    if verdict is Verdict.INVALID:
        return next(check.reason for check in checks if check.outcome is Outcome.FAILED)
    if verdict is Verdict.UNDECIDED or facts is None or facts.latest is None:
        return next(check.reason for check in checks if check.outcome is Outcome.UNKNOWN)
    entry = trust.issuers.get(shown.credential.issuer)
    block = facts.latest.block
    name = entry.name if entry else shown.credential.issuer
    return f"Issued by {name}, unaltered, not revoked as of block {block.number} at {format_time(block.time)}"


def _facts_document(facts: Facts | None) -> Mapping[str, Json]:
    if facts is None:
        return {}
    ref = facts.ref
    views = {name: _view_document(view) for name, view in (("finalized", facts.finalized), ("latest", facts.latest)) if view}
    return {
        **account_document(Domain(ref.chain_id, ref.registry, ref.issuer_id)),
        "root": "0x" + ref.root.hex(),
        "index": facts.index,
        **({"readAt": format_time(facts.read_at)} if facts.read_at else {}),
        **({"trouble": facts.trouble} if facts.trouble else {}),
        **({"memory": facts.memory} if facts.memory else {}),
        **({"revokedAt": format_time(facts.revoked_at)} if facts.revoked_at else {}),
        "sources": list(facts.sources),
        **({"by": facts.by.value} if facts.by else {}),
        **({"notes": list(facts.notes)} if facts.notes else {}),
        **views,
    }


def _view_document(view: View) -> JsonObject:
    block: JsonObject = {"number": view.block.number, "hash": "0x" + view.block.hash.hex(), "time": format_time(view.block.time)}
    document: JsonObject = {"block": block, "revoked": view.revoked, "profile": view.profile, "anchor": None}
    if view.anchor is not None:
        document["anchor"] = {
            "key": "0x" + view.anchor.key.hex(),
            "time": view.anchor.time,
            "size": view.anchor.size,
            "batchRevoked": view.anchor.revoked,
            "reason": view.anchor.reason,
            "compromisedFrom": view.anchor.compromised_from,
        }
    return document
