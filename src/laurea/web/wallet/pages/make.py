"""What can be made of a credential: a certificate, a badge picture, a line for LinkedIn or one's own site, a résumé."""

import json

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from laurea.artefacts import baking, certificate, drawing, elsewhere, resume, resume_html
from laurea.artefacts.certificate import Checking
from laurea.artefacts.embed import snippet
from laurea.artefacts.fonts import Fonts
from laurea.artefacts.linkedin import add_to_profile, check_https
from laurea.core.summary import Summary
from laurea.errors import InputError
from laurea.services.holding import Entry, Portion
from laurea.services.holding.portion import code_on_paper
from laurea.services.holding.resume import in_resume, past_in_resume
from laurea.web.wallet.card import Card, find
from laurea.web.wallet.choosing import choice_of, chosen_in, lines_of
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import Form, Inside, Visit, text

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


@router.get("/credentials/{name}/make")
def choose(visit: Inside, name: str) -> HTMLResponse:
    """Show what can be made."""
    return _page(visit, find(visit.opened.entries, name))


@router.post("/credentials/{name}/make/certificate")
def make_certificate(visit: Inside, name: str, form: Form) -> Response:
    """Make a certificate with the credential attached."""
    entry, portion = find(visit.opened.entries, name), _portion(visit, name, form)
    address, at, language = text(form, "address").strip(), visit.service.now(), visit.language.code
    if address:
        check_https(address)
    summary = Summary.of(portion.document(entry), language)
    checking = Checking(address, code_on_paper(entry, portion) or address)
    made = certificate.draw(portion.of(entry), summary, language=language, at=at, checking=checking, fonts=Fonts.of())
    return _file(made, "application/pdf", f"certificate-{name}.pdf")


@router.post("/credentials/{name}/make/png")
def make_png(visit: Inside, name: str, form: Form) -> Response:
    """Make a badge picture with the credential in it."""
    entry, portion = find(visit.opened.entries, name), _portion(visit, name, form)
    drawn = drawing.png(Summary.of(portion.document(entry), visit.language.code).title, Fonts.of())
    return _file(baking.bake(drawn, portion.of(entry)), "image/png", f"badge-{name}.png")


@router.post("/credentials/{name}/make/svg")
def make_svg(visit: Inside, name: str, form: Form) -> Response:
    """Make a badge picture that can be scaled, with the credential in it."""
    entry, portion = find(visit.opened.entries, name), _portion(visit, name, form)
    drawn = drawing.svg(Summary.of(portion.document(entry), visit.language.code).title)
    return _file(baking.bake(drawn, portion.of(entry)), "image/svg+xml", f"badge-{name}.svg")


@router.post("/credentials/{name}/make/links")
def make_links(visit: Inside, name: str, form: Form) -> HTMLResponse:
    """Make the link that adds a credential to a LinkedIn profile, and the lines for one's own site."""
    entry = find(visit.opened.entries, name)
    summary, address = _summary(visit, entry), text(form, "address").strip()
    try:
        linkedin = add_to_profile(summary, address, language=visit.language.code)
        html = snippet(summary, address, language=visit.language.code)
    except InputError as error:
        return _page(visit, entry, address=address, trouble=visit.language.told(str(error), error.hint))
    return _page(visit, entry, address=address, linkedin=linkedin, html=html)


@router.get("/resume")
def show_resume(visit: Inside) -> HTMLResponse:
    """Show how credentials come into a résumé."""
    entries = _listed(visit)
    return visit.page("resume", count=len(entries), verified=sum(each.verified is not None for each in entries))


@router.post("/resume/{kind}")
def make_resume(visit: Inside, kind: str, _form: Form) -> Response:
    """Make a résumé of all credentials, as JSON Resume or a section of a page."""
    entries, language, at = _listed(visit), visit.language.code, visit.service.now()
    past = past_in_resume(visit.opened.wallet)
    if kind == "html":
        said = resume_html.section(entries, language=language, at=at) + elsewhere.section(past, language)
        return _file(said.encode(), "text/html", "resume.html")
    document = elsewhere.with_history(resume.json_resume(entries, language=language, at=at), past, language)
    made = json.dumps(document, ensure_ascii=False, indent=2)
    return _file(made.encode(), "application/json", "resume.json")


def _listed(visit: Visit) -> list[resume.Entry]:
    """Return the credentials with what the last check of each said."""
    return [in_resume(entry, visit.language.code) for entry in visit.opened.entries]


def _portion(visit: Visit, name: str, form: FormData) -> Portion:
    """Return what was chosen in a form; what is not anchored goes as a whole."""
    entry = find(visit.opened.entries, name)
    whole = bool(text(form, "complete")) or not entry.anchored
    return Portion(complete=True) if whole else Portion(choice_of(entry, chosen_in(form)))


def _summary(visit: Visit, entry: Entry) -> Summary:
    return entry.summary(visit.language.code)


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(
    visit: Visit, entry: Entry, *, address: str = "", linkedin: str = "", html: str = "", trouble: list[tuple[str, bool]] | None = None
) -> HTMLResponse:
    card = Card.of(entry, visit.language.code, visit.service.now())
    status = 422 if trouble else 200
    lines, wrong = lines_of(entry, visit.language), trouble or []
    return visit.page("make", status, card=card, lines=lines, address=address, linkedin=linkedin, html=html, trouble=wrong)
