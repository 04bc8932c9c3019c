"""Who does the work: a few threads, a bounded line before them, and nobody who can fill both alone."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from laurea.web.problems import HttpProblem

T = TypeVar("T")

WORKERS = 8  # mostly they wait for nodes
WAITING = 8  # places in the line, each with a body in memory, of 18 MiB at most, twice while it is read
SECONDS = 60.0  # that one answer may take; a thread that needs longer keeps its place until it ends
SOON = {"Retry-After": "2"}


class Crew:
    """Threads, and who stands before them; one address has at most half of the threads."""

    def __init__(self, workers: int = WORKERS, waiting: int = WAITING, seconds: float = SECONDS) -> None:
        """Begin no thread yet."""
        self.seconds = seconds
        self._most = workers + waiting
        self._most_of_one = max(1, workers // 2)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="verify")
        self._present: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, site: str) -> "Place":
        """Give a place to a request from an address; raises HttpProblem 429 when that has its share of them, 503 when none is left."""
        with self._lock:
            if self._present[site] >= self._most_of_one:
                raise HttpProblem(429, "your earlier requests are still at work", headers=SOON)
            if self._present.total() >= self._most:
                raise HttpProblem(503, "too many are waiting", headers=SOON)
            self._present[site] += 1
        return Place(self, site)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have a thread do something, soon."""
        return self._pool.submit(work)

    def leave(self, site: str) -> None:
        """Take a place back."""
        with self._lock:
            self._present[site] -= 1
            if not self._present[site]:
                del self._present[site]

    def close(self) -> None:
        """Take nothing on any more and end after what is being done."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Place:
    """A context manager around the reading of a request and the work for it."""

    def __init__(self, crew: Crew, site: str) -> None:
        """Hold the place of a request."""
        self._crew = crew
        self._site = site
        self._work: Future[object] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Free the place, but not before the thread is free, too: nobody waits for a hostile document's thread but its sender."""
        if self._work is None:
            self._crew.leave(self._site)
        else:
            self._work.add_done_callback(lambda _: self._crew.leave(self._site))

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a thread makes of it; raises HttpProblem 503 when that takes too long."""
        future = self._crew.submit(work)
        self._work = future  # type: ignore[assignment]  # of whatever it gives, only its end counts
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._crew.seconds)
        except TimeoutError as error:
            raise HttpProblem(503, f"this took longer than {self._crew.seconds:g} s, so there is no answer", headers=SOON) from error
