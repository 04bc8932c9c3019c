"""Who looks at the operator's pages, what they may do there, and the forms that they send."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from laurea.services.issuing.access import Identity
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.tables import Access
from laurea.web.deps import gate
from laurea.web.identity import Gate
from laurea.web.origin import require_own_page
from laurea.web.pages.rendering import page
from laurea.web.problems import HttpProblem
from laurea.web.service import Service

MAX_FORM_BYTES = 17 << 20  # a roster and what a browser puts around it
MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by somebody who has signed in."""

    identity: Identity
    issuer: Issuer
    service: Service
    path: str

    @property
    def may_register(self) -> bool:
        """Whether they may import and revoke, too."""
        return self.identity.may(Access.REGISTRAR)

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page with the bar of the operator's pages above it."""
        return page(name, status, visit=self, **values)


def visiting(access: Access) -> Callable[[Request, Gate], Visit]:
    """Return the dependency that lets nobody pass who has not signed in with this access, and leads others to the sign-in."""

    def enter(request: Request, of: Annotated[Gate, Depends(gate)]) -> Visit:
        if request.method != "GET":
            require_own_page(request)
        identity = of.identify_visitor(request)
        if identity is None:
            here = request.url.path if request.method == "GET" else "/"
            raise HTTPException(303, headers={"Location": f"/sign-in?to={quote(here, safe='')}"})
        if not identity.may(access):
            raise HttpProblem(403, f"this takes an access key of the kind {access.value}")
        service = of.service
        settings = service.settings
        acting = replace(service.issuer, actor=identity.actor, reach=settings.reach, statuses=settings.statuses)
        return Visit(identity, acting, service, request.url.path)

    return enter


Looking = Annotated[Visit, Depends(visiting(Access.AUDITOR))]
Registering = Annotated[Visit, Depends(visiting(Access.REGISTRAR))]


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """Give what a form has sent, of a size that is known before it is read; raises HttpProblem 413. Its files are closed afterwards."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > MAX_FORM_BYTES:
        raise HttpProblem(413, f"a form may have {MAX_FORM_BYTES:,} bytes")
    async with request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FORM_BYTES) as form:
        yield form


async def registering_form(request: Request, _visit: Registering) -> AsyncIterator[FormData]:
    """Give what a form has sent; nothing is read before it is known who sends it."""
    async with form_of(request) as form:
        yield form


async def looking_form(request: Request, _visit: Looking) -> AsyncIterator[FormData]:
    """Give what a form has sent that changes nothing."""
    async with form_of(request) as form:
        yield form


LookingForm = Annotated[FormData, Depends(looking_form)]
Form = Annotated[FormData, Depends(registering_form)]


async def file_of(form: FormData, limit: int, what: str) -> bytes:
    """Return the file of a form; raises HttpProblem when none was chosen, 422, and when it is too large, 413."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise HttpProblem(422, f"choose a file: {what}")
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise HttpProblem(413, f"{what} may have {limit:,} bytes")
    return data


def text(form: FormData, name: str) -> str:
    """Return a field of a form, "" when it is not there or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
