"""Sign in with an access key, and out again."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.services.issuing import sessions
from laurea.web.deps import gate
from laurea.web.identity import COOKIE, Gate
from laurea.web.origin import require_own_page
from laurea.web.pages.rendering import PageRoute, page
from laurea.web.pages.visitor import form_of, text
from laurea.web.problems import HttpProblem

MAX_SIGN_IN_BYTES = 4096
OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9/._~:-]{0,200}")

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def sign_in_form(request: Request) -> AsyncIterator[FormData]:
    """Give what the form of the sign-in has sent."""
    require_own_page(request)
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > MAX_SIGN_IN_BYTES:
        raise HttpProblem(413, "this is not what the form of this page sends")
    async with form_of(request) as form:
        yield form


@router.get("/sign-in")
def show(to: Annotated[str, Query(max_length=300)] = "/") -> HTMLResponse:
    """Show the form."""
    return page("sign_in", to=to, wrong=False)


@router.post("/sign-in")
def sign_in(request: Request, of: Annotated[Gate, Depends(gate)], form: Annotated[FormData, Depends(sign_in_form)]) -> Response:
    """Begin a session."""
    to = text(form, "to")
    token = of.sign_in(request, text(form, "key"))
    if token is None:
        return page("sign_in", 401, to=to, wrong=True)
    answer = RedirectResponse(to if OWN_PATH.fullmatch(to) else "/", 303)
    url = of.service.settings.service.url or ""
    life = int(sessions.LIFE.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=life, httponly=True, samesite="strict", secure=url.startswith("https:"))
    return answer


@router.post("/sign-out")
def sign_out(request: Request, of: Annotated[Gate, Depends(gate)]) -> Response:
    """End the session."""
    require_own_page(request)
    sessions.sign_out(of.service.issuer, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer
