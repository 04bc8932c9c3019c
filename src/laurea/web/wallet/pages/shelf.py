"""The list of credentials, what is near its end, and one credential."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.errors import InputError
from laurea.services.holding.attaching import filed
from laurea.services.holding.entry import successors
from laurea.web.wallet.card import WORDS, Card, Status, find
from laurea.web.wallet.detail import Detail
from laurea.web.wallet.language import N_
from laurea.web.wallet.pages.own import LIKENESS
from laurea.web.wallet.seeking import FIELDS, Seeking, names
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@router.get("/")
def show(visit: Inside) -> HTMLResponse:
    """List the credentials that were looked for, or all."""
    cards = [Card.of(each, visit.language.code, visit.service.now()) for each in reversed(visit.opened.entries)]
    seeking = Seeking.of(visit.session.sought)
    near = sorted((card for card in cards if card.days is not None), key=lambda card: card.days or 0)
    found = [card for card in cards if seeking.finds(card)]
    return visit.page("shelf", cards=found, all=cards, near=near, seeking=seeking, fields=_fields(visit, cards))


@router.post("/")
def look_for(visit: Inside, form: Form) -> Response:
    """Look for some: what is looked for stays in memory, and is in no URL."""
    visit.session.sought = {} if text(form, "all") else {name: text(form, name)[:200] for name in FIELDS}
    return visit.to("/")


@router.get("/credentials/{name}")
def look(visit: Inside, name: str) -> HTMLResponse:
    """Show one credential."""
    entry = find(visit.opened.entries, name)
    files = [(each, visit.say(LIKENESS[each.likeness])) for each in filed(visit.opened.wallet, entry.lasting_name)]
    newer = successors(visit.opened.entries, visit.service.now()).get(entry.number)
    instead = None if newer is None else Card.of(newer, visit.language.code, visit.service.now())
    return visit.page("credential", card=_card(visit, name), detail=Detail.of(entry, visit.language), files=files, instead=instead)


@router.post("/credentials/{name}/check")
def check(visit: Inside, name: str, _form: Form) -> Response:
    """Have a credential checked now."""
    entry = find(visit.opened.entries, name)
    if entry.jwt:
        return visit.to(f"/credentials/{name}", visit.say(N_("It is of a kind (a JWT) that this wallet cannot check: ask its issuer.")))
    at = visit.service.now()
    report = visit.service.verifying().verify(entry.held.document, at=at)
    with visit.service.lock.holding() as holding:
        after = holding.keep_checks({entry.held.digest: report.document()}, at=at, now=visit.service.now())
    kept = find(after, name).held.attempted is None
    told = N_("It was checked just now.") if kept else N_("It could not be checked just now. What was found before still stands.")
    return visit.to(f"/credentials/{name}", visit.say(told))


@router.post("/check")
def check_all(visit: Inside, _form: Form) -> Response:
    """Have all credentials checked now."""
    at = visit.service.now()
    documents = ((entry.held.digest, entry.held.document) for entry in visit.opened.entries if not entry.jwt)
    found = visit.service.verifying().verify_many(documents, at=at)
    reports = {digest: report.document() for digest, report in found if not isinstance(report, InputError)}
    with visit.service.lock.holding() as holding:
        after = holding.keep_checks(reports, at=at, now=visit.service.now())
    if any(each.held.attempted is not None and each.held.attempted.at == at for each in after):
        return visit.to("/", visit.say(N_("Some could not be checked just now. What was found before still stands.")))
    return visit.to("/", visit.say(N_("All were checked just now.")))


@router.get("/credentials/{name}/file")
def download(visit: Inside, name: str) -> Response:
    """Hand the credential out as it was received, to the byte."""
    entry = find(visit.opened.entries, name)
    headers = {"Content-Disposition": f'attachment; filename="credential-{name}.json"'}
    return Response(entry.held.document, media_type="application/vc", headers=headers)


@router.get("/credentials/{name}/remove")
def ask(visit: Inside, name: str) -> HTMLResponse:
    """Ask whether a credential is to be removed."""
    return visit.page("remove", card=_card(visit, name))


@router.post("/credentials/{name}/remove")
def remove(visit: Inside, name: str, _form: Form) -> Response:
    """Take a credential out of the wallet."""
    entry = find(visit.opened.entries, name)
    with visit.service.lock.holding() as holding:
        holding.remove(entry.lasting_name, at=visit.service.now())
    return visit.to("/", visit.say(N_("It was removed.")))


def _card(visit: Visit, name: str) -> Card:
    return Card.of(find(visit.opened.entries, name), visit.language.code, visit.service.now())


def _fields(visit: Visit, cards: list[Card]) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return what can be chosen by: the field, its label, and each value with what is shown for it, and whether that is a message of ours."""
    issuers = sorted({card.issuer for card in cards if card.issuer})
    skills = sorted({name for card in cards for name in names(card)})
    kinds = sorted({card.summary.kind for card in cards if card.summary.kind})
    there = {card.status for card in cards}
    return [
        ("issuer", visit.say(N_("Issuer")), [(each, each, False) for each in issuers]),
        ("skill", visit.say(N_("Skill")), [(each, each, False) for each in skills]),
        ("kind", visit.say(N_("Type")), [(each, each, False) for each in kinds]),
        ("status", visit.say(N_("Status")), [(each, visit.say(WORDS[each]), True) for each in Status if each in there]),
    ]
