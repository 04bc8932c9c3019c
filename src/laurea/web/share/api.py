"""Shares: put one, open it, see how often it was opened, end it. There is no list of them."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from laurea.core.sealed_share import DEFAULT_LIFE, MAX_LIFE, MIN_LIFE, SIZES
from laurea.errors import NotFound
from laurea.web.model import Model
from laurea.web.problems import HttpProblem
from laurea.web.share.service import Host, Uploading, bearer
from laurea.web.strict import read_body

OCTETS = "application/octet-stream"
# A verifier's page opens links, too. It has the key from the reader, without which this is noise, and nobody is known by a cookie here.
ANY_PAGE = {"Access-Control-Allow-Origin": "*"}
HOUR = timedelta(hours=1)

router = APIRouter(prefix="/v1/shares", tags=["shares"])


class HostedOut(Model):
    """A share that was taken: its page, to which the key belongs as `#k=…`, and the token that ends it, which is not kept here."""

    id: str
    url: str
    deletion_token: str
    expires: datetime


class StatusOut(Model):
    """How often a share was opened, when it was last, to the hour, and until when it is there."""

    views: int
    last_viewed: datetime | None
    expires: datetime


async def sealed_body(request: Request, _host: Uploading) -> bytes:
    """Return what is uploaded; raises HttpProblem 413 or 415."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != OCTETS:
        raise HttpProblem(415, f"the body is to be {OCTETS}")
    return await read_body(request, SIZES[-1])


Id = Annotated[str, Path(description="what `POST` answered")]
Hours = Annotated[int, Query(ge=MIN_LIFE // HOUR, le=MAX_LIFE // HOUR, description="how long it is there")]
BODY = {"requestBody": {"required": True, "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("", status_code=201, openapi_extra=BODY)
def put(host: Uploading, sealed: Annotated[bytes, Depends(sealed_body)], hours: Hours = DEFAULT_LIFE // HOUR) -> HostedOut:
    """Take a sealed document for a while."""
    made = host.hosting.put(sealed, timedelta(hours=hours))
    return HostedOut(id=made.id, url=f"{host.url}/s/{made.id}", deletion_token=made.deletion_token, expires=made.expires)


@router.post("/{id}/open", response_class=Response, responses={200: {"content": {OCTETS: {}}}})
def open_(host: Host, id: Id) -> Response:  # noqa: A002 - the name in the URL
    """Hand a sealed document out and count one view."""
    try:
        return Response(host.hosting.open(id), media_type=OCTETS, headers=ANY_PAGE)
    except NotFound as error:
        raise HttpProblem(404, str(error), headers=ANY_PAGE) from error


@router.get("/{id}")
def status(host: Host, request: Request, id: Id) -> StatusOut:  # noqa: A002
    """Tell whoever has the token how often a share was opened."""
    found = host.hosting.status(id, bearer(request))
    return StatusOut(views=found.views, last_viewed=found.last_viewed, expires=found.expires)


@router.delete("/{id}", status_code=204)
def end(host: Host, request: Request, id: Id) -> None:  # noqa: A002
    """Take a share from the disk, at once and for good."""
    host.hosting.end(id, bearer(request))
