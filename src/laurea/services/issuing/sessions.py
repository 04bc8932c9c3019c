"""Sessions of the operator's pages: a browser that has signed in with an access key. The cookie's 256 bits are kept as their SHA-256."""

import base64
import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from laurea.services.issuing.access import Identity, acts, identify
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.access import AccessKeys, Sessions
from laurea.storage.issuer.tables import Access, SessionRow

TOKEN_BYTES = 32
LIFE = timedelta(hours=8)


def sign_in(issuer: Issuer, key: str) -> str | None:
    """Begin a session with an access key and return its token; None when the key is none of ours, has ended, or was revoked."""
    who = identify(issuer, key)
    if who is None:
        return None
    token = base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
    now = issuer.now()
    with issuer.database.write() as session:
        Sessions(session).forget(now)
        Sessions(session).add(SessionRow(hash=_hash(token), access_key=who.key, created_at=now, expires_at=now + LIFE))
        replace(issuer, actor=who.actor).record(session, "session.begin", f"key:{who.key}")
    return token


def of_token(issuer: Issuer, token: str) -> Identity | None:
    """Return who has begun a session, None when it is none, has ended, or the key of it has."""
    with issuer.database.read() as session:
        row = Sessions(session).get(_hash(token))
        key = None if row is None else AccessKeys(session).get(row.access_key)
    if row is None or key is None or row.expires_at <= issuer.now() or not acts(key, issuer.now()):
        return None
    return Identity(key.id, Access(key.access))


def sign_out(issuer: Issuer, token: str) -> None:
    """End a session; nothing if there is none."""
    with issuer.database.write() as session:
        Sessions(session).remove(_hash(token))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
