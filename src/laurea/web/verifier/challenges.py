"""Challenges for holders to sign: given out, and taken back once. They are in memory, so a restart forgets them: then none is good."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from laurea.web.problems import HttpProblem

LIFE = timedelta(hours=1)  # for the holder to answer; what they then sign is good for five minutes
BYTES = 16
MOST = 10_000  # that are out at once
MOST_OF_ONE = 100  # of them to one address
SOON = {"Retry-After": "60"}


class Challenges:
    """What was given out and did not come back yet."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Give out nothing yet."""
        self._monotonic = monotonic
        self._out: dict[str, tuple[float, str]] = {}  # in the order of their ends, which is that in which they were given out
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def give(self, site: str) -> str:
        """Give one out to somebody at an address; raises HttpProblem 429 when that holds many, 503 when too many are out."""
        with self._lock:
            self._forget()
            if self._held[site] >= MOST_OF_ONE:
                raise HttpProblem(429, f"{MOST_OF_ONE} challenges of yours are not answered yet", headers=SOON)
            if len(self._out) >= MOST:
                raise HttpProblem(503, "too many challenges are not answered yet", headers=SOON)
            made = secrets.token_urlsafe(BYTES)
            self._out[made] = self._monotonic() + LIFE.total_seconds(), site
            self._held[site] += 1
            return made

    def take(self, challenge: str) -> bool:
        """Take one back and tell whether it was out: of those who bring the same, one alone is told so."""
        with self._lock:
            self._forget()
            found = self._out.pop(challenge, None)
            if found is not None:
                self._release(found[1])
            return found is not None

    def _forget(self) -> None:
        now = self._monotonic()
        while self._out:
            first = next(iter(self._out))
            end, site = self._out[first]
            if now < end:
                return
            del self._out[first]
            self._release(site)

    def _release(self, site: str) -> None:
        self._held[site] -= 1
        if not self._held[site]:
            del self._held[site]
