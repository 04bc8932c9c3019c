"""Batches and revocations: how far they have come on the chain."""

from typing import Annotated

from fastapi import APIRouter, Path

from laurea.services.issuing import batches, listing
from laurea.services.issuing.listing import Revocation
from laurea.services.issuing.revocation import Reason
from laurea.storage.issuer.pages import Sought
from laurea.storage.issuer.tables import BatchRow, BatchState, RevocationState
from laurea.web.api.credentials import credential_out
from laurea.web.deps import Auditor, Cursor, IssuerDep, Limit
from laurea.web.schemas import BatchOut, CredentialOut, Page, RevocationOut

router = APIRouter(prefix="/v1", tags=["batches"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/batches")
def list_batches(_who: Auditor, issuer: IssuerDep, cursor: Cursor = None, limit: Limit = 50) -> Page[BatchOut]:
    """List batches, the newest first."""
    part = listing.batches(issuer, cursor=cursor, limit=limit)
    return Page(items=[_batch(row) for row in part.items], next=part.next)


@router.get("/batches/{batch}")
def get_batch(_who: Auditor, issuer: IssuerDep, batch: Number) -> BatchOut:
    """Return one batch."""
    return _batch(batches.load(issuer, batch))


@router.get("/batches/{batch}/credentials")
def list_members(_who: Auditor, issuer: IssuerDep, batch: Number, cursor: Cursor = None, limit: Limit = 50) -> Page[CredentialOut]:
    """List the credentials of a batch."""
    found = batches.load(issuer, batch)
    part = listing.credentials(issuer, Sought(batch=found.number), cursor=cursor, limit=limit)
    return Page(items=[credential_out(row, shown) for row, shown in part.items], next=part.next)


@router.get("/revocations")
def list_revocations(_who: Auditor, issuer: IssuerDep, cursor: Cursor = None, limit: Limit = 50) -> Page[RevocationOut]:
    """List revocations, the newest first."""
    part = listing.revocations(issuer, cursor=cursor, limit=limit)
    return Page(items=[_revocation(found) for found in part.items], next=part.next)


@router.get("/revocations/{revocation}")
def get_revocation(_who: Auditor, issuer: IssuerDep, revocation: Number) -> RevocationOut:
    """Return one revocation."""
    return _revocation(listing.revocation(issuer, revocation))


def _batch(row: BatchRow) -> BatchOut:
    return BatchOut(
        batch=row.number,
        state=BatchState(row.state),
        size=row.size,
        root=f"0x{row.root.hex()}",
        sealed_at=row.sealed_at,
        key=None if row.key is None else f"0x{row.key.hex()}",
        nonce=row.nonce,
        transaction=None if row.mined_hash is None else f"0x{row.mined_hash.hex()}",
        block=row.mined_block,
        mined_at=row.mined_at,
        gas_used=row.gas_used,
        fee_wei=row.fee_wei,
        released_at=row.released_at,
        error=row.error or None,
    )


def _revocation(found: Revocation) -> RevocationOut:
    row = found.row
    return RevocationOut(
        revocation=row.number,
        batch=row.batch,
        reason=Reason(row.reason).word,
        state=RevocationState(row.state),
        requested_at=row.requested_at,
        credentials=found.credentials,
        transaction=None if row.mined_hash is None else f"0x{row.mined_hash.hex()}",
        error=row.error or None,
    )
