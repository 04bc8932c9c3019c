"""The style of all pages."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

router = APIRouter(include_in_schema=False)


@router.get("/static/style.css")
def style() -> Response:
    """Return the style sheet."""
    return Response(_style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@cache
def _style() -> bytes:
    return files("laurea.web").joinpath("static/style.css").read_bytes()
