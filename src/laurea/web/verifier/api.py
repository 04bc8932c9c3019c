"""The API: verify what is in the body, and give out challenges for holders to sign."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from laurea.artefacts.carrier import MAX_FILE
from laurea.core import canonical
from laurea.core.canonical import MAX_BYTES
from laurea.core.report import Reports
from laurea.web.limits import site
from laurea.web.model import Problem
from laurea.web.problems import MEDIA_TYPE, TITLES, HttpProblem
from laurea.web.verifier.challenges import LIFE
from laurea.web.verifier.intake import in_file, in_words, received
from laurea.web.verifier.schemas import MAX_NAME, ChallengeOut, ReportOut, VerificationIn
from laurea.web.verifier.service import Asked, VerifierService

JSON = "application/json"
DOCUMENTS = ("application/vc", "application/vp", "application/ld+json", "application/vc+ld+json", "application/vp+ld+json")
FILES = ("image/png", "image/svg+xml", "image/jpeg", "image/gif", "image/webp", "application/pdf")
LIMITS = dict.fromkeys((JSON, *DOCUMENTS), MAX_BYTES) | dict.fromkeys(FILES, MAX_FILE)
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"description": TITLES[code], "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for code in (400, 408, 409, 413, 415, 422, 429, 500, 503)
}
BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": VerificationIn.model_json_schema()}, **dict.fromkeys((*DOCUMENTS, *FILES), BINARY)},
    }
}
BESIDE = "for a body that is the document itself; in JSON it is a member"

router = APIRouter(prefix="/v1", tags=["verification"])

Named = Annotated[str | None, Query(min_length=1, max_length=MAX_NAME, description=BESIDE)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A body, of what type it is, and what was asked beside it."""

    body: bytes
    kind: str
    audience: str | None
    challenge: str | None


@router.post("/verifications", response_class=JSONResponse, responses={200: {"model": ReportOut | list[ReportOut]}}, openapi_extra=BODY)
async def verify(request: Request, service: Asked, audience: Named = None, challenge: Named = None) -> Response:
    """Verify a credential, and answer with its report, or a presentation of several, with a list of them; 200 whatever the verdict."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in LIMITS:
        raise HttpProblem(415, f"the body is to be one of {', '.join(LIMITS)}")
    with service.crew.admit(site(request)) as place:
        sent = Sent(await received(request, LIMITS[kind]), kind, audience, challenge)
        reports = await place.run(partial(_verified, service, sent))
    several = reports.document()
    return JSONResponse(several if len(several) > 1 else several[0])


@router.post("/challenges", status_code=201)
def challenge(request: Request, service: Asked) -> ChallengeOut:
    """Give out a challenge: whoever presents signs it, and this service as the audience."""
    made = service.challenges.give(site(request))
    return ChallengeOut(challenge=made, audience=service.url, expires=service.now().replace(microsecond=0) + LIFE)


def _verified(service: VerifierService, sent: Sent) -> Reports:
    if not sent.body:
        raise HttpProblem(400, "the body is empty")
    if sent.kind != JSON:
        document, audience, challenge = in_file(sent.body), sent.audience, sent.challenge
    elif sent.audience or sent.challenge:
        raise HttpProblem(422, "audience and challenge are members of a body of JSON")
    else:
        asked = VerificationIn.parse(sent.body)
        audience, challenge = asked.audience, asked.challenge
        document = in_words(asked.document) if isinstance(asked.document, str) else canonical.encode(asked.document)
    # Last: a challenge is not used up by what cannot be read.
    return service.reports(document, service.demand(audience, challenge))
