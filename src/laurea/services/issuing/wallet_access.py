"""How wallets are let in by OpenID4VCI 1.0: an offer behind a link, and the tokens that are given for its code (the pre-authorised code flow).

Looking at an offer uses nothing up. A link works for one wallet at a time: until one has named its key, a later code takes the place of an
earlier one's tokens. Access tokens live for five minutes, as the specification wants of those that whoever finds them can use; a wallet that
waits for its credential renews its own, with a refresh token that is another one each time (RFC 9700, 4.14.2).
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from laurea.errors import InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import TOKEN, TOKEN_BYTES, digest, needed, require_reach
from laurea.storage.issuer.issuances import Issuances
from laurea.storage.issuer.tables import IssuanceRow, LinkPurpose

ACCESS_LIFE = timedelta(minutes=5)
ID_BYTES = 16


class Denied(InputError):
    """What a wallet asks for is not given; `code` is the word that OAuth 2.0 or OpenID4VCI has for it."""

    def __init__(self, code: str, message: str) -> None:
        """Say which code, and why."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Offered:
    """What a link offers to a wallet: a credential of the configuration of this name; `link` is what is kept of the link."""

    issuer: str
    configuration: str
    link: bytes


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a wallet is let in with, shown this once; `refresh` where it will have to wait."""

    access: str
    refresh: str | None


def offered(issuer: Issuer, token: str) -> Offered:
    """Return what the link with this token offers, without using it up; raises NotFound, and InputError for what was taken back."""
    with issuer.database.read() as session:
        link, row = needed(session, digest(token) if TOKEN.fullmatch(token) else b"", issuer.now())
    return Offered(require_reach(issuer).url, row.achievement, link.hash)


def redeem(issuer: Issuer, link: bytes) -> Tokens:
    """Let a wallet in that has the code of a link, of which this is kept; raises Denied."""
    now = issuer.now()
    with issuer.database.write() as session:
        Issuances(session).forget(now)
        try:
            found, row = needed(session, link, now)
        except InputError as error:
            raise Denied("invalid_grant", str(error)) from error
        handle = _token() if found.purpose == LinkPurpose.BIND else None
        tokens, kept = _drawn(handle)
        Issuances(session).end(link)
        Issuances(session).add(
            IssuanceRow(
                id=_text(secrets.token_bytes(ID_BYTES)),
                link=link,
                credential=row.id,
                purpose=found.purpose,
                token=digest(tokens.access),
                token_until=now + ACCESS_LIFE,
                handle=None if handle is None else digest(handle),
                refresh=kept,
                expires_at=found.expires_at,
            )
        )
    return tokens


def renew(issuer: Issuer, refresh: str) -> Tokens:
    """Return new tokens in the place of those that a wallet has, for a refresh token; raises Denied.

    The token before stays good until the new one is used, should the answer be lost. One from before that is in wrong hands, now or then:
    whoever it is, the credential goes to nobody this way any more.
    """
    handle, _, secret = refresh.partition(".")
    now, tokens = issuer.now(), None
    with issuer.database.write() as session:
        found = Issuances(session).of_handle(digest(handle))
        if found is not None and found.expires_at > now and found.delivered_at is None:
            tokens = _renewed(session, found, handle, digest(secret), now)
    if tokens is None:
        raise Denied("invalid_grant", "the refresh token is unknown, was used already, or has expired")
    return tokens


def _renewed(session: Session, found: IssuanceRow, handle: str, secret: bytes, now: datetime) -> Tokens | None:
    if secret not in (found.refresh, found.previous):
        Issuances(session).end(found.link)
        return None
    tokens, kept = _drawn(handle)
    found.previous, found.refresh = secret, kept
    found.token, found.token_until = digest(tokens.access), now + ACCESS_LIFE
    Issuances(session).add(found)
    return tokens


def of_token(session: Session, token: str, now: datetime) -> IssuanceRow:
    """Return what an access token was given for; raises Denied when it is none of ours, or has expired."""
    found = Issuances(session).of_token(digest(token))
    if found is None or min(found.token_until, found.expires_at) <= now:
        raise Denied("invalid_token", "the access token is unknown or has expired")
    return found


def forget_old(issuer: Issuer) -> None:
    """Forget the wallets whose time is over."""
    with issuer.database.write() as session:
        Issuances(session).forget(issuer.now())


def _drawn(handle: str | None) -> tuple[Tokens, bytes | None]:
    """Draw tokens; return what is kept of the refresh token, too, which begins with its handle, if there is one."""
    if handle is None:
        return Tokens(_token(), None), None
    secret = _token()
    return Tokens(_token(), f"{handle}.{secret}"), digest(secret)


def _token() -> str:
    return _text(secrets.token_bytes(TOKEN_BYTES))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
