"""What the API that asks wallets takes and answers."""

from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from pydantic import ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.dcql import LDP_VC, Query
from laurea.core.linked_data.types import types_of
from laurea.core.report import Verdict
from laurea.errors import FormatError
from laurea.web.model import Model
from laurea.web.problems import HttpProblem
from laurea.web.verifier.asks import Ask, Result, Seen
from laurea.web.verifier.schemas import ReportOut
from laurea.web.verifier.wallets import is_usable

MAX_CLAIMS = 32
MAX_TEXT = 500
MAX_DEPTH = 16
CREDENTIAL = "credential"  # the id of what is asked for in the short form
CONTEXTS: list[canonical.Json] = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


class AskIn(Model):
    """What wallets are asked for: a DCQL query; or by a type, and pointers to claims."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, strict=True, extra="forbid")

    dcql_query: dict[str, JsonValue] | None = Field(None, alias="dcql_query", description="a DCQL query (OpenID4VP 1.0, section 6)")
    type: str | None = Field(
        None, min_length=1, max_length=MAX_TEXT, description="the type of one credential, as OpenBadgeCredential, or its IRI"
    )
    claims: list[str] | None = Field(
        None,
        min_length=1,
        max_length=MAX_CLAIMS,
        description="pointers to the claims of it that are to be shown, as /credentialSubject/achievement",
    )
    redirect_uri: str | None = Field(
        None,
        max_length=MAX_TEXT,
        description="where the wallet's user goes on; then the result needs the response_code that is added to it",
    )

    @classmethod
    def description(cls) -> dict[str, Any]:
        """Return the schema of a body."""
        return cls.model_json_schema(ref_template="#/components/schemas/{model}")

    @classmethod
    def parse(cls, body: bytes) -> "AskIn":
        """Read a body strictly; raises HttpProblem 400 for what is no I-JSON, 422 for anything else than described."""
        try:
            found = cls.model_validate(canonical.parse(body, max_depth=MAX_DEPTH))
        except FormatError as error:
            raise HttpProblem(400, str(error)) from error
        except ValidationError as error:
            told = [f"{'/'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
            raise HttpProblem(422, "; ".join(told)) from error
        if (found.dcql_query is None) == (found.type is None) or (found.claims and found.type is None):
            raise HttpProblem(422, "what is asked for is a dcql_query, or a type and perhaps its claims")
        if found.redirect_uri is not None and not is_usable(found.redirect_uri):
            raise HttpProblem(422, "redirectUri is an https URL without user and fragment, or of this machine")
        return found

    def query(self) -> Query:
        """Return what is asked for as a query; raises HttpProblem 422 for one that no wallet could read."""
        try:
            return Query.of(self.dcql_query if self.type is None else short(self.type, self.claims or ()))
        except FormatError as error:
            raise HttpProblem(422, str(error)) from error


def short(kind: str, claims: Any) -> JsonObject:
    """Return the query for one credential of a type, and for claims by their pointers, in which digits are indices."""
    # Some wallets compare types as the credential writes them, others as its contexts make them: either may match.
    expanded = types_of({"@context": CONTEXTS, "type": [kind]}) - {kind}
    asked: JsonObject = {
        "id": CREDENTIAL,
        "format": LDP_VC,
        "meta": {"type_values": [[each] for each in (*sorted(expanded), kind)]},
    }
    if claims:
        asked["claims"] = [{"path": _path(pointer)} for pointer in dict.fromkeys(claims)]
    return {"credentials": [asked]}


def _path(pointer: str) -> list[canonical.Json]:
    if not pointer.startswith("/"):
        raise FormatError("a claim is named by its pointer, as /credentialSubject/achievement")
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    return [int(token) if token.isascii() and token.isdigit() and len(token) < 5 else token for token in tokens]


class AskOut(Model):
    """A request: the link (and QR code) is for the wallet, the token for whoever asked."""

    id: str
    token: str
    link: str
    request_uri: str
    expires: datetime


class State(StrEnum):
    """What came of a request."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"


class ShownOut(Model):
    """A credential that was shown: its report, and of what it says only what was asked for, where that is known to be what was issued."""

    query: str
    credential: dict[str, JsonValue] | None
    report: ReportOut


class ResultOut(Model):
    """What came of a request; a verdict only when it was answered. `problem`: why the answer is not what was asked for. `error`: the code of a refusal."""

    id: str
    state: State
    verdict: Verdict | None = None
    problem: str = ""
    error: str = ""
    presentations: list[ShownOut] = Field(default_factory=list)

    @classmethod
    def of(cls, ask: Ask, found: Result | None, response_code: str) -> "ResultOut":
        """Return what whoever has the token may know: of a request that sends its user back, nothing before they are there."""
        if found is None:
            return cls(id=ask.id, state=State.WAITING)
        if found.verdict is None:
            return cls(id=ask.id, state=State.REFUSED, error=found.error)
        if ask.redirect_uri and not compare_digest(ask.response_code.encode(), response_code.encode("utf-8", "replace")):
            # Whoever had somebody else answer, on another device, is not sent the code (OpenID4VP 1.0, 14.2).
            return cls(id=ask.id, state=State.WAITING)
        return cls(
            id=ask.id,
            state=State.ANSWERED,
            verdict=found.verdict,
            problem=found.problem,
            presentations=[_shown(each) for each in found.seen],
        )


def _shown(seen: Seen) -> ShownOut:
    document: Any = None if seen.shown is None else seen.shown.credential.document
    return ShownOut(query=seen.query, credential=document, report=ReportOut.model_validate(seen.report.document()))
