"""The holder's endpoints: sign a presentation, list and give credentials, derive a part of one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.services.holding import Holding
from laurea.services.holding.signing import SUITES, Signing, derived, document_of, named, sign
from laurea.web.problems import HttpProblem
from laurea.web.vc_api.bodies import JSON, VC, VP, Asked, alone, given, read, refusing
from laurea.web.vc_api.door import Door

OPTIONS = ("challenge", "cryptosuite", "domain", "proofPurpose", "type")
DERIVING = ("selectivePointers",)
FIXED = {"type": "DataIntegrityProof", "proofPurpose": "authentication"}
MAX_POINTERS = 4096


@dataclass(frozen=True, slots=True)
class HolderService:
    """What the holder's endpoints work with: who may come in, and the wallet, which is opened for each request."""

    door: Door
    holding: Holding
    now: Callable[[], datetime]


def router(service: HolderService) -> APIRouter:
    """Return the holder's routes."""
    routes = APIRouter(tags=["holder"])

    @routes.post("/presentations", status_code=201, response_class=JSONResponse)
    async def present(request: Request) -> Response:
        """Sign a presentation as the wallet, for a challenge and a domain, and answer with it."""
        service.door.enter(request)
        asked = (await read(request)).asked("presentation", VP)
        asked.require_known(OPTIONS)
        value = asked.an_object("presentation")
        with refusing():
            signed = await run_in_threadpool(partial(_signed, service, value, _signing(asked)))
        return given(request, "verifiablePresentation", signed, VP, status=201)

    @routes.post("/credentials/derive", status_code=201, response_class=JSONResponse)
    async def derive(request: Request) -> Response:
        """Derive a part of a credential, which is not kept: what is at or under the pointers, and what is always shown."""
        service.door.enter(request)
        asked = (await read(request)).asked("verifiableCredential")
        asked.require_known(DERIVING)
        value = asked.an_object("verifiableCredential")
        with refusing():
            return alone(request, derived(value, _pointers(asked)), VC, status=201)

    @routes.get("/credentials", response_class=JSONResponse)
    async def credentials(request: Request) -> Response:
        """Return every credential of the wallet, as it is kept."""
        service.door.enter(request)
        entries = await run_in_threadpool(service.holding.entries)
        return Response(canonical.encode([document_of(entry) for entry in entries]), media_type=JSON)

    @routes.get("/credentials/{credential:path}", response_class=JSONResponse)
    async def one(request: Request, credential: str) -> Response:
        """Return one credential of the wallet, by its id."""
        service.door.enter(request)
        entries = await run_in_threadpool(service.holding.entries)
        return alone(request, document_of(named(entries, credential)), VC)

    return routes


def _signed(service: HolderService, value: JsonObject, signing: Signing) -> JsonObject:
    return sign(service.holding.opened(), value, signing, at=service.now().replace(microsecond=0))


def _signing(asked: Asked) -> Signing:
    for name, only in FIXED.items():
        if asked.text(name) not in {None, only}:
            raise HttpProblem(400, f"options.{name}: give {only}, there is no other")
    purpose = {name: text for name in ("challenge", "domain") if (text := asked.text(name)) is not None}
    return Signing(asked.text("cryptosuite") or SUITES[0], purpose)


def _pointers(asked: Asked) -> list[str]:
    found = asked.options.get("selectivePointers")
    if not isinstance(found, list) or len(found) > MAX_POINTERS:
        raise HttpProblem(400, "options.selectivePointers: give an array of JSON pointers")
    pointers = [each for each in found if isinstance(each, str)]
    if len(pointers) != len(found):
        raise HttpProblem(400, "options.selectivePointers: give an array of JSON pointers")
    return pointers
