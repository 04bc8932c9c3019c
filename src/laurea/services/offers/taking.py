"""Taking an offer: its code for a token, a challenge, a proof of the wallet's key, and for these the credential, at once or later."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from laurea.core import canonical, possession
from laurea.core.canonical import JsonObject
from laurea.core.credential_offer import MAX_CODE, MAX_OFFERED
from laurea.core.issuer_metadata import Configuration
from laurea.core.keys import SigningKey
from laurea.errors import FormatError, LaureaError
from laurea.services.offers import tokens
from laurea.services.offers.delivery import Delivered, Expected, Receipt, bearer, delivered, seconds_of
from laurea.services.offers.discovery import Offered
from laurea.services.offers.reach import Said
from laurea.services.offers.refusals import ANOTHER, WRONG_NONCE, Refusal
from laurea.services.offers.tokens import Tokens
from laurea.storage.wallet import Waiting


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking an offer brought: credentials, what is to be waited for, and what went wrong with the rest."""

    delivered: tuple[Delivered, ...]
    waiting: tuple[Waiting, ...]
    troubles: tuple[LaureaError, ...]


def require_takeable(offered: Offered) -> None:
    """Raise InputError when a proof that the issuer wants is none that is made here: before the code is used up."""
    for item in offered.items:
        possession.kind_of(item)


def take(offered: Offered, key: SigningKey, *, now: Callable[[], datetime], transaction_code: str = "") -> Taken:
    """Use the offer's code up, prove a key for the issuer alone, and ask for each credential; `now` is the clock.

    Raises Refusal when the code is not taken, or the error of the first credential when none came and none will.
    """
    require_takeable(offered)
    token = tokens.redeem(offered, transaction_code, at=now())
    request = _Request(offered, key, token, now)
    found: list[Delivered | Waiting] = []
    troubles: list[LaureaError] = []
    for item, wanted in _wanted(offered, token):
        try:
            found.append(request.credential(item, wanted))
        except LaureaError as error:
            troubles.append(error)
    if not found and troubles:
        raise troubles[0]
    return Taken(
        tuple(each for each in found if isinstance(each, Delivered)),
        tuple(each for each in found if isinstance(each, Waiting)),
        tuple(troubles),
    )


def _wanted(offered: Offered, token: Tokens) -> Iterator[tuple[Configuration, JsonObject]]:
    count = 0
    for item in offered.items:
        identifiers = token.identifiers.get(item.id, ())
        for wanted in [{"credential_identifier": each} for each in identifiers] or [{"credential_configuration_id": item.id}]:
            count += 1
            if count <= MAX_OFFERED:
                yield item, {**wanted}


@dataclass(frozen=True, slots=True)
class _Request:
    """Asks for the credentials of an offer, with what its code was worth."""

    offered: Offered
    key: SigningKey
    token: Tokens
    now: Callable[[], datetime]

    def credential(self, item: Configuration, wanted: JsonObject) -> Delivered | Waiting:
        """Ask for one; raises what the issuer has against it."""
        try:
            said = self._asked(item, wanted)
        except Refusal as error:
            if error.code != WRONG_NONCE:
                raise
            said = self._asked(item, wanted)  # it expired meanwhile: once more, with a fresh one (8.3.1.2)
        issuer = self.offered.metadata
        expected = Expected(issuer.issuer, item.format, item.types, item.name)
        if "transaction_id" in said.document:
            return self._waiting(expected, said)
        return delivered(said.document, expected, Receipt(issuer.notification_endpoint, self.token.access, self.offered.reach))

    def _asked(self, item: Configuration, wanted: JsonObject) -> Said:
        issuer = self.offered.metadata
        # For the issuer whose metadata came from that very host: what is signed here is of use nowhere else.
        nonce = self._nonce() if possession.kind_of(item) else ""
        proofs = possession.proofs(item, self.key, issuer=issuer.issuer, nonce=nonce, at=self.now())
        content = canonical.encode({**wanted, "proofs": proofs} if proofs else wanted)
        return self.offered.reach.post(issuer.credential_endpoint, content, headers=bearer(self.token.access))

    def _nonce(self) -> str:
        endpoint = self.offered.metadata.nonce_endpoint
        if not endpoint:
            return ""
        nonce = self.offered.reach.post(endpoint, b"").document.get("c_nonce")
        if not isinstance(nonce, str) or not 0 < len(nonce) <= MAX_CODE:
            raise FormatError("the issuer gave no challenge for the proof of your key", hint=ANOTHER)
        return nonce

    def _waiting(self, expected: Expected, said: Said) -> Waiting:
        issuer, name = self.offered.metadata, said.document["transaction_id"]
        if not isinstance(name, str) or not 0 < len(name) <= MAX_CODE or not issuer.deferred_endpoint:
            raise FormatError("the issuer defers the credential, and does not say where to ask for it", hint=ANOTHER)
        at = self.now()
        made = Waiting(
            expected.issuer, issuer.deferred_endpoint, name, self.token.access, self.key.did, at, at, expires=self.token.expires,
            name=expected.name, types=expected.types, format=expected.format, notification_endpoint=issuer.notification_endpoint,
            refresh_token=self.token.refresh, token_endpoint=self.offered.token_endpoint if self.token.refresh else "",
        )  # fmt: skip
        return made.put_off(at, seconds_of(said.document.get("interval")))
