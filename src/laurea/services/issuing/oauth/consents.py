"""What a learner has granted, as they see it themselves, and how they end it: as they gave it, by a code that is mailed to them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.oauth.asking import proven_address
from laurea.services.issuing.oauth.clients import find
from laurea.storage.issuer.oauth import Grants


@dataclass(frozen=True, slots=True)
class Given:
    """One consent: to whom, since when, until when."""

    grant: str
    host: str
    name: str
    since: datetime
    until: datetime


def given(issuer: Issuer, token: str) -> list[Given]:
    """Return what stands of what a learner has granted, oldest first; raises NotFound when it is not known who asks."""
    with issuer.database.read() as session:
        rows = Grants(session).of_email(proven_address(issuer, session, token), issuer.now())
    found = []
    for row in rows:
        client = find(issuer, row.client)
        name = "" if client is None else client.name
        found.append(Given(row.id, urlsplit(row.redirect_uri).netloc, name, row.created_at, row.expires_at))
    return found


def end(issuer: Issuer, token: str, grant: str) -> None:
    """End one of those; nothing happens to what is another's. Raises NotFound as `given` does."""
    with issuer.database.write() as session:
        now = issuer.now()
        rows = Grants(session).of_email(proven_address(issuer, session, token), now)
        if grant in {row.id for row in rows}:
            Grants(session).end(grant, now)
            issuer.record(session, "consent.end", f"grant:{grant}", {"why": "learner"})
