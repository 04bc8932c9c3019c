"""Achievements and credentials: what a registrar works with."""

import json
from datetime import timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.roster import Row
from laurea.services.issuing import achievements, invitations, links, listing, lookup, revocation, showing, suspension
from laurea.services.issuing.revocation import Reason
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.correspondence import Mails
from laurea.storage.issuer.pages import Sought
from laurea.storage.issuer.tables import CredentialRow
from laurea.web.pages.rendering import PageRoute
from laurea.web.pages.visitor import Form, Looking, LookingForm, Registering, Visit, file_of, text

ROWS = 50
MAX_ACHIEVEMENT_BYTES = 256 << 10

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Id = Annotated[str, Path(max_length=45)]


@router.get("/achievements")
def list_achievements(visit: Looking) -> HTMLResponse:
    """List what can be achieved."""
    return visit.page("achievements", known=achievements.known(visit.issuer))


@router.post("/achievements")
async def add_achievement(visit: Registering, form: Form) -> Response:
    """Add an achievement from a file."""
    data = await file_of(form, MAX_ACHIEVEMENT_BYTES, "an achievement")
    return RedirectResponse(f"/achievements/{await run_in_threadpool(achievements.add, visit.issuer, data)}", 303)


@router.get("/achievements/{key}")
def show_achievement(visit: Looking, key: Annotated[str, Path(max_length=64)]) -> HTMLResponse:
    """Show an achievement, and a credential for it as a learner will see it."""
    found = achievements.named(visit.issuer, key)
    now = visit.issuer.now()
    profile = visit.issuer.profile
    sample = Row("example-learner", "Ada Example", key, awarded=now - timedelta(days=1))
    issuer = IssuerProfile(profile.did, profile.name, profile.url, country=profile.country)
    document = build(found, sample, issuer, Making("urn:uuid:00000000-0000-4000-8000-000000000000", now, "0" * 32))
    return visit.page(
        "achievement",
        key=key,
        document=document,
        text=json.dumps(document, indent=2, ensure_ascii=False),
        lint=achievements.linted(visit.issuer, key),
    )


@router.get("/credentials")
def list_credentials(
    visit: Looking,
    state: Annotated[str, Query(max_length=16)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """List credentials in the order in which they were enrolled."""
    part = listing.credentials(visit.issuer, Sought(state=state or None), cursor=cursor, limit=ROWS)
    found = [(row.id, shown) for row, shown in part.items]
    return visit.page("credentials", found=found, next=part.next, learner="", state=state, states=listing.STATES)


@router.post("/credentials/search")
def search(visit: Looking, form: LookingForm) -> HTMLResponse:
    """List the credentials of one learner: by a form that is posted, for who it is about has no place in a URL."""
    learner = text(form, "learner")
    found = [(each.id, each) for each in showing.of_learner(visit.issuer, learner)] if learner else []
    return visit.page("credentials", found=found, next=None, learner=learner, state="", states=listing.STATES)


@router.get("/credentials/{credential}")
def show_credential(visit: Looking, credential: Id) -> HTMLResponse:
    """Show one credential, and what can be done with it."""
    return _credential(visit, lookup.require(visit.issuer, credential))


@router.post("/credentials/{credential}/revoke")
def revoke(visit: Registering, credential: Id, form: Form) -> Response:
    """Take a credential back."""
    row = lookup.require(visit.issuer, credential)
    revocation.request(visit.issuer, [row.id], revocation.reason_of(text(form, "reason")))
    return RedirectResponse(f"/credentials/{row.id}", 303)


@router.post("/credentials/{credential}/suspend")
def suspend(visit: Registering, credential: Id) -> Response:
    """Suspend a credential."""
    return _suspended(visit, credential, suspended=True)


@router.post("/credentials/{credential}/unsuspend")
def unsuspend(visit: Registering, credential: Id) -> Response:
    """End the suspension of a credential."""
    return _suspended(visit, credential, suspended=False)


@router.post("/credentials/{credential}/link")
def make_link(visit: Registering, credential: Id) -> HTMLResponse:
    """Make a link for the learner, and show it this once."""
    row = lookup.require(visit.issuer, credential)
    made = links.renew(visit.issuer, row.id)
    return _credential(visit, row, link=made, qr=segno.make(made.url, error="m").svg_inline(scale=4, light="#fff"))


@router.post("/credentials/{credential}/mail")
def write_again(visit: Registering, credential: Id) -> HTMLResponse:
    """Write to the learner once more."""
    row = lookup.require(visit.issuer, credential)
    invitations.write_again(visit.issuer, row)
    return _credential(visit, row, said="A mail with a new link is on its way.")


def _suspended(visit: Visit, credential: str, *, suspended: bool) -> Response:
    row = lookup.require(visit.issuer, credential)
    suspension.suspend(visit.issuer, [row.id], suspended=suspended)
    return RedirectResponse(f"/credentials/{row.id}", 303)


def _credential(visit: Visit, row: CredentialRow, *, link: links.Link | None = None, qr: str = "", said: str = "") -> HTMLResponse:
    shown = showing.credential(visit.issuer, row)
    document = parsed(row.document) if row.document else {}
    with visit.issuer.database.read() as session:
        mails = Mails(session).of(row.id)
    return visit.page(
        "credential",
        row=row,
        shown=shown,
        document=document,
        text=json.dumps(document, indent=2, ensure_ascii=False),
        reasons=[reason.word for reason in Reason],
        link=link,
        qr=qr,
        said=said,
        mails=mails,
        can_be_suspended=suspension.can_be(visit.issuer, row),
        waits_for_run=row.revocation is not None and row.revoked_at is None,
    )
