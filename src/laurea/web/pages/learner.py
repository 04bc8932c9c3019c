"""What a learner meets who opens a link: an invitation to name a wallet, or a credential to fetch. The link itself is the key.

Looking changes nothing, since mail servers look at every link; only a POST does.
"""

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from laurea.services.issuing import invitations
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import PATHS, offer_link
from laurea.storage.issuer.tables import LinkPurpose
from laurea.web.deps import learner
from laurea.web.origin import require_own_page
from laurea.web.pages.rendering import PageRoute, page
from laurea.web.schemas import ExchangeIn
from laurea.web.strict import StrictRoute

VC = "application/vc"
ANY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}

pages = APIRouter(route_class=PageRoute, include_in_schema=False)
exchange = APIRouter(tags=["exchange"], route_class=StrictRoute)

Token = Annotated[str, Path(max_length=64, description="what the link ends with")]
Public = Annotated[Issuer, Depends(learner)]


@pages.get("/invitations/{token}")
def show_invitation(issuer: Public, token: Token) -> HTMLResponse:
    """Show an invitation."""
    return _show(issuer, token, LinkPurpose.BIND)


@pages.get("/claims/{token}")
def show_claim(issuer: Public, token: Token) -> HTMLResponse:
    """Show what can be fetched."""
    return _show(issuer, token, LinkPurpose.CLAIM)


@pages.post("/claims/{token}/credential")
def fetch_file(request: Request, issuer: Public, token: Token) -> Response:
    """Hand the credential out as a file; the link is used up."""
    require_own_page(request)
    headers = {"Content-Disposition": 'attachment; filename="credential.json"'}
    return Response(invitations.fetch(issuer, token), media_type=VC, headers=headers)


@exchange.post("/invitations/{token}", responses=ANY)
def answer_invitation(issuer: Public, token: Token, said: ExchangeIn) -> Response:
    """Bind a credential to the wallet that answers (the VC API's exchange): {} asks what to sign, a presentation answers."""
    if said.verifiable_presentation is None:
        return _asked(issuer, token, LinkPurpose.BIND)
    return JSONResponse({"holder": invitations.bind(issuer, token, said.verifiable_presentation)})


@exchange.post("/claims/{token}", responses={200: {"content": {**ANY[200]["content"], VC: {"schema": {"type": "object"}}}}})
def answer_claim(issuer: Public, token: Token, said: ExchangeIn) -> Response:
    """Hand a credential out to its wallet (the VC API's exchange): {} asks what to sign, a presentation brings the credential."""
    if said.verifiable_presentation is None:
        return _asked(issuer, token, LinkPurpose.CLAIM)
    return Response(invitations.claim(issuer, token, said.verifiable_presentation), media_type=VC)


def _asked(issuer: Issuer, token: str, purpose: LinkPurpose) -> Response:
    return JSONResponse(invitations.offer(issuer, token, purpose).request())


def _show(issuer: Issuer, token: str, purpose: LinkPurpose) -> HTMLResponse:
    found = invitations.offer(issuer, token, purpose)
    link = f"{found.demand.audience}/{PATHS[purpose]}/{token}"
    offer = offer_link(found.demand.audience, token)
    return page(f"{purpose.value}", offer=found, link=link, qr=_qr(link), offer_link=offer, offer_qr=_qr(offer))


def _qr(text: str) -> str:
    return segno.make(text, error="m").svg_inline(scale=4, light="#fff")
