"""Credentials in the other form of Open Badges 3.0, a compact JWS or JWT: what they say. Their signatures are not checked here."""

import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.errors import FormatError, InputError

BEGIN = b"eyJ"  # base64url of the beginning of any header
VC, VP = "vc", "vp"  # the claims that hold a credential and a presentation of VC 1.1

_COMPACT = re.compile(rb"(eyJ[A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
# Claims about the signature (RFC 7519), which may stand beside the members of a credential, and are none of it.
_REGISTERED = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"}


def is_compact(data: bytes) -> bool:
    """Tell whether a text begins as a JWS or JWT in its compact form does; no JSON document does."""
    return data.lstrip().startswith(BEGIN)


def refuse_compact(data: bytes) -> None:
    """Raise InputError for a JWT: there is nothing of it that a check could say."""
    if is_compact(data):
        raise InputError(
            "this credential is secured as a JWT, whose signature laurea does not check", hint="ask for one with a Data Integrity proof"
        )


def header(data: bytes) -> JsonObject:
    """Return the header of a compact JWS; raises FormatError when it is none."""
    return _part(_parts(data)[1])


def payload(data: bytes) -> JsonObject:
    """Return what a compact JWS says, whoever signed it; raises FormatError when it is none."""
    found = _parts(data)
    _part(found[1])
    return _part(found[2])


def _parts(data: bytes) -> re.Match[bytes]:
    if len(data) > canonical.MAX_BYTES:
        raise FormatError(f"the JWT is larger than {canonical.MAX_BYTES:,} bytes")
    found = _COMPACT.fullmatch(data.strip())
    if found is None:
        disclosures = " that is disclosed in parts (SD-JWT), which is not read here" if b"~" in data else ", three parts with dots between"
        raise FormatError(f"the text begins like a JWT but is not one{disclosures}")
    return found


def document_of(said: JsonObject) -> JsonObject:
    """Return the credential that a payload is (VC 2.0) or has in its claim `vc` (VC 1.1), without proof."""
    inner = said.get(VC)
    if not isinstance(inner, dict):
        return {name: value for name, value in said.items() if name not in _REGISTERED}
    begin, end = ("issuanceDate", "expirationDate") if Credential(inner, ()).is_legacy else ("validFrom", "validUntil")
    # VC 1.1, 6.3.1: these claims stand for members, which may be left out.
    claims: JsonObject = {
        "id": said.get("jti"),
        "issuer": said.get("iss"),
        begin: _moment(said.get("nbf")),
        end: _moment(said.get("exp")),
    }
    document = {**{name: value for name, value in claims.items() if value is not None}, **inner}
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and isinstance(said.get("sub"), str):
        document["credentialSubject"] = {"id": said["sub"], **subject}
    return {name: value for name, value in document.items() if name != "proof"}


def _part(text: bytes) -> JsonObject:
    # It has base64url characters alone, as was seen; its length may still be one that no bytes have.
    try:
        value = canonical.parse(urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
    except ValueError as error:
        raise FormatError("a part of the JWT is not base64url") from error
    except FormatError as error:
        raise FormatError(f"a part of the JWT is not readable: {error}") from error
    if not isinstance(value, dict):
        raise FormatError("a part of the JWT is not a JSON object")
    return value


def _moment(seconds: Json) -> str | None:
    """Return what a NumericDate stands for; None for what is none in our calendar."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return format_time(datetime.fromtimestamp(int(seconds), tz=UTC))
    except (ValueError, OverflowError, OSError):
        return None
