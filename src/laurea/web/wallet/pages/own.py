"""What a holder adds to a credential: a note of their own, and files as evidence."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from laurea.core.digests import Likeness
from laurea.errors import NotFound
from laurea.services.holding import Filed
from laurea.services.holding.attaching import MAX_FILE, filed
from laurea.web.wallet.card import NAME_CHARACTERS, find
from laurea.web.wallet.language import N_
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, Form, Inside, Visit, file_of, form_within, inside, text

LIKENESS = {
    Likeness.SAME: N_("The credential names just this file."),
    Likeness.OTHER: N_("The credential names other files, and not this one."),
    Likeness.UNNAMED: N_("You say this yourself: the credential names no file."),
}

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

FileForm = Annotated[FormData, Depends(form_within(MAX_FILE + MIB, inside))]


@router.post("/credentials/{name}/note")
def note(visit: Inside, name: str, form: Form) -> Response:
    """Keep the holder's own words about a credential, or none."""
    entry = find(visit.opened.entries, name)
    # A browser sends the ends of lines as CR LF (HTML, 4.10.21.8).
    said = text(form, "said").replace("\r\n", "\n").strip()
    with visit.service.lock.holding() as holding:
        holding.note(entry.lasting_name, said, at=visit.service.now())
    return visit.to(f"/credentials/{name}", visit.say(N_("The note was saved.")))


@router.post("/credentials/{name}/files")
def attach(visit: Inside, name: str, form: FileForm) -> Response:
    """Keep a file as evidence for a credential."""
    entry, data = find(visit.opened.entries, name), file_of(form, MAX_FILE)
    file = form["file"]
    called = file.filename if isinstance(file, UploadFile) else None
    with visit.service.lock.holding() as holding:
        holding.attach(entry.lasting_name, called or "", data)
    return visit.to(f"/credentials/{name}", visit.say(N_("It was attached.")))


@router.get("/credentials/{name}/files/{file}")
def download(visit: Inside, name: str, file: str) -> Response:
    """Hand a file out, always as a download: what is in it is not ours."""
    found = _file(visit, name, file)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.file.name, safe='')}"}
    return Response(found.file.data, media_type="application/octet-stream", headers=headers)


@router.post("/credentials/{name}/files/{file}/remove")
def detach(visit: Inside, name: str, file: str, _form: Form) -> Response:
    """Take a file of a credential out of the wallet."""
    entry, found = find(visit.opened.entries, name), _file(visit, name, file)
    with visit.service.lock.holding() as holding:
        holding.detach(entry.lasting_name, found.file.name)
    return visit.to(f"/credentials/{name}", visit.say(N_("It was taken out.")))


def _file(visit: Visit, name: str, file: str) -> Filed:
    entry = find(visit.opened.entries, name)
    found = filed(visit.opened.wallet, entry.lasting_name)
    there = next((each for each in found if each.file.digest.hex()[:NAME_CHARACTERS] == file), None)
    if there is None:
        raise NotFound(N_("this file is not in the wallet any more"))
    return there
