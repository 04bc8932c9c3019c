"""What a pathway says: its steps, what they take together, and what stays open."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.core.catalogue import Offer
from laurea.core.matching import Finding, Fit, Shown
from laurea.core.pathway.atlas import Measure


@dataclass(frozen=True, slots=True)
class Step:
    """An achievement to earn: which requirements it closes (their places in the goal), what else it is needed for, what it asks for.

    `needs` are titles of prerequisites that are not had yet, `conditions` those in words that nobody but a person can judge. `nearer` are the places of
    requirements that it would meet in part. `held` says which credential of the same achievement is there already and why it does not count, "" for none.
    """

    offer: Offer
    closes: tuple[int, ...]
    reasons: tuple[str, ...]
    needed_for: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    nearer: tuple[int, ...] = ()
    held: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A requirement that the plan does not close, by its place in the goal, and why."""

    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class Course:
    """What some steps take together, as far as it is said: hours, money by currency, and how many steps do not say so."""

    hours: float
    hours_unknown: int
    costs: tuple[tuple[str, float], ...]
    costs_unknown: int

    @classmethod
    def of(cls, offers: Sequence[Offer]) -> "Course":
        """Sum offers up."""
        sums: dict[str, float] = {}
        for each in offers:
            if each.cost is not None:
                sums[each.currency] = sums.get(each.currency, 0.0) + each.cost
        unknown = sum(each.learning.hours is None for each in offers)
        hours = sum(each.learning.hours or 0.0 for each in offers)
        return cls(hours, unknown, tuple(sorted(sums.items())), sum(each.cost is None for each in offers))


@dataclass(frozen=True, slots=True)
class Pathway:
    """The way to a goal: how far each requirement is met, the plan, what could be begun now by how much it closes, and what stays open.

    `most` is how many requirements one achievement closes at most; `chained` tells whether any that was chosen from has prerequisites.
    """

    title: str
    measure: Measure
    findings: tuple[Finding, ...]
    shown: tuple[Shown, ...]
    steps: tuple[Step, ...]
    next: tuple[Step, ...]
    open: tuple[Open, ...]
    course: Course
    parts: tuple[str, ...]  # titles of prerequisites of the goal that are had
    most: int
    chained: bool

    @property
    def met(self) -> int:
        """How many requirements are met now."""
        return sum(each.fit is Fit.MET for each in self.findings)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.met == len(self.findings)
