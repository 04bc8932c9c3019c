"""All that one presentation shows: several credentials, each with the whole around it, and what their holder says themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.core import assertion, canonical, clr, signature
from laurea.core.canonical import Json
from laurea.core.credential import Credential
from laurea.core.keys import public_of_did_key
from laurea.core.presentation import MAX_CREDENTIALS, NOTHING_SAID, Presentation, Unwrapped, unwrap
from laurea.core.statement import Statement
from laurea.errors import FormatError


@dataclass(frozen=True, slots=True)
class Presented:
    """What was shown, at least one; and what the holder says, or in `trouble` why that could not be read.

    Each of `shown` has the whole presentation around it: the holder's signature is over all, and is checked for each by the key of its own subject.
    What a Comprehensive Learner Record holds is shown, too, behind all else, as long as that makes no more than a presentation may hold.
    """

    shown: tuple[Presentation, ...]
    statement: Statement = NOTHING_SAID
    trouble: str = ""

    @classmethod
    def parse(cls, data: bytes) -> "Presented":
        """Read a credential, or a presentation of at most 32; never raises."""
        try:
            found = _unwrap(data)
        except FormatError as error:
            return cls((Presentation(Credential({}, ()), problem=str(error)),))
        shown = tuple(_one(value, found, data) for value in [*found.credentials, *_held_by_records(found.credentials)])
        try:
            return cls(shown, Statement.of(found.document or {}, found.said) if found.document else NOTHING_SAID)
        except FormatError as error:
            return cls(shown, trouble=str(error))

    @property
    def says(self) -> bool:
        """Whether there is anything that the holder says, or tried to."""
        return bool(self.trouble) or self.statement != NOTHING_SAID

    def statement_problem(self) -> str:
        """Return "" when the subject of every credential here signed what the holder says, else why it is nobody's word.

        For whom and when it was signed is told by the check `holder`, not here.
        """
        if self.trouble:
            return self.trouble
        document, proof = self.shown[0].document, self.shown[0].proof
        holder = document.get("holder") if document is not None else None
        if document is None or proof is None or not isinstance(holder, str):
            return "nobody signed it"
        if any(each.credential.subject_id != holder for each in self.shown):
            return "whoever signed it is not the subject of all credentials"
        try:
            fits = signature.check(document, proof, public_of_did_key(holder), suites=signature.OWN_SUITES)
        except FormatError as error:
            return f"its signature cannot be checked: {error}"
        return "" if fits else "its signature does not fit"


def _unwrap(data: bytes) -> Unwrapped:
    found = unwrap(canonical.parse(data, max_bytes=assertion.limit_of(data)))
    if not 0 < len(found.credentials) <= MAX_CREDENTIALS:
        raise FormatError(f"the presentation holds {len(found.credentials)} credentials; 1 to {MAX_CREDENTIALS} can be checked")
    return found


def _held_by_records(credentials: Sequence[Json]) -> list[Json]:
    held = [each for value in credentials if isinstance(value, dict) for each in clr.held_by(value)]
    return held[: MAX_CREDENTIALS - len(credentials)]


def _one(value: Json, found: Unwrapped, data: bytes) -> Presentation:
    try:
        return Presentation(assertion.credential_of(value, data), found.document, found.proof)
    except FormatError as error:
        return Presentation(Credential({}, ()), found.document, found.proof, str(error))
