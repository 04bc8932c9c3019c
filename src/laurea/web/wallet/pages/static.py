"""The style and the little script of the wallet's pages."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

router = APIRouter(include_in_schema=False)


@router.get("/static/wallet.css")
def style() -> Response:
    """Return the style sheet."""
    return Response(_read("wallet.css"), media_type="text/css", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/static/wallet.mjs")
def script() -> Response:
    """Return the script: copying, and what a choice shows. Without it every page works."""
    return Response(_read("wallet.mjs"), media_type="text/javascript", headers={"Cache-Control": "private, max-age=3600"})


@cache
def _read(name: str) -> bytes:
    return files("laurea.web.wallet").joinpath(f"static/{name}").read_bytes()
