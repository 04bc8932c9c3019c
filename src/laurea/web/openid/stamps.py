"""Short-lived words that are good once: nonces, and codes that say which link they are for.

None is kept until it comes back: each has its time and a code of authenticity in it, so that asking for many fills no memory. The key is drawn
when the service starts, so a restart makes all of them void, and whoever has one asks for another.
"""

import hmac
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from laurea.web.problems import HttpProblem

RANDOM_BYTES = 16
TIME_BYTES = 8  # milliseconds
MAC_BYTES = 16
LONGEST = 200  # characters that are looked at
MOST = 20_000  # that were taken lately, and are remembered: each by somebody with a link or a token of ours
SOON = {"Retry-After": "60"}


class Stamps:
    """Gives words out and takes each back once, within `life` seconds."""

    def __init__(self, monotonic: Callable[[], float], life: float) -> None:
        """Give out nothing yet."""
        self._monotonic = monotonic
        self._life = life
        self._key = secrets.token_bytes(32)
        self._taken: dict[bytes, float] = {}  # in the order in which they were taken
        self._lock = threading.Lock()

    def give(self, content: bytes = b"") -> str:
        """Return a new word, which nobody can guess, for this content; it can be read by whoever has it."""
        at = round(self._monotonic() * 1000).to_bytes(TIME_BYTES, "big")
        body = at + secrets.token_bytes(RANDOM_BYTES) + content
        return urlsafe_b64encode(body + self._mac(body)).rstrip(b"=").decode()

    def take(self, word: str) -> bytes | None:
        """Take a word back and return its content; None when it is none of ours, too old, or was taken before. Raises HttpProblem 503."""
        raw = _decoded(word)
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if len(body) < TIME_BYTES + RANDOM_BYTES or not hmac.compare_digest(mac, self._mac(body)):
            return None
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            if now - int.from_bytes(body[:TIME_BYTES], "big") / 1000 > self._life or mac in self._taken:
                return None
            if len(self._taken) >= MOST:
                raise HttpProblem(503, "too many wallets at once", headers=SOON)
            self._taken[mac] = now
        return body[TIME_BYTES + RANDOM_BYTES :]

    def _forget(self, now: float) -> None:
        """Forget those that are too old to be taken again anyhow."""
        while self._taken:
            first = next(iter(self._taken))
            if now - self._taken[first] <= self._life:
                return
            del self._taken[first]

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:MAC_BYTES]


def _decoded(word: str) -> bytes:
    if len(word) > LONGEST or not word.isascii():
        return b""
    try:
        return urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        return b""
