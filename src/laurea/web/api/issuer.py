"""The issuer itself: who it is, what the next run would do, what the last ones did, and who did what."""

import json
from typing import Any

from fastapi import APIRouter

from laurea.chain.fees import GWEI, SendPolicy
from laurea.errors import ChainError
from laurea.services.issuing import listing, planning, reporting, showing
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.planning import Plan
from laurea.web.deps import Auditor, Cursor, IssuerDep, Limit, ServiceDep
from laurea.web.schemas import AuditCheckOut, AuditOut, IdentityOut, Page, RunOut
from laurea.web.service import Service

router = APIRouter(prefix="/v1", tags=["issuer"])


@router.get("/me")
def get_me(who: Auditor) -> IdentityOut:
    """Return who you are, and what you may do."""
    return IdentityOut(key=who.key, access=who.access)


@router.get("/issuer")
def get_issuer(_who: Auditor, issuer: IssuerDep) -> dict[str, Any]:
    """Return who the issuer is, its keys, and how many credentials stand where."""
    return {name: value for name, value in showing.status(issuer).items() if name != "batches"}


@router.get("/trust-file")
def get_trust_file(_who: Auditor, issuer: IssuerDep) -> dict[str, Any]:
    """Return the trust document with which a verifier accepts this issuer."""
    return showing.trust_file(issuer)


@router.get("/plan")
def get_plan(_who: Auditor, issuer: IssuerDep, service: ServiceDep) -> dict[str, Any]:
    """Return what a run would do now; when the nodes are silent, `problems` says so and `costs` is null."""
    return plan_of(issuer, service).document()


@router.get("/runs")
def list_runs(_who: Auditor, issuer: IssuerDep, limit: Limit = 50) -> Page[RunOut]:
    """List the last runs, the latest first."""
    return Page(items=[_run(each) for each in reporting.report(issuer, last=limit)])


@router.get("/audit")
def list_audit(_who: Auditor, issuer: IssuerDep, cursor: Cursor = None, limit: Limit = 50) -> Page[AuditOut]:
    """List the audit log, the newest entry first."""
    part = listing.audit(issuer, cursor=cursor, limit=limit)
    items = [
        AuditOut(
            number=row.id or 0,
            at=row.at,
            actor=row.actor,
            action=row.action,
            target=row.target,
            detail=json.loads(row.detail),
            hash=row.hash.hex(),
        )
        for row in part.items
    ]
    return Page(items=items, next=part.next)


@router.get("/audit/check")
def check_audit(_who: Auditor, issuer: IssuerDep) -> AuditCheckOut:
    """Tell whether the whole audit log holds together."""
    broken, last = listing.audit_state(issuer)
    return AuditCheckOut(
        intact=broken is None,
        first_broken=broken,
        entries=0 if last is None else last.id or 0,
        hash=None if last is None else last.hash.hex(),
    )


def plan_of(issuer: Issuer, service: Service) -> Plan:
    """Return what a run would do now, with the reason in `problems` when the nodes are silent."""
    settings = service.settings
    policy = SendPolicy(max_fee_per_gas=int(settings.issuing.max_fee_gwei * GWEI))
    return planning.plan(issuer, _chain(service), policy, currency=settings.currency(issuer.profile.domain.chain_id))


def _chain(service: Service) -> Chain | ChainError:
    try:
        return service.connect()
    except ChainError as error:
        return error


def _run(each: reporting.RunReport) -> RunOut:
    return RunOut(
        run=each.number,
        began=each.began,
        seconds=None if each.took is None else int(each.took.total_seconds()),
        exit_code=each.exit_code,
        ended=each.ending,
        sealed=each.sealed,
        released=each.released,
        revoked=each.revoked,
        mails=each.mails,
        gas_used=each.gas,
        fee_wei=str(each.fees),
        problem=each.problem or None,
    )
