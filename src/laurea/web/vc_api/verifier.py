"""The verifier's endpoints: does a credential, or a presentation and all in it, verify; 200 when it does, 400 with the problems when not."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.presentation import Presentation
from laurea.core.vc_answer import Answer, Detail, Looked, about_credential, about_presentation, unreadable
from laurea.core.vc_presentation import VcPresentation
from laurea.errors import FormatError, LaureaError
from laurea.services.verifying import Verifying
from laurea.web.limits import Limiter, require_patience, site
from laurea.web.problems import MEDIA_TYPE, HttpProblem
from laurea.web.vc_api.bodies import VC, VP, Asked, Body, read
from laurea.web.verifier.crew import Crew

# What a caller may say is to be checked, all of which always is: no caller can have less looked at, and take the answer for more.
CHECKS = "checks"
OPTIONS = (CHECKS, "challenge", "domain", "returnCredential", "returnPresentation", "returnProblemDetails", "returnResults")
WANTED = ("challenge", "domain")
_log = logging.getLogger("laurea.web")


@dataclass(frozen=True, slots=True)
class VerifierService:
    """What the verifier's endpoints work with. `verifying` gives what verifies by the operator's nodes, trust and lists, never a request's."""

    verifying: Callable[[], Verifying]
    crew: Crew
    requests: Limiter
    now: Callable[[], datetime]

    def current(self) -> Verifying:
        """Return what verifies now; raises HttpProblem 500 when what is trusted here cannot be read."""
        try:
            return self.verifying()
        except LaureaError as error:
            _log.error("trust", extra={"fault": str(error)})  # names files: that is for the operator
            raise HttpProblem(500, "this service cannot read whom it trusts; its operator finds the reason in the log") from error


def router(service: VerifierService) -> APIRouter:
    """Return the verifier's routes."""
    routes = APIRouter(tags=["verifier"])

    @routes.post("/credentials/verify", response_class=JSONResponse)
    async def verify_credential(request: Request) -> Response:
        """Verify a credential: its form, every proof, its validity, its status lists, and its anchor if it has one."""
        return await _run(service, request, lambda body: _credential(service, _asked(body, "verifiableCredential", VC)))

    @routes.post("/presentations/verify", response_class=JSONResponse)
    async def verify_presentation(request: Request) -> Response:
        """Verify a presentation: who signed it, for this challenge and domain, and every credential that it holds."""
        return await _run(service, request, lambda body: _presentation(service, _asked(body, "verifiablePresentation", VP)))

    return routes


async def _run(service: VerifierService, request: Request, work: Callable[[Body], Response]) -> Response:
    """Give the request a place first, and only then read its body."""
    require_patience(service.requests, request)
    with service.crew.admit(site(request)) as place:
        body = await read(request)
        return await place.run(partial(work, body))


def _asked(body: Body, name: str, kind: str) -> Asked:
    asked = body.asked(name, kind)
    asked.require_known(OPTIONS)
    return asked


def _wanted(asked: Asked) -> dict[str, str]:
    return {name: value for name in WANTED if (value := asked.text(name)) is not None}


def _credential(service: VerifierService, asked: Asked) -> Response:
    wanted = _wanted(asked)
    try:
        shown = _shown(asked.document)
    except FormatError as error:
        return _answered(unreadable(str(error)), {})
    (looked,), _ = service.current().look([shown], at=service.now())
    returned = {"verifiableCredential": asked.document} if asked.options.get("returnCredential") is True else {}
    return _answered(about_credential(looked, wanted), {**returned, "report": looked.report.document()})


def _presentation(service: VerifierService, asked: Asked) -> Response:
    wanted = _wanted(asked)
    try:
        shown = VcPresentation.of(asked.document)
        credentials = [_shown(each) for each in shown.credentials]
    except FormatError as error:
        return _answered(unreadable(str(error)), {})
    at = service.now()
    looked, methods = service.current().look(credentials, at=at, holder=shown.signer)
    own = about_presentation(shown, shown.judgements(methods, at=at), wanted)
    answers = [about_credential(each) for each in looked]
    returned = {"verifiablePresentation": asked.document} if asked.options.get("returnPresentation") is True else {}
    results: JsonObject = {
        "presentation": _result(own),
        "credentials": [{**_result(each), "report": found.report.document()} for each, found in zip(answers, looked, strict=True)],
    }
    whole = Answer(
        (*own.problems, *_within(answers, lambda each: each.problems)),
        (*own.warnings, *_within(answers, lambda each: each.warnings), *_strangers(shown, looked)),
    )
    return _answered(whole, {**returned, "results": results})


def _shown(value: Json) -> Presentation:
    return Presentation(Credential.of(value))


def _within(answers: Sequence[Answer], part: Callable[[Answer], Sequence[Detail]]) -> list[Detail]:
    return [
        Detail(each.type, f"credential {number}: {each.detail}", undecided=each.undecided)
        for number, answer in enumerate(answers, 1)
        for each in part(answer)
    ]


def _strangers(shown: VcPresentation, looked: Sequence[Looked]) -> list[Detail]:
    """Tell which credentials are about somebody else than who presents them, which may be right, and is the caller's to judge."""
    return [
        Detail("urn:laurea:problem:subject", f"credential {number}: whoever presents it is not its subject")
        for number, each in enumerate(looked, 1)
        if each.shown.credential.subject_id != shown.signer
    ]


def _result(answer: Answer) -> dict[str, Any]:
    return {
        "verified": answer.verified,
        "problemDetails": [each.document() for each in answer.problems],
        "warnings": [each.document() for each in answer.warnings],
    }


def _answered(answer: Answer, beside: JsonObject) -> Response:
    if answer.verified:
        return JSONResponse({**_result(answer), **beside})
    first = answer.problems[0]
    problem = {"type": first.type, "title": "not verified", "status": 400, "detail": first.detail}
    return JSONResponse({**problem, **_result(answer), **beside}, 400, media_type=MEDIA_TYPE)
