"""Sharing a part of a credential by a link that ends: sealed here, kept by a host that cannot read it."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.artefacts import qr
from laurea.artefacts.drawing import data_url
from laurea.core.canonical import encode
from laurea.core.disclosure import derive
from laurea.errors import LaureaError, NotFound
from laurea.services import sharing
from laurea.services.holding import Entry, shares
from laurea.services.sharing import Share
from laurea.storage.wallet import Shared
from laurea.web.wallet.card import Card, find
from laurea.web.wallet.choosing import choice_of, chosen_in, lines_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

DAYS = (7, 1, 30, 90, 365)  # the first is what is proposed

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
    chosen, at = chosen_in(form), visit.service.now()
    shown = choice_of(entry, chosen).of(entry.credential)
    document = encode(derive(entry.credential, shown.__contains__).secured())
    life = timedelta(days=int(given["days"]) if given["days"] in map(str, DAYS) else DAYS[0])
    try:
        made = sharing.share(document, given["host"], life=life, upload_token=given["token"] or None)
    except LaureaError as error:
        return _page(visit, entry, given, chosen=chosen, trouble=visit.language.told(str(error), error.hint))
    kept = Shared(made.url, made.deletion_token, at, made.expires, (entry.held.digest,), given["label"][:200])
    try:
        with visit.service.lock.holding() as holding:
            shares.remember(holding, kept)
    except LaureaError:
        sharing.end(made)  # nobody could end it later
        raise
    return visit.to(f"/shares/{made.id}", visit.say(N_("The link works now. The wallet remembers it, so that you can end it.")))


@router.get("/shares")
def list_(visit: Inside) -> HTMLResponse:
    """List the links that were shared."""
    titles = {entry.held.digest: Card.of(entry, visit.language.code, visit.service.now()) for entry in visit.opened.entries}
    found = [
        (shares.name_of(each), each, [titles[digest] for digest in each.about if digest in titles]) for each in visit.opened.wallet.shared
    ]
    return visit.page("shares", found=found[::-1], now=visit.service.now())


@router.get("/shares/{link}")
def look(visit: Inside, link: str) -> HTMLResponse:
    """Show one link, to be copied or photographed."""
    found = shares.find(visit.opened.wallet.shared, link)
    code = data_url(qr.draw(found.url, "png"), "png")
    return visit.page("shared", link=link, shared=found, code=code, status=None, ended=found.expires <= visit.service.now())


@router.post("/shares/{link}/views")
def count(visit: Inside, link: str, _form: Form) -> HTMLResponse:
    """Ask the host how often a link was opened."""
    found = shares.find(visit.opened.wallet.shared, link)
    code = data_url(qr.draw(found.url, "png"), "png")
    return visit.page("shared", link=link, shared=found, code=code, status=sharing.status(_share(found)), ended=False)


@router.post("/shares/{link}/end")
def end(visit: Inside, link: str, _form: Form) -> Response:
    """End a link: the host takes it from its disk, and only then does the wallet forget it."""
    found = shares.find(visit.opened.wallet.shared, link)
    try:
        sharing.end(_share(found))
        told = N_("The link has ended. Its host keeps nothing of it.")
    except NotFound:
        told = N_("The link had ended already.")
    with visit.service.lock.holding() as holding:
        shares.forget(holding, found.url)
    return visit.to("/shares", visit.say(told))


def _share(found: Shared) -> Share:
    return Share(found.url, shares.name_of(found), found.deletion_token, found.expires)


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
