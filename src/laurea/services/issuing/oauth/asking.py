"""A learner is asked: who they are, seen by a code that is mailed to them or by a claim link, and whether they agree.

All of it happens in the one browser that has the token of the request. Nothing that it is answered tells whether an address is known here.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from laurea.core.cells import is_email
from laurea.errors import Busy, GrantRefused, InputError, NotFound
from laurea.services.issuing import links
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import digest
from laurea.services.issuing.oauth import authorization
from laurea.services.issuing.oauth.authorization import Asker, Wish
from laurea.services.issuing.oauth.clients import find
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.correspondence import Links
from laurea.storage.issuer.oauth import Asks, Clients, Grants
from laurea.storage.issuer.shelf import Owned, Shelf
from laurea.storage.issuer.tables import AskRow, GrantRow, LinkPurpose, stored

ASK_LIFE = timedelta(minutes=20)
CODE_LIFE = timedelta(minutes=2)  # of the code that a program gets (RFC 6749, 4.1.2: ten at most)
WRONG_CODES = 5  # that may be typed; the code has 50 bits
MAX_ASKS = 20_000  # that wait at once
NAMED = 100  # credentials whose names are shown
ENDED = "this page is too old, or was used already"
BEGIN_AGAIN = "go back to the site that has sent you, and begin again"
BLANKS = re.compile(r"[\s-]+")
CLAIM = re.compile(r"(?:https?://[^\s?#]{1,300}/claims/)?([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a learner is asked to agree to: who would see which of their credentials, and whether they may come back for later ones."""

    asker: Asker
    names: tuple[str, ...]
    count: int
    lasting: bool
    single: bool  # the one credential of a claim link, and no other


def begin(issuer: Issuer, wish: Wish, email: str) -> str:
    """Keep the request of a learner who says which address is theirs, and return its token; the code is mailed by the chores.

    Raises InputError for what is no address, whether known or not. Nothing is looked up: it takes as long for any address.
    """
    return _keep(issuer, wish, email=_typed(email), next_at=issuer.now())


def begin_alone(issuer: Issuer, email: str) -> str:
    """Keep the wish of a learner to see what they have granted, and return its token; otherwise as `begin`."""
    return _keep(issuer, None, email=_typed(email), next_at=issuer.now())


def begin_with_link(issuer: Issuer, wish: Wish, claim_link: str) -> str:
    """Keep the request of a learner who has a claim link, and return its token. It is about the credential of that link alone.

    Raises NotFound for a link that does not work. It is used up when the learner agrees.
    """
    found = CLAIM.fullmatch(claim_link.strip())
    token = found[1] if found else ""
    with issuer.database.read() as session:
        key, row = links.open_(session, token, LinkPurpose.CLAIM, issuer.now())
        links.purpose_of(session, row, issuer.now())
    return _keep(issuer, wish, link=key, proven_at=issuer.now())


def prove(issuer: Issuer, token: str, code: str) -> bool:
    """Tell whether a code is the one that was mailed; raises NotFound when the request has ended, as it does after several wrong ones."""
    with issuer.database.write() as session:
        row = _open(issuer, session, token)
        right = hmac.compare_digest(row.code or secrets.token_bytes(32), code_hash(row.hash, BLANKS.sub("", code).upper()))
        if right:
            row.proven_at = issuer.now()
        else:
            row.tries += 1
        session.add(row)
        return right


def asker(issuer: Issuer, token: str) -> Asker | None:
    """Return who asks, None when it is the learner; raises NotFound when the request has ended."""
    with issuer.database.read() as session:
        row = _open(issuer, session, token)
        return None if row.client is None else _asker(issuer, row)


def consent(issuer: Issuer, token: str) -> Consent:
    """Return what the learner is asked to agree to, once it is known who they are; raises NotFound."""
    with issuer.database.read() as session:
        row = _proven(issuer, session, token)
        owned = _owned(session, row, issuer.now())
        found = Shelf(session).part(owned, None, 0, NAMED)
        count = Shelf(session).count(owned)
    names = tuple(sorted({_name(each.document, each.achievement) for each in found}))
    asking = _asker(issuer, row)
    return Consent(asking, names, count, asking.client.refreshes, row.link is not None)


def decide(issuer: Issuer, token: str, *, allow: bool) -> str:
    """Return where the learner is sent: with a code if they agree, with an error if not. The request ends; raises NotFound."""
    with issuer.database.write() as session:
        row = _proven(issuer, session, token)
        asking = _asker(issuer, row)
        owned = _owned(session, row, issuer.now())
        if not Asks(session).remove(row):
            raise NotFound(ENDED, hint=BEGIN_AGAIN)
        if not allow:
            issuer.record(session, "consent.refuse", f"client:{row.client}")
            return authorization.refused(issuer, asking, GrantRefused("access_denied", "the learner does not agree"))
        if row.link is not None and not Links(session).use(row.link, issuer.now()):
            raise NotFound(links.GONE, hint="ask the issuer for another")
        return authorization.granted(issuer, asking, _grant(issuer, session, row, owned), row.scope)


def code_hash(ask: bytes, code: str) -> bytes:
    """Return what is kept of the code that was mailed for a request."""
    return digest(f"{ask.hex()} {code}")


def proven_address(issuer: Issuer, session: Session, token: str) -> str:
    """Return the address of a learner who asks on their own, once it is known to be theirs; raises NotFound."""
    row = _proven(issuer, session, token)
    if row.client is not None:
        raise NotFound(ENDED, hint=BEGIN_AGAIN)
    return stored(row.email)


def _typed(email: str) -> str:
    typed = email.strip()
    if not is_email(typed):
        raise InputError("this is no mail address like ada@example.edu", hint="go back and correct it")
    return typed


def _keep(
    issuer: Issuer,
    wish: Wish | None,
    *,
    email: str | None = None,
    link: bytes | None = None,
    next_at: datetime | None = None,
    proven_at: datetime | None = None,
) -> str:
    token = _secret()
    now = issuer.now()
    row = AskRow(
        hash=digest(token),
        email=email,
        link=link,
        next_at=next_at,
        proven_at=proven_at,
        created_at=now,
        expires_at=now + ASK_LIFE,
    )
    if wish is not None:
        row.client, row.redirect_uri, row.state = wish.asker.client.id, wish.asker.redirect_uri, wish.asker.state
        row.scope, row.challenge = wish.scope, wish.challenge
    with issuer.database.write() as session:
        if Asks(session).count(now) >= MAX_ASKS:
            raise Busy("too many learners are being asked at once", hint="try again in some minutes")
        Asks(session).add(row)
    return token


def _grant(issuer: Issuer, session: Session, row: AskRow, owned: Owned) -> str:
    code = _secret()
    now = issuer.now()
    grant = GrantRow(
        id=str(uuid4()),
        client=stored(row.client),
        email=owned.email,
        credential=owned.credential,
        scope=row.scope,
        redirect_uri=row.redirect_uri,
        challenge=row.challenge,
        code=digest(code),
        code_expires_at=now + CODE_LIFE,
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    Grants(session).add(grant)
    client = stored(Clients(session).get(grant.client))
    client.used_at = now
    session.add(client)
    issuer.record(session, "consent.give", f"grant:{grant.id}", {"client": grant.client})
    return code


def _open(issuer: Issuer, session: Session, token: str) -> AskRow:
    row = Asks(session).get(digest(token), issuer.now())
    if row is None or (row.tries >= WRONG_CODES and row.proven_at is None):
        raise NotFound(ENDED, hint=BEGIN_AGAIN)
    return row


def _proven(issuer: Issuer, session: Session, token: str) -> AskRow:
    row = _open(issuer, session, token)
    if row.proven_at is None:
        raise NotFound(ENDED, hint=BEGIN_AGAIN)
    return row


def _owned(session: Session, row: AskRow, now: datetime) -> Owned:
    if row.link is None:
        return Owned(stored(row.email), None)
    link = Links(session).get(row.link)
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise NotFound(links.GONE, hint="ask the issuer for another")
    return Owned(None, link.credential)


def _asker(issuer: Issuer, row: AskRow) -> Asker:
    client = None if row.client is None else find(issuer, row.client)
    if client is None:
        raise NotFound(ENDED, hint=BEGIN_AGAIN)
    return Asker(client, row.redirect_uri, row.state)


def _name(document: bytes, otherwise: str) -> str:
    name = parsed(document).get("name")
    return name if isinstance(name, str) else otherwise


def _secret() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
