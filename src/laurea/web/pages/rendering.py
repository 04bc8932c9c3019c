"""How a page is made: a template, the values in it escaped, and headers that let a browser run nothing."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from laurea.errors import LaureaError, RosterError
from laurea.web.problems import TITLES, status_of

# No script at all: a page is a form and a link.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # or a browser would not say that a form is ours
}


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page from the template of this name."""
    text = _templates().get_template(f"{name}.html").render(**values)
    return HTMLResponse(text, status, headers=dict(HEADERS))


def trouble(status: int, text: str, *, hint: str = "", problems: tuple[str, ...] = ()) -> HTMLResponse:
    """Return the page of an error."""
    return page("trouble", status, title=TITLES.get(status, "an error"), text=text, hint=hint, problems=problems)


class PageRoute(APIRoute):
    """A route whose errors are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await inner(request)
            except LaureaError as error:
                problems = error.problems if isinstance(error, RosterError) else ()
                return trouble(status_of(error), str(error), hint=error.hint, problems=problems)
            except RequestValidationError:
                return trouble(422, "what was sent is not what the form of this page sends")
            except HTTPException as error:
                if error.status_code == 303 and error.headers:
                    return RedirectResponse(error.headers["Location"], 303)
                return trouble(error.status_code, str(error.detail))

        return answer


def moment(value: datetime | None) -> str:
    """Return a point in time for people."""
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M UTC")


@cache
def _templates() -> Environment:
    loader = PackageLoader("laurea.web")
    found = Environment(
        loader=loader, autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters["moment"] = moment
    return found
