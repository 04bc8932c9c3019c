"""The reading of a roster: every cell of a CSV file is judged."""

from collections.abc import Iterator

from benchmarks import material
from benchmarks.figures import AT_LEAST, Figure
from benchmarks.meter import median_cpu
from benchmarks.parts import Asked
from laurea.core import roster
from laurea.core.achievement import Achievement

MOST = 50_000  # rows
A_SECOND = 50_000
TIMES = 3


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure how many rows are judged in a second; raises ValueError when one of them is refused."""
    count = min(asked.credentials, MOST)
    known = {material.KEY: Achievement.parse(material.achievement())}
    data = material.roster(material.rows(0, count))
    rows, problems = roster.read_roster(data, known, now=material.MOMENT)
    if problems or len(rows) != count:
        raise ValueError(f"the roster is not read whole: {problems[:1]}")
    seconds = median_cpu(lambda: roster.read_roster(data, known, now=material.MOMENT), times=TIMES)
    yield Figure("rows of a roster read and judged, in a second of CPU", count / seconds, "rows", A_SECOND, AT_LEAST)
