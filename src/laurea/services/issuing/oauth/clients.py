"""Programs that register themselves (RFC 7591, Open Badges 3.0, 7.1.1): nothing of what they say of themselves can be checked."""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from laurea.core.canonical import Json, JsonObject
from laurea.errors import GrantRefused
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import digest
from laurea.services.issuing.oauth.scopes import DESCRIPTIONS, OFFLINE, narrowed
from laurea.storage.issuer.oauth import Clients
from laurea.storage.issuer.tables import ClientRow

CODE_GRANT, REFRESH_GRANT = "authorization_code", "refresh_token"
AUTH_METHOD = "client_secret_basic"
MAX_CLIENTS = 10_000
MAX_REDIRECTS = 5
UNUSED = timedelta(days=30)  # for so long a program is known that no learner ever let in
USED = timedelta(days=400)  # and one that nobody let in since, when its last grant is gone
TEXTS = {"client_name": 80, "software_id": 200, "software_version": 100}  # and how many characters they may have
URLS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
MAX_URL = 500
# https alone, and no user, fragment or character that RFC 3986 does not have: a browser reads it as we do.
URL = re.compile(r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})(?::[0-9]{1,5})?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]*)?")


@dataclass(frozen=True, slots=True)
class Client:
    """A program, by its own word; `id` alone is ours."""

    id: str
    name: str
    page: str
    terms: str
    policy: str
    redirect_uris: tuple[str, ...]
    scope: str
    refreshes: bool  # whether it has asked for tokens with which it comes back without the learner


def register(issuer: Issuer, said: Mapping[str, Json]) -> JsonObject:
    """Register a program and return what was registered, with its id and its secret, which is shown this once.

    Raises GrantRefused `invalid_redirect_uri` or `invalid_client_metadata`.
    """
    registered = _registered(said)
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    now = issuer.now()
    row = ClientRow(id=secrets.token_hex(16), secret=digest(secret), registered=json.dumps(registered), created_at=now)
    with issuer.database.write() as session:
        Clients(session).make_room(MAX_CLIENTS)
        Clients(session).add(row)
    times: JsonObject = {"client_id_issued_at": int(now.timestamp()), "client_secret_expires_at": 0}
    return {"client_id": row.id, "client_secret": secret, **times, **registered}


def find(issuer: Issuer, client: str) -> Client | None:
    """Return a program by its id; None when it is unknown."""
    with issuer.database.read() as session:
        row = Clients(session).get(client)
    return None if row is None else _client(row)


def authenticate(issuer: Issuer, client: str, secret: str) -> Client:
    """Return the program that shows its secret; raises GrantRefused `invalid_client`."""
    with issuer.database.read() as session:
        row = Clients(session).get(client)
    if row is None or not hmac.compare_digest(row.secret, digest(secret)):
        raise GrantRefused("invalid_client", "the client is unknown, or this is not its secret")
    return _client(row)


def _client(row: ClientRow) -> Client:
    said: dict[str, Any] = json.loads(row.registered)
    return Client(
        row.id,
        said["client_name"],
        said["client_uri"],
        said["tos_uri"],
        said["policy_uri"],
        tuple(said["redirect_uris"]),
        said["scope"],
        REFRESH_GRANT in said["grant_types"],
    )


def _registered(said: Mapping[str, Json]) -> JsonObject:
    """Return what is kept of what a program says: what is known, in the form that it is to have."""
    texts = {name: _text(said, name, most) for name, most in TEXTS.items()}
    urls = {name: _url(said.get(name), name, "invalid_client_metadata") for name in URLS}
    redirects = _words(said, "redirect_uris", [], MAX_REDIRECTS, "invalid_redirect_uri")
    for each in redirects:
        _url(each, "redirect_uris", "invalid_redirect_uri")
    if len({urlsplit(url).hostname for url in (*urls.values(), *redirects)}) != 1:
        raise GrantRefused("invalid_client_metadata", "all URLs of a client have the same host")
    if said.get("token_endpoint_auth_method", AUTH_METHOD) != AUTH_METHOD:
        raise GrantRefused("invalid_client_metadata", f"token_endpoint_auth_method is {AUTH_METHOD}")
    if _words(said, "response_types", ["code"], 1) != ["code"]:
        raise GrantRefused("invalid_client_metadata", "response_types is [code]")
    grants = _words(said, "grant_types", [CODE_GRANT], 2)
    if CODE_GRANT not in grants or not set(grants) <= {CODE_GRANT, REFRESH_GRANT}:
        raise GrantRefused("invalid_client_metadata", f"grant_types are {CODE_GRANT} and, if it is wanted, {REFRESH_GRANT}")
    allowed = [scope for scope in DESCRIPTIONS if scope != OFFLINE or REFRESH_GRANT in grants]
    return {
        **texts,
        **urls,
        "redirect_uris": [*redirects],
        "token_endpoint_auth_method": AUTH_METHOD,
        "response_types": ["code"],
        "grant_types": [*grants],
        "scope": _scope(said.get("scope"), " ".join(allowed)),
    }


def _text(said: Mapping[str, Json], name: str, most: int) -> str:
    text = said.get(name)
    # What is not printable could turn a name around, or hide what stands beside it.
    if not isinstance(text, str) or not text.strip() or len(text) > most or not text.isprintable():
        raise GrantRefused("invalid_client_metadata", f"{name} is a text of up to {most} printable characters")
    return text


def _url(url: Json, name: str, code: str) -> str:
    if not isinstance(url, str) or len(url) > MAX_URL or URL.fullmatch(url) is None:
        raise GrantRefused(code, f"{name} takes https URLs of up to {MAX_URL} characters, without user and fragment")
    return url


def _words(said: Mapping[str, Json], name: str, default: list[str], most: int, code: str = "invalid_client_metadata") -> list[str]:
    found = said.get(name, default)
    words = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    if not isinstance(found, list) or len(words) != len(found) or not 1 <= len(words) <= most:
        raise GrantRefused(code, f"{name} is a list of 1 to {most} texts")
    return words


def _scope(wanted: Json, allowed: str) -> str:
    if not isinstance(wanted, str):
        raise GrantRefused("invalid_client_metadata", "scope is a text, scopes with blanks between them")
    try:
        return narrowed(wanted, allowed)
    except GrantRefused as error:
        raise GrantRefused("invalid_client_metadata", str(error)) from error
