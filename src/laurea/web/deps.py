"""What endpoints ask for, by type: who asks, and the issuer that acts in their name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from laurea.services.issuing.access import Identity
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.tables import Access
from laurea.web.identity import Gate
from laurea.web.once import Once, request_hash
from laurea.web.problems import HttpProblem
from laurea.web.service import Service

MAX_LIMIT = 100


def gate(request: Request) -> Gate:
    """Return the gate of this service."""
    found = request.app.state.gate
    if not isinstance(found, Gate):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no gate")
    return found


def service(of: Annotated[Gate, Depends(gate)]) -> Service:
    """Return what every request works with."""
    return of.service


def identity(request: Request, of: Annotated[Gate, Depends(gate)]) -> Identity:
    """Return who asks."""
    return of.identify(request)


def requires(access: Access) -> Callable[[Identity], Identity]:
    """Return the dependency that lets nobody pass with less than this access."""

    def check(who: Annotated[Identity, Depends(identity)]) -> Identity:
        if not who.may(access):
            raise HttpProblem(403, f"this takes an access key of the kind {access.value}")
        return who

    return check


Auditor = Annotated[Identity, Depends(requires(Access.AUDITOR))]
Registrar = Annotated[Identity, Depends(requires(Access.REGISTRAR))]
ServiceDep = Annotated[Service, Depends(service)]


def issuer(who: Annotated[Identity, Depends(identity)], of: ServiceDep) -> Issuer:
    """Return the issuer, acting in the name of who asks."""
    settings = of.settings
    return replace(of.issuer, actor=who.actor, reach=settings.reach, statuses=settings.statuses, blockcerts=settings.blockcerts_folder)


def learner(request: Request, of: Annotated[Gate, Depends(gate)]) -> Issuer:
    """Return the issuer as it meets somebody who has a link and is nobody else; not too often."""
    of.limit_address(request)
    return replace(of.service.issuer, actor="learner", reach=of.service.settings.reach)


async def once(
    request: Request,
    who: Annotated[Identity, Depends(identity)],
    acting: Annotated[Issuer, Depends(issuer)],
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=128, pattern=r"^[!-~]+$", description="the same key and request again get the same answer"),
    ] = None,
) -> Once:
    """Return what does a write once for each idempotency key."""
    return Once(acting, who.key, idempotency_key, request_hash(request.method, request.url.path, await request.body()))


IssuerDep = Annotated[Issuer, Depends(issuer)]
OnceDep = Annotated[Once, Depends(once)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=200, description="what `next` was in the part before")]
