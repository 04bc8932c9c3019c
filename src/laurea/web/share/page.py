"""The page of a share: a shell in the browser's language, and the script and the style that it names; nothing from elsewhere."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from laurea.web.pages.rendering import page
from laurea.web.share.service import Host
from laurea.web.share.words import language_of, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
KINDS = {"share.mjs": "text/javascript", "sealed.mjs": "text/javascript", "share.css": "text/css"}

router = APIRouter(include_in_schema=False)


@router.get("/s/{id}")
def show(host: Host, request: Request, id: str) -> HTMLResponse:  # noqa: A002 - the name in the URL
    """Return the page, on which a script opens the share; that it is looked at counts nothing, for previews look at every link."""
    language = language_of(request.headers.get("accept-language", ""))
    expires = host.hosting.expires(id)
    shown = page("share", 404 if expires is None else 200, language=language, words=words(language), expires=expires)
    shown.headers.update(HEADERS)
    return shown


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Return the script or the style."""
    if name not in KINDS:
        return Response(status_code=404)
    return Response(_file(name), media_type=KINDS[name], headers={"Cache-Control": "no-cache"})


@cache
def _file(name: str) -> bytes:
    return files("laurea.web").joinpath(f"static/{name}").read_bytes()
