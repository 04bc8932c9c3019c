"""Read a roster as enrolment does: all of it, or every problem."""

from collections.abc import Mapping
from datetime import datetime

from laurea.core.achievement import Achievement
from laurea.core.problem import Problems
from laurea.core.roster import Roster, Row
from laurea.core.sheet import Source


def parse_roster(source: Source, achievements: Mapping[str, Achievement], *, now: datetime) -> tuple[Row, ...]:
    problems = Problems()
    rows = tuple(Roster.of(source, achievements, now=now).rows(problems))
    if problems.count:
        raise problems.error()
    return rows
