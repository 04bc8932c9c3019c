"""Who meets what: requirements beside credentials, and nothing else. The same for a learner's wallet, an employer and a planner of pathways.

Only what a credential says of learning is looked at: not who it is about, not what it looks like. Only a valid verdict meets a requirement; an invalid
one never counts; one that is undecided, or that nobody sought, meets it partly at best.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from laurea.core.concept import Frameworks, uri_key
from laurea.core.learning import Learning
from laurea.core.report import Verdict, few
from laurea.core.requirement import Requirement, Requirements
from laurea.core.summary import Skill

UNFINISHED = frozenset({"Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"})
"""Statuses of a result (Open Badges 3.0, ResultStatusType) with which nothing was achieved yet, or ever."""


class Fit(StrEnum):
    """How far a requirement is met."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential that is put beside requirements: by what name, what it says of learning, and what came of checking it.

    `verdict` None: nobody checked it. `why` says why it is not valid, if it is not. `accredited` tells whether its issuer is vouched for by an
    accreditor that the verifier trusts, None when nobody looked. `status` is that of a result, if it has one. A `stranger` issued it of whom
    nobody but they themselves tell who they are: anybody can found an issuer. `hides` says in words what may be hidden in it that would tell that
    an achievement was not reached in full.
    """

    name: str
    learning: Learning
    verdict: Verdict | None
    why: str = ""
    accredited: bool | None = None
    status: str = ""
    stranger: bool = False
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """How far one requirement is met, by which of what was shown (their places in it, the best first), and why, in words."""

    requirement: Requirement
    fit: Fit
    by: tuple[int, ...]
    reason: str


def match(requirements: Requirements, shown: Sequence[Shown], frameworks: Frameworks | None = None) -> list[Finding]:
    """Tell of each requirement how far credentials meet it, in the order of the requirements."""
    return match_asked(asked_of(requirements, frameworks), shown)


def asked_of(requirements: Requirements, frameworks: Frameworks | None = None) -> "list[Asked]":
    """Return requirements with what frameworks say of them: once, for whatever is put beside them then."""
    return [Asked.of(requirement, frameworks) for requirement in requirements.items]


def match_asked(asked: "Sequence[Asked]", shown: Sequence[Shown]) -> list[Finding]:
    """Tell of each requirement how far credentials meet it, as `match` does."""
    seen = [_Seen.of(each) for each in shown]
    return [_finding(each, seen) for each in asked]


def would_meet(asked: "Asked", learning: Sequence[Learning]) -> list[tuple[Fit, str]]:
    """Tell of each learning how far a requirement would be met by whoever had a valid credential of it, and why; for what nobody has earned yet.

    Whether its issuer is accredited is not asked: that is known of a credential that was checked.
    """
    return [_content(asked, _Seen.of(Shown("", each, Verdict.VALID, accredited=True))) for each in learning]


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement, and what is near to it: URIs as they are compared, with how they stand to it, and labels."""

    requirement: Requirement
    uris: frozenset[str]
    near: Mapping[str, str]
    labels: frozenset[str]
    achievement: str

    @classmethod
    def of(cls, requirement: Requirement, frameworks: Frameworks | None) -> "Asked":
        """Look up what stands next to what is asked for, and what else it is called."""
        uris = frozenset(map(uri_key, requirement.uris))
        near: dict[str, str] = {}
        labels = {_plain(requirement.name)}
        if frameworks is not None:
            for uri in sorted(requirement.uris):
                near |= {uri_key(other): relation for other, relation in frameworks.related(uri).items()}
                concept = frameworks.find(uri)
                labels |= {_plain(label) for label in (concept.label, *concept.alternatives)} if concept else set()
        near = {uri: relation for uri, relation in near.items() if uri not in uris}
        return cls(requirement, uris, near, frozenset(labels - {""}), uri_key(requirement.achievement) if requirement.achievement else "")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was shown, with its skills by what they are compared by."""

    shown: Shown
    by_uri: Mapping[str, Skill] = field(default_factory=dict)
    by_label: Mapping[str, Skill] = field(default_factory=dict)

    @classmethod
    def of(cls, shown: Shown) -> "_Seen":
        skills = shown.learning.skills
        return cls(shown, {uri_key(skill.url): skill for skill in skills if skill.url}, {_plain(skill.name): skill for skill in skills})


def _finding(asked: Asked, seen: Sequence[_Seen]) -> Finding:
    """Put all that counts for one requirement together: those that meet it if any does, else those that do partly."""
    found: dict[Fit, list[tuple[int, str]]] = {Fit.MET: [], Fit.PARTLY: [], Fit.MISSING: []}
    refused = 0
    for place, each in enumerate(seen):
        if each.shown.verdict is Verdict.INVALID:
            refused += _content(asked, each)[0] is not Fit.MISSING
            continue
        fit, reason = _weighed(each, *_content(asked, each))
        found[fit].append((place, reason))
    for fit in (Fit.MET, Fit.PARTLY):
        if found[fit]:
            return Finding(asked.requirement, fit, tuple(place for place, _ in found[fit]), few([reason for _, reason in found[fit]]))
    return Finding(asked.requirement, Fit.MISSING, (), _missing(asked, refused))


def _weighed(each: _Seen, fit: Fit, reason: str) -> tuple[Fit, str]:
    """Tell what a fit is worth by the verdict: whole when valid, else partly at best."""
    shown = each.shown
    if fit is not Fit.MISSING and shown.hides:
        reason = f"{reason} ({' and '.join(shown.hides)} may be hidden)"
    if fit is Fit.MISSING or shown.verdict is Verdict.VALID:
        return fit, reason
    doubt = "it was not checked" if shown.verdict is None else "whether it is valid is undecided"
    return Fit.PARTLY, f"{reason}, but {doubt}{f': {shown.why}' if shown.why else ''}"


def _content(asked: Asked, each: _Seen) -> tuple[Fit, str]:
    """Tell how far a credential fits a requirement by what it says, whatever it is worth."""
    fit, how = _subject(asked, each)
    if fit is Fit.MISSING:
        return fit, ""
    reason = f"{_named(each)} {how}"
    short = list(_short(asked.requirement, each.shown))
    return (Fit.PARTLY, f"{reason}, but {', and '.join(short)}") if short else (fit, reason)


def _subject(asked: Asked, each: _Seen) -> tuple[Fit, str]:
    """Tell whether it is about what is asked for: the achievement and the competence where they are named, else something near."""
    if asked.achievement:
        if uri_key(each.shown.learning.achievement) != asked.achievement:
            return Fit.MISSING, ""
        if not asked.uris:
            return Fit.MET, "is the achievement that is asked for"
    skill = next((each.by_uri[uri] for uri in sorted(asked.uris) if uri in each.by_uri), None)
    if skill is not None:
        return Fit.MET, f"names “{skill.name}”"
    return _near(asked, each)


def _near(asked: Asked, each: _Seen) -> tuple[Fit, str]:
    for uri, skill in each.by_uri.items():
        if uri in asked.near:
            return Fit.PARTLY, f"names “{skill.name}”, a {asked.near[uri]} concept"
    for label, skill in each.by_label.items():
        if label in asked.labels:
            return Fit.PARTLY, f"names “{skill.name}”{_elsewhere(asked, skill)}: the same words, which may mean something else"
    if asked.achievement:
        return Fit.PARTLY, f"is the achievement that is asked for, but does not name “{asked.requirement.name}”"
    return Fit.MISSING, ""


def _elsewhere(asked: Asked, skill: Skill) -> str:
    if not asked.uris:
        return " as the requirement does, which has no URI"
    if not skill.url:
        return " without a URI"
    return f" of {skill.framework}" if skill.framework else " by another URI"


def _short(requirement: Requirement, shown: Shown) -> Iterator[str]:
    """Give what a credential falls short of beside its subject."""
    learning = shown.learning
    if shown.status in UNFINISHED:
        yield f"its result has the status {shown.status}"
    yield from _below("EQF level", requirement.eqf, learning.eqf)
    yield from _below("hours", requirement.hours, learning.hours)
    if requirement.credits is not None:
        system = requirement.credits.framework
        yield from _below(f"credits ({system})", requirement.credits.point, credits_in(learning, system))
    if requirement.issuers and learning.issuer not in requirement.issuers:
        yield "it is by another issuer than those that are asked for"
    if shown.stranger and learning.issuer not in requirement.issuers:
        yield "nobody whom you trust vouches for its issuer"
    if requirement.accredited and not shown.accredited:
        yield "that its issuer is accredited is not known" if shown.accredited is None else "nobody accredits its issuer"


def telling(statuses: Iterable[str]) -> str:
    """Return the status, of those of several results, with which nothing was achieved, else any, "" when there is none."""
    found = [status for status in statuses if status]
    return next((status for status in found if status in UNFINISHED), next(iter(found), ""))


def credits_in(learning: Learning, system: str) -> float | None:
    """Return how many credits of a system somebody has by a credential: as many as they earned, if it says so, and no more than it is worth."""
    points = [credit.point for credit in learning.credits if credit.framework.casefold() == system.casefold()]
    if not points:
        return None
    return points[0] if learning.earned is None else min(points[0], learning.earned)


def _below(what: str, asked: float | None, has: float | None) -> Iterator[str]:
    if asked is None or (has is not None and has >= asked):
        return
    yield f"it does not say its {what} ({asked:g} asked for)" if has is None else f"its {what}: {has:g}, {asked:g} asked for"


def _missing(asked: Asked, refused: int) -> str:
    if refused:
        return f"only what is invalid names it ({refused:,}), which never counts"
    if not asked.uris and not asked.achievement:
        return "no credential names it in these words, and the requirement has no URI to go by"
    return "no credential that was shown names it"


def _named(each: _Seen) -> str:
    title = each.shown.learning.title
    return f"{each.shown.name} ({title})" if each.shown.name and title and title != each.shown.name else each.shown.name or title or "it"


def _plain(text: str) -> str:
    """Return words as they are compared: in one form of Unicode, without regard to case and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
