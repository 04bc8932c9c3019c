"""Collections: what counts for one goal, the rest one click away, the holder's own words, and what is made of it for others."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.artefacts import resume
from laurea.artefacts.portfolio import about, skills
from laurea.artefacts.portfolio_html import page as drawn
from laurea.core.presentation import Demand
from laurea.errors import InputError
from laurea.services.holding import Entry, Showing, Wanted, collecting, portfolio
from laurea.services.holding.collecting import Goal
from laurea.services.holding.portfolio import NOTHING, Answered, Dress
from laurea.services.holding.relevance import Relevance
from laurea.services.holding.resume import in_resume
from laurea.storage.wallet import Collection
from laurea.web.wallet.card import Card, find
from laurea.web.wallet.language import N_
from laurea.web.wallet.pages.audit import made_of
from laurea.web.wallet.pages.present import MINUTES, composed, handed_out, minutes_of, presented
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A credential as the page of a collection shows it: its card, and what it does for the goal."""

    card: Card
    answered: Answered


@router.get("/collections")
def list_(visit: Inside) -> HTMLResponse:
    """List the collections."""
    found = [(each, len(collecting.members(each, visit.opened.entries))) for each in visit.opened.wallet.collections]
    return visit.page("collections", found=found)


@router.post("/collections")
def begin(visit: Inside, form: Form) -> Response:
    """Begin a collection; one for an audit begins with the credentials that meet what is asked for."""
    name, piece, made = text(form, "name").strip(), text(form, "piece"), uuid4().hex
    posting = visit.service.lock.tray.get(piece) if piece else None
    asked = text(form, "posting").replace("\r\n", "\n").strip() if posting is None else posting.data.decode()
    goal, at = Goal(name, text(form, "goal").strip(), asked), visit.service.now()
    chosen: list[Entry] = []
    if posting is not None:
        answered = made_of(visit, posting).answered()
        chosen = [each for each in visit.opened.entries if answered.get(each.held.digest, NOTHING).meets]
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: collecting.put(collecting.started(kept, goal, id_=made, at=at), made, chosen, at=at))
    return visit.to(f"/collections/{made}", visit.say(N_("The collection was begun.")))


@router.get("/collections/{name}")
def look(visit: Inside, name: str) -> HTMLResponse:
    """Show a collection, and what each credential does for its goal."""
    found = collecting.find(visit.opened.wallet, name)
    relevance = _relevance(visit, found)
    members, rest = collecting.members(found, visit.opened.entries), collecting.rest(found, visit.opened.entries)
    dress = Dress(visit.language.code, documents=False, answered=relevance.answered, signed=False)
    made = portfolio.portfolio(visit.opened.wallet, found.id, dress, at=visit.service.now())
    texts = (about(made, language=visit.language.code, at=visit.service.now()), ", ".join(skills(made.items)))
    shown = {"members": _seen(visit, members, relevance), "rest": _seen(visit, rest, relevance), "relevance": relevance, "texts": texts}
    return visit.page("collection", found=found, minutes=MINUTES, files=portfolio.evidence(visit.opened.wallet, found), **shown)


@router.post("/collections/{name}/add")
def add(visit: Inside, name: str, form: Form) -> Response:
    """Put credentials into a collection."""
    chosen = [find(visit.opened.entries, str(each)) for each in form.getlist("credential")]
    return _put(visit, name, chosen, out=False)


@router.post("/collections/{name}/out/{credential}")
def take_out(visit: Inside, name: str, credential: str, _form: Form) -> Response:
    """Take a credential out of a collection; it stays in the wallet."""
    return _put(visit, name, [find(visit.opened.entries, credential)], out=True)


@router.post("/collections/{name}/narrative")
def say(visit: Inside, name: str, form: Form) -> Response:
    """Keep the holder's own words for the goal, or none."""
    said = text(form, "said").replace("\r\n", "\n").strip()
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: collecting.narrated(kept, name, said, at=visit.service.now()))
    return visit.to(f"/collections/{name}", visit.say(N_("Your words were saved.")))


@router.post("/collections/{name}/present")
def present(visit: Inside, name: str, form: Form) -> Response:
    """Sign a presentation of what is in a collection, and of nothing else."""
    found = collecting.find(visit.opened.wallet, name)
    given = {field: text(form, field).strip() for field in ("audience", "challenge", "purpose")}
    if not given["audience"] or not given["challenge"]:
        raise InputError(N_("say for whom it is, and give the challenge"))
    told = found.narrative.text if found.narrative and text(form, "narrative") else ""
    wanted = tuple(Wanted(each.lasting_name) for each in collecting.members(found, visit.opened.entries))
    if not wanted:
        raise InputError(N_("there is nothing in this collection"))
    showing = Showing(wanted, given["purpose"], files=bool(text(form, "files")), narrative=told)
    demand, life = Demand(given["audience"], given["challenge"]), timedelta(minutes=minutes_of(text(form, "minutes")))
    return visit.to(f"/collections/{name}/presented/{composed(visit, showing, demand, life)}")


@router.get("/collections/{name}/presented/{piece}")
def hand_over(visit: Inside, name: str, piece: str) -> HTMLResponse:
    """Show a presentation that was made, to be handed over."""
    return presented(visit, f"/collections/{name}", piece)


@router.get("/collections/{name}/presented/{piece}/file")
def download(visit: Inside, name: str, piece: str) -> Response:
    """Hand a presentation out as a file; no name of a collection is in it."""
    return handed_out(visit, f"presentation-{name[:8]}.json", piece)


@router.post("/collections/{name}/make/{kind}")
def make(visit: Inside, name: str, kind: str, form: Form) -> Response:
    """Make a page, a signed statement, or a résumé of a collection."""
    found, at, language = collecting.find(visit.opened.wallet, name), visit.service.now(), visit.language.code
    if kind == "page":
        dress = Dress(language, bool(text(form, "documents")), _relevance(visit, found).answered)
        made = portfolio.portfolio(visit.opened.wallet, found.id, dress, at=at)
        return _file(drawn(made, language=language, at=at).encode(), "text/html", "portfolio.html")
    if kind == "statement":
        return _json(portfolio.statement(visit.opened.wallet, name, at=at), "statement.json")
    listed = [in_resume(each, language) for each in collecting.members(found, visit.opened.entries)]
    return _json(resume.json_resume(listed, language=language, at=at), "resume.json")


@router.post("/collections/{name}/remove")
def remove(visit: Inside, name: str, _form: Form) -> Response:
    """Remove a collection; its credentials stay in the wallet."""
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: collecting.without(kept, name, at=visit.service.now()))
    return visit.to("/collections", visit.say(N_("The collection was removed. Its credentials are in the wallet as before.")))


def _put(visit: Visit, name: str, chosen: list[Entry], *, out: bool) -> Response:
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: collecting.put(kept, name, chosen, at=visit.service.now(), out=out))
    return visit.to(f"/collections/{name}")


def _seen(visit: Visit, entries: tuple[Entry, ...], relevance: Relevance) -> list[Member]:
    code, at = visit.language.code, visit.service.now()
    return [Member(Card.of(each, code, at), relevance.answered.get(each.held.digest, NOTHING)) for each in entries]


def _relevance(visit: Visit, found: Collection) -> Relevance:
    return Relevance.of(visit.opened.wallet, found, visit.service.frameworks(), at=visit.service.now())


def _json(document: object, name: str) -> Response:
    return _file(json.dumps(document, ensure_ascii=False, indent=2).encode(), "application/json", name)


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
