"""What wallets were asked and have answered, in memory and for minutes: a restart forgets it all."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest

from laurea.core.dcql import Query
from laurea.core.presentation import Presentation
from laurea.core.report import Report, Verdict
from laurea.web.problems import HttpProblem
from laurea.web.wallet.language import N_

LIFE = timedelta(minutes=10)  # for the wallet to answer
KEPT = timedelta(minutes=10)  # an answer, for whoever asked to fetch it
NUMBER = 16  # bytes of ids, nonces and states: 128 bits (OpenID4VP 1.0, 5.2)
MOST = 2_000  # requests and answers at once
MOST_OF_ONE = 100  # of them that one address has made, where anybody may ask
OPERATOR = "the operator"  # stands for the address of whoever has their token
MOST_BYTES = 64 << 20  # of all answers
SOON = {"Retry-After": "60"}
NOT_THERE = N_("there is no such request, or it is not yours")
GONE = "this request is not one that waits for an answer: it was answered, has run out, or was not made here"


@dataclass(frozen=True, slots=True)
class Seen:
    """A credential that was shown: for which query, its report, and what of it was asked for, None when nothing is to be passed on."""

    query: str
    report: Report
    shown: Presentation | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request: credentials with a verdict over all, or a refusal by its error code. `problem` says why it is no good answer."""

    verdict: Verdict | None = None
    problem: str = ""
    seen: tuple[Seen, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: its id, which the wallet knows, and what only whoever asked has (`token`), or who is sent back to them (`response_code`)."""

    id: str
    token: str = field(repr=False)
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    response_code: str = field(repr=False)
    query: Query
    redirect_uri: str = ""


@dataclass(slots=True)
class _Kept:
    ask: Ask
    site: str
    end: float
    result: Result | None = None
    judging: bool = False
    size: int = 0


class Asks:
    """Makes requests, takes one answer to each, and gives it to whoever has the token of it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Know of nothing yet."""
        self._monotonic = monotonic
        self._kept: dict[str, _Kept] = {}
        self._by_state: dict[str, str] = {}
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def make(self, query: Query, site: str, redirect_uri: str = "") -> Ask:
        """Make a request for somebody at an address; raises HttpProblem 429 when they hold many, 503 when too many are open."""
        with self._lock:
            self._forget()
            if site != OPERATOR and self._held[site] >= MOST_OF_ONE:
                raise HttpProblem(429, f"{MOST_OF_ONE} requests of yours are still kept", headers=SOON)
            if len(self._kept) >= MOST:
                raise HttpProblem(503, "too many requests are open", headers=SOON)
            id_, token, nonce, state, code = (secrets.token_urlsafe(size) for size in (NUMBER, 2 * NUMBER, NUMBER, NUMBER, NUMBER))
            ask = Ask(id_, token, nonce, state, code, query, redirect_uri)
            self._kept[id_] = _Kept(ask, site, self._monotonic() + LIFE.total_seconds())
            self._by_state[state] = id_
            self._held[site] += 1
            return ask

    def open(self, name: str) -> Ask:
        """Return a request that waits for its answer; raises HttpProblem 404."""
        with self._lock:
            self._forget()
            found = self._kept.get(name)
            if found is None or found.result is not None or found.judging:
                raise HttpProblem(404, GONE)
            return found.ask

    def take(self, state: str, size: int) -> Ask:
        """Take a request, to answer it with so many bytes: of those who bring the same state, one alone gets it.

        Raises HttpProblem 409 when none waits, 503 when there is no room for the answer.
        """
        with self._lock:
            self._forget()
            found = self._kept.get(self._by_state.get(state, ""))
            if found is None or found.result is not None or found.judging:
                raise HttpProblem(409, GONE)
            if sum(each.size for each in self._kept.values()) + size > MOST_BYTES:
                raise HttpProblem(503, "too many answers are kept", headers=SOON)
            found.judging, found.size = True, size
            return found.ask

    def settle(self, ask: Ask, result: Result | None) -> None:
        """Keep what came of a request that was taken; None gives it back, for it could not be judged."""
        with self._lock:
            found = self._kept.get(ask.id)
            if found is None:  # it took longer than it is kept
                return
            found.judging, found.result = False, result
            if result is None:
                found.size = 0
            else:
                found.end = self._monotonic() + KEPT.total_seconds()

    def look(self, name: str, token: str) -> tuple[Ask, Result | None]:
        """Return a request and what came of it, None when nothing yet; raises HttpProblem 404 for one that is not there or not theirs."""
        with self._lock:
            self._forget()
            found = self._kept.get(name)
            if found is None or not compare_digest(found.ask.token.encode(), token.encode("utf-8", "replace")):
                raise HttpProblem(404, NOT_THERE)
            return found.ask, found.result

    def _forget(self) -> None:
        now = self._monotonic()
        # What is being judged ends by itself, and then by its own time.
        for name in [name for name, each in self._kept.items() if now >= each.end and not each.judging]:
            gone = self._kept.pop(name)
            del self._by_state[gone.ask.state]
            self._held[gone.site] -= 1
            if not self._held[gone.site]:
                del self._held[gone.site]
