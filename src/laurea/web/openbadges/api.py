"""The API itself: what it is, and a learner's credentials for whoever has a token of theirs (Open Badges 3.0, 6.2 and 6.3)."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from laurea.core.credential import format_time, parse_time
from laurea.errors import FormatError, GrantRefused
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach
from laurea.services.issuing.oauth import reading, tokens
from laurea.services.issuing.oauth.tokens import Bearer
from laurea.web.deps import ServiceDep, gate, learner
from laurea.web.identity import Gate
from laurea.web.openbadges.addresses import CREDENTIALS, DISCOVERY, PROFILE
from laurea.web.openbadges.description import service_description
from laurea.web.openbadges.status_info import StatusInfoRoute, answer
from laurea.web.problems import HttpProblem

JSON = "application/json"
MAX_LIMIT = 50  # a credential may have a megabyte
DEFAULT_LIMIT = 20
MAX_OFFSET = 10**9
KEPT = {"Cache-Control": "max-age=3600"}

router = APIRouter(route_class=StatusInfoRoute, include_in_schema=False)

Public = Annotated[Issuer, Depends(learner)]


def bearer(request: Request, of: Annotated[Gate, Depends(gate)]) -> Bearer:
    """Return whose credentials a request is about; raises HttpProblem 400, 401, 403 or 429."""
    if "access_token" in request.query_params:  # where logs and neighbours read it (RFC 9700, 4.3.2)
        raise HttpProblem(400, "a token has no place in a URL", headers=_challenge("invalid_request"))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        of.limit_address(request)
        raise HttpProblem(401, "an access token is needed", headers={"WWW-Authenticate": "Bearer"})
    found = tokens.bearer(of.service.issuer, token.strip())
    if found is None:
        of.limit_address(request)
        raise HttpProblem(401, "the access token is unknown, or has ended", headers=_challenge("invalid_token"))
    of.limit_name(f"grant {found.grant}")
    try:
        tokens.require_read(found)
    except GrantRefused as error:
        raise HttpProblem(403, str(error), headers=_challenge(error.code)) from error
    return found


@router.get(DISCOVERY)
def describe(issuer: Public, service: ServiceDep) -> Response:
    """Return the Service Description Document."""
    said = service.settings.service
    found = service_description(issuer.profile.name, require_reach(issuer).url, said.terms_url or "", said.privacy_url or "")
    return JSONResponse(found, headers=KEPT)


@router.get(CREDENTIALS)
def credentials(
    who: Annotated[Bearer, Depends(bearer)],
    service: ServiceDep,
    limit: Annotated[int, Query(ge=1)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    since: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Return the learner's credentials, each as it was released, to the byte."""
    most = min(limit, MAX_LIMIT)
    after = None if since is None else _moment(since)
    found = reading.read(service.issuer, who.owned, after, offset, most)
    page = _Page(f"{service.settings.service.url}{CREDENTIALS}", most, offset, after, found.total)
    body = b'{"compactJwsString":[],"credential":[' + b",".join(found.credentials) + b"]}"
    return Response(body, media_type=JSON, headers={"X-Total-Count": str(found.total), "Link": page.links()})


@router.api_route(CREDENTIALS, methods=["POST", "PUT", "PATCH", "DELETE"])
def no_upsert() -> Response:
    """Take no credentials of others: this is an issuer, and no backpack."""
    return answer(405, "credentials can be read here, and not written", headers={"Allow": "GET"}, major="unsupported")


@router.api_route(PROFILE, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def no_profile() -> Response:
    """Have no profile of a learner: an issuer knows no more of them than their credentials say."""
    return answer(405, "there are no profiles here", headers={"Allow": ""}, major="unsupported")


class _Page:
    """A page among others, and the links to those (Open Badges 3.0, 6.4)."""

    def __init__(self, url: str, limit: int, offset: int, since: datetime | None, total: int) -> None:
        self._url, self._limit, self._offset, self._total = url, limit, offset, total
        self._since = {} if since is None else {"since": format_time(since)}

    def links(self) -> str:
        last = max(self._total - 1, 0) // self._limit * self._limit
        to = {"first": 0, "last": last}
        if self._offset + self._limit < self._total:
            to["next"] = self._offset + self._limit
        if self._offset > 0:
            to["prev"] = min(max(self._offset - self._limit, 0), last)
        return ", ".join(f'<{self._to(offset)}>; rel="{name}"' for name, offset in to.items())

    def _to(self, offset: int) -> str:
        return f"{self._url}?{urlencode({'limit': self._limit, 'offset': offset, **self._since})}"


def _moment(text: str) -> datetime:
    try:
        return parse_time(text)
    except FormatError as error:
        raise HttpProblem(400, "since is a date and time with a time zone, like 2026-11-25T22:00:00Z") from error


def _challenge(error: str) -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer error="{error}"'}
