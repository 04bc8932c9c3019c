"""Asking for what an issuer deferred (OpenID for Verifiable Credential Issuance 1.0, section 9): once, and what it said."""

from dataclasses import dataclass, replace
from datetime import datetime

from laurea.core import canonical
from laurea.errors import FormatError
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.services.offers import tokens
from laurea.services.offers.delivery import Delivered, Expected, Receipt, bearer, delivered, seconds_of
from laurea.services.offers.reach import reach_from
from laurea.services.offers.refusals import PENDING, Refusal
from laurea.storage.wallet import Waiting


@dataclass(frozen=True, slots=True)
class Later:
    """It is not ready; ask again no sooner than in so many seconds, None when the issuer did not say."""

    interval: int | None


def renew(waiting: Waiting, *, at: datetime, policy: FetchPolicy = PUBLIC) -> Waiting:
    """Return it with tokens in the place of those that have expired; raises Refusal when there will be none any more, and as `ask` does."""
    found = tokens.renew(reach_from(waiting.endpoint, policy), waiting.token_endpoint, waiting.refresh_token, at=at)
    return replace(waiting, access_token=found.access, refresh_token=found.refresh, expires=found.expires)


def ask(waiting: Waiting, policy: FetchPolicy = PUBLIC) -> Delivered | Later:
    """Ask once. Raises Refusal, FormatError when the answer is about something else, NotFound, Unreachable."""
    # The endpoint is at the origin of an issuer that the holder chose to take something from.
    reach = reach_from(waiting.endpoint, policy)
    try:
        said = reach.post(
            waiting.endpoint, canonical.encode({"transaction_id": waiting.transaction_id}), headers=bearer(waiting.access_token)
        )
    except Refusal as error:
        if error.code == PENDING:
            return Later(seconds_of(error.interval))
        raise
    if "credentials" in said.document:
        expected = Expected(waiting.issuer, waiting.format, waiting.types, waiting.name)
        return delivered(said.document, expected, Receipt(waiting.notification_endpoint, waiting.access_token, reach))
    # 9.2: it must be the same, or somebody is led to wait for what was promised to another.
    if said.document.get("transaction_id") != waiting.transaction_id:
        raise FormatError("the issuer answers about something else than what is waited for", hint="ask the issuer")
    return Later(seconds_of(said.document.get("interval")))
