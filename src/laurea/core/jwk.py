"""Public keys as JSON Web Keys (RFC 7517): of Ed25519 (RFC 8037, section 2) and P-256 (RFC 7518, section 6.2)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from laurea.core import keys, p256
from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError

COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes
PRIVATE = "d"


def jwk_of(public: bytes) -> JsonObject:
    """Return the JWK of a public key, 32 bytes of Ed25519 or 33 of P-256."""
    if len(public) == keys.KEY_BYTES:
        return {"kty": "OKP", "crv": "Ed25519", "x": _text(public)}
    x, y = p256.coordinates(public)
    return {"kty": "EC", "crv": "P-256", "x": _text(x), "y": _text(y)}


def public_of(jwk: Json) -> bytes:
    """Return the public key that a JWK is, 32 bytes of Ed25519 or 33 of P-256; raises FormatError for any other, and for a private one."""
    if not isinstance(jwk, dict):
        raise FormatError("a JWK is a JSON object")
    if PRIVATE in jwk:
        raise FormatError("the JWK holds a private key, which is not to be shown to anybody")
    kind = jwk.get("kty"), jwk.get("crv")
    if kind == ("OKP", "Ed25519"):
        return _coordinate(jwk, "x")
    if kind == ("EC", "P-256"):
        return p256.compressed(_coordinate(jwk, "x"), _coordinate(jwk, "y"))
    raise FormatError("the JWK is neither of Ed25519 nor of P-256")


def _coordinate(jwk: JsonObject, name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str) or COORDINATE.fullmatch(text) is None:
        raise FormatError(f"the member {name} of the JWK is not 32 bytes in base64url")
    found = urlsafe_b64decode(text + "=")
    if _text(found) != text:
        raise FormatError(f"the member {name} of the JWK is not base64url as it is written")
    return found


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
