"""What came from elsewhere, as the wallet keeps it: a badge or certificate that is not verified here, with its own verification link."""

from dataclasses import dataclass, field
from hashlib import sha256

from laurea.storage.wallet.form import FORM, Moment, Raw


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the history. `issued` and `expires` are days, "" when unknown; `url` is where its own platform says whether it is good.

    `own` names the members that the holder gave in their own words; all others are what the file said of itself. `data` is the file, to the byte,
    none when there is only a link.
    """

    added: Moment
    form: str
    title: str = ""
    issuer: str = ""
    platform: str = ""
    issued: str = ""
    expires: str = ""
    url: str = ""
    skills: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    name: str = ""
    media_type: str = ""
    data: Raw = field(default=b"", repr=False)

    __pydantic_config__ = FORM

    @property
    def digest(self) -> bytes:
        """By which it is known in the wallet: the SHA-256 of the file, or of the link."""
        return sha256(self.data or self.url.encode()).digest()
