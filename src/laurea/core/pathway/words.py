"""A pathway in words, and as JSON for programs: the same reasons in both."""

from collections.abc import Iterator, Sequence

from laurea.core.canonical import Json, JsonObject
from laurea.core.matching import Fit, Shown
from laurea.core.pathway.atlas import Measure
from laurea.core.pathway.way import Course, Pathway, Step
from laurea.core.plural import counted
from laurea.core.report import Verdict, few

SIGNS = {Fit.MET: "have", Fit.PARTLY: "partly", Fit.MISSING: "missing"}
NAMES = {Measure.STEPS: "steps", Measure.HOURS: "hours", Measure.COST: "cost"}


def lines_of(found: Pathway) -> Iterator[str]:
    """Give a pathway as lines of text."""
    yield f"{found.title}: {found.met} of {len(found.findings)} {_plural(len(found.findings), 'requirement')} met"
    for each in found.findings:
        yield f"{SIGNS[each.fit]:<8} {each.requirement.name}: {each.reason}"
    if found.parts:
        yield f"of what leads there you have: {', '.join(found.parts)}"
    yield from _first(found)
    if found.steps:
        yield f"the way there, with as little as can be found in {NAMES[found.measure]}:"
        for number, step in enumerate(found.steps, start=1):
            yield from _step(found, step, f"{number}.")
        yield f"together: {course_of(found.course)}"
        yield bound_of(found)
    if found.next:
        yield "to begin with, by how much each closes:"
        for step in found.next:
            yield from _step(found, step, "-")
    for left in found.open:
        yield f"stays open: {found.findings[left.place].requirement.name}: {left.reason}"


def bound_of(found: Pathway) -> str:
    """Say how near to the best a plan is, and no more than is known."""
    if found.chained:
        return "it was chosen greedily: some of it asks for something else first, so nothing is known of how near to the best it is"
    most = found.most
    bound = sum(1 / number for number in range(1, most + 1))
    if most <= 1:
        return "nothing weighs less: each achievement closes one requirement"
    return f"it was chosen greedily: it weighs at most {bound:.2f} times the least there is"


def course_of(course: Course) -> str:
    """Say what steps take together, as far as it is known."""
    hours = counted(course.hours, "hour") if course.hours or not course.hours_unknown else "hours unknown"
    costs = " and ".join(money(amount, currency) for currency, amount in course.costs) or "cost unknown"
    unsaid = [
        f"{number} {_plural(number, 'step')} {_say(number)} not say {what}"
        for number, what in ((course.hours_unknown, "how long it takes"), (course.costs_unknown, "what it costs"))
        if number
    ]
    return f"{hours}, {costs}{f' ({few(unsaid)})' if unsaid else ''}"


def money(amount: float, currency: str) -> str:
    """Return an amount of money in words."""
    return f"{amount:,.2f} {currency}".replace(".00 ", " ") if amount else "free of charge"


def document_of(found: Pathway) -> JsonObject:
    """Return a pathway as JSON."""
    return {
        "title": found.title,
        "measure": found.measure.value,
        "met": found.met,
        "requirements": [
            {
                "id": each.requirement.id,
                "name": each.requirement.name,
                "fit": each.fit.value,
                "by": [found.shown[place].name for place in each.by],
                "reason": each.reason,
            }
            for each in found.findings
        ],
        "have": list[Json](found.parts),
        "steps": [_step_document(found, each) for each in found.steps],
        "next": [_step_document(found, each) for each in found.next],
        "open": [{"id": found.findings[each.place].requirement.id, "reason": each.reason} for each in found.open],
        "hours": {"known": found.course.hours, "stepsUnknown": found.course.hours_unknown},
        "cost": {"known": dict(found.course.costs), "stepsUnknown": found.course.costs_unknown},
        "bound": bound_of(found) if found.steps else None,
    }


def unchecked(found: Pathway) -> list[Shown]:
    """Return the credentials that would meet something if they were checked and found valid."""
    places = {place for each in found.findings if each.fit is Fit.PARTLY for place in each.by}
    return [found.shown[place] for place in sorted(places) if found.shown[place].verdict is not Verdict.VALID]


def _first(found: Pathway) -> Iterator[str]:
    several = unchecked(found)
    if several:
        yield f"first of all: have these checked, which may meet something already: {', '.join(each.name for each in several)}"


def _step(found: Pathway, step: Step, sign: str) -> Iterator[str]:
    offer = step.offer
    by = offer.issuer_name or offer.issuer
    about = [
        counted(offer.learning.hours, "hour") if offer.learning.hours is not None else "",
        money(offer.cost, offer.currency) if offer.cost is not None else "",
        f"from {offer.starts.isoformat()}" if offer.starts else "",
    ]
    said = ", ".join(filter(None, about))
    yield f"{sign} {offer.learning.title or offer.id}{f', {by}' if by else ''}{f' ({said})' if said else ''}"
    if step.held:
        yield f"   {step.held}"
    for place, reason in zip(step.closes, step.reasons, strict=True):
        yield f"   closes {found.findings[place].requirement.name}: {reason}"
    if step.nearer and not step.closes:
        yield f"   brings you nearer to {few(_named(found, step.nearer))}"
    if step.needed_for:
        yield f"   needed for {', '.join(step.needed_for)}"
    if step.needs:
        yield f"   asks first for {', '.join(step.needs)}"
    for condition in step.conditions:
        yield f"   asks for this, which you have to see to yourself: {condition}"
    if offer.url:
        yield f"   {offer.url}"


def _step_document(found: Pathway, step: Step) -> JsonObject:
    offer = step.offer
    return {
        "achievement": offer.id,
        "title": offer.learning.title,
        "held": step.held or None,
        "issuer": offer.issuer,
        "issuerName": offer.issuer_name,
        "closes": [
            {"id": found.findings[place].requirement.id, "reason": reason} for place, reason in zip(step.closes, step.reasons, strict=True)
        ],
        "nearer": [found.findings[place].requirement.id for place in step.nearer],
        "neededFor": list[Json](step.needed_for),
        "needs": list[Json](step.needs),
        "conditions": list[Json](step.conditions),
        "hours": offer.learning.hours,
        "cost": None if offer.cost is None else {"amount": offer.cost, "currency": offer.currency},
        "starts": offer.starts.isoformat() if offer.starts else None,
        "url": offer.url,
    }


def _named(found: Pathway, places: Sequence[int]) -> list[str]:
    return [found.findings[place].requirement.name for place in places]


def _plural(number: int, what: str) -> str:
    return what if number == 1 else f"{what}s"


def _say(number: int) -> str:
    return "does" if number == 1 else "do"
