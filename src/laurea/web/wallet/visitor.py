"""Who looks at a page of the wallet, in which language, and the forms that they send."""

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from laurea.web.problems import HttpProblem
from laurea.web.wallet.door import Session
from laurea.web.wallet.language import COOKIE, N_, Language
from laurea.web.wallet.lock import Opened
from laurea.web.wallet.rendering import page
from laurea.web.wallet.service import WalletService

MAX_TEXT_BYTES = 64 << 10  # of a form without a file
MAX_FIELDS = 5_000  # a credential has 4,096 claims at most
MIB = 1 << 20
KEYS = {"own": True, "wallet": False}  # by which key an issuer is answered


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser that was let in."""

    service: WalletService
    session: Session
    language: Language
    root: str
    path: str

    def page(self, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """Return a page; while the wallet is open, a browser covers it when it has rested as long as the wallet may."""
        answer = page(template, self.language, status, visit=self, root=self.root, token=self.token, **values)
        if self.is_open:
            here = self.path if status == 200 else "/"
            answer.headers["Refresh"] = f"{int(self.service.lock.rest_seconds) + 1}; url={self.root}/idle?to={here}"
        return answer

    def token(self) -> Markup:
        """Return the field that every form of ours has: who is let in by the cookie alone cannot know it."""
        return Markup('<input type="hidden" name="form_token" value="{}">').format(self.session.form_token)

    def to(self, path: str, told: str = "") -> RedirectResponse:
        """Lead to a page of ours, which tells something first."""
        self.session.told = told or self.session.told
        return RedirectResponse(f"{self.root}{path}", 303)

    def told(self) -> str:
        """Return what is to be told, once."""
        told, self.session.told = self.session.told, ""
        return told

    def say(self, message: str, **values: object) -> str:
        """Return a message in the language of the page."""
        return self.language.say(message, **values)

    @property
    def opened(self) -> Opened:
        """What the wallet keeps; raises Locked."""
        return self.service.lock.opened()

    @property
    def is_open(self) -> bool:
        """Whether the wallet is open."""
        return self.service.lock.is_open


def service_of(request: Request) -> WalletService:
    """Return what all pages work with."""
    found = request.app.state.service
    if not isinstance(found, WalletService):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no service")
    return found


def language_of(request: Request) -> Language:
    """Return the language of a request."""
    return service_of(request).languages.chosen(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))


def admitted(request: Request) -> Visit:
    """Return the visit of a browser that was let in; raises HttpProblem 403 for any other."""
    service = service_of(request)
    session = service.door.session(request.cookies.get(service.door.cookie))
    if session is None:
        raise HttpProblem(403, N_("this browser was not let in: open the link that the terminal shows"))
    root = service.door.place
    return Visit(service, session, language_of(request), root, request.url.path.removeprefix(root))


AtDoor = Annotated[Visit, Depends(admitted)]


def inside(request: Request, visit: AtDoor) -> Visit:
    """Return the visit while the wallet is open, which keeps it open; leads others to where it is opened."""
    if not visit.is_open:
        here = visit.path if request.method == "GET" else "/"
        raise HTTPException(303, headers={"Location": f"{visit.root}/unlock?to={quote(here, safe='')}"})
    visit.service.lock.touch()
    return visit


Inside = Annotated[Visit, Depends(inside)]


def form_within(limit: int, visiting: Callable[..., Visit]) -> Callable[..., AsyncIterator[FormData]]:
    """Return the dependency that gives what a form of ours has sent; nothing is read before it is known who sends how much."""

    async def give(request: Request, visit: Annotated[Visit, Depends(visiting)]) -> AsyncIterator[FormData]:
        if int(request.headers.get("content-length", "0")) > limit:
            raise HttpProblem(413, N_("this is more than the form of this page takes"))
        async with request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT_BYTES * 8) as form:
            if not secrets.compare_digest(text(form, "form_token").encode(errors="replace"), visit.session.form_token.encode()):
                raise HttpProblem(403, N_("this form is of an earlier visit: go back, load the page again and send it anew"))
            yield form

    return give


DoorForm = Annotated[FormData, Depends(form_within(MAX_TEXT_BYTES, admitted))]
Form = Annotated[FormData, Depends(form_within(8 * MAX_TEXT_BYTES, inside))]


def file_of(form: FormData, limit: int) -> bytes:
    """Return the file of a form; raises HttpProblem when none was chosen, 422, and when it is too large, 413."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise HttpProblem(422, N_("choose a file first"))
    data = file.file.read(limit + 1)
    if len(data) > limit:
        raise HttpProblem(413, N_("this file is too large to be what is asked for"))
    return data


def text(form: FormData, name: str) -> str:
    """Return a field of a form, "" when it is not there or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
