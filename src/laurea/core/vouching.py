"""Whether a chain of accreditations makes an issuer known for what was anchored at a moment (docs/accreditation.md).

Each link must have stood whenever something below it was anchored: the endorsements that follow from it, and at last the credential. So what an
issuer anchored while it was accredited counts on, and nothing that it, or an accreditor above it, anchors later; not even what says that it is older.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from laurea.core import accreditation, moment, status
from laurea.core.anchor import Facts
from laurea.core.anchor_check import check_anchor, existed
from laurea.core.checks import MAX_QUOTED, Examined, check_integrity
from laurea.core.credential import format_time
from laurea.core.identity import Accreditation
from laurea.core.issuer import check_issuer
from laurea.core.issuer_signature import check_signature
from laurea.core.report import Check, CheckId, Outcome, failed, passed
from laurea.core.revocation_check import check_revocation, revoked_later
from laurea.core.status import ReadList
from laurea.core.trust import Trust

FINE = {Outcome.PASSED, Outcome.SKIPPED}


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last moment at which a link must have stood."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An endorsement, what the chain says about it as of the end of its span, and that span."""

    examined: Examined
    facts: Facts | None
    span: Span

    @property
    def did(self) -> str:
        """Whom it endorses."""
        return accreditation.endorsed(self.examined.shown.credential)


def since_when(examined: Examined, facts: Facts | None, trust: Trust, *, at: datetime) -> datetime:
    """Return when something was anchored, as far as that counts; else `at`, as of which it is not."""
    return existed(check_anchor(examined.proof, facts, trust, at=at), facts) or at


def spans(anchored: Sequence[datetime]) -> list[Span]:
    """Return the span of each link of a chain, from when these, and last what they vouch for, were anchored."""
    return [Span(min(below), max(below)) for below in (anchored[at + 1 :] for at in range(len(anchored) - 1))]


def vouched(links: Sequence[Link], trust: Trust, *, at: datetime, lists: Mapping[str, ReadList]) -> Accreditation:
    """Return what a chain of links says of the issuer that its last one endorses, or why it does not count, as of `at`."""
    top = trust.issuers[links[0].examined.shown.credential.issuer].name
    alone = replace(trust, demand=None, documents={}, accreditations=())  # the holder of the credential signs for it, not an issuer
    above: tuple[Accreditation, ...] = ()
    notes: list[str] = []
    for link in links:
        problem = _problem(link, replace(alone, accreditations=above), at, lists)
        found = accreditation.said(link.examined.shown.credential, top)
        problem = problem or found.problem
        if problem:
            where = f"the endorsement of {link.did[:MAX_QUOTED]} by {_by(link)}: " if len(links) > 1 else ""
            return Accreditation(links[-1].did, top, problem=where + problem)
        notes += _later(link)
        above = (found,)
    return replace(above[0], through=tuple(link.did for link in links[:-1]), note="; ".join(notes))


def _problem(link: Link, trust: Trust, at: datetime, lists: Mapping[str, ReadList]) -> str:
    """Return why a link does not count, "" when it does: the first check that failed, or else is unknown."""
    checks = _checks(link, trust, at, lists)
    short = [
        check for check in checks if check.outcome not in FINE or (check.outcome is Outcome.SKIPPED and check.id is not CheckId.SIGNATURE)
    ]
    worst = next((check for check in short if check.outcome is Outcome.FAILED), None)
    return (worst or short[0]).reason if short else ""


def _checks(link: Link, trust: Trust, at: datetime, lists: Mapping[str, ReadList]) -> list[Check]:
    """Answer the checks of a credential, but as of the link's span where it has a time, and without a holder."""
    examined, facts = link.examined, link.facts
    if examined.form.outcome is Outcome.FAILED:
        return [examined.form]
    credential, proof = examined.shown.credential, examined.proof
    anchor = check_anchor(proof, facts, trust, at=at)
    past = facts is not None and moment.is_past(at, facts.read_at)
    # A list says what is so now, and not since when: whoever is suspended vouches for nothing meanwhile.
    statuses = status.findings(credential, lists, trust, at=at, past=past)
    return [
        check_integrity(examined),
        anchor,
        check_revocation(proof, facts, statuses, at=link.span.last, exact=True),
        check_issuer(credential, proof, facts, trust),
        check_signature(credential, trust, at=link.span.last, existed=existed(anchor, facts)),
        _check_stood(link),
    ]


def _check_stood(link: Link) -> Check:
    credential, span = link.examined.shown.credential, link.span
    start, end = credential.valid_from, credential.valid_until
    if start is not None and span.first < start:
        return failed(CheckId.VALIDITY, f"not valid before {format_time(start)}, and it was needed at {format_time(span.first)}")
    if end is not None and span.last >= end:
        return failed(CheckId.VALIDITY, f"expired at {format_time(end)}, and it was needed at {format_time(span.last)}")
    return passed(CheckId.VALIDITY, "it stood")


def _later(link: Link) -> list[str]:
    """Tell when a link was revoked that counts still."""
    facts = link.facts
    if facts is None or facts.revoked_at is None or not revoked_later(facts, link.span.last, exact=True):
        return []
    return [f"the accreditation of {link.did[:MAX_QUOTED]} was revoked at {format_time(facts.revoked_at)}, after this was anchored"]


def _by(link: Link) -> str:
    return link.examined.shown.credential.issuer[:MAX_QUOTED]
