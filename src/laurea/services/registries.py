"""The registries that credentials are anchored in: asked once for what many credentials have in common, and not for ever."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from laurea.core.account import chain_name
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.checks import Examined
from laurea.core.revocation_check import asks_when
from laurea.core.trust import Trust

# Readings that may fail: from then on only what has always answered is asked, or a folder of made-up chains would keep us waiting for ever.
MOST_FAILURES = 8

Leaf = tuple[AnchorRef, int]
Place = tuple[int, bytes]
"""A registry: the chain's id and the address."""


class Reading(Protocol):
    """What is read of one registry; a silent node is said in `Facts.trouble`, never raised."""

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what the registry says about leaves of anchored roots, asking nothing twice."""

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        """Return facts about leaves that are revoked with when that was, if it was after a moment; each as it is where that is not known."""


ReadingOf = Callable[[AnchorRef], Reading | None]
"""Gives a new reading for an anchor's registry, None when no node of that chain is known."""


class Registries:
    """The registries that a run asks, each by one reading: as long as it answers, all that it says is of the same two blocks."""

    def __init__(self, reading_of: ReadingOf, trust: Trust, *, at: datetime | None = None) -> None:
        """Ask nothing yet; where it matters for `at`, a moment in the past, it is asked when something was revoked."""
        self._reading_of = reading_of
        self._trust = trust
        self._at = at
        self._readings: dict[Place, Reading] = {}
        self._failures = 0

    def facts(self, examined: Sequence[Examined]) -> list[Facts | None]:
        """Return what the chain says about each of some credentials; None where there is nothing to ask, or nobody whose answer counts."""
        found: list[Facts | None] = [None] * len(examined)
        places: dict[Place, list[tuple[int, Leaf]]] = defaultdict(list)
        for at, each in enumerate(examined):
            anchoring = each.proof.anchoring if each.proof else None
            # A registry that is not accepted is not asked either: its answers would count for nothing.
            if anchoring is not None and self._trust.accepts_registry(anchoring.chain_id, anchoring.registry):
                places[anchoring.chain_id, anchoring.registry].append((at, (anchoring.ref, anchoring.index)))
        # Where most are first: a few made-up ones must not use up the failures before.
        for place, leaves in sorted(places.items(), key=lambda item: -len(item[1])):
            for (at, _), facts in zip(leaves, self._read(place, [leaf for _, leaf in leaves]), strict=True):
                found[at] = facts
        return found

    def dated(self, facts: Facts, after: datetime) -> Facts:
        """Return facts about what is revoked with when that was, if it was after the time of a block; as they are where that is not known."""
        if not asks_when(facts, after, exact=True) or facts.revoked_at is not None:
            return facts  # when it was revoked first is the same for every moment
        reading = self._readings.get((facts.ref.chain_id, facts.ref.registry))
        return facts if reading is None else reading.when_revoked([facts], after)[0]

    def _read(self, place: Place, leaves: Sequence[Leaf]) -> list[Facts]:
        reading = self._readings.pop(place, None)  # and back again when it answers
        if reading is None and self._failures >= MOST_FAILURES:
            return _unread(leaves, f"chain {chain_name(place[0])} was not asked: {MOST_FAILURES} readings have failed before")
        reading = reading or self._reading_of(leaves[0][0])
        if reading is None:
            return _unread(leaves, f"no RPC URL is known for chain {chain_name(place[0])}")
        found = reading.read_many(leaves)
        if found[0].trouble:
            self._failures += 1
        else:
            self._readings[place] = reading
        return found if self._at is None else _dated(reading, found, self._at)


def _dated(reading: Reading, found: list[Facts], at: datetime) -> list[Facts]:
    """Return the facts with when something was revoked, where the judgement as of `at` depends on that."""
    asked = [each for each in found if asks_when(each, at)]
    told = iter(reading.when_revoked(asked, at) if asked else [])
    return [next(told) if asks_when(each, at) else each for each in found]


def _unread(leaves: Sequence[Leaf], trouble: str) -> list[Facts]:
    return [Facts(*leaf, trouble=trouble) for leaf in leaves]
