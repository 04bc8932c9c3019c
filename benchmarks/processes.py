"""A command in a process of its own: what it printed, and what it took at its most; and what processes that run take."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCH = str(Path(__file__).with_name("launch.py"))
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process that ended well printed, its CPU and wall seconds, and the peak memory of it or of the largest that it waited for."""

    printed: str
    cpu: float
    wall: float
    peak_mib: float


class TooLong(Exception):
    """A process was ended, since it took more CPU than it may."""


def run(command: Sequence[str | Path], *, seconds: int) -> Ran:
    """Run a command in the project's folder, with so many CPU seconds at most; what it says on stderr is passed on.

    Raises TooLong, and ChildProcessError when it fails.
    """
    words = [str(word) for word in command]
    with tempfile.NamedTemporaryFile("r") as report:
        launch = [sys.executable, "-I", "-S", LAUNCH, report.name, str(seconds), *words]
        printed = subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True).stdout
        code, cpu, wall, peak = map(float, report.read().split())
    if code < 0 and cpu >= seconds - 1:
        raise TooLong(f"{' '.join(words)}: not done after {seconds} s of CPU")
    if code:
        raise ChildProcessError(f"{' '.join(words)} ended with {code:.0f}")
    return Ran(printed, cpu, wall, peak / 1024)


def tree_of(pid: int) -> list[int]:
    """Return a process and all that come from it."""
    return [pid, *(below for child in children_of(pid) for below in tree_of(child))]


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has begun and that are there."""
    return [int(number) for task in Path(f"/proc/{pid}/task").glob("*/children") for number in _read(task).split()]


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, of those that come from it and of those of them that ended."""
    return sum(map(_cpu_alone, tree_of(pid)))


def peak_of(pid: int) -> float:
    """Return the peak memory of a process or of the largest that comes from it, in MiB."""
    return max(map(_peak_alone, tree_of(pid)))


def _cpu_alone(pid: int) -> float:
    # After the name, which may hold blanks, utime is the 12th; then stime, and both of the children that were waited for.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _peak_alone(pid: int) -> float:
    lines = _read(Path(f"/proc/{pid}/status")).splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _read(path: Path) -> str:
    """Return what the system says of a process; nothing of one that has ended meanwhile, whose time is its parent's then."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
