"""The endpoints of OAuth that programs call: registration, tokens, revocation (RFC 7591, 6749, 7009), and what there is (RFC 8414)."""

import base64
import binascii
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.errors import Busy, FormatError, GrantRefused, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach
from laurea.services.issuing.oauth import clients, tokens
from laurea.services.issuing.oauth.clients import CODE_GRANT, REFRESH_GRANT, Client
from laurea.services.issuing.oauth.tokens import CodeExchange
from laurea.web.deps import ServiceDep, gate, learner
from laurea.web.identity import Gate
from laurea.web.openbadges.addresses import METADATA, REGISTER, REVOKE, TOKEN
from laurea.web.openbadges.description import metadata
from laurea.web.problems import BUSY_SECONDS
from laurea.web.strict import read_body

MAX_BODY_BYTES = 16 << 10
MAX_DEPTH = 4
MAX_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749, 5.1
LATER = "temporarily_unavailable"
KEPT = {"Cache-Control": "max-age=3600"}


class OAuthRoute(APIRoute):
    """A route whose errors have the form of OAuth (RFC 6749, 5.2)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of this route."""
        inner = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await inner(request)
            except GrantRefused as error:
                unknown = error.code == "invalid_client"
                return _error(
                    401 if unknown else 400, error.code, str(error), {"WWW-Authenticate": 'Basic realm="oauth"'} if unknown else {}
                )
            except Busy:
                return _error(503, LATER, "try again later", {"Retry-After": BUSY_SECONDS})
            except HTTPException as error:
                word = LATER if error.status_code == 429 else "invalid_request"
                return _error(error.status_code, word, str(error.detail), dict(error.headers or {}))

        return answered


router = APIRouter(route_class=OAuthRoute, include_in_schema=False)


def stranger(issuer: Annotated[Issuer, Depends(learner)]) -> Issuer:
    """Return the issuer as it meets a program of others; not too often."""
    return replace(issuer, actor="client")


Public = Annotated[Issuer, Depends(stranger)]


async def form(request: Request) -> dict[str, str]:
    """Return what a form says, each parameter once; raises GrantRefused `invalid_request`."""
    if request.url.query:  # secrets in a URL are read by logs and neighbours
        raise GrantRefused("invalid_request", "parameters belong into the body")
    if _media_type(request) != FORM:
        raise GrantRefused("invalid_request", f"the body is {FORM}")
    body = await read_body(request, MAX_BODY_BYTES)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise GrantRefused("invalid_request", "the body is no form") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise GrantRefused("invalid_request", "a parameter comes more than once")
    return dict(pairs)


Form = Annotated[dict[str, str], Depends(form)]


def client(request: Request, said: Form, issuer: Public, of: Annotated[Gate, Depends(gate)]) -> Client:
    """Return which program asks, by HTTP Basic (RFC 6749, 2.3.1); raises GrantRefused `invalid_client`, and HttpProblem 429 after several."""
    identifier, secret = _basic(request)
    if "client_secret" in said or said.get("client_id", identifier) != identifier:
        raise GrantRefused("invalid_request", "a client says who it is once, by HTTP Basic")
    address = of.guessing(request)
    try:
        found = clients.authenticate(issuer, identifier, secret)
    except GrantRefused:
        of.back_off.wrong(address)
        raise
    of.back_off.right(address)
    return found


ClientDep = Annotated[Client, Depends(client)]


@router.post(REGISTER, status_code=201)
async def register(request: Request, issuer: Public) -> Response:
    """Register a program."""
    said = await _json(request)
    return JSONResponse(await run_in_threadpool(clients.register, issuer, said), 201, headers=NO_STORE)


@router.post(TOKEN)
def token(who: ClientDep, said: Form, issuer: Public) -> Response:
    """Give tokens for a code or for a refresh token."""
    kind = said.get("grant_type")
    scope = said.get("scope") or None
    if kind == CODE_GRANT:
        brought = CodeExchange(_field(said, "code"), _field(said, "redirect_uri"), _field(said, "code_verifier"), scope)
        return JSONResponse(tokens.redeem(issuer, who, brought), headers=NO_STORE)
    if kind == REFRESH_GRANT:
        return JSONResponse(tokens.refresh(issuer, who, _field(said, "refresh_token"), scope), headers=NO_STORE)
    raise GrantRefused("unsupported_grant_type", f"grant_type is {CODE_GRANT} or {REFRESH_GRANT}")


@router.post(REVOKE)
def revoke(who: ClientDep, said: Form, issuer: Public) -> Response:
    """End a token; what is unknown has ended already (RFC 7009, 2.2)."""
    tokens.revoke(issuer, who, _field(said, "token"))
    return Response(status_code=200, headers=NO_STORE)


@router.get(METADATA)
@router.get(METADATA + "/{path:path}")
def describe(issuer: Public, service: ServiceDep, path: str = "") -> Response:
    """Return the metadata of the authorization server, with the path of our URL behind the well-known part (RFC 8414, 3.1), or none."""
    said, url = service.settings.service, require_reach(issuer).url
    if path.strip("/") not in ("", urlsplit(url).path.strip("/")):
        raise NotFound("the authorization server is not at this path")
    return JSONResponse(metadata(url, said.terms_url or "", said.privacy_url or ""), headers=KEPT)


async def _json(request: Request) -> JsonObject:
    if _media_type(request) != "application/json":
        raise GrantRefused("invalid_client_metadata", "the body is application/json")
    body = await read_body(request, MAX_BODY_BYTES)
    try:
        found = canonical.parse(body, max_bytes=MAX_BODY_BYTES, max_depth=MAX_DEPTH)
    except FormatError as error:
        raise GrantRefused("invalid_client_metadata", "the body is no JSON") from error
    if not isinstance(found, dict):
        raise GrantRefused("invalid_client_metadata", "the body is a JSON object")
    return found


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise GrantRefused("invalid_client", "a client says who it is by HTTP Basic")
    return unquote_plus(name), unquote_plus(secret)


def _field(said: dict[str, str], name: str) -> str:
    if not said.get(name):
        raise GrantRefused("invalid_request", f"{name} is missing")
    return said[name]


def _error(status: int, word: str, text: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"error": word, "error_description": text}, status, headers={**headers, **NO_STORE})
