"""Invitations and claims: a learner names the wallet that a credential is bound to, and fetches it once it is released.

Both speak the VC API's exchange: the first question is answered with what to sign, the second brings the signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical
from laurea.core.authentication import holder_of
from laurea.core.canonical import Json, JsonObject
from laurea.core.presentation import Demand
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing.drafting import blockcerts_problems_of, problems_of
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import GONE, is_taken_back, needed, open_, purpose_of, require_reach
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.correspondence import Links, Mails
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchProfile, CredentialRow, LinkPurpose, MailRow

CHALLENGE_DOMAIN = b"laurea.challenge.v1\n"
SUITE = "eddsa-jcs-2022"


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands behind a link, as far as whoever has the link may know it before they use it."""

    issuer: str
    achievement: str
    expires: datetime
    demand: Demand
    alone: bool  # whether it can be checked without the issuer; a document of Blockcerts needs its profile and list

    def request(self) -> JsonObject:
        """Return the VC API's request for a presentation by which the holder says who they are, and what it is about."""
        query: JsonObject = {
            "type": "DIDAuthentication",
            "acceptedMethods": [{"method": "key"}],
            "acceptedCryptosuites": [{"cryptosuite": SUITE}],
        }
        request: JsonObject = {"query": [query], "challenge": self.demand.challenge, "domain": self.demand.audience}
        return {"verifiablePresentationRequest": request, "issuer": self.issuer, "achievement": self.achievement}


def invite(session: Session, credentials: Iterable[NewCredential | CredentialRow], now: datetime) -> None:
    """Put an invitation into the outbox for every credential that waits for an answer and says where to write to."""
    for row in credentials:
        if row.waits_until is not None and row.email is not None:
            _queue(session, row, LinkPurpose.BIND, now)


def announce(session: Session, batch: int, now: datetime) -> None:
    """Put a claim link into the outbox for every credential of a batch that says where to write to, once for each."""
    told = Mails(session).written_about(batch, LinkPurpose.CLAIM)
    for row in Credentials(session).members(batch):
        if row.email and not is_taken_back(row) and row.id not in told:
            _queue(session, row, LinkPurpose.CLAIM, now)


def write_again(issuer: Issuer, row: CredentialRow) -> LinkPurpose:
    """Put a mail with a new link into the outbox; raises InputError when there is no address, no mail server, or no link to send."""
    reach = require_reach(issuer)
    if row.email is None:
        raise InputError("the credential has no mail address", hint="hand out a link instead")
    if not reach.writes:
        raise InputError("no mail server is known", hint="set [mail] in the configuration, or hand out a link")
    with issuer.database.write() as session:
        purpose = purpose_of(session, row, issuer.now())
        _queue(session, row, purpose, issuer.now())
        issuer.record(session, "mail.queue", f"credential:{row.id}", {"purpose": purpose.value})
    return purpose


def offer(issuer: Issuer, token: str, purpose: LinkPurpose) -> Offer:
    """Return what stands behind a link; uses nothing up. Raises NotFound."""
    with issuer.database.read() as session:
        key, _ = open_(session, token, purpose, issuer.now())
        link, row = needed(session, key, issuer.now())
    # The token is known to nobody but its holder and works once, so what is made of it is as fresh as a random challenge.
    challenge = sha256(CHALLENGE_DOMAIN + token.encode()).hexdigest()
    name = parsed(row.document).get("name")
    return Offer(
        issuer.profile.name,
        name if isinstance(name, str) else row.achievement,
        link.expires_at,
        Demand(require_reach(issuer).url, challenge),
        row.profile != BatchProfile.BLOCKCERTS,
    )


def bind(issuer: Issuer, token: str, presentation: Json) -> str:
    """Bind a credential to the wallet that answers its invitation; it falls due at the next run. Returns the wallet's DID.

    Raises NotFound for a link that does not work, FormatError for a proof of possession that is none; then the link still works.
    """
    holder = holder_of(presentation, offer(issuer, token, LinkPurpose.BIND).demand, at=issuer.now())
    with issuer.database.write() as session:
        key, row = open_(session, token, LinkPurpose.BIND, issuer.now())
        bind_to(issuer, session, key, row, holder)
    return holder


def bind_to(issuer: Issuer, session: Session, link: bytes, row: CredentialRow, holder: str) -> None:
    """Bind the credential behind an invitation to whoever has proven to be `holder`, within a transaction; the link is used up.

    Raises NotFound when it is bound or sealed already, FormatError for what does not follow the data model.
    """
    if row.batch is not None or row.withdrawn_at is not None or row.holder is not None:
        raise NotFound(GONE, hint="ask the issuer for another")
    Links(session).use(link, issuer.now())
    Links(session).end(row.id, LinkPurpose.BIND, issuer.now())
    row.write(_bound(row, holder))
    row.holder, row.waits_until = holder, None
    session.add(row)
    issuer.record(session, "credential.bind", f"credential:{row.id}")


def claim(issuer: Issuer, token: str, presentation: Json) -> bytes:
    """Return the credential behind a claim link to the wallet that it is bound to, or to any if it is bound to none; the link is used up.

    Raises NotFound for a link that does not work, FormatError for a proof of possession that is none or by another wallet.
    """
    holder = holder_of(presentation, offer(issuer, token, LinkPurpose.CLAIM).demand, at=issuer.now())
    return fetch(issuer, token, holder=holder)


def fetch(issuer: Issuer, token: str, *, holder: str | None = None) -> bytes:
    """Return the credential behind a claim link, as it was released, and use the link up; `holder` is the wallet that asks, if one does."""
    with issuer.database.write() as session:
        key, row = open_(session, token, LinkPurpose.CLAIM, issuer.now())
        if holder is not None and row.holder not in (None, holder):
            raise FormatError("the credential is bound to another wallet: fetch it with that one")
        return hand_out(issuer, session, key, row)


def hand_out(issuer: Issuer, session: Session, link: bytes, row: CredentialRow) -> bytes:
    """Return the credential behind a claim link, within a transaction that uses the link up; raises NotFound, InputError if it was taken back."""
    purpose_of(session, row, issuer.now())  # which raises for what was taken back meanwhile
    data = issuer.directory.read_released(row.id)
    if not Links(session).use(link, issuer.now()):
        raise NotFound(GONE, hint="ask the issuer for another")
    issuer.record(session, "credential.claim", f"credential:{row.id}")
    return data


def _queue(session: Session, row: NewCredential | CredentialRow, purpose: LinkPurpose, now: datetime) -> None:
    Mails(session).add(MailRow(id=str(uuid4()), credential=row.id, purpose=purpose, created_at=now, next_at=now))


def _bound(row: CredentialRow, holder: str) -> bytes:
    """Return a credential that names its holder; raises FormatError rather than seal what does not follow the data model of its kind."""
    found = parsed(row.document)
    subject = found["credentialSubject"]
    if not isinstance(subject, dict):
        raise FormatError("the credential has no single subject")
    bound: JsonObject = {**found, "credentialSubject": {**subject, "id": holder}}
    problems = blockcerts_problems_of(bound) if row.profile == BatchProfile.BLOCKCERTS else problems_of(bound)
    if problems:
        raise FormatError(problems[0])
    return canonical.dump(bound)
