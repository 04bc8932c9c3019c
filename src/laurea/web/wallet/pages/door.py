"""Coming in and going: the link of the terminal, the passphrase, the language."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.errors import Busy, Locked
from laurea.web.problems import HttpProblem
from laurea.web.wallet.language import COOKIE, N_
from laurea.web.wallet.lock import TooOften
from laurea.web.wallet.rendering import page
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import AtDoor, DoorForm, language_of, service_of, text

OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_-]{0,200}")
YEAR_SECONDS = 365 * 24 * 3600

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@router.get("/start")
def start(request: Request, token: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """Let a browser in by a link that was not used yet, and send it on."""
    door = service_of(request).door
    cookie = door.enter(token)
    if cookie is None:
        if door.session(request.cookies.get(door.cookie)) is None:
            raise HttpProblem(403, N_("this link was used already: open the one that the terminal shows now"))
        return page("start", language_of(request), root=door.place, visit=None)
    # A redirect would be a part of the way here, which may begin elsewhere: then a browser keeps a strict cookie back.
    answer = page("start", language_of(request), root=door.place, visit=None)
    answer.set_cookie(door.cookie, cookie, path=f"{door.place}/", httponly=True, samesite="strict")
    return answer


@router.get("/unlock")
def show(visit: AtDoor, to: Annotated[str, Query(max_length=300)] = "/") -> Response:
    """Ask for the passphrase, or for a first wallet when there is none."""
    if visit.is_open:
        return visit.to(_own(to))
    if not visit.service.lock.exists:
        return visit.to("/welcome")
    return visit.page("unlock", to=_own(to), trouble="")


@router.post("/unlock")
def unlock(visit: AtDoor, form: DoorForm) -> Response:
    """Open the wallet with the passphrase."""
    to = _own(text(form, "to"))
    lock = visit.service.lock
    try:
        lock.unlock(text(form, "passphrase"))
    except TooOften as error:
        words = visit.language.counted(
            "Too many wrong passphrases. Wait %(num)s second, then try again.",
            "Too many wrong passphrases. Wait %(num)s seconds, then try again.",
            error.seconds,
        )
        answer = visit.page("unlock", 429, to=to, trouble=words)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except Busy:
        return visit.page("unlock", 503, to=to, trouble=visit.say(N_("Another passphrase is being tried just now. Try again in a moment.")))
    except Locked:
        words = N_("This passphrase does not open the wallet. If you are sure of it, the file is damaged: restore a backup.")
        return visit.page("unlock", 403, to=to, trouble=visit.say(words))
    return visit.to(to)


@router.post("/lock")
def lock_now(visit: AtDoor, _form: DoorForm) -> Response:
    """Lock the wallet."""
    visit.service.lock.lock()
    return visit.to("/unlock")


@router.get("/idle")
def idle(visit: AtDoor, to: Annotated[str, Query(max_length=300)] = "/") -> Response:
    """Cover a page that nobody has used for a while; to look at this keeps nothing open."""
    if not visit.is_open:
        return RedirectResponse(f"{visit.root}/unlock?to={_own(to)}", 303)
    return visit.page("idle", to=_own(to))


@router.post("/language")
def choose(visit: AtDoor, form: DoorForm) -> Response:
    """Keep a language for this browser."""
    known = {each.code for each in visit.service.languages}
    answer = visit.to(_own(text(form, "to")))
    if text(form, "code") in known:
        answer.set_cookie(COOKIE, text(form, "code"), max_age=YEAR_SECONDS, httponly=True, samesite="strict")
    return answer


def _own(path: str) -> str:
    return path if OWN_PATH.fullmatch(path) else "/"
