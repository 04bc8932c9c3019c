"""The one place where it is decided who asks."""

from dataclasses import dataclass

from fastapi import Request

from laurea.services.issuing import access, sessions
from laurea.services.issuing.access import Identity
from laurea.web.limits import BackOff, Limiter
from laurea.web.problems import HttpProblem
from laurea.web.service import Service

SCHEME = "bearer"
NO_KEY = {"WWW-Authenticate": "Bearer"}
COOKIE = "laurea_session"


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in who has an access key, not too often, and makes those wait who guess."""

    service: Service
    limiter: Limiter
    back_off: BackOff

    def identify_visitor(self, request: Request) -> Identity | None:
        """Return who looks at the operator's pages, by their cookie; None when nobody has signed in there. Raises HttpProblem 429."""
        token = request.cookies.get(COOKIE)
        identity = None if token is None else sessions.of_token(self.service.issuer, token)
        if identity is not None:
            _require_patience(self.limiter.take(f"key {identity.key}"))
        return identity

    def sign_in(self, request: Request, key: str) -> str | None:
        """Begin a session with an access key and return the cookie's value, None for a wrong key; raises HttpProblem 429 after several."""
        address = request.client.host if request.client else "unknown"
        _require_patience(self.back_off.wait(address))
        token = sessions.sign_in(self.service.issuer, key.strip())
        if token is None:
            self.back_off.wrong(address)
        else:
            self.back_off.right(address)
        return token

    def limit_address(self, request: Request) -> None:
        """Let an address that shows no key ask, not too often; raises HttpProblem 429."""
        _require_patience(self.limiter.take(f"address {request.client.host if request.client else 'unknown'}"))

    def limit_name(self, name: str) -> None:
        """Let whoever has this name ask, not too often; raises HttpProblem 429."""
        _require_patience(self.limiter.take(name))

    def guessing(self, request: Request) -> str:
        """Return the address that shows a secret, unless it has shown several wrong ones; raises HttpProblem 429."""
        address = request.client.host if request.client else "unknown"
        _require_patience(self.back_off.wait(address))
        return address

    def identify(self, request: Request) -> Identity:
        """Return who asks; raises HttpProblem 401 or 429."""
        address = request.client.host if request.client else "unknown"
        _require_patience(self.back_off.wait(address))
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not key:
            _require_patience(self.limiter.take(f"address {address}"))
            raise HttpProblem(401, headers=NO_KEY)
        identity = access.identify(self.service.issuer, key.strip())
        if identity is None:
            self.back_off.wrong(address)
            raise HttpProblem(401, "the access key is unknown, or has ended", headers=NO_KEY)
        self.back_off.right(address)
        _require_patience(self.limiter.take(f"key {identity.key}"))
        return identity


def _require_patience(seconds: float) -> None:
    if seconds > 0:
        raise HttpProblem(429, headers={"Retry-After": str(int(seconds) + 1)})
