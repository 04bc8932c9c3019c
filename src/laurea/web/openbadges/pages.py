"""What a learner meets whom a program has sent: who asks, a code to show who they are, and the question.

All forms go to this service, and carry the secret of the request, which no other page has: no cookie is set, and nothing about a person is in a URL.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.errors import GrantRefused, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach
from laurea.services.issuing.oauth import asking, authorization, consents
from laurea.services.issuing.oauth.authorization import PARAMETERS, Asker, Wish
from laurea.web.deps import ServiceDep, learner
from laurea.web.limits import require_patience
from laurea.web.openbadges.addresses import AUTHORIZE, CODE, CONSENT, CONSENTS, CONSENTS_CODE, CONSENTS_END
from laurea.web.origin import require_own_page
from laurea.web.pages.rendering import POLICY, PageRoute, page
from laurea.web.pages.visitor import form_of, text
from laurea.web.problems import HttpProblem

MAX_FORM_BYTES = 16 << 10
ASKED = 20  # of so many requests that one address may send, one may ask for a code: a class begins at once, nobody writes to a thousand

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Public = Annotated[Issuer, Depends(learner)]


async def own_form(request: Request) -> AsyncIterator[FormData]:
    """Give what a form of these pages has sent; raises HttpProblem 403 for one of another site (RFC 9700, 4.7)."""
    require_own_page(request)
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > MAX_FORM_BYTES:
        raise HttpProblem(413, "this is not what the form of this page sends")
    async with form_of(request) as form:
        yield form


Form = Annotated[FormData, Depends(own_form)]


@router.get(AUTHORIZE)
def show(request: Request, issuer: Public) -> HTMLResponse:
    """Show who asks. Nothing is kept yet."""
    pairs = request.query_params.multi_items()
    said = dict(pairs)
    asker = authorization.asker(issuer, said if _are_single(pairs, ("client_id", "redirect_uri")) else {})
    try:
        wish = authorization.wish(asker, _single(pairs))
    except GrantRefused as error:
        return _turned_away(issuer, asker, error)
    return _who(issuer, wish, said)


@router.post(AUTHORIZE)
def begin(request: Request, issuer: Public, form: Form, service: ServiceDep) -> HTMLResponse:
    """Take the address of a learner, and ask for the code that is mailed there; without a mail server take a claim link."""
    require_patience(request.app.state.askers, request)
    said = {name: text(form, name) for name in PARAMETERS}
    wish = authorization.wish(authorization.asker(issuer, said), said)
    if not require_reach(issuer).writes:
        return _question(issuer, asking.begin_with_link(issuer, wish, text(form, "link")))
    token = asking.begin(issuer, wish, text(form, "email"))
    service.wake()
    return _code(issuer, token, wish.asker)


@router.post(CODE)
def prove(issuer: Public, form: Form) -> HTMLResponse:
    """Take the code, and ask the question."""
    token = text(form, "ask")
    if not asking.prove(issuer, token, text(form, "code")):
        return _code(issuer, token, asking.asker(issuer, token), wrong=True)
    return _question(issuer, token)


@router.post(CONSENT)
def decide(issuer: Public, form: Form) -> Response:
    """Send the learner back with the answer."""
    answer = text(form, "answer")
    if answer not in {"allow", "refuse"}:
        raise InputError("say whether you agree", hint="go back, and use one of the two buttons")
    return RedirectResponse(asking.decide(issuer, text(form, "ask"), allow=answer == "allow"), 303)


@router.get(CONSENTS)
def look(issuer: Public) -> HTMLResponse:
    """Ask whose consents are to be shown."""
    return page("oauth_look", issuer=issuer.profile.name, writes=require_reach(issuer).writes, action=CONSENTS)


@router.post(CONSENTS)
def look_begin(request: Request, issuer: Public, form: Form, service: ServiceDep) -> HTMLResponse:
    """Take the address of a learner, and ask for the code that is mailed there."""
    require_patience(request.app.state.askers, request)
    token = asking.begin_alone(issuer, text(form, "email"))
    service.wake()
    return _code(issuer, token, None)


@router.post(CONSENTS_CODE)
def look_prove(issuer: Public, form: Form) -> HTMLResponse:
    """Take the code, and show the consents."""
    token = text(form, "ask")
    if not asking.prove(issuer, token, text(form, "code")):
        return _code(issuer, token, asking.asker(issuer, token), wrong=True)
    return _consents(issuer, token)


@router.post(CONSENTS_END)
def end(issuer: Public, form: Form) -> HTMLResponse:
    """End a consent, and show the others."""
    token = text(form, "ask")
    consents.end(issuer, token, text(form, "grant"))
    return _consents(issuer, token)


def _code(issuer: Issuer, token: str, asker: Asker | None, *, wrong: bool = False) -> HTMLResponse:
    action = CONSENTS_CODE if asker is None else CODE
    return page("oauth_code", 422 if wrong else 200, issuer=issuer.profile.name, ask=token, wrong=wrong, action=action, asker=asker)


def _consents(issuer: Issuer, token: str) -> HTMLResponse:
    found = consents.given(issuer, token)
    return page("oauth_consents", issuer=issuer.profile.name, ask=token, given=found, action=CONSENTS_END)


def _are_single(pairs: list[tuple[str, str]], names: tuple[str, ...]) -> bool:
    return all(sum(name == each for each, _ in pairs) <= 1 for name in names)


def _single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    if not _are_single(pairs, PARAMETERS):
        raise GrantRefused("invalid_request", "a parameter comes more than once")
    return dict(pairs)


def _who(issuer: Issuer, wish: Wish, said: dict[str, str]) -> HTMLResponse:
    kept = {name: said[name] for name in PARAMETERS}
    writes = require_reach(issuer).writes
    return page("oauth_who", issuer=issuer.profile.name, asker=wish.asker, said=kept, writes=writes, action=AUTHORIZE)


def _question(issuer: Issuer, token: str) -> HTMLResponse:
    found = asking.consent(issuer, token)
    shown = page("oauth_consent", issuer=issuer.profile.name, consent=found, ask=token, action=CONSENT, mine=CONSENTS)
    # Browsers take the redirect that answers a form for a part of it.
    shown.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", f"form-action 'self' {found.asker.origin}")
    return shown


def _turned_away(issuer: Issuer, asker: Asker, error: GrantRefused) -> HTMLResponse:
    # Nobody is sent on by an error alone: anybody can register, and would have a link of ours that leads to theirs (RFC 9700, 4.11.2).
    return page("oauth_error", 400, asker=asker, error=error, back=authorization.refused(issuer, asker, error))
