"""Links in a learner's hand: each works once, until it expires, and only its hash is kept."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from sqlmodel import Session

from laurea.errors import InputError, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.reach import Reach
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.correspondence import Links
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchState, CredentialRow, LinkPurpose, LinkRow

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
OFFER_SCHEME, OFFERS = "openid-credential-offer", "offers"
PATHS = {LinkPurpose.BIND: "invitations", LinkPurpose.CLAIM: "claims"}
GONE = "the link is unknown, was used already, or has expired"


@dataclass(frozen=True, slots=True)
class Link:
    """A new link, shown this once; `offer` is the same for wallets that speak OpenID4VCI."""

    url: str
    offer: str
    purpose: LinkPurpose
    expires_at: datetime


def make(issuer: Issuer, session: Session, row: CredentialRow) -> Link:
    """Make the link that the learner of a credential needs now: to name a wallet, or to fetch it. Raises InputError when there is none."""
    reach = require_reach(issuer)
    purpose = purpose_of(session, row, issuer.now())
    token = base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
    now = issuer.now()
    expires = row.waits_until if purpose is LinkPurpose.BIND and row.waits_until is not None else now + reach.claim
    Links(session).add(LinkRow(hash=digest(token), credential=row.id, purpose=purpose, created_at=now, expires_at=expires))
    return Link(f"{reach.url}/{PATHS[purpose]}/{token}", offer_link(reach.url, token), purpose, expires)


def offer_link(url: str, token: str) -> str:
    """Return the credential offer of a link, by reference (OpenID4VCI 1.0, 4.1.3): what a wallet's app is opened with."""
    return f"{OFFER_SCHEME}://?credential_offer_uri={quote(f'{url}/{OFFERS}/{token}', safe='')}"


def renew(issuer: Issuer, credential: str) -> Link:
    """Make a new link for a credential and let those made before work no more."""
    require_reach(issuer)
    with issuer.database.write() as session:
        row = Credentials(session).get(credential)
        if row is None:
            raise NotFound(f"there is no credential {credential}")
        Links(session).end(row.id, purpose_of(session, row, issuer.now()), issuer.now())
        made = make(issuer, session, row)
        issuer.record(session, "link.make", f"credential:{row.id}", {"purpose": made.purpose.value})
    return made


def purpose_of(session: Session, row: CredentialRow, now: datetime) -> LinkPurpose:
    """Return what a link to a credential would be for; raises InputError when there is nothing that its learner could do now."""
    batch = None if row.batch is None else Batches(session).get(row.batch)
    if is_taken_back(row):
        raise InputError("the credential was taken back: there is nothing to fetch")
    if batch is None and row.holder is None and row.waits_until is not None and row.waits_until > now:
        return LinkPurpose.BIND
    if batch is not None and batch.state == BatchState.RELEASED:
        return LinkPurpose.CLAIM
    raise InputError("the credential is not released yet, and waits for no wallet", hint="make the link after the next run")


def is_taken_back(row: CredentialRow) -> bool:
    """Tell whether a credential was withdrawn, erased or revoked, or is about to be revoked."""
    return row.withdrawn_at is not None or row.erased_at is not None or row.revoked_at is not None or row.revocation is not None


def open_(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> tuple[bytes, CredentialRow]:
    """Return the hash of a token that works still, and the credential that it leads to; raises NotFound, the same for all that do not."""
    link, row = working(session, digest(token) if TOKEN.fullmatch(token) else b"", now)
    if link.purpose != purpose:
        raise NotFound(GONE, hint="ask the issuer for another")
    return link.hash, row


def working(session: Session, kept: bytes, now: datetime) -> tuple[LinkRow, CredentialRow]:
    """Return the link of which this is kept, and the credential that it leads to; raises NotFound when it does not work."""
    link = Links(session).get(kept)
    row = None if link is None else Credentials(session).get(link.credential)
    if link is None or row is None or link.used_at is not None or link.expires_at <= now:
        raise NotFound(GONE, hint="ask the issuer for another")
    return link, row


def needed(session: Session, kept: bytes, now: datetime) -> tuple[LinkRow, CredentialRow]:
    """Return a link that works, and whose learner can do now what it is for; raises NotFound, and InputError for what was taken back."""
    link, row = working(session, kept, now)
    if purpose_of(session, row, now) != link.purpose:
        raise NotFound(GONE, hint="ask the issuer for another")
    return link, row


def require_reach(issuer: Issuer) -> Reach:
    """Return where learners reach the service; raises InputError when the configuration does not say."""
    if issuer.reach is None:
        raise InputError("there is no link without a service that learners can reach", hint="set [service] url in the configuration")
    return issuer.reach


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode()).digest()
