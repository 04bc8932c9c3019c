"""A problem of a roster: where it is, what stands there, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from laurea.errors import RosterError

SHOWN_CHARACTERS = 40  # of a wrong value: enough to find it
MAX_KEPT = 10_000  # problems of one roster: more than anybody reads, and few megabytes


class Problem(NamedTuple):
    """One thing that is wrong; what is not about one row, column or value leaves that None. As text it is one line."""

    fix: str
    row: int | None = None  # as a spreadsheet counts; of records, from 0
    column: str | None = None
    value: str | None = None
    noun: str = "row"

    def __str__(self) -> str:
        """Return "row 2, column result, '120': give a number from 0 up to 100"."""
        places = (
            None if self.row is None else f"{self.noun} {self.row}",
            None if self.column is None else f"column {self.column}",
            None if self.value is None else shown(self.value),
        )
        where = ", ".join(place for place in places if place is not None)
        return f"{where}: {self.fix}" if where else self.fix


class Sink(Protocol):
    """What takes problems as they are met: a list, `Problems`, or what writes each away."""

    def append(self, problem: Problem, /) -> None:
        """Take one."""


@dataclass(slots=True)
class Problems:
    """The first problems of a roster, and the count of all: a hostile one has millions."""

    most: int = MAX_KEPT
    count: int = 0
    kept: list[Problem] = field(default_factory=list)

    def append(self, problem: Problem, /) -> None:
        """Count a problem, and keep it if it is one of the first."""
        self.count += 1
        if len(self.kept) < self.most:
            self.kept.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Do so with several."""
        for problem in problems:
            self.append(problem)

    def error(self) -> RosterError:
        """Return what refuses a roster with these problems."""
        return RosterError(self.kept, count=self.count)


def shown(text: str) -> str:
    """Return a value in quotes, shortened."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")
