"""What an issuer promised and has yet to deliver, as the wallet keeps it: where to ask for it, with what, and when."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from laurea.core.canonical import encode
from laurea.storage.wallet.form import FORM, Moment

DEFAULT_INTERVAL = 60  # seconds between two questions, when the issuer does not say
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deferred credential: of whom, where and with what it is asked for, and not before when.

    `issuer` is the issuer's identifier, `did` the key that was proven to it, `expires` when the access token ends, of which the refresh token, if there is
    one, brings another. `name`, `types` and `format` are what was offered. `refused` says why nothing will come, "" while something may.
    """

    issuer: str
    endpoint: str
    transaction_id: str = field(repr=False)
    access_token: str = field(repr=False)
    did: str
    made: Moment
    after: Moment
    interval: int = DEFAULT_INTERVAL
    expires: Moment | None = None
    name: str = ""
    types: tuple[str, ...] = ()
    format: str = ""
    notification_endpoint: str = ""
    refused: str = ""
    refresh_token: str = field(default="", repr=False)
    token_endpoint: str = ""

    __pydantic_config__ = FORM

    @property
    def digest(self) -> bytes:
        """By which it is known in the wallet: the SHA-256 of the JCS form of [endpoint, transaction id]."""
        return sha256(encode([self.endpoint, self.transaction_id])).digest()

    def put_off(self, now: datetime, interval: int | None = None) -> "Waiting":
        """Return it as it is asked for next: no sooner than the issuer said, now or before."""
        seconds = self.interval if interval is None else interval
        # A second more: our clock counts whole ones.
        return replace(self, interval=seconds, after=max(self.after, now + timedelta(seconds=seconds) + SECOND))
