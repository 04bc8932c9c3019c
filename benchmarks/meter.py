"""The meter: CPU seconds of this process, its children and a database server, and wall seconds, of an act."""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.processes import children_of, cpu_of


@dataclass(frozen=True, slots=True)
class Cost:
    """What an act took, in seconds."""

    cpu: float
    wall: float
    server: float = 0.0  # CPU of the database server

    @property
    def work(self) -> float:
        """The CPU seconds of all who worked on it."""
        return self.cpu + self.server

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall, self.server + other.server)


NOTHING = Cost(0.0, 0.0)


def cost_of(act: Callable[[], object], *, server: int | None = None) -> Cost:
    """Return what an act took; `server` is the process of the database server, which is not one of ours."""
    before = _cpu(server), time.perf_counter(), _server(server)
    act()
    after = _cpu(server), time.perf_counter(), _server(server)
    return Cost(*(late - early for early, late in zip(before, after, strict=True)))


def median_cpu(act: Callable[[], object], *, times: int) -> float:
    """Return the CPU seconds that an act takes, the median of several times."""
    return median(cost_of(act).cpu for _ in range(times))


def _cpu(server: int | None) -> float:
    """Return the CPU seconds of this process, of those that it waited for, and of those that live, with what they waited for; not the server."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    living = sum(cpu_of(child) for child in children_of(os.getpid()) if child != server)
    return sum(each.ru_utime + each.ru_stime for each in used) + living


def _server(pid: int | None) -> float:
    return 0.0 if pid is None else cpu_of(pid)
