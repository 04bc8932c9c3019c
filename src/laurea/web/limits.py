"""How often somebody may ask, in memory: one process serves, and what it forgets when it ends does no harm."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from fastapi import Request

from laurea.web.problems import HttpProblem

MAX_NAMES = 10_000  # of which we remember something at once; an attacker with more addresses gains a fresh start for each
WRONG_KEYS = 5  # that one address may try in a row
BACK_OFF_SECONDS = 60.0
IPV6_SITE = 64  # bits of an address that are its owner's: the others cost nothing to change


@dataclass
class _Bucket:
    tokens: float
    at: float


class Limiter:
    """Lets each name ask so many times a minute, in a burst or evenly."""

    def __init__(self, a_minute: int, monotonic: Callable[[], float]) -> None:
        """Remember nobody yet."""
        self._burst = float(a_minute)
        self._rate = a_minute / 60
        self._monotonic = monotonic
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> float:
        """Return 0 if a name may ask now, else in how many seconds."""
        with self._lock:
            now = self._monotonic()
            bucket = self._buckets.pop(name, None) or _Bucket(self._burst, now)
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
            bucket.at = now
            self._buckets[name] = bucket  # the last one asked stands last, so that the first is the longest silent
            if len(self._buckets) > MAX_NAMES:
                del self._buckets[next(iter(self._buckets))]
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._rate
            bucket.tokens -= 1
            return 0


class BackOff:
    """Makes whoever presents wrong keys wait."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Suspect nobody yet."""
        self._monotonic = monotonic
        self._wrong: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str) -> float:
        """Return in how many seconds a name may try again; 0 for now."""
        with self._lock:
            count, at = self._wrong.get(name, (0, 0.0))
            return max(0.0, at + BACK_OFF_SECONDS - self._monotonic()) if count >= WRONG_KEYS else 0.0

    def wrong(self, name: str) -> None:
        """Note a wrong key."""
        with self._lock:
            count, at = self._wrong.pop(name, (0, 0.0))
            fresh = self._monotonic() - at > BACK_OFF_SECONDS
            self._wrong[name] = (1 if fresh else count + 1, self._monotonic())
            if len(self._wrong) > MAX_NAMES:
                del self._wrong[next(iter(self._wrong))]

    def right(self, name: str) -> None:
        """Note a right one."""
        with self._lock:
            self._wrong.pop(name, None)


def site(request: Request) -> str:
    """Return where a request comes from, by the address that a proxy on this machine names, if there is one."""
    return site_of(request.client.host if request.client else "")


def site_of(host: str) -> str:
    """Return what stands for an address in a limit: itself, of IPv6 its network; "unknown" for what is none."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    return str(int(address) >> 128 - IPV6_SITE) if isinstance(address, IPv6Address) and address.ipv4_mapped is None else str(address)


def require_patience(limiter: Limiter, request: Request) -> None:
    """Refuse whoever asks too often; raises HttpProblem 429."""
    seconds = limiter.take(site(request))
    if seconds > 0:
        raise HttpProblem(429, headers={"Retry-After": str(int(seconds) + 1)})
