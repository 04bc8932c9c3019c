"""Sharing a part of a credential by a link that ends: sealed here, kept by a host that cannot read it."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.artefacts import qr
from laurea.artefacts.drawing import data_url
from laurea.errors import LaureaError
from laurea.services.holding import Entry, Portion, links
from laurea.services.holding.links import Host
from laurea.storage.wallet import Shared
from laurea.web.wallet.card import Card, find
from laurea.web.wallet.choosing import choice_of, chosen_in, lines_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

DAYS = (7, 1, 30, 90, 365)  # the first is what is proposed
MAX_LABEL = 200  # characters

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@router.get("/credentials/{name}/share")
def choose(visit: Inside, name: str) -> HTMLResponse:
    """Show what can be shared, and where."""
    return _page(visit, find(visit.opened.entries, name), {})


@router.post("/credentials/{name}/share")
def share(visit: Inside, name: str, form: Form) -> Response:
    """Seal what was chosen and give it to the host; the wallet remembers the link, or there is none."""
    entry = find(visit.opened.entries, name)
    given = {field: text(form, field).strip() for field in ("host", "days", "label", "token")}
    chosen, host = chosen_in(form), Host(text(form, "host").strip(), text(form, "token").strip() or None)
    life = timedelta(days=int(given["days"]) if given["days"] in map(str, DAYS) else DAYS[0])
    portion, at = Portion(choice_of(entry, chosen)), visit.service.now()
    try:
        ticket = links.share(entry, portion, host, life=life, at=at, label=given["label"][:MAX_LABEL])
    except LaureaError as error:
        return _page(visit, entry, given, chosen=chosen, trouble=visit.language.told(str(error), error.hint))
    kept = links.keep(visit.service.lock.holding(), ticket)
    return visit.to(f"/shares/{kept.id}", visit.say(N_("The link works now. The wallet remembers it, so that you can end it.")))


@router.get("/shares")
def list_(visit: Inside) -> HTMLResponse:
    """List the links that were shared."""
    titles = {entry.held.digest: Card.of(entry, visit.language.code, visit.service.now()) for entry in visit.opened.entries}
    found = [
        (each.id, each.shared, [titles[digest] for digest in each.shared.about if digest in titles])
        for each in links.links(visit.opened.wallet)
    ]
    return visit.page("shares", found=found[::-1], now=visit.service.now())


@router.get("/shares/{name}")
def look(visit: Inside, name: str) -> HTMLResponse:
    """Show one link, to be copied or photographed."""
    found = links.find(visit.opened.wallet, name).shared
    return visit.page("shared", link=name, shared=found, code=_code(found), status=None, ended=found.expires <= visit.service.now())


@router.post("/shares/{name}/views")
def count(visit: Inside, name: str, _form: Form) -> HTMLResponse:
    """Ask the host how often a link was opened."""
    found = links.find(visit.opened.wallet, name)
    status = links.status(found)
    return visit.page("shared", link=name, shared=found.shared, code=_code(found.shared), status=status, ended=status is None)


@router.post("/shares/{name}/end")
def end(visit: Inside, name: str, _form: Form) -> Response:
    """End a link: the host takes it from its disk, and only then does the wallet forget it."""
    found = links.find(visit.opened.wallet, name)
    told = N_("The link has ended. Its host keeps nothing of it.") if links.end(found) else N_("The link had ended already.")
    with visit.service.lock.holding() as holding:
        links.forget(holding, found)
    return visit.to("/shares", visit.say(told))


def _code(found: Shared) -> str:
    return data_url(qr.draw(found.url, "png"), "png")


def _page(
    visit: Visit,
    entry: Entry,
    given: dict[str, str],
    *,
    chosen: frozenset[int] | None = None,
    trouble: list[tuple[str, bool]] | None = None,
) -> HTMLResponse:
    card = Card.of(entry, visit.language.code, visit.service.now())
    values = {"host": visit.service.sources.share_host or "", **given}
    lines = lines_of(entry, visit.language, chosen)
    return visit.page("share", 422 if trouble else 200, card=card, lines=lines, given=values, trouble=trouble or [], days=DAYS)
