"""What a verifier asks of a wallet: an Authorization Request of OpenID4VP 1.0 (section 5), as the wallet reads it.

Nothing of it is believed but what its client identifier proves: `redirect_uri:` that the answer goes to whoever is named, `decentralized_identifier:`
that the DID's key signed it (5.9.3). Whoever else it says to be, it says itself.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.dcql import Query
from laurea.core.jws import Jws
from laurea.core.keys import DID_KEY
from laurea.errors import FormatError, InputError

SCHEMES = ("openid4vp", "haip", "haip-vp", "eudi-openid4vp")
TYPE = "oauth-authz-req+jwt"
UNSIGNED = "none"
REDIRECT_URI, DECENTRALIZED = "redirect_uri", "decentralized_identifier"
KNOWN_ELSEWHERE = ("x509_san_dns", "x509_hash", "verifier_attestation", "openid_federation", "origin")
MAX_LINK = 1 << 16  # characters
MAX_NAME = 200  # characters of what a verifier calls itself that are shown
SKEW = timedelta(seconds=60)
DIRECT_POST = "direct_post"

_SAFE = re.compile(r"[A-Za-z0-9._~-]{1,1000}")  # of a nonce and a state (5.2)
_JSON_PARAMETERS = ("dcql_query", "client_metadata", "transaction_data", "verifier_info")


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a link or QR code holds: the request itself by value, as parameters or as a request object, or where it is (5, 5.7)."""

    client_id: str
    parameters: JsonObject | None = None
    request: str = ""
    request_uri: str = ""
    by_post: bool = False

    @classmethod
    def parse(cls, link: str) -> "Invocation":
        """Read a link with one of the schemes of wallets, or the https URL of a request object; raises InputError."""
        text = link.strip()
        if len(text) > MAX_LINK:
            raise InputError(f"the request is longer than {MAX_LINK:,} characters")
        if text.lower().startswith(("https://", "http://")):
            found = _parameters(text)
            return cls("", request_uri=text) if "client_id" not in found else cls._of(found)
        if text.partition(":")[0].lower() not in SCHEMES:
            raise InputError(
                "this is no request of a verifier", hint="it begins with openid4vp:// or is the https URL behind its request_uri"
            )
        return cls._of(_parameters(text))

    @classmethod
    def _of(cls, found: dict[str, str]) -> "Invocation":
        client_id, method = found.get("client_id", ""), found.get("request_uri_method", "get")
        if not client_id:
            raise InputError("the request does not say who asks: it has no client_id")
        if "request" in found and "request_uri" in found:
            raise InputError("the request has both request and request_uri")
        if method not in {"get", "post"}:
            raise InputError("the request_uri_method is neither get nor post")
        if "request" in found or "request_uri" in found:
            return cls(client_id, None, found.get("request", ""), found.get("request_uri", ""), method == "post")
        return cls(client_id, {name: _json(name, text) for name, text in found.items()})


@dataclass(frozen=True, slots=True)
class VpRequest:
    """A request that can be answered: who asks, for what, and where the answer goes. `did` signed it, "" when nobody did."""

    client_id: str
    response_uri: str
    nonce: str
    state: str
    query: Query
    did: str = ""
    name: str = ""  # what the verifier calls itself

    @property
    def host(self) -> str:
        """The host, with its port, that the answer goes to."""
        return urlsplit(self.response_uri).netloc

    @classmethod
    def of(cls, said: JsonObject, *, signed_by: str = "", at: datetime) -> "VpRequest":
        """Read the parameters of a request, which a DID has signed or nobody; raises InputError for what a wallet must not answer."""
        _refuse_unknown(said)
        client_id = _text(said, "client_id")
        response_uri = _response_uri(said, client_id, signed_by)
        _require_now(said, at)
        nonce, state = _text(said, "nonce"), said.get("state", "")
        if _SAFE.fullmatch(nonce) is None or not isinstance(state, str) or (state and _SAFE.fullmatch(state) is None):
            raise InputError("the request has no usable nonce or state")
        try:
            query = Query.of(said.get("dcql_query"))
        except FormatError as error:
            raise InputError(f"the request's dcql_query cannot be read: {error}") from error
        if not state and not all(each.bound for each in query.credentials):
            raise InputError("the request wants credentials without a holder's signature, and has no state to go with them")
        return cls(client_id, response_uri, nonce, state, query, signed_by, _own_name(said))


def did_of(jws: Jws) -> tuple[str, str]:
    """Return the DID by whose key a request object says to be signed, and the key's name; raises InputError unless its client_id is that DID.

    ("", "") for one that nobody signed, which only a `redirect_uri:` may bring.
    """
    if jws.header.get("typ") != TYPE:
        raise InputError(f"what was fetched is no request of a verifier: its type is not {TYPE}")
    client_id = jws.payload.get("client_id")
    prefix, _, did = client_id.partition(":") if isinstance(client_id, str) else ("", "", "")
    _require_known(prefix)
    if jws.header.get("alg") == UNSIGNED:
        if prefix != REDIRECT_URI or not jws.text.endswith("."):
            raise InputError("the request says who asks and is not signed, so anybody could have written it")
        return "", ""
    if prefix != DECENTRALIZED:
        raise InputError("the request is signed, and its client_id names nobody by whose key that could be checked")
    kid = jws.header.get("kid")
    if not isinstance(kid, str) or "crit" in jws.header or kid.partition("#")[0] not in {did, ""} or "#" not in kid:
        raise InputError("the request is not signed by a key of the DID that it says to come from")
    return did, kid if kid.startswith("did:") else did + kid


def unsigned(said: JsonObject) -> str:
    """Return a request object that nobody signs (RFC 9101, section 4; RFC 7518, 3.6): what it says proves nothing."""
    parts: tuple[JsonObject, ...] = ({"typ": TYPE, "alg": UNSIGNED}, said)
    return "".join(f"{urlsafe_b64encode(canonical.dump(part)).rstrip(b'=').decode()}." for part in parts)


def require_same(invocation: Invocation, said: JsonObject, *, wallet_nonce: str = "") -> None:
    """Raise InputError unless a request object is the one that was invoked (5.10.1): by the same client, and made for this wallet's nonce."""
    if invocation.client_id and said.get("client_id") != invocation.client_id:
        raise InputError("the link and the request behind it name different verifiers")
    if wallet_nonce and said.get("wallet_nonce") != wallet_nonce:
        raise InputError("the request was not made for this wallet: it lacks the wallet_nonce")


def _refuse_unknown(said: JsonObject) -> None:
    if "transaction_data" in said:
        raise InputError("the request wants a transaction to be signed (transaction_data), which this wallet does not understand")
    if "dcql_query" not in said and ("presentation_definition" in said or "presentation_definition_uri" in said):
        raise InputError(
            "the request is written in Presentation Exchange; DCQL (OpenID4VP 1.0) is needed", hint="ask the verifier for a newer one"
        )
    if "dcql_query" not in said or "scope" in said:
        raise InputError("the request does not say by a dcql_query what it wants")
    if said.get("response_type") != "vp_token":
        raise InputError("the request wants another answer than a vp_token")
    if said.get("response_mode") != DIRECT_POST:
        raise InputError(f"the request wants its answer in another way than {DIRECT_POST}, which is the one that this wallet has")
    if "redirect_uri" in said:
        raise InputError("the request names a redirect_uri, which must not be there with direct_post")


def _response_uri(said: JsonObject, client_id: str, signed_by: str) -> str:
    prefix, _, named = client_id.partition(":")
    _require_known(prefix)
    if prefix == DECENTRALIZED:
        if not signed_by or named != signed_by:
            raise InputError("the request says to come from a DID and is not signed by it")
        return _text(said, "response_uri")
    if said.get("response_uri", named) != named:
        raise InputError("the request wants its answer sent elsewhere than to the one who asks")
    return named


def _require_known(prefix: str) -> None:
    if prefix in KNOWN_ELSEWHERE:
        raise InputError(f"the verifier is named by {prefix}, which this wallet cannot check")
    if prefix not in {REDIRECT_URI, DECENTRALIZED}:
        raise InputError(
            "the verifier is not named in a way that this wallet can check", hint="redirect_uri: and decentralized_identifier: are"
        )


def _require_now(said: JsonObject, at: datetime) -> None:
    begin, end = _moment(said, "nbf"), _moment(said, "exp")
    if (end is not None and at >= end + SKEW) or (begin is not None and at <= begin - SKEW):
        raise InputError("the request has expired, or is not good yet", hint="ask the verifier for another")


def _moment(said: JsonObject, name: str) -> datetime | None:
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 35:
        raise InputError(f"the request's {name} is no time")
    return datetime.fromtimestamp(value, UTC)


def _own_name(said: JsonObject) -> str:
    metadata = said.get("client_metadata")
    name = metadata.get("client_name") if isinstance(metadata, dict) else None
    return name[:MAX_NAME] if isinstance(name, str) else ""


def _parameters(link: str) -> dict[str, str]:
    try:
        query = urlsplit(link).query
        pairs: list[tuple[str, str]] = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=32)
    except ValueError as error:
        raise InputError("the request's parameters cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError("the request has a parameter twice")
    return found


def _json(name: str, text: str) -> Json:
    if name not in _JSON_PARAMETERS:
        return text
    try:
        return canonical.parse(text.encode())
    except (FormatError, UnicodeEncodeError) as error:
        raise InputError(f"the request's {name} is not JSON") from error


def _text(said: JsonObject, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"the request has no {name}")
    return value


def is_did_key(did: str) -> bool:
    """Tell whether a DID is its own key, so that nothing has to be fetched for it."""
    return did.startswith(DID_KEY)
