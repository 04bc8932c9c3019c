"""Keeping the wallet well: a backup that was proven, another copy merged, another passphrase, and what a check relies on."""

from typing import Annotated
from unicodedata import normalize
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from laurea.core.account import chain_name
from laurea.errors import Locked
from laurea.storage.wallet import MAX_BYTES
from laurea.web.wallet.advice import objections
from laurea.web.wallet.copies import laid_down
from laurea.web.wallet.language import N_
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, Form, Inside, Visit, file_of, form_within, inside, text

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

CopyForm = Annotated[FormData, Depends(form_within(MAX_BYTES + MIB, inside))]


@router.get("/backup")
def show(visit: Inside) -> HTMLResponse:
    """Show how a copy is made, and how two become one."""
    return visit.page("backup", wrong=False)


@router.post("/backup")
def back_up(visit: Inside, _form: Form) -> Response:
    """Hand out a copy of the wallet, encrypted as it is, from which all was brought back before."""
    with laid_down() as target, visit.service.lock.holding() as holding:
        holding.backup(target)
        data = target.read_bytes()
    name = f"wallet-{visit.service.now():%Y-%m-%d}.laurea"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/merge")
def merge(visit: Inside, form: CopyForm) -> Response:
    """Bring what another copy of this wallet has into it."""
    data = file_of(form, MAX_BYTES)
    try:
        with laid_down(data) as other, visit.service.lock.holding() as holding:
            merged = holding.merge(other, text(form, "passphrase") or holding.passphrase)
    except Locked:
        return visit.page("backup", 422, wrong=True)
    if not merged.changed:
        return visit.to("/backup", visit.say(N_("Nothing is new in that copy.")))
    said = [visit.language.counted("%(num)s credential came.", "%(num)s credentials came.", merged.came)]
    if merged.went:
        said.append(
            visit.language.counted(
                "%(num)s was taken out, as it had been there.", "%(num)s were taken out, as they had been there.", merged.went
            )
        )
    return visit.to("/", " ".join(said))


@router.get("/settings")
def settings(visit: Inside) -> HTMLResponse:
    """Show what a check relies on, and the keys of the wallet."""
    return _settings(visit, [], wrong=False)


@router.post("/settings/passphrase")
def change_passphrase(visit: Inside, form: Form) -> Response:
    """Put the wallet under another passphrase."""
    new = text(form, "passphrase")
    known = [entry.name for entry in visit.opened.entries]
    against = objections(visit, new, text(form, "again"), known)
    with visit.service.lock.holding() as holding:
        # As the file does it (RFC 8265, 4.2): systems spell the same typed characters differently.
        wrong = normalize("NFC", text(form, "old")) != normalize("NFC", holding.passphrase)
        if not wrong and not against:
            holding.change_passphrase(new)
            visit.service.lock.adopt(new)
            told = N_("The new passphrase opens the wallet. Copies made before still open with the old one: make a new backup.")
            return visit.to("/settings", visit.say(told))
    return _settings(visit, against, wrong=wrong)


def _settings(visit: Visit, against: list[str], *, wrong: bool) -> HTMLResponse:
    sources = visit.service.sources
    nodes = [(chain_name(chain), [_public(url) for url in urls]) for chain, urls in sorted(sources.nodes.items())]
    status = 422 if wrong or against else 200
    return visit.page("settings", status, sources=sources, nodes=nodes, wallet=visit.opened.wallet, objections=against, wrong=wrong)


def _public(url: str) -> str:
    """Return where a node is, without the key to it that its URL may have."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
