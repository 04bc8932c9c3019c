"""The page that asks a wallet: what for, a QR code and a link, and the answer when it came. It loads itself anew until then."""

from base64 import b64encode
from importlib.metadata import version
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import HTMLResponse, RedirectResponse

from laurea.artefacts import qr
from laurea.artefacts.report_html import Basis
from laurea.core.dcql import Query
from laurea.core.report import Verdict
from laurea.web.limits import site
from laurea.web.origin import require_own_page
from laurea.web.problems import HttpProblem
from laurea.web.verifier.asks import LIFE, OPERATOR, Ask, Result
from laurea.web.verifier.asks_schemas import short
from laurea.web.verifier.form import chosen
from laurea.web.verifier.pages import PageRoute
from laurea.web.verifier.rendering import language_of, page
from laurea.web.verifier.service import Asked, VerifierService
from laurea.web.verifier.shown import Answer
from laurea.web.wallet.language import N_

RELOAD = {"Refresh": "3"}  # seconds
BADGE = "OpenBadgeCredential"
# What may be asked for on the page, by what the form calls it.
CHOICES = {
    "achievement": (N_("What was achieved"), "/credentialSubject/achievement"),
    "result": (N_("With which result"), "/credentialSubject/result"),
    "evidence": (N_("What shows it (evidence)"), "/evidence"),
}
NOT_YOURS = N_("whoever has wallets asked here needs the operator's token")
Text = Annotated[str, Parameter(max_length=200)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/wallet")
def show(request: Request, service: Asked, name: Text = "", token: Text = "") -> HTMLResponse:
    """Show what a wallet can be asked for; or a request, by its name and token, until it is answered, and then the answer."""
    if not name:
        return page(request, "wallet", ask=None, result=None, choices=CHOICES)
    made, found = service.wallets.asks.look(name, token)
    if found is None:
        return _waiting(request, service, made)
    if found.verdict is None:
        return page(request, "wallet", ask=made, result=found, choices=CHOICES)
    return _answered(request, service, found, found.verdict)


@router.post("/wallet")
async def begin(request: Request, service: Asked) -> RedirectResponse:
    """Make a request, and lead to its page."""
    require_own_page(request)
    claims, token = await chosen(request)
    if not service.wallets.may_ask(token):
        raise HttpProblem(401, NOT_YOURS)
    query = Query.of(short(BADGE, [pointer for each, (_, pointer) in CHOICES.items() if each in claims]))
    made = service.wallets.asks.make(query, site(request) if service.wallets.token is None else OPERATOR)
    return RedirectResponse(f"wallet?{urlencode({'name': made.id, 'token': made.token, 'lang': language_of(request).code})}", 303)


def _waiting(request: Request, service: VerifierService, made: Ask) -> HTMLResponse:
    link = service.wallets.link(made)
    picture = f"data:image/svg+xml;base64,{b64encode(qr.draw(link, 'svg')).decode()}"
    minutes = int(LIFE.total_seconds() // 60)
    shown = page(request, "wallet", ask=made, result=None, choices=CHOICES, link=link, picture=picture, minutes=minutes)
    shown.headers.update(RELOAD)
    return shown


def _answered(request: Request, service: VerifierService, found: Result, verdict: Verdict) -> HTMLResponse:
    language = language_of(request)
    answer = Answer.of_asked(verdict, [(each.report, each.shown) for each in found.seen], language)
    statement = answer.statement(Basis((), service.digests(), version("laurea")), language.code)
    return page(request, "answer", answer=answer, demand=None, statement=statement, problem=found.problem)
