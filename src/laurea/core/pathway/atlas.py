"""What leads to an achievement: its prerequisites, and what the rule of a stack asks for, over all that catalogues offer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.catalogue import Offer
from laurea.core.concept import uri_key
from laurea.core.learning import Learning
from laurea.core.openbadge.values import is_url

MAX_DEPTH = 20  # of prerequisites of prerequisites
MAX_VISITS = 5_000  # achievements that are looked at on the way to one: bounds what a catalogue can make us do


class Measure(StrEnum):
    """What is to be little on the way."""

    STEPS = "steps"
    HOURS = "hours"
    COST = "cost"


class Blocked(Exception):
    """An achievement cannot be reached; the message says why, after its title."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each offer weighs by a measure; one that does not say so weighs as much as the heaviest that does. Costs are in `currency` alone."""

    measure: Measure
    currency: str
    heaviest: float

    @classmethod
    def of(cls, offers: Iterable[Offer], measure: Measure) -> "Weights":
        """Weigh some offers; costs in the currency that most of them have."""
        several = list(offers)
        named = Counter(each.currency for each in several if each.currency)
        currency = min(named, key=lambda name: (-named[name], name), default="")
        bare = cls(measure, currency, 1.0)
        return cls(measure, currency, max((bare.known(each) or 0.0 for each in several), default=0.0) or 1.0)

    def known(self, offer: Offer) -> float | None:
        """Return what an offer says to weigh, None when it does not say so, or in another currency."""
        if self.measure is Measure.HOURS:
            return offer.learning.hours
        if self.measure is Measure.COST:
            return offer.cost if offer.currency == self.currency else None
        return 1.0

    def __call__(self, offer: Offer) -> float:
        """Return what an offer is taken to weigh."""
        known = self.known(offer)
        return self.heaviest if known is None else known


class Atlas:
    """All that is offered, by the ids of achievements; and what somebody has of them."""

    def __init__(self, offers: Sequence[Offer], have: Mapping[str, Learning], weights: Weights) -> None:
        """Know the offers, and the achievements that are had, by `uri_key` of their ids."""
        self.have = have
        self.weights = weights
        self._by_id: dict[str, list[Offer]] = defaultdict(list)
        self._by_key: dict[tuple[str, str], str] = {}
        for each in sorted(offers, key=lambda each: (weights(each), each.issuer)):
            self._by_id[uri_key(each.id)].append(each)
            self._by_key.setdefault((each.issuer, each.learning.key), uri_key(each.id))

    def way_to(self, offer: Offer, taken: frozenset[str] = frozenset()) -> list[Offer]:
        """Return what has to be earned for an offer, in an order that can be gone, itself last; what is had or taken is left out.

        Raises Blocked.
        """
        return _Walk(self, taken).to(offer)

    def offers_of(self, achievement: str) -> list[Offer]:
        """Return who offers an achievement, by its key, the lightest first."""
        return self._by_id.get(achievement, [])

    def required(self, offer: Offer) -> tuple[list[str], list[str]]:
        """Return the keys of the achievements that an offer asks for, and its conditions in words, which nobody but a person can judge."""
        ids, conditions = [], []
        for each in offer.learning.prerequisites:
            named = self._by_key.get((offer.issuer, each))
            if named or is_url(each):
                ids.append(named or uri_key(each))
            else:
                conditions.append(each)
        return ids, conditions

    def title_of(self, achievement: str) -> str:
        """Return what an achievement is called, or its id."""
        known = self.have.get(achievement)
        found = self._by_id.get(achievement, [])
        return (known.title if known else "") or next((each.learning.title for each in found if each.learning.title), achievement)


class _Walk:
    """One way to one offer: what was found so far is not looked for again."""

    def __init__(self, atlas: Atlas, taken: frozenset[str]) -> None:
        self._atlas = atlas
        self._found: dict[str, Offer] = {}
        self._taken = taken
        self._blocked: dict[str, str] = {}
        self._visits = 0

    def to(self, offer: Offer, above: tuple[str, ...] = ()) -> list[Offer]:
        """Return the way to an offer; raises Blocked."""
        here = uri_key(offer.id)
        self._visits += 1
        if here in above:
            raise Blocked(f"its prerequisites lead back to {self._atlas.title_of(here)}")
        if len(above) >= MAX_DEPTH or self._visits > MAX_VISITS:
            raise Blocked("its prerequisites are too many to follow")
        required, _ = self._atlas.required(offer)
        for each in required:
            self._reach(each, (*above, here))
        if offer.stack is not None:
            self._fill(offer, (*above, here))
        self._found[here] = offer
        return list(self._found.values())

    def _is_there(self, achievement: str) -> bool:
        return achievement in self._atlas.have or achievement in self._taken or achievement in self._found

    def _reach(self, achievement: str, above: tuple[str, ...]) -> None:
        """Take what leads to an achievement by its lightest offer that can be reached; raises Blocked when there is none."""
        if self._is_there(achievement):
            return
        if achievement in self._blocked:
            raise Blocked(self._blocked[achievement])
        reason = f"nothing that is known offers its prerequisite {self._atlas.title_of(achievement)}"
        for each in self._atlas.offers_of(achievement):
            before = dict(self._found)
            try:
                self.to(each, above)
            except Blocked as error:
                self._found, reason = before, str(error)
            else:
                return
        if achievement not in above:
            self._blocked[achievement] = reason
        raise Blocked(reason)

    def _fill(self, offer: Offer, above: tuple[str, ...]) -> None:
        """Take as many parts of a stack as its rule still asks for, the lightest first; raises Blocked when there are too few."""
        rule = offer.stack
        assert rule is not None
        parts = list(dict.fromkeys(map(uri_key, rule.of)))
        for each in sorted(parts, key=self._weight):
            if self._satisfied(parts, rule.needs, rule.credits):
                return
            try:
                self._reach(each, above)
            except Blocked:
                continue
        if not self._satisfied(parts, rule.needs, rule.credits):
            raise Blocked(f"it takes {rule.needs} of {len(parts)} achievements{_credits(rule.credits)}, and too few of them can be earned")

    def _satisfied(self, parts: Sequence[str], needs: int, wanted: float | None) -> bool:
        there = [each for each in parts if self._is_there(each)]
        return len(there) >= needs and (wanted is None or sum(map(self._credits_of, there)) >= wanted)

    def _weight(self, achievement: str) -> float:
        if self._is_there(achievement):
            return 0.0
        offers = self._atlas.offers_of(achievement)
        return self._atlas.weights(offers[0]) if offers else float("inf")

    def _credits_of(self, achievement: str) -> float:
        known = self._atlas.have.get(achievement)
        if known is None:
            offered = [self._found[achievement]] if achievement in self._found else self._atlas.offers_of(achievement)
            known = offered[0].learning if offered else None
        if known is None:
            return 0.0
        points = next((each.point for each in known.credits), 0.0)
        return points if known.earned is None else min(points, known.earned)


def _credits(wanted: float | None) -> str:
    return "" if wanted is None else f" with {wanted:g} credits"
