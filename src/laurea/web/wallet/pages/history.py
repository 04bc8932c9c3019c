"""History from elsewhere: badges and certificates that are not verified here, each with its own verification link."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from laurea.artefacts.baked import MAX_FILE
from laurea.errors import InputError, NotFound
from laurea.services.holding import elsewhere, history
from laurea.services.holding.elsewhere import Words
from laurea.storage.wallet import Record
from laurea.web.wallet.language import N_
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, Form, Inside, Visit, file_of, form_within, inside, text

MAX_WORDS = 300  # characters of a field

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

FileForm = Annotated[FormData, Depends(form_within(MAX_FILE + MIB, inside))]


@router.get("/history")
def show(visit: Inside) -> HTMLResponse:
    """List the history, the latest first."""
    return visit.page("history", found=list(reversed(history.listed(visit.opened.wallet))), max_words=MAX_WORDS)


@router.post("/history/link")
def add_link(visit: Inside, form: Form) -> Response:
    """Keep a link; nobody is asked about it."""
    url = text(form, "link").strip()
    if not url:
        raise InputError(N_("paste the link first"))
    return _kept(visit, elsewhere.of_link(url, _words(form), at=visit.service.now()))


@router.post("/history/file")
def add_file(visit: Inside, form: FileForm) -> Response:
    """Keep a badge or a certificate in a file."""
    data, file = file_of(form, MAX_FILE), form["file"]
    name = (file.filename if isinstance(file, UploadFile) else "") or "file"
    return _kept(visit, elsewhere.of_file(data, name, _words(form), at=visit.service.now()))


@router.get("/history/{name}/file")
def download(visit: Inside, name: str) -> Response:
    """Hand the file out, always as a download: what is in it is not ours."""
    found = history.find(visit.opened.wallet, name).record
    if not found.data:
        raise NotFound(N_("this file is not in the wallet any more"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(found.data, media_type="application/octet-stream", headers=headers)


@router.post("/history/{name}/remove")
def remove(visit: Inside, name: str, _form: Form) -> Response:
    """Take a record out of the wallet."""
    with visit.service.lock.holding() as holding:
        history.remove(holding, name, at=visit.service.now())
    return visit.to("/history", visit.say(N_("It was taken out.")))


def _kept(visit: Visit, record: Record) -> Response:
    with visit.service.lock.holding() as holding:
        history.keep(holding, record)
    return visit.to("/history", visit.say(N_("It was added to your history. It is not verified.")))


def _words(form: FormData) -> Words:
    title, issuer, issued = (text(form, name).strip()[:MAX_WORDS] for name in ("title", "issuer", "issued"))
    return Words(title, issuer, issued)
