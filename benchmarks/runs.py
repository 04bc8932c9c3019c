"""Runs of a part, each in a process of its own, and their medians."""

import json
import sys
import time
from dataclasses import dataclass

from benchmarks.figures import Figure, medians
from benchmarks.processes import run
from tests.postgres import Postgres

RUNS = 3
ENOUGH = 30.0  # seconds of wall time: when so much is spent, a part is not run again
LONGEST = 3_600  # seconds of CPU, after which something is wrong
MEMORY = {"batch": 256, "roster": 256, "signatures": 256}  # MiB that any process may have at its peak


@dataclass(frozen=True, slots=True)
class Runs:
    """A part by its name, how many credentials it is asked for, and how often it is run at most."""

    name: str
    credentials: int
    most: int = RUNS


def repeated(runs: Runs, server: Postgres | None = None) -> list[Figure]:
    """Return the medians of a part's figures, with the peak memory of its largest process; with a server each run has a new database of it."""
    found: list[list[Figure]] = []
    start = time.monotonic()
    while len(found) < runs.most and time.monotonic() - start < ENOUGH:
        found.append(_once(runs, server))
    return medians(found)


def _once(runs: Runs, server: Postgres | None) -> list[Figure]:
    database = [] if server is None else [server.new(), str(_process_of(server))]
    ran = run([sys.executable, "-m", "benchmarks.parts", runs.name, str(runs.credentials), *database], seconds=LONGEST)
    figures = [Figure.of(json.loads(line)) for line in ran.printed.splitlines()]
    return [*figures, Figure("peak memory of its largest process", ran.peak_mib, "MiB", MEMORY.get(runs.name))]


def _process_of(server: Postgres) -> int:
    return int((server.folder / "data/postmaster.pid").read_text().split()[0])
