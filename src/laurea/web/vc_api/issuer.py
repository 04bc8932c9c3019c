"""The issuer's endpoints: issue, give the newest form of a credential, set a status, and serve the status lists."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from laurea.core.canonical import JsonObject
from laurea.services.issuing.instant import Instant, Wanted
from laurea.services.issuing.standing import Change, Changed
from laurea.web.problems import HttpProblem
from laurea.web.vc_api.bodies import VC, Asked, alone, given, read, refusing
from laurea.web.vc_api.door import Door

OPTIONS = ("credentialId", "cryptosuite", "mandatoryPointers", "type")
FALSE = ("0", "false")
TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class IssuerService:
    """What the issuer's endpoints work with: who may come in, what issues, and what sets statuses."""

    door: Door
    instant: Instant
    change: Callable[[str, Change, str], Changed]


def router(service: IssuerService) -> APIRouter:
    """Return the issuer's routes."""
    routes = APIRouter(tags=["issuer"])

    @routes.post("/credentials/issue", status_code=201, response_class=JSONResponse)
    async def issue(request: Request) -> Response:
        """Sign a credential and answer with it; 400 names each member that is wrong, and the fix."""
        service.door.enter(request)
        asked = (await read(request)).asked("credential", VC)
        asked.require_known(OPTIONS)
        wanted, value = _wanted(asked), asked.an_object("credential")
        with refusing():
            signed = await run_in_threadpool(service.instant.issue, value, wanted)
        return given(request, "verifiableCredential", signed, VC, status=201)

    @routes.post("/credentials/status", response_class=JSONResponse)
    async def set_status(request: Request) -> Response:
        """Set statuses of a credential; 200 when the status list says so, 202 when the chain is to be told first."""
        who = service.door.enter(request)
        asked = (await read(request)).asked("credentialId")
        if not isinstance(asked.document, str):
            raise HttpProblem(400, "credentialId: give the id of the credential")
        changes = _changes(asked.body)
        with refusing():
            done = [await run_in_threadpool(service.change, asked.document, change, who) for change in changes]
        waits = any(each.waits for each in done)
        return JSONResponse({"credentialId": asked.document, "waits": waits}, 202 if waits else 200)

    @routes.get("/credentials/{credential:path}", response_class=JSONResponse)
    async def newest(request: Request, credential: str) -> Response:
        """Return a credential in its newest form: with its anchor proof, once its batch is released."""
        service.door.enter(request)
        found = await run_in_threadpool(service.instant.newest, credential)
        return alone(request, found, VC)

    return routes


def _wanted(asked: Asked) -> Wanted:
    if asked.options.get("mandatoryPointers", []) != []:
        raise HttpProblem(400, "options.mandatoryPointers: leave them out, no suite here takes any")
    if asked.text("type") not in {None, "DataIntegrityProof"}:
        raise HttpProblem(400, "options.type: give DataIntegrityProof, there is no other")
    return Wanted(asked.text("cryptosuite"), asked.text("credentialId"))


def _changes(body: JsonObject) -> list[Change]:
    """Return the statuses that are to be set; raises HttpProblem 400."""
    found = body.get("credentialStatus")
    entries = found if isinstance(found, list) else [found]
    if not entries or len(entries) > len(TRUE) * 2:
        raise HttpProblem(400, "credentialStatus: give an entry, or a few in an array")
    return [_change(entry, body) for entry in entries]


def _change(entry: object, body: JsonObject) -> Change:
    if not isinstance(entry, dict) or entry.get("type") not in {"BitstringStatusListEntry", "BitstringStatusList"}:
        raise HttpProblem(400, "credentialStatus: give an object of the type BitstringStatusListEntry")
    status = entry.get("status", body.get("status"))
    value = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}.get(status) if isinstance(status, str) else status
    if not isinstance(value, bool):
        raise HttpProblem(400, "status: give true or false")
    texts = {name: entry[name] for name in ("statusPurpose", "statusListIndex", "statusListCredential") if name in entry}
    if not all(isinstance(text, str) for text in texts.values()):
        raise HttpProblem(400, "credentialStatus: statusPurpose, statusListIndex and statusListCredential are texts")
    return Change(texts.get("statusPurpose"), texts.get("statusListCredential"), texts.get("statusListIndex"), value=value)
