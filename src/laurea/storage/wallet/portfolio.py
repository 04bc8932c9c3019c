"""What a holder puts together for one goal, and the catalogues of what can be learned, as the wallet keeps them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from laurea.storage.wallet.form import FORM, Document, Moment, Raw
from laurea.storage.wallet.note import Note


@dataclass(frozen=True, slots=True)
class Chosen:
    """A credential that was put into a collection, or taken `out` of it, by its digest: of several copies the latest word counts."""

    digest: Raw
    at: Moment
    out: bool = False

    __pydantic_config__ = FORM


@dataclass(frozen=True, slots=True)
class Collection:
    """Credentials for one goal: its name, the goal in the holder's words, the text that says what it asks for, and who belongs to it.

    `id` is random; `written` is when name, goal and posting were said last. `posting` is a job description as text, or requirements as JSON.
    """

    id: str
    name: str
    written: Moment
    goal: str = ""
    posting: str = ""
    chosen: tuple[Chosen, ...] = ()
    narrative: Note | None = None

    __pydantic_config__ = FORM

    @property
    def digest(self) -> bytes:
        """By which it is known when it was removed: the SHA-256 of its id."""
        return sha256(self.id.encode()).digest()

    @property
    def changed(self) -> datetime:
        """When anything of it was said last."""
        told = [] if self.narrative is None else [self.narrative.written]
        moments: list[datetime] = [self.written, *(each.at for each in self.chosen), *told]
        return max(moments)

    @property
    def members(self) -> tuple[bytes, ...]:
        """The digests of the credentials that belong to it, in the order in which they were put in."""
        return tuple(each.digest for each in self.chosen if not each.out)


@dataclass(frozen=True, slots=True)
class Kept:
    """A catalogue of achievements that can be earned, to the byte, by the name of its file."""

    document: Document
    name: str
    added: Moment

    __pydantic_config__ = FORM

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the catalogue."""
        return sha256(self.document).digest()
