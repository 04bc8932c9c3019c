"""Keep a share, or end one, and be killed at each line that `laurea.storage` runs for it; print what was found afterwards, as JSON.

Run as a program, for the children are forked from a process that does nothing else: `killed_while_sharing.py DIR put|remove`.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from laurea.errors import NotFound
from laurea.storage.shares import Record, Shares

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = "AAAAAAAAAAAAAAAAAAAAAA"
HASH = b"#" * 32
CANARY = b"canary-9b1f"
SEALED = b"\x01" + CANARY * 200
RECORD = Record(NOON + timedelta(days=1), HASH)


def killer(at: int) -> Any:
    """Return a tracer that kills this process before it runs the line of this number."""
    seen = 0

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal seen
        if f"{os.sep}laurea{os.sep}storage{os.sep}" not in frame.f_code.co_filename:
            return None
        if event == "line":
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def main() -> None:
    """Be killed at every line in turn, each in a child of its own, and say after each what is there."""
    work, told = Path(sys.argv[1]), []
    for at in range(1, 1 << 20):
        directory = work / str(at)
        shares = Shares(directory, capacity=1 << 30)
        if sys.argv[2] == "remove":
            shares.put(NAME, SEALED, RECORD)
        child = os.fork()
        if child == 0:
            sys.settrace(killer(at))
            act(shares)
            sys.settrace(None)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        kept = (directory / "shares" / f"{NAME}.sealed").exists()
        told.append({"killed": killed, "found": found(shares), "sealed": kept, "left": swept(directory)})
        if not killed:
            break
    print(json.dumps(told))


def act(shares: Shares) -> None:
    """Do what is to be killed."""
    if sys.argv[2] == "put":
        shares.put(NAME, SEALED, RECORD)
    else:
        shares.remove(NAME, HASH, at=NOON)


def found(shares: Shares) -> str:
    """Tell what somebody with the link meets."""
    try:
        return "whole" if shares.open(NAME, at=NOON) == SEALED else "torn"
    except NotFound:
        return "ended"


def swept(directory: Path) -> list[str]:
    """Start again, and return the files that are left of the share then."""
    Shares(directory, capacity=1 << 30).sweep(at=NOON)
    return sorted(path.name for path in (directory / "shares").iterdir())


if __name__ == "__main__":
    main()
