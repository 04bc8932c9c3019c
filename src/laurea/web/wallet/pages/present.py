"""Presenting a credential, or a part of it: choose what is seen, say for whom, and hand it over."""

import json
from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.artefacts import qr
from laurea.artefacts.drawing import data_url
from laurea.core import qr_text
from laurea.core.credential import parse_time
from laurea.core.presentation import Demand
from laurea.errors import InputError
from laurea.services.holding import Choice, Entry, Showing, Wanted
from laurea.web.wallet.card import Card, find
from laurea.web.wallet.choosing import choice_of, chosen_in, lines_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.tray import Piece
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

FIELDS = ("audience", "challenge", "minutes", "purpose", "notes", "files")
MINUTES = (5, 2, 1)  # that a presentation can be used; a verifier takes five at most

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@router.get("/credentials/{name}/present")
def choose(visit: Inside, name: str) -> HTMLResponse:
    """Show what can be shown."""
    return _page(visit, find(visit.opened.entries, name), {})


@router.post("/credentials/{name}/present")
def present(visit: Inside, name: str, form: Form) -> Response:
    """Sign what was chosen for one audience."""
    entry = find(visit.opened.entries, name)
    given = {field: text(form, field).strip() for field in FIELDS}
    chosen = chosen_in(form)
    if not given["audience"] or not given["challenge"]:
        words = N_("Say for whom it is, and give the challenge: your signature is for both and of no use to others.")
        return _page(visit, entry, given, chosen=chosen, trouble=visit.say(words))
    others = [find(visit.opened.entries, str(each)) for each in form.getlist("with")]
    wanted = Wanted(entry.lasting_name, choice_of(entry, chosen) if entry.anchored else Choice())
    showing = Showing(
        (wanted, *(Wanted(each.lasting_name) for each in others)), given["purpose"], notes=bool(given["notes"]), files=bool(given["files"])
    )
    life = timedelta(minutes=minutes_of(given["minutes"]))
    demand = Demand(given["audience"], given["challenge"])
    return visit.to(f"/credentials/{name}/presented/{composed(visit, showing, demand, life)}")


def composed(visit: Visit, showing: Showing, demand: Demand, life: timedelta) -> str:
    """Sign a presentation, lay it on the tray, and return its name there."""
    with visit.service.lock.holding() as holding:
        made = holding.present_all(showing, demand=demand, at=visit.service.now(), life=life)
    data = json.dumps(made.document, ensure_ascii=False, indent=2).encode()
    return visit.service.lock.tray.put(Piece(data, demand.audience, files=tuple(each.name for each in made.files)))


@router.get("/credentials/{name}/presented/{piece}")
def hand_over(visit: Inside, name: str, piece: str) -> HTMLResponse:
    """Show a presentation that was made, to be handed over."""
    return presented(visit, f"/credentials/{name}", piece)


def presented(visit: Visit, here: str, piece: str) -> HTMLResponse:
    """Return the page on which a presentation is handed over, that was made at some page of ours."""
    made = visit.service.lock.tray.get(piece)
    document = json.loads(made.data)
    try:
        code = data_url(qr.draw(qr_text.to_text(document), "png"), "png")
    except InputError:  # no code holds it
        code = ""
    expires = parse_time(document["proof"]["expires"])
    return visit.page("presented", here=here, piece=piece, made=made, text=made.data.decode(), code=code, expires=expires)


@router.get("/credentials/{name}/presented/{piece}/file")
def download(visit: Inside, name: str, piece: str) -> Response:
    """Hand a presentation out as a file."""
    return handed_out(visit, f"presentation-{name}.json", piece)


def handed_out(visit: Visit, file_name: str, piece: str) -> Response:
    """Return a presentation as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(visit.service.lock.tray.get(piece).data, media_type="application/vp", headers=headers)


def _page(visit: Visit, entry: Entry, given: Mapping[str, str], *, chosen: frozenset[int] | None = None, trouble: str = "") -> HTMLResponse:
    at = visit.service.now()
    card = Card.of(entry, visit.language.code, at)
    lines = lines_of(entry, visit.language, chosen) if entry.anchored else []
    # One signature, by one key: what names another key cannot go along.
    others = [
        Card.of(each, visit.language.code, at)
        for each in visit.opened.entries
        if each.number != entry.number and each.bound and not each.jwt and each.credential.subject_id == entry.credential.subject_id
    ]
    status = 422 if trouble else 200
    return visit.page("present", status, card=card, lines=lines, others=others, given=given, trouble=trouble, minutes=MINUTES)


def minutes_of(said: str) -> int:
    """Return for how many minutes a form wants a presentation to be good, of those that there are."""
    return int(said) if said in {str(each) for each in MINUTES} else MINUTES[0]
