"""Forget what has ended: requests, tokens, grants, and programs that nobody uses."""

from datetime import timedelta

from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.oauth.clients import UNUSED, USED
from laurea.services.issuing.oauth.passcodes import AN_HOUR
from laurea.storage.issuer.oauth import Asks, Clients, Grants

ENDED = timedelta(minutes=5)  # a grant that was ended is kept for so long, for whoever is at it


def sweep(issuer: Issuer) -> None:
    """Forget all that has ended; requests stay for an hour, by which the codes to an address are counted."""
    now = issuer.now()
    with issuer.database.write() as session:
        Asks(session).forget(now - AN_HOUR)
        Grants(session).forget(now - ENDED)
        Clients(session).forget(unused_since=now - UNUSED, used_before=now - USED)
