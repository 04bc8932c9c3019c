"""A problem of a roster: where it is, what stands there, and what to do."""

from dataclasses import dataclass

SHOWN_CHARACTERS = 40  # of a wrong value: enough to find it


@dataclass(frozen=True, slots=True)
class Problem:
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


def shown(text: str) -> str:
    """Return a value in quotes, shortened."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")
