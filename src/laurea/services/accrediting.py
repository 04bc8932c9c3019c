"""What one run knows of accreditations: the chains that lead from the trust list to issuers, judged for when something was anchored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from laurea.core import accreditation, canonical, vouching
from laurea.core.accreditation import Chain
from laurea.core.anchor import Facts
from laurea.core.anchor_check import check_anchor
from laurea.core.checks import Examined, check_integrity, examine
from laurea.core.identity import Accreditation
from laurea.core.presentation import Presentation
from laurea.core.report import Outcome
from laurea.core.status import ReadList
from laurea.core.trust import Trust
from laurea.core.vouching import Link, Span
from laurea.services.stapled import Staples

MOST_MET = 1_000  # endorsements that are held; what is forgotten is examined again

Found = tuple[Examined, Facts | None]
"""What was shown, and what the chain says about it."""

Key = bytes
"""What an endorsement is known by within a run: a digest of all of it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Something that was shown, when it was anchored as far as that counts, and the chains that may make its issuer known."""

    since: datetime
    chains: tuple[tuple[Key, ...], ...]


class Accrediting:
    """The endorsements that a run has met; none is examined or asked for twice."""

    def __init__(self, anchors: Staples, trust: Trust, given: Sequence[Presentation]) -> None:
        """Ask nothing yet."""
        self._anchors = anchors
        self._trust = trust
        self._given = accreditation.by_endorsed(given)
        self._met: dict[Key, Found] = {}
        self._dated: dict[Key, tuple[datetime, Facts]] = {}  # as asked for after a moment
        self._judged: dict[tuple[tuple[Key, ...], datetime], Accreditation] = {}

    def meet(self, found: Sequence[Found], *, at: datetime) -> tuple[list[Sought], list[Examined]]:
        """Look for the chains of each, and read what the chain says of their links.

        Returns the links that were not met before, too, as far as they are anchored: of what anybody may have made up nobody else is asked.
        """
        if len(self._met) > MOST_MET:
            self._met, self._dated, self._judged = {}, {}, {}
        new: dict[Key, Presentation] = {}
        sought = [
            Sought(vouching.since_when(each, facts, self._trust, at=at), tuple(self._keys(chain, new) for chain in self._chains(each)))
            for each, facts in found
        ]
        links = [examine(shown) for shown in new.values()]
        met = list(zip(links, self._anchors.facts(links), strict=True)) if links else []
        self._met.update(zip(new, met, strict=True))
        return sought, [examined for examined, facts in met if self._is_anchored(examined, facts, at)]

    def _is_anchored(self, examined: Examined, facts: Facts | None, at: datetime) -> bool:
        if examined.form.outcome is Outcome.FAILED or check_integrity(examined).outcome is not Outcome.PASSED:
            return False
        return check_anchor(examined.proof, facts, self._trust, at=at).outcome is Outcome.PASSED

    def _chains(self, each: Examined) -> list[Chain]:
        return accreditation.chains(each.shown.credential, self._given, self._trust)

    def about(self, sought: Sought, lists: Mapping[str, ReadList], *, at: datetime) -> tuple[Accreditation, ...]:
        """Return what each of the chains says, or why it does not count."""
        return tuple(self._judge(chain, sought.since, lists, at) for chain in sought.chains)

    def _judge(self, chain: tuple[Key, ...], since: datetime, lists: Mapping[str, ReadList], at: datetime) -> Accreditation:
        if (chain, since) not in self._judged:
            met = [self._met[key] for key in chain]
            anchored = [vouching.since_when(*each, self._trust, at=at) for each in met]
            links = [
                Link(examined, self._when_revoked(key, span), span)
                for key, (examined, _), span in zip(chain, met, vouching.spans([*anchored, since]), strict=True)
            ]
            self._judged[chain, since] = vouching.vouched(links, self._trust, at=at, lists=lists)
        return self._judged[chain, since]

    def _when_revoked(self, key: Key, span: Span) -> Facts | None:
        """Return the facts about a link, and if it is revoked, whether that was after its span."""
        facts = self._met[key][1]
        if facts is None:
            return None
        after, told = self._dated.get(key, (None, facts))
        # Once it is known when that was it is for every moment; what no event after a moment explains, none explains after a later one.
        known = told.revoked_at is not None or (after is not None and after <= span.last and not told.history)
        if not known:
            told = self._anchors.dated(facts, span.last)
            self._dated[key] = span.last, told
        return told

    def _keys(self, chain: Chain, new: dict[Key, Presentation]) -> tuple[Key, ...]:
        keys = tuple(_key(shown) for shown in chain)
        new.update((key, shown) for key, shown in zip(keys, chain, strict=True) if key not in self._met)
        return keys


def _key(shown: Presentation) -> Key:
    return sha256(canonical.dump(shown.credential.secured())).digest()
