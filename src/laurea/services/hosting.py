"""A share host: keeps sealed documents that it cannot open for those who have a link, until they end."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from laurea.core.sealed_share import DEFAULT_LIFE, MAX_LIFE, MIN_LIFE, require_sealed
from laurea.errors import InputError, NotFound
from laurea.storage.shares import Record, Shares

ID_BYTES = 16  # nobody finds a share by trying
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Hosted:
    """A share that was just taken; the token, which ends it, is not kept."""

    id: str
    deletion_token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Hosting:
    """The shares of one host; `now` tells the time."""

    shares: Shares
    now: Callable[[], datetime]

    def put(self, sealed: bytes, life: timedelta = DEFAULT_LIFE) -> Hosted:
        """Take a sealed document for a while; raises InputError for another thing or life, Busy when there is no room."""
        require_sealed(sealed)
        if not MIN_LIFE <= life <= MAX_LIFE:
            raise InputError("a share lives between 1 hour and 365 days")
        made = Hosted(_random(ID_BYTES), _random(TOKEN_BYTES), self.now().replace(microsecond=0) + life)
        self.shares.put(made.id, sealed, Record(made.expires, _hash(made.deletion_token)))
        return made

    def expires(self, name: str) -> datetime | None:
        """Return until when a share is there, None when it is not; counts nothing."""
        try:
            return self.shares.look(name, at=self.now()).expires
        except NotFound:
            return None

    def open(self, name: str) -> bytes:
        """Return a sealed document and count one view; raises NotFound."""
        return self.shares.open(name, at=self.now())

    def status(self, name: str, token: str) -> Record:
        """Return what is known of a share to whoever may end it; raises NotFound for everybody else."""
        return self.shares.look_with(name, _hash(token), at=self.now())

    def end(self, name: str, token: str) -> None:
        """Take a share from the disk at once; raises NotFound for whoever may not."""
        self.shares.remove(name, _hash(token), at=self.now())

    def sweep(self) -> int:
        """Take what has ended from the disk, and return how many shares that were."""
        return self.shares.sweep(at=self.now())


def _random(size: int) -> str:
    return urlsafe_b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
