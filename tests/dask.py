"""A real Dask cluster: a scheduler and workers, each a process of its own on a free port."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 60


@dataclass
class Cluster:
    """The scheduler's URL as an operator gives it, and the processes."""

    url: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def add_worker(self) -> None:
        """Start one more."""
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder))
        self.workers.append(_dask("worker", self.url.replace("dask://", "tcp://"), *options))


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a cluster and end it with all its processes."""
    found = folder / "scheduler.json"
    scheduler = _dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(found))
    made = Cluster("", scheduler, [], folder)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not found.exists():
            assert scheduler.poll() is None, "the scheduler ended"
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)
        address = found.read_text().split('"address": "tcp://')[1].split('"')[0]
        made.url = f"dask://{address}"
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        for process in (*made.workers, scheduler):
            process.kill()
            process.wait()


def _dask(*arguments: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdin=quiet, stdout=quiet, stderr=quiet)
