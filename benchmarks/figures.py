"""The figure: one number that was measured, its unit, and the budget that it is to keep, if any."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

AT_MOST = "at most"
AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number by its name, in a unit; of several runs it is the median."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    bound: str = AT_MOST  # what the budget is: the most or the least that it may be
    runs: int = 1

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        if self.budget is None:
            return None
        return self.value <= self.budget if self.bound == AT_MOST else self.value >= self.budget

    def __str__(self) -> str:
        said = f"{self.name}: {shown(self.value)} {self.unit}".rstrip()
        if self.budget is None:
            return said
        return f"{said}, {self.bound} {shown(self.budget)}: {'met' if self.met else 'MISSED'}"

    def document(self) -> dict[str, Any]:
        """Return what is stored of it."""
        stored: dict[str, Any] = {"name": self.name, "value": float(f"{self.value:.6g}"), "unit": self.unit, "runs": self.runs}
        return stored if self.budget is None else {**stored, "budget": self.budget, "bound": self.bound, "met": self.met}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Figure":
        """Return the figure that was stored."""
        return cls(**{name: value for name, value in stored.items() if name != "met"})


def shown(value: float) -> str:
    """Return a number for people: three digits, and all of those before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def medians(runs: Sequence[Iterable[Figure]]) -> list[Figure]:
    """Return the figures of several runs of one part as their medians; raises ValueError when the runs have not the same figures."""
    columns = list(zip(*runs, strict=True))
    for column in columns:
        if len({figure.name for figure in column}) != 1:
            raise ValueError(f"runs of one part gave different figures: {', '.join(figure.name for figure in column)}")
    return [replace(column[0], value=median(figure.value for figure in column), runs=len(column)) for column in columns]
