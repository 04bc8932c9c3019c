"""The API: verify what is in the body, and give out challenges for holders to sign."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from laurea.artefacts import side_by_side
from laurea.artefacts.carrier import MAX_FILE
from laurea.core import canonical, comparison
from laurea.core.canonical import MAX_BYTES, Json
from laurea.core.checked import Checked
from laurea.core.composition import compositions
from laurea.core.credential import parse_time
from laurea.core.moment import judged_at
from laurea.core.presented import Presented
from laurea.core.report import Reports
from laurea.web.limits import site
from laurea.web.problems import HttpProblem
from laurea.web.verifier.challenges import LIFE
from laurea.web.verifier.intake import in_file, in_words, received
from laurea.web.verifier.schemas import Beside, ChallengeOut, ComparisonOut, PartsOut, ReportOut, VerificationIn, errors_of
from laurea.web.verifier.service import Asked, VerifierService

JSON = "application/json"
DOCUMENTS = ("application/vc", "application/vp", "application/ld+json", "application/vc+ld+json", "application/vp+ld+json")
FILES = ("image/png", "image/svg+xml", "image/jpeg", "image/gif", "image/webp", "application/pdf")
LIMITS = dict.fromkeys((JSON, *DOCUMENTS), MAX_BYTES) | dict.fromkeys(FILES, MAX_FILE)
ERRORS = errors_of(400, 408, 409, 413, 415, 422, 429, 500, 503)
BINARY = {"schema": {"type": "string", "format": "binary"}}
ASKED = {
    name: part for name, part in VerificationIn.model_json_schema(ref_template="#/components/schemas/{model}").items() if name != "$defs"
}
BODY = {"requestBody": {"required": True, "content": {JSON: {"schema": ASKED}, **dict.fromkeys((*DOCUMENTS, *FILES), BINARY)}}}

router = APIRouter(prefix="/v1", tags=["verification"])


@dataclass(frozen=True, slots=True)
class Sent:
    """A body, of what type it is, and what was asked beside it."""

    body: bytes
    kind: str
    asked: Beside


@dataclass(frozen=True, slots=True)
class Judged:
    """A document and the reports about what it shows."""

    document: bytes
    reports: Reports
    parts: bool

    @property
    def checked(self) -> list[Checked]:
        """Each credential with its report; by numbers, since nothing else is known of them."""
        shown = Presented.parse(self.document).shown
        return [
            Checked(str(number), one.credential, report) for number, (one, report) in enumerate(zip(shown, self.reports, strict=True), 1)
        ]

    def answer(self) -> Json:
        """Return the report, the reports of several, or with `parts` these and how each part of a capstone was found."""
        several = self.reports.document()
        if not self.parts:
            return several if len(several) > 1 else several[0]
        found = compositions([each.credential for each in Presented.parse(self.document).shown], self.reports)
        return {"reports": several, "parts": [each.document() for each in found]}

    def side_by_side(self) -> Json:
        """Return what each credential says of learning, side by side."""
        return side_by_side.document(comparison.compare(self.checked), self.reports.reports[0].at)


@router.post(
    "/verifications", response_class=JSONResponse, responses={200: {"model": ReportOut | list[ReportOut] | PartsOut}}, openapi_extra=BODY
)
async def verify(request: Request, service: Asked, beside: Annotated[Beside, Query()]) -> Response:
    """Verify a credential, and answer with its report, or a presentation of several, with a list of them; 200 whatever the verdict.

    With `parts` the answer has the reports, and how each part of a capstone was found.
    """
    return await _answered(request, service, beside, Judged.answer)


@router.post("/comparisons", response_model=ComparisonOut, openapi_extra=BODY)
async def compare(request: Request, service: Asked, beside: Annotated[Beside, Query()]) -> Response:
    """Verify the credentials of a presentation, and put what each says of learning side by side; 200 whatever the verdicts."""
    return await _answered(request, service, beside, Judged.side_by_side)


@router.post("/challenges", status_code=201)
def challenge(request: Request, service: Asked) -> ChallengeOut:
    """Give out a challenge: whoever presents signs it, and this service as the audience."""
    made = service.challenges.give(site(request))
    return ChallengeOut(challenge=made, audience=service.url, expires=service.now().replace(microsecond=0) + LIFE)


async def _answered(request: Request, service: VerifierService, beside: Beside, answer: Callable[[Judged], Json]) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in LIMITS:
        raise HttpProblem(415, f"the body is to be one of {', '.join(LIMITS)}")
    with service.crew.admit(site(request)) as place:
        sent = Sent(await received(request, LIMITS[kind]), kind, beside)
        return JSONResponse(await place.run(lambda: answer(_verified(service, sent))))


def _verified(service: VerifierService, sent: Sent) -> Judged:
    if not sent.body:
        raise HttpProblem(400, "the body is empty")
    asked: Beside = sent.asked
    if sent.kind != JSON:
        document = in_file(sent.body, service.lookers)
    elif asked.model_fields_set:
        raise HttpProblem(422, "what is asked beside the document are members of a body of JSON")
    else:
        asked = given = VerificationIn.parse(sent.body)
        document = in_words(given.document) if isinstance(given.document, str) else canonical.encode(given.document)
    at = judged_at(None if asked.at is None else parse_time(asked.at), service.now())
    # Last: a challenge is not used up by what cannot be read.
    return Judged(document, service.reports(document, service.demand(asked.audience, asked.challenge), at), parts=bool(asked.parts))
