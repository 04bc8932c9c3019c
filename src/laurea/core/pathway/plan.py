"""The plan: which achievements lead to a goal, so that little is spent on the way; and what can be begun now.

Choosing them is weighted set cover, which is NP-hard. The greedy choice, again and again what weighs least for each open requirement that it closes,
weighs at most H(n) = 1 + 1/2 + … + 1/n times the least there is, n being the most requirements that one achievement closes (Chvátal, 1979), as long
as no achievement asks for another. With prerequisites no such bound is known.
"""

from collections.abc import Mapping, Sequence

from laurea.core.catalogue import Offer
from laurea.core.concept import Frameworks, uri_key
from laurea.core.matching import UNFINISHED, Asked, Fit, Shown, asked_of, match_asked, would_meet
from laurea.core.pathway.atlas import Atlas, Blocked, Measure, Weights
from laurea.core.pathway.goal import Goal
from laurea.core.pathway.way import Course, Open, Pathway, Step
from laurea.core.report import Verdict
from laurea.errors import InputError

MAX_OFFERS = 5_000
MAX_CHECKED = 1_000_000  # pairs of an offer and an open requirement
MAX_CANDIDATES = 500  # offers that a plan chooses from: those that close most
MAX_STEPS = 100
MAX_NEXT = 10


def pathway(
    goal: Goal, held: Sequence[Shown], offers: Sequence[Offer], frameworks: Frameworks | None = None, *, measure: Measure = Measure.STEPS
) -> Pathway:
    """Return the way from what is held to a goal; raises InputError when it is too much to plan over."""
    known = goal.among(offers)
    asked = asked_of(goal.requirements, frameworks)
    findings = match_asked(asked, held)
    gaps = [place for place, each in enumerate(findings) if each.fit is not Fit.MET]
    if len(known) > MAX_OFFERS or len(known) * len(gaps) > MAX_CHECKED:
        raise InputError(
            f"{len(known):,} offers for {len(gaps):,} open requirements are too much to plan over", hint="give fewer catalogues at once"
        )
    have = {uri_key(each.learning.achievement): each.learning for each in held if _is_had(each)}
    atlas = Atlas(known, have, Weights.of(known, measure))
    planner = _Planner(asked, known, atlas, _held(held, atlas))
    planner.look(gaps)
    chosen = planner.choose()
    return Pathway(
        goal.requirements.title,
        measure,
        tuple(findings),
        tuple(held),
        tuple(chosen),
        tuple(planner.ready(chosen)),
        tuple(planner.left(gaps)),
        Course.of([each.offer for each in chosen]),
        tuple(_parts(goal, atlas)),
        planner.most,
        planner.chained,
    )


def _is_had(shown: Shown) -> bool:
    return shown.verdict is Verdict.VALID and shown.status not in UNFINISHED and bool(shown.learning.achievement)


def _held(shown: Sequence[Shown], atlas: Atlas) -> dict[str, str]:
    """Return of each achievement that is held by credentials that do not count which one that is, and why, by its key."""
    found: dict[str, str] = {}
    for each in shown:
        name = uri_key(each.learning.achievement)
        if name and name not in atlas.have:
            found.setdefault(name, _doubt(each))
    return found


def _doubt(shown: Shown) -> str:
    why = f": {shown.why}" if shown.why else ""
    if shown.verdict is Verdict.INVALID:
        return f"{shown.name} was this, and is invalid{why}"
    if shown.verdict is Verdict.VALID:
        return f"{shown.name} is this already, but its result has the status {shown.status}"
    doubt = "was not checked" if shown.verdict is None else "is undecided"
    return f"{shown.name} is this already, but {doubt}{why}; see to that before you earn it again"


def _parts(goal: Goal, atlas: Atlas) -> list[str]:
    """Return the titles of the direct prerequisites of a goal, and of the parts of its stack, that are had."""
    ids: list[str] = []
    for each in goal.requirements.items:
        for offer in atlas.offers_of(uri_key(each.achievement))[:1] if each.achievement else ():
            ids += [*atlas.required(offer)[0], *(map(uri_key, offer.stack.of) if offer.stack else ())]
    return [atlas.title_of(each) for each in dict.fromkeys(ids) if each in atlas.have]


class _Planner:
    """Chooses among offers; places are those of requirements in the goal."""

    def __init__(self, asked: Sequence[Asked], offers: Sequence[Offer], atlas: Atlas, held: Mapping[str, str]) -> None:
        self._asked, self._offers, self._atlas, self._held = asked, offers, atlas, held
        self._closes: dict[int, frozenset[int]] = {}  # place of an offer: places of requirements that it meets
        self._nearer: dict[int, frozenset[int]] = {}
        self._blocked: dict[int, str] = {}
        self._by_offer: dict[int, frozenset[int]] = {}  # by `id` of the object: the same
        self._closed: set[int] = set()
        self.most = 0
        self.chained = False

    def look(self, gaps: Sequence[int]) -> None:
        """Find out what each offer would do for the open requirements, as if its credential were there and valid."""
        shown = [Shown("", each.learning, Verdict.VALID, accredited=True) for each in self._offers]
        wanted = [self._asked[place] for place in gaps]
        found: dict[Fit, dict[int, set[int]]] = {Fit.MET: {}, Fit.PARTLY: {}, Fit.MISSING: {}}
        for place, finding in zip(gaps, match_asked(wanted, shown), strict=True):
            for offer in finding.by:
                found[finding.fit].setdefault(offer, set()).add(place)
        self._closes = {offer: frozenset(places) for offer, places in found[Fit.MET].items()}
        self._nearer = {offer: frozenset(places) for offer, places in found[Fit.PARTLY].items()}
        self._by_offer = {id(self._offers[offer]): places for offer, places in self._closes.items()}
        self.most = max(map(len, self._closes.values()), default=0)

    def choose(self) -> list[Step]:
        """Return the greedy plan, in an order that can be gone."""
        candidates = sorted(self._closes, key=lambda place: (-len(self._closes[place]), self._weigh([self._offers[place]]), place))
        taken: dict[str, Offer] = {}
        steps: list[Step] = []
        for _ in range(MAX_STEPS):
            best = self._best(candidates[:MAX_CANDIDATES], frozenset(taken))
            if best is None or len(steps) + len(best[1]) > MAX_STEPS:
                break
            offer, way = best
            for each in way:
                steps.append(self._step(each, self._offers[offer], frozenset(taken)))
                taken[uri_key(each.id)] = each
        return steps

    def ready(self, steps: Sequence[Step]) -> list[Step]:
        """Return what could be begun now, by how many open requirements it closes, then by what it weighs, takes and costs.

        Of the plan's steps also those that close nothing and are needed for others.
        """
        needed = {id(each.offer): each.needed_for for each in steps}
        found = []
        for place, offer in enumerate(self._offers):
            useful = place in self._closes or place in self._nearer or id(offer) in needed
            if not useful or uri_key(offer.id) in self._atlas.have or self._needs(offer):
                continue
            found.append(place)
        best = [(self._offers[place], self._closes.get(place, frozenset())) for place in sorted(found, key=self._rank)[:MAX_NEXT]]
        return [self._described(offer, closes, needed.get(id(offer), ())) for offer, closes in best]

    def left(self, gaps: Sequence[int]) -> list[Open]:
        """Return what the plan does not close, and why."""
        return [Open(place, self._why(place)) for place in gaps if place not in self._closed]

    def _best(self, candidates: Sequence[int], taken: frozenset[str]) -> tuple[int, list[Offer]] | None:
        best: tuple[tuple[float, int, float, int], int, list[Offer]] | None = None
        for place in candidates:
            if not self._closes[place] - self._closed:
                continue
            try:
                way = self._atlas.way_to(self._offers[place], taken)
            except Blocked as error:
                self._blocked[place] = str(error)
                continue
            self.chained = self.chained or len(way) > 1
            gain = len(self._closed_by(way) - self._closed)
            rank = (self._weigh(way) / gain, -gain, self._offers[place].learning.hours or 0.0, place)
            if best is None or rank < best[0]:
                best = (rank, place, way)
        return None if best is None else best[1:]

    def _closed_by(self, way: Sequence[Offer]) -> set[int]:
        return {place for each in way for place in self._by_offer.get(id(each), ())}

    def _weigh(self, way: Sequence[Offer]) -> float:
        return sum(map(self._atlas.weights, way))

    def _step(self, offer: Offer, target: Offer, taken: frozenset[str]) -> Step:
        new = frozenset(self._closed_by([offer]) - self._closed)
        self._closed |= new
        needed = () if offer is target else (target.learning.title or target.id,)
        return self._described(offer, new, needed, self._needs(offer, taken))

    def _described(self, offer: Offer, closes: frozenset[int], needed_for: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> Step:
        place = next(number for number, each in enumerate(self._offers) if each is offer)
        ordered = tuple(sorted(closes))
        reasons = tuple(would_meet(self._asked[each], [offer.learning])[0][1] for each in ordered)
        conditions = tuple(self._atlas.required(offer)[1])
        nearer = tuple(sorted(self._nearer.get(place, frozenset())))
        return Step(offer, ordered, reasons, needed_for, needs, conditions, nearer, self._held.get(uri_key(offer.id), ""))

    def _needs(self, offer: Offer, taken: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the titles of what an offer asks for, and that is neither had nor taken; of a stack how many of its parts are."""
        required, _ = self._atlas.required(offer)
        missing = [self._atlas.title_of(each) for each in required if each not in self._atlas.have and each not in taken]
        if offer.stack is not None:
            there = sum(each in self._atlas.have or each in taken for each in set(map(uri_key, offer.stack.of)))
            more = offer.stack.needs - there
            missing += [f"{more} more of its parts"] if more > 0 else []
        return tuple(missing)

    def _rank(self, place: int) -> tuple[int, int, float, bool, float, bool, float, int]:
        offer, closes = self._offers[place], len(self._closes.get(place, ()))
        hours, cost = offer.learning.hours, offer.cost
        nearer = len(self._nearer.get(place, ()))
        return -closes, -nearer, self._atlas.weights(offer), hours is None, hours or 0.0, cost is None, cost or 0.0, place

    def _why(self, place: int) -> str:
        blocked = [f"{self._title(offer)}: {reason}" for offer, reason in self._blocked.items() if place in self._closes[offer]]
        if blocked:
            return f"what would close it cannot be reached: {blocked[0]}"
        if any(place in places for places in self._closes.values()):
            return f"the plan has {MAX_STEPS} steps, and no more are made"
        near = [self._title(offer) for offer, places in self._nearer.items() if place in places]
        if near:
            return f"nothing that is offered closes it; {near[0]} would bring you nearer"
        wanted = self._asked[place].requirement
        if not wanted.uris and not wanted.achievement:
            return "it has no URI to go by, so nothing can be said to close it"
        return "nothing that is offered closes it"

    def _title(self, offer: int) -> str:
        return self._offers[offer].learning.title or self._offers[offer].id
