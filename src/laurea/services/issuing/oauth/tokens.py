"""Tokens for what a learner has granted: a code becomes two, a refresh token the next two, each once (RFC 6749, RFC 7636, RFC 9700).

A code or refresh token that comes a second time was stolen, or the first one was: all tokens of the grant end.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Never

from sqlmodel import Session

from laurea.core.canonical import JsonObject
from laurea.errors import GrantRefused
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import digest
from laurea.services.issuing.oauth.clients import Client
from laurea.services.issuing.oauth.scopes import READ, require_within
from laurea.storage.issuer.oauth import Grants
from laurea.storage.issuer.shelf import Owned
from laurea.storage.issuer.tables import GrantRow, TokenKind, TokenRow

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=90)  # of one that is not exchanged
GRANT_LIFE = timedelta(days=365)  # then the learner is asked again
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1
GONE = "it is unknown, was used already, has ended, or belongs to another client"


@dataclass(frozen=True, slots=True)
class Bearer:
    """What an access token lets its bearer read."""

    grant: str
    owned: Owned
    scope: str


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """A code, and what shows that it is brought by whom it was made for."""

    code: str
    redirect_uri: str
    verifier: str
    scope: str | None = None


def redeem(issuer: Issuer, client: Client, brought: CodeExchange) -> JsonObject:
    """Return the first tokens of a grant; raises GrantRefused `invalid_grant` or `invalid_scope`. The code is used up either way."""
    with issuer.database.write() as session:
        row = Grants(session).of_code(digest(brought.code))
        if row is None or row.client != client.id:
            _refuse()
        try:
            _require_code(issuer, session, row, brought)
            require_within(brought.scope, row.scope)
        except GrantRefused as error:
            _end(issuer, session, row, "code")  # which is to be kept: nothing is raised within the transaction
            refusal = error
        else:
            row.expires_at = issuer.now() + (GRANT_LIFE if client.refreshes else ACCESS_LIFE)
            return _issue(issuer, session, row, lasting=client.refreshes)
    raise refusal


def refresh(issuer: Issuer, client: Client, token: str, scope: str | None) -> JsonObject:
    """Return the next tokens of a grant; raises GrantRefused. One that was exchanged before ends the grant."""
    with issuer.database.write() as session:
        found = Grants(session).token(digest(token), TokenKind.REFRESH)
        if found is None or found[1].client != client.id or not _lives(issuer, found[1]) or found[0].expires_at <= issuer.now():
            _refuse()
        row, grant = found
        require_within(scope, grant.scope)
        if Grants(session).use_token(row.hash, issuer.now()):
            return _issue(issuer, session, grant, lasting=True)
        _end(issuer, session, grant, "reused")
    raise GrantRefused("invalid_grant", GONE)


def revoke(issuer: Issuer, client: Client, token: str) -> None:
    """End a token of a client, and with a refresh token its grant (RFC 7009); nothing for a token that is unknown or another's."""
    with issuer.database.write() as session:
        found = Grants(session).token(digest(token))
        if found is None or found[1].client != client.id:
            return
        row, grant = found
        Grants(session).use_token(row.hash, issuer.now())
        if row.kind == TokenKind.REFRESH:
            _end(issuer, session, grant, "revoked")


def bearer(issuer: Issuer, token: str) -> Bearer | None:
    """Return what an access token is for; None when it is none, has expired, or its grant has ended."""
    with issuer.database.read() as session:
        found = Grants(session).token(digest(token), TokenKind.ACCESS)
    if found is None:
        return None
    row, grant = found
    if row.used_at is not None or row.expires_at <= issuer.now() or not _lives(issuer, grant):
        return None
    return Bearer(grant.id, Owned(grant.email, grant.credential), grant.scope)


def require_read(who: Bearer) -> None:
    """Refuse whoever may not read credentials; raises GrantRefused `insufficient_scope`."""
    if READ not in who.scope.split(" "):
        raise GrantRefused("insufficient_scope", f"this takes the scope {READ}")


def _require_code(issuer: Issuer, session: Session, row: GrantRow, brought: CodeExchange) -> None:
    challenge = base64.urlsafe_b64encode(sha256(brought.verifier.encode()).digest()).rstrip(b"=").decode()
    fits = VERIFIER.fullmatch(brought.verifier) is not None and hmac.compare_digest(challenge, row.challenge)
    fresh = Grants(session).use_code(row.id, issuer.now()) and row.ended_at is None and row.code_expires_at > issuer.now()
    if not fresh or not fits or brought.redirect_uri != row.redirect_uri:
        _refuse()


def _end(issuer: Issuer, session: Session, grant: GrantRow, why: str) -> None:
    if grant.ended_at is None:
        Grants(session).end(grant.id, issuer.now())
        issuer.record(session, "consent.end", f"grant:{grant.id}", {"why": why})


def _issue(issuer: Issuer, session: Session, grant: GrantRow, *, lasting: bool) -> JsonObject:
    answer: JsonObject = {"token_type": "Bearer", "scope": grant.scope, "expires_in": int(ACCESS_LIFE.total_seconds())}
    answer["access_token"] = _token(session, grant, TokenKind.ACCESS, issuer, ACCESS_LIFE)
    if lasting:
        answer["refresh_token"] = _token(session, grant, TokenKind.REFRESH, issuer, REFRESH_LIFE)
    return answer


def _token(session: Session, grant: GrantRow, kind: TokenKind, issuer: Issuer, life: timedelta) -> str:
    token = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    now = issuer.now()
    row = TokenRow(hash=digest(token), grant=grant.id, kind=kind, created_at=now, expires_at=min(now + life, grant.expires_at))
    Grants(session).add_token(row)
    return token


def _lives(issuer: Issuer, grant: GrantRow) -> bool:
    return grant.ended_at is None and grant.expires_at > issuer.now()


def _refuse() -> Never:
    raise GrantRefused("invalid_grant", GONE)
