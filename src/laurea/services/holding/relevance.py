"""What each credential of a wallet does for the goal of a collection, by what the goal asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core.concept import Frameworks
from laurea.core.matching import Fit
from laurea.errors import FormatError
from laurea.services.holding import collecting
from laurea.services.holding.auditing import Basis, Line, audit, offers_of
from laurea.services.holding.entry import entries
from laurea.services.holding.portfolio import Answered
from laurea.storage.wallet import Collection, Wallet


@dataclass(frozen=True, slots=True)
class Relevance:
    """What credentials do for a goal, by their digests; `open` are the names of what no credential of the collection meets.

    `known` is False when it is not known what the goal asks for.
    """

    answered: Mapping[bytes, Answered] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    known: bool = False

    @classmethod
    def of(cls, kept: Wallet, found: Collection, frameworks: Frameworks | None, *, at: datetime) -> "Relevance":
        """Compare all that the wallet has with what a collection's goal asks for, in the posting that it keeps, else in its words."""
        text = found.posting or found.goal or found.name
        try:
            made = audit(text, found.name, Basis(entries(kept), offers_of(kept), frameworks, at))
        except FormatError:  # another program kept requirements, or a catalogue, that is none
            return cls()
        inside = {each.held.digest for each in collecting.members(found, entries(kept))}
        missing = tuple(line.finding.requirement.name for line in made.lines if not _met(line, inside))
        return cls(made.answered(), missing, bool(made.lines))


def _met(line: Line, inside: set[bytes]) -> bool:
    return line.finding.fit is Fit.MET and any(each.held.digest in inside for each in line.by)
