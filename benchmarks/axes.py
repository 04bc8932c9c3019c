"""Logarithmic axes: powers of ten, and where a number stands between them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True)
class Axis:
    """From one power of ten to another, drawn from one coordinate to another."""

    first: int
    last: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float) -> Self:
        """Return the axis on which all of these stand; raises ValueError for what is no positive number, or for none."""
        logs = [math.log10(value) for value in values]
        first, last = math.floor(min(logs)), math.ceil(max(logs))
        return cls(first, max(last, first + 1), start, end)

    def at(self, value: float) -> float:
        """Return where a value is."""
        return self.start + (self.end - self.start) * (math.log10(value) - self.first) / (self.last - self.first)

    def ticks(self) -> list[tuple[float, str]]:
        """Return where the powers of ten are, and what they are called."""
        return [(self.at(10.0**power), _called(power)) for power in range(self.first, self.last + 1)]


def apart(wanted: list[float], gap: float, most: float) -> list[float]:
    """Return places near the wanted ones, at least a gap from each other in the same order, none beyond the most where they have room."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = list(wanted)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    limit = most
    for at in reversed(order):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - gap
    return placed


def _called(power: int) -> str:
    if power < 0:
        return f"{10.0**power:.{-power}f}"
    return f"{10**power:,}" if power < 6 else f"{10 ** (power - 6):,} million"
