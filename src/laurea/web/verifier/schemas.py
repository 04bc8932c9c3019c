"""What the API takes and answers; the report is that of docs/report.schema.json."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from laurea.core import canonical
from laurea.core.canonical import MAX_BYTES, MAX_DEPTH
from laurea.core.composition import Found
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.errors import FormatError
from laurea.web.model import Model, Problem
from laurea.web.problems import MEDIA_TYPE, TITLES, HttpProblem

MAX_NAME = 500  # characters of an audience or a challenge
MAX_TIME = 40
BARE = "the body has no member `document`: a credential by itself is sent as application/vc, a presentation as application/vp"


def errors_of(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return how the description tells of errors with these statuses."""
    return {code: {"description": TITLES[code], "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}} for code in codes}


def _flag(value: object) -> object:
    """Take what a query says of a flag, where all is text, for what it means."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


class Beside(Model):
    """What may be asked beside a document."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, strict=True)

    challenge: str | None = Field(None, min_length=1, max_length=MAX_NAME, description="what the holder was given to sign")
    audience: str | None = Field(
        None, min_length=1, max_length=MAX_NAME, description="for whom they signed it: this service, unless it is said"
    )
    at: str | None = Field(None, max_length=MAX_TIME, description="judge as of this moment in the past (RFC 3339), instead of now")
    parts: Annotated[bool | None, BeforeValidator(_flag)] = Field(
        None, description="whether to tell, beside the reports, how each part of a capstone was found: one shown with it has a report, too"
    )


class VerificationIn(Beside):
    """What is to be verified, and what its holder must have signed, if anything."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, JsonValue] | str = Field(
        description="the credential or presentation: as JSON, or its text (or that of a QR code), which is judged to the byte"
    )

    @classmethod
    def parse(cls, body: bytes) -> "VerificationIn":
        """Read a body strictly; raises HttpProblem 400 for what is no I-JSON, 422 for anything else than described."""
        try:
            value = canonical.parse(body, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH + 1)  # a document has MAX_DEPTH, and this is around it
        except FormatError as error:
            raise HttpProblem(400, str(error)) from error
        if isinstance(value, dict) and "document" not in value:
            raise HttpProblem(422, BARE)
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            # Where, and what was wanted; never the value itself, which is about a person.
            told = [f"{'/'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
            raise HttpProblem(422, "; ".join(told)) from error


class CheckOut(Model):
    """One answer and the reason for it, in words."""

    id: CheckId
    outcome: Outcome
    reason: str


class ReportOut(Model):
    """Every answer about one credential: docs/report.schema.json describes it to the letter."""

    version: Literal[1] = 1
    verdict: Verdict
    headline: str
    at: datetime
    checks: list[CheckOut] = Field(min_length=8, max_length=8)
    facts: dict[str, JsonValue]


class PartOut(Model):
    """One part of a credential and how it was found: by the verdict about it, or not shown, of which nothing follows."""

    id: str
    issuer: str
    achievement: str
    name: str
    found: Found
    reason: str


class CompositionOut(Model):
    """The parts that one credential names; `number` is its place among the reports, from 1."""

    credential: str
    number: int
    parts: list[PartOut]


class PartsOut(Model):
    """The reports, and the parts of each credential that has some."""

    reports: list[ReportOut]
    parts: list[CompositionOut]


class ChallengeOut(Model):
    """What a holder is given to sign: both go into the presentation. It is good once, and until it ends."""

    challenge: str
    audience: str
    expires: datetime
