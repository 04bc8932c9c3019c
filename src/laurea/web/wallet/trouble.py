"""What went wrong, as a page in the reader's language."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from laurea.errors import Busy, ChainError, InputError, LaureaError, Locked, NotFound
from laurea.web.problems import status_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.rendering import page
from laurea.web.wallet.visitor import language_of, service_of

FORM = N_("what was sent is not what the form of this page sends")

# What went wrong, in a few words. The first family that fits decides.
FAMILIES: tuple[tuple[type[LaureaError], str], ...] = (
    (NotFound, N_("This is not here")),
    (Locked, N_("The wallet is locked")),
    (InputError, N_("This did not work")),
    (Busy, N_("One moment")),
    (ChainError, N_("Nobody answered")),
    (LaureaError, N_("This did not work")),
)
REFUSED = {403: N_("Not from here"), 404: N_("This is not here"), 413: N_("Too large")}


def trouble(request: Request, status: int, title: str, text: str, hint: str = "") -> HTMLResponse:
    """Return the page of an error; what no catalogue has is shown as it is, in English."""
    language, service = language_of(request), service_of(request)
    session = service.door.session(request.cookies.get(service.door.cookie))
    said, root = language.told(text, hint), service.door.place
    return page("trouble", language, status, visit=None, root=root, title=title, said=said, inside=session is not None)


class WalletRoute(APIRoute):
    """A route whose errors are pages of the wallet."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await inner(request)
            except Locked as error:
                if not service_of(request).lock.is_open:
                    return RedirectResponse(f"{service_of(request).door.place}/unlock", 303)
                return trouble(request, 422, _title(error), str(error), error.hint)
            except LaureaError as error:
                return trouble(request, status_of(error), _title(error), str(error), error.hint)
            except RequestValidationError:
                return trouble(request, 422, N_("This did not work"), FORM)
            except HTTPException as error:
                if error.status_code == 303 and error.headers:
                    return RedirectResponse(error.headers["Location"], 303)
                return trouble(request, error.status_code, REFUSED.get(error.status_code, N_("This did not work")), str(error.detail))

        return answer


def _title(error: LaureaError) -> str:
    return next(title for family, title in FAMILIES if isinstance(error, family))
