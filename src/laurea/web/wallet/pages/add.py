"""Adding a credential: by a link, a file or a picture; it is looked at before it is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from laurea.artefacts.baked import Carried
from laurea.artefacts.carrier import MAX_FILE, carried, in_text
from laurea.core.report import Verdict
from laurea.errors import InputError
from laurea.services import exchange, sharing
from laurea.services.exchange import Invited
from laurea.services.holding.receiving import preview
from laurea.services.offers import discovery
from laurea.services.offers.delivery import ACCEPTED, DECLINED
from laurea.web.wallet.card import name_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.laying import digest, lay
from laurea.web.wallet.pages import offers
from laurea.web.wallet.points import points_of
from laurea.web.wallet.tray import Piece
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import KEYS, MIB, Form, Inside, Visit, file_of, form_within, inside, text

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

FileForm = Annotated[FormData, Depends(form_within(MAX_FILE + MIB, inside))]


@router.get("/add")
def show(visit: Inside) -> HTMLResponse:
    """Show the ways in."""
    return visit.page("add")


@router.post("/add/text")
def paste(visit: Inside, form: Form) -> Response:
    """Take a link or a document that was pasted."""
    said = text(form, "text").strip()
    if not said:
        raise InputError(N_("nothing was pasted"))
    return _brought(visit, in_text(said))


@router.post("/add/file")
def upload(visit: Inside, form: FileForm) -> Response:
    """Take a file."""
    return _brought(visit, carried(file_of(form, MAX_FILE)))


@router.post("/add/answer")
def answer(visit: Inside, form: Form) -> Response:
    """Answer a link: name a key of this wallet, or fetch a credential."""
    link, at = text(form, "link"), visit.service.now()
    origin = exchange.origin_of(link)
    with visit.service.lock.holding() as holding:
        key = holding.key_for(origin, at=at, own_key=KEYS.get(text(form, "key")))
    # Nobody else waits for the issuer's server.
    answered = exchange.answer(link, key, at=at)
    if isinstance(answered, Invited):
        return visit.page("invited", who=answered.issuer, what=answered.achievement)
    return lay(visit, Piece(answered.data, _host(link), once=True))


@router.get("/add/{name}")
def look(visit: Inside, name: str) -> HTMLResponse:
    """Show what came, before anything is kept."""
    piece = visit.service.lock.tray.get(name)
    found = preview(visit.opened.wallet, piece.data, at=visit.service.now(), language=visit.language.code)
    shown = [(offer, piece.reports.get(digest(offer), {})) for offer in found.offers]
    seen = [(offer, report, points_of(report)) for offer, report in shown]
    refusals = [visit.language.told(str(offer.refusal), offer.refusal.hint) for offer in found.offers if offer.refusal]
    known = all(offer.known is not None for offer in found.offers)
    bad = any(report.get("verdict") == Verdict.INVALID for _, report in shown)
    return visit.page("preview", name=name, piece=piece, offers=seen, refusals=refusals, known=known, bad=bad)


@router.get("/add/{name}/file")
def download(visit: Inside, name: str) -> Response:
    """Hand out what came as it is, to be kept elsewhere."""
    headers = {"Content-Disposition": 'attachment; filename="credential.json"'}
    return Response(visit.service.lock.tray.get(name).data, media_type="application/vc", headers=headers)


@router.post("/add/{name}/accept")
def accept(visit: Inside, name: str, _form: Form) -> Response:
    """Keep what came, with what the check said."""
    piece, at = visit.service.lock.tray.get(name), visit.service.now()
    with visit.service.lock.holding() as holding:
        received = holding.receive_all(piece.data, at=at)
        # Of when it was checked, not of now: it may have lain there for long.
        holding.keep_checks(piece.reports, at=piece.checked or at, now=at)
    visit.service.lock.tray.drop(name)
    piece.tell(ACCEPTED)
    first = name_of(received[0][0])
    return visit.to(f"/credentials/{first}" if len(received) == 1 else "/", visit.say(N_("It is in your wallet now.")))


@router.post("/add/{name}/decline")
def decline(visit: Inside, name: str, _form: Form) -> Response:
    """Keep nothing of what came."""
    piece = visit.service.lock.tray.get(name)
    visit.service.lock.tray.drop(name)
    piece.tell(DECLINED)
    return visit.to("/", visit.say(N_("Nothing was kept.")))


def _brought(visit: Visit, found: Carried) -> Response:
    if not found.link:
        return lay(visit, Piece(found.data))
    if not sharing.is_share_link(found.link) and (offer := discovery.find(found.link)) is not None:
        return offers.show(visit, offer)
    host = _host(found.link)
    if sharing.is_share_link(found.link):
        return lay(visit, Piece(sharing.fetch(found.link), host))
    asked = exchange.ask(found.link)
    return visit.page("link", link=found.link, host=host, asked=asked, who=asked.issuer)


def _host(link: str) -> str:
    """Return whom a link leads to, and nothing that only looks like that; raises InputError for what is no link."""
    return exchange.origin_of(link).partition("://")[2]
