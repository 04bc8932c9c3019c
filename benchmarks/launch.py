"""Start a command, and write to a file what it took: launch.py FILE SECONDS COMMAND…, with so many CPU seconds at most.

A program of its own, and small: the peak memory of a process begins with that of whoever starts it.
"""

import os
import resource
import signal
import sys
import time
from pathlib import Path

HANGS = 10  # times the CPU seconds, in wall time


def main() -> None:
    """Write exit code (negative: the signal), CPU seconds, wall seconds and peak KiB."""
    report, most, *command = sys.argv[1:]
    seconds, start = int(most), time.monotonic()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # passed on to the command
    process = os.posix_spawnp(command[0], command, os.environ)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
    signal.alarm(seconds * HANGS)
    _, status, usage = os.wait4(process, 0)
    took = (os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss)
    Path(report).write_text(" ".join(map(str, took)))


if __name__ == "__main__":
    main()
