"""What a wallet is let in with: an access token for the code of an offer, and another one when that has expired (RFC 6749, 4 and 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential_offer import PRE_AUTHORIZED, texts
from laurea.errors import FormatError, InputError
from laurea.services.offers.delivery import seconds_of
from laurea.services.offers.discovery import Offered
from laurea.services.offers.reach import Reach
from laurea.services.offers.refusals import ANOTHER, ENDED, Refusal, refusal

LONGEST = timedelta(days=3650)  # that a token is good for: what is said to be longer is not believed
REFRESH = "refresh_token"

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{1,8192}=*")  # RFC 6750, 2.1: it goes into a header
_OPAQUE = re.compile(r"[\x20-\x7e]{1,8192}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, its end if it has one, what brings another ("" for nothing), and what the issuer calls the credentials of each kind."""

    access: str = field(repr=False)
    expires: datetime | None
    refresh: str = field(repr=False)
    identifiers: Mapping[str, tuple[str, ...]]


def redeem(offered: Offered, transaction_code: str, *, at: datetime) -> Tokens:
    """Use the code of an offer up; raises Refusal when it is not taken."""
    form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": offered.offer.code}
    if offered.offer.transaction_code is not None:
        form["tx_code"] = transaction_code
    return _asked(offered.reach, offered.token_endpoint, form, at)


def renew(reach: Reach, endpoint: str, refresh: str, *, at: datetime) -> Tokens:
    """Return tokens in the place of those that have expired; raises Refusal when there will be none any more."""
    try:
        found = _asked(reach, endpoint, {"grant_type": REFRESH, REFRESH: refresh}, at)
    except Refusal as error:
        raise refusal(ENDED if error.code == "invalid_grant" else error.code, str(error)) from error
    # RFC 6749, 6: without another one, the same goes on.
    return Tokens(found.access, found.expires, found.refresh or refresh, found.identifiers)


def _asked(reach: Reach, endpoint: str, form: Mapping[str, str], at: datetime) -> Tokens:
    said = reach.post(endpoint, urlencode(form).encode(), form=True).document
    text, kind = said.get("access_token"), said.get("token_type")
    if not isinstance(text, str) or _TOKEN.fullmatch(text) is None:
        raise FormatError("the issuer took the code, and gave no token for it", hint=ANOTHER)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise InputError(
            "the issuer gives out tokens of a kind that this wallet does not use", hint="ask the issuer to give out bearer tokens"
        )
    seconds = seconds_of(said.get("expires_in"))
    expires = None if seconds is None else at + min(timedelta(seconds=seconds), LONGEST)
    return Tokens(text, expires, _opaque(said.get(REFRESH)), _identifiers(said))


def _opaque(text: Json) -> str:
    return text if isinstance(text, str) and _OPAQUE.fullmatch(text) else ""


def _identifiers(said: JsonObject) -> dict[str, tuple[str, ...]]:
    """Return what the issuer calls the credentials of each kind, if it does: then they are asked for by these names (6.2)."""
    details = said.get("authorization_details")
    return {
        name: texts(each.get("credential_identifiers"))
        for each in (details if isinstance(details, list) else [])
        if isinstance(each, dict) and isinstance(name := each.get("credential_configuration_id"), str)
    }
