"""Follow many share links that strangers gave, within bounds: a host that does not answer, or too many links, hold up nobody for long."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from laurea.errors import InputError, Unreachable
from laurea.fetch.guard import NotAllowed
from laurea.services.sharing import fetch, require_share_link

MOST_LINKS = 10_000  # that are followed
MOST_FAILURES = 3  # of one host; it is not asked any more then
MOST_SECONDS = 1800.0  # that all together may take


class Following:
    """Fetches what links share, one after the other."""

    def __init__(
        self,
        elapsed: Callable[[], float],
        *,
        fetch: Callable[[str], bytes] = fetch,
        most: int = MOST_LINKS,
        seconds: float = MOST_SECONDS,
    ) -> None:
        """Follow none yet; `elapsed` tells seconds by a clock that is never set back, `fetch` asks for one link."""
        self._elapsed = elapsed
        self._fetch = fetch
        self._left = most
        self._seconds = seconds
        self._failures: Counter[str] = Counter()

    def fetch(self, link: str) -> bytes:
        """Return what a link shares; raises InputError with the reason when it is none, has ended, is one too many, or nobody answers."""
        require_share_link(link)
        host = urlsplit(link).netloc
        if self._failures[host] >= MOST_FAILURES:
            raise InputError(f"{host} was not asked: it has not answered {MOST_FAILURES} times before")
        if self._left <= 0 or self._seconds <= 0:
            raise InputError("the link was not followed: too many were, or they took too long", hint="split the table")
        self._left -= 1
        began = self._elapsed()
        try:
            return self._fetch(link)
        except NotAllowed as error:
            raise InputError(str(error)) from error
        except Unreachable as error:
            self._failures[host] += 1
            raise InputError(str(error), hint="try again later") from error
        finally:
            self._seconds -= self._elapsed() - began
