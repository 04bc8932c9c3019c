"""What every request to a share host works with, and who may ask how often."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request

from laurea.services.hosting import Hosting
from laurea.web.limits import Limiter, require_patience
from laurea.web.problems import HttpProblem

SCHEME = "bearer"
NO_TOKEN = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class ShareService:
    """A share host, for as long as it runs; addresses are known to the limiters alone, in memory."""

    hosting: Hosting
    url: str  # where others reach it
    requests: Limiter
    uploads: Limiter
    upload_token: str | None = field(default=None, repr=False)

    def require_upload_token(self, request: Request) -> None:
        """Refuse an upload without the token, if there has to be one; raises HttpProblem 401."""
        if self.upload_token is None:
            return
        given = bearer(request)
        # Compared by their hashes, which are of one length.
        if not hmac.compare_digest(sha256(given.encode()).digest(), sha256(self.upload_token.encode()).digest()):
            raise HttpProblem(401, "this host takes uploads with its upload token only", headers=NO_TOKEN)


def bearer(request: Request) -> str:
    """Return the token that a request shows; raises HttpProblem 401 when it shows none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise HttpProblem(401, "a token is needed", headers=NO_TOKEN)
    return token.strip()


def service(request: Request) -> ShareService:
    """Return the host, to somebody who has not asked too often; raises HttpProblem 429."""
    found = request.app.state.service
    if not isinstance(found, ShareService):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no service")
    require_patience(found.requests, request)
    return found


def uploading(request: Request, host: Annotated[ShareService, Depends(service)]) -> ShareService:
    """Return the host to somebody who may upload now; raises HttpProblem 401 or 429."""
    host.require_upload_token(request)
    require_patience(host.uploads, request)
    return host


Host = Annotated[ShareService, Depends(service)]
Uploading = Annotated[ShareService, Depends(uploading)]
