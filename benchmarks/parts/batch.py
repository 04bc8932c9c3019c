"""A batch from rows of a roster to sealed and stored; all but the transaction on the chain, which is the same for any number.

SQLite waits for the disk; PostgreSQL is that of the tests, which does not (tests/postgres.py).
"""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.issuance import issuing
from benchmarks.parts import Asked
from benchmarks.processes import peak_of

MICROSECONDS = {"SQLite": 45, "PostgreSQL": 30}  # of wall time a credential, which are seconds for a million
FIRST = 10_000  # credentials that the cost of the rest is compared with
TIMES = 3
LINEAR = 1.2
MEBIBYTES = 256


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure a first batch, then the one that was asked for, in one database."""
    count, where, small = asked.credentials, asked.database, min(asked.credentials, FIRST)
    with issuing(asked.database_url, asked.server) as measured:
        first = measured.few(TIMES, small)
        enrolled = measured.enrol(TIMES * small, count)
        sealed = measured.seal()
        server = None if asked.server is None else peak_of(asked.server)
    whole = enrolled + sealed
    each = 1e6 / count
    yield Figure(f"{where}, first {small:,} from rows to sealed, CPU each", first.work / small * 1e6, "µs")
    yield Figure(f"{where}, first {small:,} from rows to sealed, wall each", first.wall / small * 1e6, "µs")
    yield Figure(f"{where}, {count:,} enrolled, CPU each", enrolled.work * each, "µs")
    yield Figure(f"{where}, {count:,} sealed, CPU each", sealed.work * each, "µs")
    yield Figure(f"{where}, {count:,} from rows to sealed, CPU each", whole.work * each, "µs")
    yield Figure(f"{where}, {count:,} from rows to sealed, wall each", whole.wall * each, "µs", MICROSECONDS[where])
    of_many = f"{where}, cost of one of {count:,} by one of {small:,}"
    yield Figure(f"{of_many}, by the clock", whole.wall / count / (first.wall / small), "times", LINEAR)
    # Of many there are several processes, each of which slows the others by some tenths, and which have to be started: see `linear`.
    yield Figure(f"{of_many}, CPU of all processes", whole.work / count / (first.work / small), "times")
    if measured.peaks:
        yield Figure(f"{where}, peak memory of the largest helper", max(measured.peaks), "MiB", MEBIBYTES)
    if server is not None:
        yield Figure(f"{where}, CPU of its server in that, each", whole.server * each, "µs")
        yield Figure(f"{where}, peak memory of the largest process of its server", server, "MiB")
