"""Credentials: list, make, correct, reissue, take back."""

from typing import Annotated

import segno
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from laurea.services.issuing import enrolment, invitations, links, listing, lookup, revocation, showing, suspension
from laurea.services.issuing.showing import Shown
from laurea.storage.issuer.pages import Sought
from laurea.storage.issuer.tables import CredentialRow
from laurea.web.deps import Auditor, Cursor, IssuerDep, Limit, OnceDep, Registrar
from laurea.web.schemas import (
    CredentialOut,
    EnrolledOut,
    ImportedOut,
    LinkOut,
    MailOut,
    Page,
    RecordIn,
    RecordsIn,
    ReissueIn,
    RevocationIn,
    SuspensionIn,
    SuspensionOut,
    TakenBackOut,
)
from laurea.web.strict import StrictRoute

VC = "application/vc"
router = APIRouter(prefix="/v1/credentials", tags=["credentials"], route_class=StrictRoute)

CredentialId = Annotated[str, Path(max_length=45, description="urn:uuid:… or the bare UUID")]


def credential_out(row: CredentialRow, shown: Shown) -> CredentialOut:
    """Return a credential as the API has it."""
    return CredentialOut(
        id=f"urn:uuid:{row.id}",
        learner=row.learner,
        achievement=row.achievement,
        state=shown.state,
        holder=row.holder,
        enrolled_at=row.enrolled_at,
        waits_until=row.waits_until,
        batch=row.batch,
        index=row.index,
        replaces=None if row.replaces is None else f"urn:uuid:{row.replaces}",
        reason=shown.reason,
        released=shown.released,
        suspended=shown.suspended,
        status_waits=shown.status_waits,
    )


@router.get("")
def list_credentials(
    _who: Auditor,
    issuer: IssuerDep,
    achievement: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[str | None, Query(max_length=16, json_schema_extra={"enum": list(listing.STATES)})] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CredentialOut]:
    """List credentials in the order in which they were enrolled."""
    part = listing.credentials(issuer, Sought(achievement, state), cursor=cursor, limit=limit)
    return Page(items=[credential_out(row, shown) for row, shown in part.items], next=part.next)


@router.post("", status_code=201, response_model=EnrolledOut)
def enrol_one(_who: Registrar, issuer: IssuerDep, once: OnceDep, record: RecordIn) -> Response:
    """Make one credential; it is due at the next run."""
    return once.run(lambda: _enrolled(enrolment.enrol_records(issuer, [record.texts()]).new), status=201)


@router.post("/bulk", status_code=201, response_model=ImportedOut)
def enrol_several(_who: Registrar, issuer: IssuerDep, once: OnceDep, bulk: RecordsIn) -> Response:
    """Make several credentials, all or none; every problem names the record, counted from 0; `duplicates` are those issued before."""
    return once.run(
        lambda: ImportedOut.of(enrolment.enrol_records(issuer, [each.texts() for each in bulk.records], duplicates=bulk.duplicates)),
        status=201,
    )


@router.post("/revocations", status_code=202, response_model=TakenBackOut)
def take_back(_who: Registrar, issuer: IssuerDep, once: OnceDep, wanted: RevocationIn) -> Response:
    """Take credentials back, all or none: what was not released is withdrawn; the rest is revoked on the chain by the next run."""

    def act() -> TakenBackOut:
        asked = revocation.request(issuer, wanted.credentials, revocation.reason_of(wanted.reason))
        withdrawn, listed = ([f"urn:uuid:{uuid}" for uuid in uuids] for uuids in (asked.withdrawn, asked.listed))
        return TakenBackOut(withdrawn=withdrawn, revocations=asked.revocations, listed=listed)

    return once.run(act, status=202)


@router.post("/suspensions", status_code=202, response_model=SuspensionOut)
def suspend(_who: Registrar, issuer: IssuerDep, once: OnceDep, wanted: SuspensionIn) -> Response:
    """Suspend credentials or end that, all or none; the next run publishes the status list that says so."""

    def act() -> SuspensionOut:
        changed = suspension.suspend(issuer, wanted.credentials, suspended=wanted.suspended)
        return SuspensionOut(changed=[f"urn:uuid:{uuid}" for uuid in changed])

    return once.run(act, status=202)


@router.get("/{credential}")
def get_credential(_who: Auditor, issuer: IssuerDep, credential: CredentialId) -> CredentialOut:
    """Return one credential as the issuer sees it."""
    row = lookup.require(issuer, credential)
    return credential_out(row, showing.credential(issuer, row))


@router.put("/{credential}", response_model=EnrolledOut)
def correct(_who: Registrar, issuer: IssuerDep, once: OnceDep, credential: CredentialId, record: RecordIn) -> Response:
    """Put a corrected record in the place of one that is in no batch yet; the id stays."""

    def act() -> EnrolledOut:
        enrolment.correct(issuer, credential, record.texts())
        return _enrolled([lookup.require(issuer, credential).id])

    return once.run(act)


@router.post("/{credential}/reissue", status_code=201, response_model=EnrolledOut)
def reissue(_who: Registrar, issuer: IssuerDep, once: OnceDep, credential: CredentialId, wanted: ReissueIn) -> Response:
    """Take a credential back as superseded, and make a corrected one in its place."""
    return once.run(lambda: _enrolled([enrolment.reissue(issuer, credential, wanted.record.texts())[0]]), status=201)


@router.get("/{credential}/document", response_class=Response, responses={200: {"content": {VC: {"schema": {"type": "object"}}}}})
def get_document(_who: Auditor, issuer: IssuerDep, credential: CredentialId) -> Response:
    """Return a released credential with its proofs, byte for byte as it is handed out."""
    return Response(showing.document(issuer, credential), media_type=VC)


@router.post("/{credential}/link", status_code=201)
def make_link(_who: Registrar, issuer: IssuerDep, credential: CredentialId) -> LinkOut:
    """Make the link that the learner needs now, to name a wallet or to fetch the credential. Earlier ones stop working; it is shown this once."""
    made = links.renew(issuer, lookup.require(issuer, credential).id)
    return LinkOut(url=made.url, purpose=made.purpose, expires_at=made.expires_at, qr=segno.make(made.url, error="m").svg_inline(scale=4))


@router.post("/{credential}/mail", status_code=202, response_model=MailOut)
def write_again(_who: Registrar, issuer: IssuerDep, once: OnceDep, credential: CredentialId) -> Response:
    """Write to the learner once more, with a new link."""
    return once.run(lambda: MailOut(purpose=invitations.write_again(issuer, lookup.require(issuer, credential))), status=202)


def _enrolled(uuids: list[str]) -> EnrolledOut:
    return EnrolledOut(credentials=[f"urn:uuid:{uuid}" for uuid in uuids])
