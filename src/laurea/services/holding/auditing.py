"""The skills audit: what a job asks for, which credential of the wallet shows it, and which known achievement would close what is missing.

Nothing is verified here, and nothing leaves the wallet: the last check that it keeps counts, as of then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import parse
from laurea.core.catalogue import Catalogue, Offer, joined
from laurea.core.concept import Frameworks
from laurea.core.credential import format_time
from laurea.core.learning import Learning
from laurea.core.matching import Asked, Finding, Fit, Shown, asked_of, match_asked, telling, would_meet
from laurea.core.narrative import SAID, is_self_asserted
from laurea.core.report import Verdict
from laurea.core.requirement import Requirements, of_wanted
from laurea.core.summary import Standing
from laurea.errors import FormatError, InputError
from laurea.services.holding import doubting
from laurea.services.holding.doubting import Doubt
from laurea.services.holding.entry import Entry
from laurea.services.holding.known import Known
from laurea.services.holding.portfolio import Answered
from laurea.services.skills import wanted_of
from laurea.storage.wallet import Wallet

MAX_CLOSING = 5  # offers that are named for one requirement
MAX_PAIRS = 1_000_000  # of an offer and an open requirement, as for a pathway


@dataclass(frozen=True, slots=True)
class Closing:
    """An offer that would meet a requirement, or a part of it, once it is earned; `closes` is how many open requirements it would meet."""

    offer: Offer
    fit: Fit
    reason: str
    closes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement: how far it is met, by which credentials, and what would close it."""

    finding: Finding
    by: tuple[Entry, ...]
    closing: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """What a job asks for beside what a wallet has, in the order of the job; and what cannot be told."""

    title: str
    lines: tuple[Line, ...]
    doubts: tuple[Doubt, ...]

    def count(self, fit: Fit) -> int:
        """Return how many requirements are met so far."""
        return sum(line.finding.fit is fit for line in self.lines)

    def answered(self) -> Mapping[bytes, Answered]:
        """Return what each credential, by its digest, does for the goal; those that do nothing for it are left out."""
        found: dict[bytes, dict[Fit, list[str]]] = {}
        for line in self.lines:
            for entry in line.by:
                names = found.setdefault(entry.held.digest, {Fit.MET: [], Fit.PARTLY: []})
                names[line.finding.fit].append(line.finding.requirement.name)
        return {digest: Answered(tuple(names[Fit.MET]), tuple(names[Fit.PARTLY])) for digest, names in found.items()}


@dataclass(frozen=True, slots=True)
class Basis:
    """What an audit rests on: the credentials, what is offered, the frameworks at hand (None for none), and a moment."""

    entries: tuple[Entry, ...]
    offers: tuple[Offer, ...]
    frameworks: Frameworks | None
    at: datetime


def audit(text: str, title: str, basis: Basis) -> Audit:
    """Compare the text of a job description, or a file of requirements, with a wallet; raises FormatError for requirements that are none."""
    learnings = [Learning.of(each.credential.document) for each in basis.entries]
    known = Known(basis.frameworks, (*learnings, *(offer.learning for offer in basis.offers)))
    requirements = requirements_of(text, title, known)
    shown = [shown_of(entry, learning, basis.at) for entry, learning in zip(basis.entries, learnings, strict=True)]
    asked = asked_of(requirements, known)
    findings = match_asked(asked, shown)
    closing = _closing([(one, each) for one, each in zip(asked, findings, strict=True) if each.fit is not Fit.MET], basis.offers)
    lines = tuple(Line(each, tuple(basis.entries[place] for place in each.by), closing.get(each.requirement.id, ())) for each in findings)
    return Audit(requirements.title, lines, tuple(doubting.doubts(text, requirements, shown, basis)))


def requirements_of(text: str, title: str, frameworks: Frameworks) -> Requirements:
    """Return what a text asks for: of a file of requirements what it says, of any other what is recognised in it."""
    if _is_object(text):
        return Requirements.parse(text.encode())
    return of_wanted(title, wanted_of(text, frameworks))


def offers_of(kept: Wallet, more: Sequence[bytes] = ()) -> tuple[Offer, ...]:
    """Return what the catalogues of a wallet, and some more, offer; raises FormatError for one that is none."""
    return joined(Catalogue.parse(data) for data in (*(each.document for each in kept.catalogues), *more)).offers


def shown_of(entry: Entry, learning: Learning, at: datetime) -> Shown:
    """Return a credential as it is put beside requirements: its verdict is that of its last check, and what expired since is not valid."""
    last = entry.last_check(at)
    verdict, why = last.verdict, "" if last.verdict is Verdict.VALID else last.headline
    standing = entry.standing(at)
    if verdict is None:
        why = "laurea wallet check does that"
    elif standing is Standing.EXPIRED:
        verdict, why = Verdict.INVALID, "it has expired"
    elif verdict is Verdict.VALID and standing is not Standing.CURRENT:
        verdict, why = Verdict.UNDECIDED, f"it is {standing} by its dates"
    elif verdict is Verdict.VALID and is_self_asserted(entry.credential.document):
        verdict, why = Verdict.UNDECIDED, SAID
    status = telling(each.status for each in entry.summary().results)
    return Shown(f"number {entry.number}", learning, verdict, why, status=status)


def as_of(entry: Entry, at: datetime) -> str:
    """Return how a credential was found last, in English."""
    last = entry.last_check(at)
    if last.verdict is None or last.at is None:
        return "not checked yet"
    return (
        f"expired since it was checked on {format_time(last.at)}"
        if last.expired
        else f"{last.verdict} when checked on {format_time(last.at)}"
    )


def _closing(gaps: Sequence[tuple[Asked, Finding]], offers: Sequence[Offer]) -> Mapping[str, tuple[Closing, ...]]:
    if len(gaps) * len(offers) > MAX_PAIRS:
        raise InputError(
            f"{len(offers):,} offers for {len(gaps):,} open requirements are too much to put beside each other",
            hint="take catalogues out: laurea wallet catalogue remove",
        )
    learning = [offer.learning for offer in offers]
    fits = [would_meet(asked, learning) for asked, _ in gaps]
    closes = [sum(row[place][0] is Fit.MET for row in fits) for place in range(len(offers))]
    found = {}
    for (_, gap), row in zip(gaps, fits, strict=True):
        # What meets it in part is of no use where something does so already.
        useful = {Fit.MET} if gap.fit is Fit.PARTLY else {Fit.MET, Fit.PARTLY}
        several = [Closing(offers[place], fit, reason, closes[place]) for place, (fit, reason) in enumerate(row) if fit in useful]
        found[gap.requirement.id] = tuple(sorted(several, key=_rank)[:MAX_CLOSING])
    return found


def _rank(each: Closing) -> tuple[bool, int, bool, float, str]:
    # Whole before part, then what closes most, then what takes the least time that is known.
    hours = each.offer.learning.hours
    return each.fit is not Fit.MET, -each.closes, hours is None, hours or 0.0, each.offer.id


def _is_object(text: str) -> bool:
    try:
        return text.lstrip().startswith("{") and isinstance(parse(text.encode()), dict)
    except FormatError:
        return False
