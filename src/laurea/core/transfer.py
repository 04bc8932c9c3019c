"""Credit for prior learning: what is proposed for each credential, by which rule, and what a person has to decide (docs/registrar.md).

Nothing is proposed for what is not valid, was not achieved, or was counted already: so of a capstone only what it has beyond its parts that are
shown. A proposal is no decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor

from laurea.core.checked import EARNED, EVIDENCE, NOBODY, RESULT, Checked, counts
from laurea.core.concept import uri_key
from laurea.core.learning import ECTS, Learning
from laurea.core.matching import UNFINISHED, credits_in
from laurea.core.part import parts_of
from laurea.core.plural import counted
from laurea.core.report import Verdict
from laurea.core.transfer_rules import Equivalence, Need, Rules

STEP = 0.5  # credits from hours are rounded down to this
USUAL_HOURS = (25, 30)  # for an ECTS credit, by the ECTS Users' Guide 2015
ANY_FIT = "whether what was learnt fits the programme that it is to count for"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What follows for one credential: credits of the rules' framework, None when none are proposed; by which rule; for which course, if one is named."""

    checked: Checked
    learning: Learning
    credit: float | None
    rule: str
    course: str = ""
    decide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """All proposals, in the order of what was handed in; `total` is what they come to, no more than the rules allow."""

    rules: Rules
    proposals: tuple[Proposal, ...]
    total: float
    capped: bool


def propose(checked: Sequence[Checked], rules: Rules, language: str = "") -> Transfer:
    """Return what the rules propose."""
    counted: dict[tuple[str, str], str] = {}
    whole = [_proposal(each, rules, counted, language) for each in checked]
    proposals = [_beyond_parts(each, whole, rules) for each in whole]
    total = sum(each.credit for each in proposals if each.credit is not None)
    most = total if rules.most is None else min(total, rules.most)
    return Transfer(rules, tuple(proposals), most, capped=most < total)


def _proposal(checked: Checked, rules: Rules, counted: dict[tuple[str, str], str], language: str) -> Proposal:
    learning = checked.learning(language)
    refusal = _refusal(checked, learning, rules) or _again(checked, learning, counted)
    if refusal:
        return Proposal(checked, learning, None, refusal, decide=tuple(_if_refused(checked)))
    known = _equivalence(learning, rules)
    credit, rule = _credit(learning, rules, known)
    if credit is not None:
        counted[_same(checked, learning)] = checked.file
    return Proposal(checked, learning, credit, rule, "" if known is None else known.course, tuple(_decide(checked, learning, rules, known)))


def _beyond_parts(proposal: Proposal, whole: Sequence[Proposal], rules: Rules) -> Proposal:
    """Return a proposal without the credits of the parts that are shown beside it: they are counted there, or nothing is proposed for them."""
    parts = parts_of(proposal.checked.document) if proposal.credit is not None else ()
    if not parts or proposal.credit is None:
        return proposal
    others = [each for each in reversed(whole) if each is not proposal]
    beside = {(each.checked.id, each.learning.issuer): each for each in others}
    # A part that was renewed has another id, and is the same achievement of the same issuer.
    renewed = {(uri_key(each.learning.achievement), each.learning.issuer): each for each in others if each.learning.achievement}
    found = [beside.get((part.id, part.issuer)) or renewed.get((uri_key(part.achievement), part.issuer)) for part in parts]
    shown = list({id(each): each for each in found if each is not None}.values())
    inside = sum(_full(each, rules) for each in shown)
    decide = list(proposal.decide)
    hidden = [part.name or part.achievement for part, each in zip(parts, found, strict=True) if each is None]
    if hidden:
        decide.append(f"whether its parts that are not shown stand, and are counted nowhere else: {', '.join(hidden)}")
    if not inside:
        return replace(proposal, decide=tuple(decide))
    rule = f"{proposal.rule}: {proposal.credit:g}, of which {inside:g} are those of its parts ({', '.join(each.checked.file for each in shown)})"
    return replace(proposal, credit=max(proposal.credit - inside, 0) or None, rule=rule, decide=tuple(decide))


def _full(proposal: Proposal, rules: Rules) -> float:
    """Return the credits that a credential stands for, whether they are proposed or not."""
    return proposal.credit or _credit(proposal.learning, rules, _equivalence(proposal.learning, rules))[0] or 0


def _equivalence(learning: Learning, rules: Rules) -> Equivalence | None:
    return next((each for each in rules.equivalences if uri_key(each.achievement) == uri_key(learning.achievement)), None)


def _refusal(checked: Checked, learning: Learning, rules: Rules) -> str:
    """Return why nothing can be proposed, "" when something may."""
    if checked.report.verdict is not Verdict.VALID:
        return f"nothing is proposed for what is {checked.report.verdict}: {checked.why()}"
    if checked.own_word:
        return f"nothing is proposed for what is {checked.why()}"
    if checked.status in UNFINISHED:
        return f"nothing is proposed for a result with the status {checked.status}"
    if rules.issuers and learning.issuer not in rules.issuers:
        return "the rules name issuers, and this one is not among them"
    if not counts(checked, rules.issuers):
        return f"nothing is proposed: {NOBODY}, or rules that name it"
    if rules.minimum_level is not None and (learning.eqf is None or learning.eqf < rules.minimum_level):
        said = "it does not say its EQF level" if learning.eqf is None else f"its EQF level is {learning.eqf}"
        return f"the rules ask for EQF level {rules.minimum_level} or above; {said}"
    missing = [need for need in Need if need in rules.needs and not _has(need, checked, learning)]
    return f"the rules need {', '.join(missing)}, which it does not show" if missing else ""


def _has(need: Need, checked: Checked, learning: Learning) -> bool:
    shown = {
        Need.ASSESSMENT: bool(learning.assessment),
        Need.QUALITY: bool(learning.quality),
        Need.LEVEL: learning.eqf is not None,
        Need.WORKLOAD: learning.hours is not None,
        Need.IDENTITY: bool(learning.identity),
        Need.HOLDER: checked.held,
        Need.ACCREDITATION: checked.accredited is True,
    }
    return shown[need]


def _again(checked: Checked, learning: Learning, counted: dict[tuple[str, str], str]) -> str:
    before = counted.get(_same(checked, learning))
    return "" if before is None else f"the same achievement was counted already, with {before}"


def _same(checked: Checked, learning: Learning) -> tuple[str, str]:
    """Return what is the same for two credentials that may be counted once: the achievement of an issuer, else the credential."""
    return (learning.issuer, uri_key(learning.achievement)) if learning.achievement else ("", checked.id or checked.file)


def _credit(learning: Learning, rules: Rules, known: Equivalence | None) -> tuple[float | None, str]:
    """Return the credits and the rule that they follow from: the first that says something."""
    if known is not None and known.credits is not None:
        return known.credits, f"the rules count this achievement as {known.course}, for {known.credits:g} {rules.framework}"
    stated = credits_in(learning, rules.framework)
    if stated is not None:
        earned = f" (of which {learning.earned:g} were earned)" if learning.earned is not None else ""
        return stated, f"as many {rules.framework} as the issuer says{earned}"
    for credit in learning.credits:
        factor = rules.conversions.get(credit.framework.casefold())
        points = credits_in(learning, credit.framework)
        if factor is not None and points is not None:
            return points * factor, f"{points:g} {credit.framework}, of which one is {factor:g} {rules.framework} by the rules"
    return _from_hours(learning, rules)


def _from_hours(learning: Learning, rules: Rules) -> tuple[float | None, str]:
    if learning.hours is None:
        return None, f"it says neither credits of {rules.framework} nor hours: there is nothing to propose from"
    if rules.hours_per_credit is None:
        return None, f"it says {counted(learning.hours, 'hour')}, and the rules do not say how many make a credit"
    credit = floor(learning.hours / rules.hours_per_credit / STEP) * STEP
    words = f"{counted(learning.hours, 'hour')}, of which {rules.hours_per_credit:g} make one of {rules.framework}, rounded down to halves"
    return (credit, words) if credit else (None, f"{words}: less than a half")


def _if_refused(checked: Checked) -> Iterator[str]:
    if checked.report.verdict is Verdict.UNDECIDED:
        yield "whether to ask again later: nothing is known to be wrong, but not everything could be checked"


def _decide(checked: Checked, learning: Learning, rules: Rules, known: Equivalence | None) -> Iterator[str]:
    if known is None:
        yield ANY_FIT
    if not rules.issuers and not checked.accredited:
        yield f"whether {learning.issuer} may award it: the rules name no issuers, and no accreditor that you trust vouches for it"
    if not checked.held:
        yield "whether the person who asks is the one it is about: no holder's signature was checked"
    if learning.eqf is None:
        yield "at what level it is: it does not say its EQF level"
    if not learning.assessment:
        yield "whether it was assessed: it does not say how"
    if not learning.quality:
        yield "whether its quality is assured: it does not say how"
    if learning.result:
        scheme = f" (graded by: {learning.grading})" if learning.grading else ", of which it does not say the grading scheme"
        yield f"how its result converts, if at all: {learning.result}{scheme}; no grade is proposed"
    yield from _hidden(checked)
    yield from _unusual(learning, rules)


def _hidden(checked: Checked) -> Iterator[str]:
    """Give what would make the credit less, or none, and may be hidden: a holder shows as much as they choose."""
    if checked.may_hide(RESULT):
        yield "what its result was: it may be hidden, and for one that was not reached nothing would be proposed"
    if checked.may_hide(EARNED):
        yield "how many credits were earned: that may be hidden"
    if checked.may_hide(EVIDENCE):
        yield "whether it was awarded for others that are counted, too: its evidence may be hidden"


def _unusual(learning: Learning, rules: Rules) -> Iterator[str]:
    ects, (low, high) = learning.ects(), USUAL_HOURS
    if rules.framework == ECTS and ects and learning.hours is not None and not low <= learning.hours / ects <= high:
        yield f"whether its credits fit its workload: {learning.hours / ects:g} hours a credit, and {low} to {high} are usual"
