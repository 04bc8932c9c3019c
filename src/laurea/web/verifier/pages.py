"""The page: a form, an answer, a question for the holder; and what went wrong, as a page, too."""

from collections.abc import Callable, Coroutine
from functools import cache, partial
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files as packaged
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.artefacts.report_html import Basis, Digested
from laurea.errors import LaureaError
from laurea.web.limits import site
from laurea.web.origin import require_own_page
from laurea.web.problems import status_of
from laurea.web.verifier.form import Sent, sent
from laurea.web.verifier.rendering import language_of, page
from laurea.web.verifier.service import Asked, VerifierService
from laurea.web.verifier.shown import Answer

DOCUMENT = "credential.json"  # what is called so has no file of its own
STATIC = {
    "wallet.css": ("laurea.web.wallet", "text/css"),
    "wallet.mjs": ("laurea.web.wallet", "text/javascript"),
    "sealed.mjs": ("laurea.web", "text/javascript"),
    "verifier.css": ("laurea.web.verifier", "text/css"),
    "verifier.mjs": ("laurea.web.verifier", "text/javascript"),
}


class PageRoute(APIRoute):
    """A route whose errors are the form again, with what went wrong above it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await inner(request)
            except LaureaError as error:
                return _trouble(request, status_of(error), str(error), error.hint)
            except HTTPException as error:
                shown = _trouble(request, error.status_code, str(error.detail))
                shown.headers.update(error.headers or {})
                return shown

        return answer


router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
def show(request: Request) -> HTMLResponse:
    """Show the form."""
    return page(request, "check", challenge=None, trouble=[])


@router.post("/verify")
async def verify(request: Request, service: Asked) -> HTMLResponse:
    """Verify what the form has sent, and show what was found; 200 whatever the verdict."""
    require_own_page(request)
    with service.crew.admit(site(request)) as place:
        given = await sent(request)
        request.state.challenge = given.challenge  # for the form that is shown again when there is something wrong with a file
        return await place.run(partial(_answered, request, service, given))


@router.get("/verify")
@router.get("/ask")
def back() -> RedirectResponse:
    """Lead whoever loads an answer anew to the form: nothing of it is kept."""
    return RedirectResponse("/", 303)


@router.post("/ask")
def ask(request: Request, service: Asked) -> HTMLResponse:
    """Give out a challenge, and show the form that takes the answer."""
    require_own_page(request)
    return page(request, "check", challenge=service.challenges.give(site(request)), trouble=[])


@router.get("/verifier.html")
def alone() -> Response:
    """Hand out the page that needs no service: to be kept and opened from a disk, and not to run here, among what others send."""
    headers = {"Content-Disposition": 'attachment; filename="verifier.html"', "Cache-Control": "no-cache"}
    return Response(_read("laurea.web", "verifier.html"), media_type="text/html", headers=headers)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Return a script or a style."""
    if name not in STATIC:
        return Response(status_code=404)
    package, kind = STATIC[name]
    return Response(_read(package, name), media_type=kind, headers={"Cache-Control": "no-cache"})


def _answered(request: Request, service: VerifierService, given: Sent) -> HTMLResponse:
    document, language = given.document(service.lookers), language_of(request)
    demand = service.demand(None, given.challenge)
    answer = Answer.of(document, service.reports(document, demand), language)
    # Of a picture and what it carries, both.
    raw = given.file if given.file and given.file != document else b""
    files = (*([Digested.of(given.name, raw)] if raw else []), Digested.of(DOCUMENT if raw else given.name or DOCUMENT, document))
    page_to_keep = answer.statement(Basis(files, service.digests(), version("laurea")), language.code)
    return page(request, "answer", answer=answer, demand=demand, statement=page_to_keep, problem="")


def _trouble(request: Request, status: int, text: str, hint: str = "") -> HTMLResponse:
    challenge = getattr(request.state, "challenge", None) if status == HTTPStatus.UNPROCESSABLE_ENTITY else None
    return page(request, "check", status, challenge=challenge, trouble=language_of(request).told(text, hint))


@cache
def _read(package: str, name: str) -> bytes:
    return packaged(package).joinpath(f"static/{name}").read_bytes()
