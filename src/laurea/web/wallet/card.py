"""A credential of the wallet as its pages show it: a name for URLs, what it says, how it stands, what is near."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from laurea.core.report import Verdict
from laurea.core.summary import Standing, Summary
from laurea.errors import NotFound
from laurea.services.holding import Entry
from laurea.services.holding.search import SOON, days_left
from laurea.storage.wallet import Checked
from laurea.web.wallet.language import N_

NAME_CHARACTERS = 16  # of the digest in hexadecimal: in a URL it names a credential and tells nothing of it


class Status(StrEnum):
    """How a credential stands, as far as the wallet knows: its dates now, and the last check."""

    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    INVALID = "invalid"
    NOT_ANCHORED = "not-anchored"
    UNCLEAR = "unclear"
    UNCHECKED = "unchecked"


WORDS = {
    Status.VALID: N_("Valid"),
    Status.SOON: N_("Valid, ends soon"),
    Status.EXPIRED: N_("Expired"),
    Status.NOT_YET: N_("Not valid yet"),
    Status.INVALID: N_("Not valid"),
    Status.NOT_ANCHORED: N_("Not anchored"),
    Status.UNCLEAR: N_("Could not be confirmed"),
    Status.UNCHECKED: N_("Not checked yet"),
}
# A sign beside the word: colour alone says nothing to many.
SIGNS = {
    Status.VALID: "✓",
    Status.SOON: "◔",
    Status.EXPIRED: "✕",
    Status.NOT_YET: "◷",
    Status.INVALID: "✕",
    Status.NOT_ANCHORED: "○",
    Status.UNCLEAR: "?",
    Status.UNCHECKED: "○",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One credential; `days` until it ends, when that is soon."""

    name: str
    entry: Entry
    summary: Summary
    status: Status
    days: int | None

    @classmethod
    def of(cls, entry: Entry, language: str, at: datetime) -> "Card":
        """Look at a credential in a language, at a moment."""
        summary = Summary.of(entry.credential.document, language)
        left = days_left(summary, at)
        days = left if left is not None and left < SOON.days else None
        return cls(name_of(entry), entry, summary, _status(entry, summary, at, soon=days is not None), days)

    @property
    def title(self) -> str:
        """What the credential calls itself, "" when it does not say."""
        return self.summary.title

    @property
    def issuer(self) -> str:
        """Who says so, by the name that the credential gives."""
        return self.summary.issuer_name or self.summary.issuer

    @property
    def initial(self) -> str:
        """The letter that stands for it where it has no picture."""
        return next((letter for letter in self.title if letter.isalnum()), "·").upper()

    @property
    def picture(self) -> str:
        """Its picture, when that comes with it: nothing is fetched."""
        return self.summary.image if self.summary.image.startswith("data:") else ""

    @property
    def word(self) -> str:
        """Its status as a message."""
        return WORDS[self.status]

    @property
    def sign(self) -> str:
        """Its status as a sign."""
        return SIGNS[self.status]

    @property
    def checked(self) -> Checked | None:
        """How a verifier found it last."""
        return self.entry.held.checked


def name_of(entry: Entry) -> str:
    """Return the name of a credential in URLs."""
    return entry.held.digest.hex()[:NAME_CHARACTERS]


def find(entries: tuple[Entry, ...], name: str) -> Entry:
    """Return the credential with a name; raises NotFound."""
    found = next((each for each in entries if name_of(each) == name), None)
    if found is None:
        raise NotFound(N_("this credential is not in the wallet any more"))
    return found


def _status(entry: Entry, summary: Summary, at: datetime, *, soon: bool) -> Status:
    standing, verdict = summary.standing(at), entry.last_check(at).verdict
    if standing is Standing.EXPIRED:
        return Status.EXPIRED
    if verdict is Verdict.INVALID or standing is Standing.UNCLEAR:
        return Status.INVALID if verdict is Verdict.INVALID else Status.UNCLEAR
    if standing is Standing.NOT_YET:
        return Status.NOT_YET
    if verdict is Verdict.VALID:
        return Status.SOON if soon else Status.VALID
    if not entry.anchored and not entry.blockcerts:
        return Status.NOT_ANCHORED
    return Status.UNCLEAR if verdict else Status.UNCHECKED
