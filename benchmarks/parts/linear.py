"""Whether one of many credentials costs what one of few does, where the same is done: rows to sealed by one process, on SQLite."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.figures import Figure
from benchmarks.issuance import issuing
from benchmarks.parts import Asked
from benchmarks.parts.batch import FIRST, LINEAR, TIMES


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure a few, then as many as were asked for."""
    count, small = asked.credentials, min(asked.credentials, FIRST)
    with issuing() as shared:
        measured = replace(shared, alone=True)
        first = measured.few(TIMES, small).cpu / small
        each = (measured.enrol(TIMES * small, count) + measured.seal()).cpu / count
    yield Figure(f"{small:,} from rows to sealed by one process, CPU each", first * 1e6, "µs")
    yield Figure(f"{count:,} from rows to sealed by one process, CPU each", each * 1e6, "µs")
    yield Figure(f"cost of one of {count:,} by one of {small:,}", each / first, "times", LINEAR)
