"""Read a roster as enrolment does: all of it, or every problem."""

from collections.abc import Mapping
from datetime import datetime

from laurea.core.achievement import Achievement
from laurea.core.roster import Row, read_roster
from laurea.errors import RosterError


def parse_roster(data: bytes, achievements: Mapping[str, Achievement], *, now: datetime) -> tuple[Row, ...]:
    rows, problems = read_roster(data, achievements, now=now)
    if problems:
        raise RosterError(problems)
    return rows
