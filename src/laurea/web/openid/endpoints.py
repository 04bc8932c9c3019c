"""The endpoints that wallets meet: offer, metadata, token, nonce, credential, deferred credential (OpenID4VCI 1.0, sections 4 to 12)."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from laurea.errors import NotFound
from laurea.services.issuing import wallet_access, wallet_metadata, wallet_requests
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import OFFERS
from laurea.services.issuing.wallet_access import ACCESS_LIFE, Denied, Tokens
from laurea.services.issuing.wallet_requests import Asked, Waiting
from laurea.web.deps import learner
from laurea.web.openid.route import OAuthRoute, bearer, form
from laurea.web.openid.stamps import Stamps
from laurea.web.service import Service

CODE_SECONDS = 15 * 60  # from a look at the offer to the wallet's request: its holder has to read and agree
NONCE_SECONDS = 5 * 60
# Public and the same for all; readable by scripts of any page, such as a wallet in a browser.
PUBLIC = {"Cache-Control": "max-age=300", "Access-Control-Allow-Origin": "*"}
ISSUER_PATH, SERVER_PATH = "/.well-known/openid-credential-issuer", "/.well-known/oauth-authorization-server"

router = APIRouter(route_class=OAuthRoute, include_in_schema=False)


def reachable(issuer: Annotated[Issuer, Depends(learner)]) -> Issuer:
    """Return the issuer as a wallet meets it; raises NotFound when learners cannot reach the service."""
    if issuer.reach is None:
        raise NotFound("nothing is offered to wallets here")
    return issuer


Public = Annotated[Issuer, Depends(reachable)]
Bearer = Annotated[str, Depends(bearer)]
Form = Annotated[dict[str, str], Depends(form)]


@dataclass(frozen=True, slots=True)
class Desk:
    """What is remembered between requests: the codes of offers and the nonces of proofs."""

    codes: Stamps
    nonces: Stamps

    @classmethod
    def of(cls, service: Service) -> "Desk":
        """Remember nothing yet."""
        return cls(Stamps(service.monotonic, CODE_SECONDS), Stamps(service.monotonic, NONCE_SECONDS))


def desk(request: Request) -> Desk:
    """Return the desk of this service."""
    found = request.app.state.desk
    if not isinstance(found, Desk):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no desk")
    return found


DeskDep = Annotated[Desk, Depends(desk)]


class _Asked(BaseModel):
    """A request, of which what is not known is passed over, as the specification wants it."""

    model_config = ConfigDict(strict=True, extra="ignore")


class CredentialRequest(_Asked):
    """Which credential, and the proof of a key (8.2)."""

    credential_configuration_id: Any = None
    credential_identifier: Any = None
    proofs: Any = None
    credential_response_encryption: Any = None


class DeferredRequest(_Asked):
    """Which transaction (9.1)."""

    transaction_id: str
    credential_response_encryption: Any = None


@router.get(f"/{OFFERS}/{{token}}")
def offer(issuer: Public, kept: DeskDep, token: Annotated[str, Path(max_length=64)]) -> Response:
    """Return the offer behind a link, with a code that is good for a while; it changes nothing, however often."""
    found = wallet_access.offered(issuer, token)
    return JSONResponse(wallet_metadata.credential_offer(found.issuer, found.configuration, kept.codes.give(found.link)))


@router.get(ISSUER_PATH)
@router.get(ISSUER_PATH + "/{path:path}")
def credential_issuer(issuer: Public, path: str = "") -> Response:
    """Return the metadata of the credential issuer."""
    metadata = wallet_metadata.credential_issuer(issuer)
    # Where a path of our URL stands behind the well-known part (12.2.2), or none.
    if path.strip("/") not in ("", _path(str(metadata["credential_issuer"]))):
        raise NotFound("the issuer is not at this path")
    return JSONResponse(metadata, headers=PUBLIC)


@router.get(SERVER_PATH + wallet_metadata.SERVER)
@router.get(SERVER_PATH + "/{path:path}" + wallet_metadata.SERVER)
def authorization_server(issuer: Public, path: str = "") -> Response:
    """Return the metadata of the authorization server."""
    metadata = wallet_metadata.authorization_server(issuer)
    if path and path.strip("/") + wallet_metadata.SERVER != _path(str(metadata["issuer"])):
        raise NotFound("the authorization server is not at this path")
    return JSONResponse(metadata, headers=PUBLIC)


@router.post(wallet_metadata.TOKEN_PATH)
def token(issuer: Public, kept: DeskDep, said: Form) -> Response:
    """Give an access token for the code of an offer, or for a refresh token."""
    grant = said.get("grant_type")
    if grant == wallet_metadata.REFRESH:
        return _tokens(wallet_access.renew(issuer, _parameter(said, "refresh_token")))
    if grant != wallet_metadata.PRE_AUTHORIZED:
        raise Denied("unsupported_grant_type" if grant else "invalid_request", "the grant_type is missing, or none of ours")
    if "tx_code" in said:
        raise Denied("invalid_request", "the offer asked for no tx_code")
    link = kept.codes.take(_parameter(said, "pre-authorized_code"))
    if link is None:
        raise Denied("invalid_grant", "the code is unknown, was used already, or has expired: look at the offer again")
    return _tokens(wallet_access.redeem(issuer, link))


@router.post(wallet_metadata.NONCE_PATH)
def nonce(_issuer: Public, kept: DeskDep) -> Response:
    """Give a nonce for one proof."""
    return JSONResponse({"c_nonce": kept.nonces.give()})


@router.post(wallet_metadata.CREDENTIAL_PATH)
def credential(issuer: Public, kept: DeskDep, access: Bearer, said: CredentialRequest) -> Response:
    """Bind a credential to the wallet's key, or give it to the wallet that it is bound to."""
    _refuse_encryption(said.credential_response_encryption)
    if said.credential_identifier is not None:
        raise Denied("unknown_credential_identifier", "no credential_identifier was given out: name the configuration")
    asked = Asked(said.credential_configuration_id, said.proofs)
    return _credential(wallet_requests.request(issuer, access, asked, lambda word: kept.nonces.take(word) is not None))


@router.post(wallet_metadata.DEFERRED_PATH)
def deferred(issuer: Public, access: Bearer, said: DeferredRequest) -> Response:
    """Give a credential that was asked for before, if it is released by now."""
    _refuse_encryption(said.credential_response_encryption)
    return _credential(wallet_requests.collect(issuer, access, said.transaction_id))


def _path(identifier: str) -> str:
    return urlsplit(identifier).path.strip("/")


def _parameter(said: dict[str, str], name: str) -> str:
    if not said.get(name):
        raise Denied("invalid_request", f"the parameter {name} is missing")
    return said[name]


def _refuse_encryption(wanted: Any) -> None:
    if wanted is not None:
        raise Denied("invalid_encryption_parameters", "answers are encrypted by TLS alone")


def _tokens(made: Tokens) -> Response:
    said: dict[str, Any] = {"access_token": made.access, "token_type": "Bearer", "expires_in": int(ACCESS_LIFE.total_seconds())}
    return JSONResponse(said if made.refresh is None else {**said, "refresh_token": made.refresh})


def _credential(answer: Waiting | bytes) -> Response:
    if isinstance(answer, Waiting):
        return JSONResponse({"transaction_id": answer.transaction, "interval": answer.interval}, 202)
    # The bytes that were released, and no others that mean the same.
    return Response(b'{"credentials":[{"credential":' + answer + b"}]}", media_type="application/json")
