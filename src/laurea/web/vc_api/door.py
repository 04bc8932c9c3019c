"""Who may ask: anybody to verify, not too often; to issue, to set a status and to hold only whoever has the key to that."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from fastapi import Request

from laurea.web.limits import BackOff, Limiter, require_patience, site
from laurea.web.problems import HttpProblem

SCHEME = "bearer"
NO_KEY = {"WWW-Authenticate": "Bearer"}

Opens = Callable[[str], str | None]
"""Tells who has a key, by the name that the audit log calls them; None when it opens nothing here. Raises HttpProblem 403."""


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who has a key, and makes those wait who guess; `opens` is None where everybody may come in."""

    opens: Opens | None
    limiter: Limiter
    back_off: BackOff = field(repr=False)

    def enter(self, request: Request) -> str:
        """Return who asks; raises HttpProblem 401, 403, 429."""
        require_patience(self.limiter, request)
        if self.opens is None:
            return "vc-api"
        wait = self.back_off.wait(site(request))
        if wait > 0:
            raise HttpProblem(429, headers={"Retry-After": str(int(wait) + 1)})
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not key.strip():
            raise HttpProblem(401, headers=NO_KEY)
        who = self.opens(key.strip())
        if who is None:
            self.back_off.wrong(site(request))
            raise HttpProblem(401, "the access key is unknown, or has ended", headers=NO_KEY)
        self.back_off.right(site(request))
        return who


def the_one(key: str, who: str) -> Opens:
    """Return what lets in whoever has one key, of which only the hash is kept."""
    kept = sha256(key.encode()).digest()
    return lambda given: who if hmac.compare_digest(kept, sha256(given.encode()).digest()) else None
