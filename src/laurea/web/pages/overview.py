"""The dashboard, the batches, and the audit log: what an operator looks at."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse

from laurea.chain.fees import amount
from laurea.services.issuing import batches, listing, reporting
from laurea.services.issuing.planning import short
from laurea.storage.issuer.pages import Sought
from laurea.storage.issuer.tables import BatchRow
from laurea.web.api.issuer import plan_of
from laurea.web.pages.rendering import PageRoute
from laurea.web.pages.visitor import Looking, Visit

RUNS = 7
ROWS = 50

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/")
def show_dashboard(visit: Looking) -> HTMLResponse:
    """Show what stands in the way, what the next run would do, and what the last ones did."""
    plan = plan_of(visit.issuer, visit.service)
    runs = reporting.report(visit.issuer, last=RUNS)
    newest = listing.batches(visit.issuer, cursor=None, limit=5)
    return visit.page("dashboard", plan=plan, runs=runs, batches=newest.items, short=short)


@router.get("/batches")
def list_batches(visit: Looking, cursor: Cursor = None) -> HTMLResponse:
    """List batches, the newest first."""
    return visit.page("batches", part=listing.batches(visit.issuer, cursor=cursor, limit=ROWS))


@router.get("/batches/{batch}")
def show_batch(visit: Looking, batch: Annotated[int, Path(ge=1, le=2**31 - 1)], cursor: Cursor = None) -> HTMLResponse:
    """Show one batch: state, transaction, gas, members."""
    row = batches.load(visit.issuer, batch)
    part = listing.credentials(visit.issuer, Sought(batch=row.number), cursor=cursor, limit=ROWS)
    fee = None if row.fee_wei is None else amount(int(row.fee_wei))
    return visit.page(
        "batch",
        batch=row,
        part=part,
        fee=fee,
        explorer=_explorer(visit, row),
        currency=visit.service.settings.currency(visit.issuer.profile.domain.chain_id),
    )


@router.get("/audit")
def show_audit(visit: Looking, cursor: Cursor = None) -> HTMLResponse:
    """Show the audit log, the newest entry first, and whether all of it holds together."""
    part = listing.audit(visit.issuer, cursor=cursor, limit=ROWS)
    broken, _ = listing.audit_state(visit.issuer)
    details = {row.id: ", ".join(f"{name} {value}" for name, value in json.loads(row.detail).items()) for row in part.items}
    return visit.page("audit", part=part, broken=broken, details=details)


def _explorer(visit: Visit, row: BatchRow) -> str | None:
    """Return the page of a batch's transaction at the explorer that the configuration names."""
    chain = visit.service.settings.chains.get(visit.issuer.profile.domain.chain_id)
    if chain is None or chain.explorer is None or row.mined_hash is None:
        return None
    return chain.explorer.replace("{tx}", f"0x{row.mined_hash.hex()}")
