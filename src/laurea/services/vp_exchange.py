"""A wallet's side of OpenID4VP 1.0 on the wire: fetch what a verifier asks, see who it is, send what is answered (section 8.2)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.did_document import verification_key
from laurea.core.jws import Jws
from laurea.core.keys import public_of_did_key
from laurea.core.vp_request import TYPE, Invocation, VpRequest, did_of, is_did_key, require_same
from laurea.errors import FormatError, InputError, NotFound, Unreachable
from laurea.fetch.guard import FetchPolicy, fetch
from laurea.services.exchange import origin_of
from laurea.services.sources import document_url
from laurea.wire import BadStatus, Wire

SECONDS = 30.0
MAX_REQUEST = 1 << 18  # bytes of a request object
MAX_TOLD = 1 << 16  # bytes of what a verifier answers
MAX_URL = 2000
FORM = [("Content-Type", "application/x-www-form-urlencoded")]


@dataclass(frozen=True, slots=True)
class Told:
    """What the verifier answered: where its user is to go on, if anywhere."""

    redirect_uri: str = ""


def ask(link: str, *, at: datetime, policy: FetchPolicy | None) -> VpRequest:
    """Return what a verifier asks, by its link or QR code; `policy` says how the document of a did:web is fetched, None that it is not.

    That shows the verifier nothing of the wallet, but that somebody has fetched the request. Raises InputError for a request that a wallet must
    not answer, NotFound for one that works no more, Unreachable.
    """
    invocation = Invocation.parse(link)
    nonce = secrets.token_urlsafe(16) if invocation.request_uri and invocation.by_post else ""
    if invocation.parameters is not None:
        request = VpRequest.of(invocation.parameters, at=at)
    else:
        jws = _jws(invocation.request or _fetched(invocation, nonce))
        did, kid = did_of(jws)
        if did:
            _require_signed(jws, did, kid, policy)
        require_same(invocation, jws.payload, wallet_nonce=nonce)
        request = VpRequest.of(jws.payload, signed_by=did, at=at)
    origin_of(request.response_uri)  # https, or this machine
    return request


def send(request: VpRequest, vp_token: JsonObject) -> Told:
    """Send what was agreed to, to the one who asked; raises InputError when they refuse it, Unreachable."""
    return _posted(request, {"vp_token": canonical.dump(vp_token).decode()})


def refuse(request: VpRequest, why: str) -> Told:
    """Tell the one who asked that nothing comes; `why` is an error code of the specification (8.5)."""
    return _posted(request, {"error": why})


def _posted(request: VpRequest, members: Mapping[str, str]) -> Told:
    content = urlencode({**members, **({"state": request.state} if request.state else {})}).encode()
    wire = Wire(request.response_uri, SECONDS, limit=MAX_TOLD)
    try:
        answer = wire.ask("POST", content, headers=FORM)
    except BadStatus as error:
        if error.status in {400, 404, 409, 410, 413, 422}:
            raise InputError(f"{wire.host} does not take the answer (HTTP status {error.status})", hint="ask for a new request") from error
        raise
    finally:
        wire.close()
    return _told(answer)


def _told(answer: bytes) -> Told:
    try:
        said: Json = canonical.parse(answer)
    except FormatError:
        return Told()
    target = said.get("redirect_uri") if isinstance(said, dict) else None
    fits = isinstance(target, str) and len(target) <= MAX_URL and target.isprintable()
    return Told(str(target) if fits else "")


def _fetched(invocation: Invocation, nonce: str) -> str:
    origin_of(invocation.request_uri)
    wire = Wire(invocation.request_uri, SECONDS, limit=MAX_REQUEST)
    accept = ("Accept", f"application/{TYPE}")
    try:
        if nonce:
            return wire.ask("POST", urlencode({"wallet_nonce": nonce}).encode(), headers=[*FORM, accept]).decode("ascii")
        return wire.ask("GET", headers=[accept]).decode("ascii")
    except UnicodeDecodeError as error:
        raise Unreachable(f"{wire.host} did not answer with a request") from error
    except BadStatus as error:
        if error.status in {404, 410}:
            raise NotFound("this request is unknown, was answered already, or has expired", hint="ask the verifier for another") from error
        raise
    finally:
        wire.close()


def _jws(text: str) -> Jws:
    try:
        return Jws.parse(text.strip())
    except FormatError as error:
        raise InputError(f"the request cannot be read: {error}") from error


def _require_signed(jws: Jws, did: str, kid: str, policy: FetchPolicy | None) -> None:
    try:
        public = public_of_did_key(did) if is_did_key(did) else verification_key(_document(did, policy), did, kid)
    except FormatError as error:
        raise InputError(f"the key of {did} that signed the request is not to be had: {error}") from error
    if not jws.is_by(public):
        raise InputError(f"the request says to come from {did}, and is not signed by its key")


def _document(did: str, policy: FetchPolicy | None) -> Json:
    url = document_url(did)  # FormatError for any other method than did:web
    if policy is None:
        raise InputError("the request is signed by a did:web, and nothing is fetched here to check that", hint="leave out --no-fetch")
    return canonical.parse(fetch(url, policy))
