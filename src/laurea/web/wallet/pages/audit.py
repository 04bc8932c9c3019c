"""The skills audit: a job description that was pasted, chosen as a file, or fetched, beside the wallet; and the catalogues of what can be earned."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from laurea.core.matching import Fit
from laurea.errors import InputError
from laurea.fetch.pages import page
from laurea.services.holding import auditing, cataloguing
from laurea.services.holding.auditing import Audit, Basis, Line, offers_of
from laurea.services.holding.doubting import Doubt, Doubtful
from laurea.services.skills import posting_text
from laurea.web.wallet.card import Card
from laurea.web.wallet.language import N_
from laurea.web.wallet.tray import Piece
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, Form, Inside, Visit, file_of, form_within, inside, text

MAX_FILE = 10 << 20  # bytes of a job description: a PDF with pictures

FITS = {Fit.MET: N_("Have"), Fit.PARTLY: N_("Partly"), Fit.MISSING: N_("Missing")}
# A sign beside the word: colour alone says nothing to many. The classes are those of chips.
SIGNS = {Fit.MET: ("valid", "✓"), Fit.PARTLY: ("soon", "◔"), Fit.MISSING: ("unchecked", "○")}
DOUBTS = {
    Doubtful.ALWAYS: N_(
        "Skills are compared by the names that frameworks give them. How well you do a thing, and what no credential says, is not seen here."
    ),
    Doubtful.NO_FRAMEWORK: N_(
        "No framework of skills was imported, so only the names that your credentials and catalogues use were looked for."
    ),
    Doubtful.NOTHING_ASKED: N_("No skill was recognised in the text."),
    Doubtful.UNKNOWN_WORDS: N_(
        "These skills are in no framework that is known here, so no credential can be put beside them but by its words:"
    ),
    Doubtful.BEYOND: N_(
        "These sentences may ask for what no credential of skills shows, like years, degrees and languages. Read them yourself:"
    ),
    Doubtful.UNCHECKED: N_("These credentials were never checked, so they count in part at most:"),
    Doubtful.OLD_CHECK: N_("These were last checked more than 30 days ago. Whether they were revoked since is not known:"),
    Doubtful.NO_SKILLS: N_("These credentials name no skill by its address in a framework, so they count in part at most:"),
    Doubtful.NOT_YOURS: N_("These do not name this wallet as their holder. Whoever reads them may ask whether they are yours:"),
    Doubtful.NO_CATALOGUE: N_("No catalogue is in the wallet, so nothing is known that would close what is missing."),
}

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

FileForm = Annotated[FormData, Depends(form_within(MAX_FILE + MIB, inside))]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is asked for, as the page shows it: the chip, the credentials as cards, and what would close it."""

    line: Line
    word: str
    look: str
    sign: str
    cards: tuple[Card, ...]


@router.get("/audit")
def show(visit: Inside) -> HTMLResponse:
    """Show the ways in, and the catalogues."""
    kept = [(each, cataloguing.count(each.document)) for each in visit.opened.wallet.catalogues]
    return visit.page("audit", catalogues=kept, fetches=visit.service.fetching is not None)


@router.post("/audit")
def paste(visit: Inside, form: Form) -> Response:
    """Take a job description that was pasted, or the address of one, which is fetched."""
    said = text(form, "text").replace("\r\n", "\n").strip()
    if said.lower().startswith(("https://", "http://")) and len(said.split()) == 1:
        return _fetched(visit, said)
    return _laid(visit, said, "")


@router.post("/audit/file")
def upload(visit: Inside, form: FileForm) -> Response:
    """Take a job description in a file."""
    data, file = file_of(form, MAX_FILE), form["file"]
    name = (file.filename if isinstance(file, UploadFile) else "") or ""
    return _laid(visit, posting_text(data, name), name)


@router.get("/audit/{piece}")
def look(visit: Inside, piece: str) -> HTMLResponse:
    """Show what a job asks for beside the wallet."""
    found = made_of(visit, visit.service.lock.tray.get(piece))
    return visit.page("audited", piece=piece, found=found, rows=rows_of(visit, found), doubts=doubts_of(found), counts=_counts(found))


@router.post("/catalogues")
def add(visit: Inside, form: FileForm) -> Response:
    """Keep a catalogue."""
    data, file = file_of(form, cataloguing.MAX_CATALOGUE), form["file"]
    name = (file.filename if isinstance(file, UploadFile) else "") or "catalogue.json"
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: cataloguing.added(kept, data, name, at=visit.service.now()))
    return visit.to("/audit", visit.say(N_("The catalogue was kept.")))


@router.post("/catalogues/remove")
def remove(visit: Inside, form: Form) -> Response:
    """Take a catalogue out of the wallet."""
    name = text(form, "name")
    with visit.service.lock.holding() as holding:
        holding.change(lambda kept: cataloguing.without(kept, name, at=visit.service.now()))
    return visit.to("/audit", visit.say(N_("It was taken out.")))


def made_of(visit: Visit, piece: Piece) -> Audit:
    """Compare a job description on the tray with the wallet."""
    opened = visit.opened
    basis = Basis(opened.entries, offers_of(opened.wallet), visit.service.frameworks(), visit.service.now())
    return auditing.audit(piece.data.decode(), piece.source or visit.say(N_("What is asked for")), basis)


def rows_of(visit: Visit, found: Audit) -> list[Row]:
    """Return what is asked for as the page shows it."""
    code, at = visit.language.code, visit.service.now()
    return [
        Row(line, FITS[line.finding.fit], *SIGNS[line.finding.fit], tuple(Card.of(each, code, at) for each in line.by))
        for line in found.lines
    ]


def doubts_of(found: Audit) -> list[tuple[str, Doubt]]:
    """Return what cannot be told, with the words for it."""
    return [(DOUBTS[each.kind], each) for each in found.doubts]


def _counts(found: Audit) -> list[tuple[str, int]]:
    return [(FITS[fit], found.count(fit)) for fit in Fit]


def _fetched(visit: Visit, url: str) -> Response:
    if visit.service.fetching is None:
        raise InputError(N_("nothing is fetched here"), hint=N_("save the page, and give the file"))
    found = page(url, visit.service.fetching)
    return _laid(visit, posting_text(found.data, found.name), found.host)


def _laid(visit: Visit, said: str, source: str) -> Response:
    if not said.strip():
        raise InputError(N_("there is no text in it"), hint=N_("a scan has pictures of words alone: paste the text"))
    return visit.to(f"/audit/{visit.service.lock.tray.put(Piece(said.encode(errors='replace'), source))}")
