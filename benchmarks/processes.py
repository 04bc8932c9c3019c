"""A command in a process of its own: what it printed, and what it took at its most. Imports little, for what it holds counts for the child."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process that ended well printed, its CPU and wall seconds, and the peak memory of it or of the largest that it waited for."""

    printed: str
    cpu: float
    wall: float
    peak_mib: float


class TooLong(Exception):
    """A process was ended, since it took longer than it may."""


def run(command: Sequence[str | Path], *, seconds: float) -> Ran:
    """Run a command in the project's folder; raises TooLong, and ChildProcessError when it fails. What it says on stderr is passed on."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, cwd=ROOT)
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            timer.cancel()
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode < 0 and wall >= seconds:
            raise TooLong(f"{' '.join(map(str, command))}: not done after {seconds:.0f} s")
        if process.returncode:
            raise ChildProcessError(f"{' '.join(map(str, command))} ended with {process.returncode}")
        out.seek(0)
        return Ran(out.read().decode(), usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def tree_of(pid: int) -> list[int]:
    """Return a process and all that come from it."""
    children = [int(number) for task in _tasks(pid) for number in (task / "children").read_text().split()]
    return [pid, *(below for child in children for below in tree_of(child))]


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, of those that come from it and of those of them that ended."""
    return sum(_cpu_alone(each) for each in tree_of(pid))


def peak_of(pid: int) -> float:
    """Return the peak memory of a process or of the largest that comes from it, in MiB."""
    return max(_peak_alone(each) for each in tree_of(pid))


def _tasks(pid: int) -> list[Path]:
    folder = Path(f"/proc/{pid}/task")
    return list(folder.iterdir()) if folder.is_dir() else []


def _cpu_alone(pid: int) -> float:
    # After the name, which may hold blanks, utime is the 12th; then stime, and both of the children that were waited for.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _peak_alone(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
