"""Save a file in child processes that are killed in the midst of it; print what was found afterwards, as JSON.

Run as a program, for the children are forked from a process that does nothing else: `killed_while_saving.py FILE OLD NEW KILLS`.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from laurea.storage import files

STARTED, SAVED = b"(", b")"


def save(path: Path, data: bytes) -> tuple[int, int]:
    """Start a child that saves `data`; return its process id and the pipe on which it says that it started and that it saved."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, STARTED)
        files.replace(path, data)
        os.write(writer, SAVED)
        os._exit(0)
    os.close(writer)
    return child, reader


def kill_in(child: int, reader: int, delay: float) -> bool:
    """Kill a saving child `delay` seconds after it started; tell whether that fell inside the save."""
    os.read(reader, 1)
    until = time.perf_counter() + delay
    while time.perf_counter() < until:
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    inside = os.read(reader, 1) == b""
    os.close(reader)
    return inside


def main() -> None:
    """Count the outcomes of as many kills as asked for, each inside a save."""
    path, old, new = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), Path(sys.argv[3]).read_bytes()
    draw = random.Random(7)
    reach = 0.001  # the longest delay: later after a kill that came too early to matter, earlier after one that came too late
    count = {"old": 0, "new": 0, "torn": 0}
    while sum(count.values()) < int(sys.argv[4]):
        with files.lock(path, create=True):  # which also removes what the child before left
            files.replace(path, old)
        inside = kill_in(*save(path, new), draw.uniform(0, reach))
        found = path.read_bytes()
        outcome = "old" if found == old else "new" if found == new else "torn"
        count[outcome] += inside
        reach *= 1.05 if outcome == "old" else 0.9
    print(json.dumps(count))


if __name__ == "__main__":
    main()
