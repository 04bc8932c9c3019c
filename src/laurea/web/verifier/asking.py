"""The API that asks wallets (OpenID4VP 1.0): who asks makes a request and fetches what came; the wallet fetches it and answers."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import JSONResponse, Response

from laurea.core.canonical import MAX_BYTES
from laurea.core.vp_request import TYPE
from laurea.web.limits import site
from laurea.web.problems import HttpProblem
from laurea.web.verifier.asks import LIFE, NUMBER, OPERATOR, Ask, Result
from laurea.web.verifier.asks_schemas import AskIn, AskOut, ResultOut
from laurea.web.verifier.intake import received
from laurea.web.verifier.schemas import errors_of
from laurea.web.verifier.service import Asked, VerifierService
from laurea.web.verifier.wallets import sent_back

FORM = "application/x-www-form-urlencoded"
MAX_ASKED = 1 << 15  # bytes of what somebody asks for
MAX_ANSWER = 3 * MAX_BYTES + (1 << 16)  # of a vp_token, every character of which may be written as three
MAX_FETCH = 1 << 16  # what a wallet says of itself when it fetches the request
MAX_CODE = 200  # characters of an error code that is kept
BEARER = "Bearer "
REQUEST_OBJECT = f"application/{TYPE}"
JSON_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": AskIn.description()}}}}
FETCH_BODY = {"requestBody": {"content": {FORM: {"schema": {"type": "object", "properties": {"wallet_nonce": {"type": "string"}}}}}}}
ANSWER_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("vp_token", "state", "error", "error_description")},
                    "required": ["state"],
                }
            }
        },
    }
}
OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"description": "the request object", "content": {REQUEST_OBJECT: {"schema": {"type": "string"}}}}
}
TAKEN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "taken",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"redirect_uri": {"type": "string"}}}}},
    }
}
ERRORS = errors_of(400, 401, 404, 408, 409, 413, 415, 422, 429, 500, 503)

Id = Annotated[str, Path(max_length=4 * NUMBER, description="the id of a request")]
Authorization = Annotated[str, Header(max_length=1000, description="Bearer and a token")]

router = APIRouter(prefix="/v1", tags=["wallets"])


@router.post("/requests", status_code=201, openapi_extra=JSON_BODY)
async def ask(request: Request, service: Asked, authorization: Authorization = "") -> AskOut:
    """Make a request that wallets can answer once; its token is for whoever asks alone."""
    if not service.wallets.may_ask(authorization.removeprefix(BEARER)):
        raise HttpProblem(401, "whoever has wallets asked here needs the operator's token", headers={"WWW-Authenticate": "Bearer"})
    asked = AskIn.parse(await received(request, MAX_ASKED))
    asker = site(request) if service.wallets.token is None else OPERATOR
    made = service.wallets.asks.make(asked.query(), asker, asked.redirect_uri or "")
    wallets, expires = service.wallets, service.now().replace(microsecond=0) + LIFE
    return AskOut(id=made.id, token=made.token, link=wallets.link(made), request_uri=wallets.request_uri(made), expires=expires)


@router.get("/requests/{name}")
def result(
    name: Id, service: Asked, authorization: Authorization = "", response_code: Annotated[str, Query(max_length=200)] = ""
) -> ResultOut:
    """Return what came of a request; for one with a redirectUri the response_code is needed that the wallet's user was sent back with."""
    made, found = service.wallets.asks.look(name, authorization.removeprefix(BEARER))
    return ResultOut.of(made, found, response_code)


@router.get("/requests/{name}/object", response_class=Response, responses=OBJECT)
def fetch(name: Id, service: Asked) -> Response:
    """Hand the request object out to a wallet."""
    return _object(service, name, None)


@router.post("/requests/{name}/object", response_class=Response, responses=OBJECT, openapi_extra=FETCH_BODY)
async def fetch_by_post(name: Id, request: Request, service: Asked) -> Response:
    """Hand the request object out, with the wallet's own nonce in it."""
    form = _form(request, await received(request, MAX_FETCH))
    return _object(service, name, form.get("wallet_nonce"))


@router.post("/responses", response_class=JSONResponse, responses=TAKEN, openapi_extra=ANSWER_BODY)
async def answer(request: Request, service: Asked) -> Response:
    """Take a wallet's answer, or its refusal, once; 400 when it is not what was asked for, or not signed for it."""
    with service.crew.admit(site(request)) as place:
        form = _form(request, await received(request, MAX_ANSWER))
        content = await place.run(partial(_answered, service, form))
    return JSONResponse(content)


def _object(service: VerifierService, name: str, wallet_nonce: str | None) -> Response:
    made = service.wallets.asks.open(name)
    return Response(service.wallets.request_object(made, service.now(), wallet_nonce=wallet_nonce), media_type=REQUEST_OBJECT)


def _answered(service: VerifierService, form: Mapping[str, str]) -> dict[str, Any]:
    token, code = form.get("vp_token"), form.get("error")
    if (token is None) == (code is None):
        raise HttpProblem(400, "an answer has a vp_token, or an error")
    asks = service.wallets.asks
    made = asks.take(form.get("state", ""), len(token or ""))
    found: Result | None = None
    try:
        found = Result(error=(code or "")[:MAX_CODE]) if token is None else _judged(service, made, token)
    finally:
        asks.settle(made, found)  # what could not be judged can be sent again
    if found.problem:
        raise HttpProblem(400, found.problem)
    return dict(sent_back(made))


def _judged(service: VerifierService, made: Ask, token: str) -> Result:
    return service.wallets.judge(made, service.wallets.given(made, token), service.reports)


def _form(request: Request, body: bytes) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HttpProblem(415, f"the body is to be {FORM}")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=32)
    except ValueError as error:
        raise HttpProblem(400, "the body is no form in UTF-8") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise HttpProblem(400, "the form has a parameter twice")
    return found
