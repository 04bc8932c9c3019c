"""Which credentials of a wallet answer what a verifier asks, and the vp_token that shows of each what was asked for and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import ENVELOPE
from laurea.core.credential import Credential
from laurea.core.dcql import Candidate, CredentialQuery, Fit, Query, fits, wanting, way
from laurea.core.disclosure import derive
from laurea.core.presentation import Demand, present
from laurea.core.vp_request import VpRequest
from laurea.errors import InputError
from laurea.services.holding import keyring
from laurea.services.holding.choice import SUBJECT_ID
from laurea.services.holding.entry import Entry
from laurea.storage.wallet import Wallet

MOST = 32  # credentials of one answer: each costs its verifier as much as one alone


@dataclass(frozen=True, slots=True)
class Match:
    """A credential of the wallet that answers a query, and what of it is shown then."""

    query: CredentialQuery
    entry: Entry
    fit: Fit

    @property
    def claims(self) -> tuple[str, ...]:
        """The pointers of the claims that are shown, without what is always: of a credential that is not anchored all there are."""
        wanted = self._wanted
        found = [claim.pointer for claim in self.entry.claims if claim.pointer != ENVELOPE]
        return tuple(each for each in found if not self.entry.anchored or each in wanted)

    @property
    def beyond(self) -> bool:
        """Whether it shows more than was asked for, because it can only be shown as a whole."""
        return not set(self.claims) <= self._wanted

    @property
    def shown(self) -> Credential:
        """What of the credential leaves the wallet."""
        return derive(self.entry.credential, self._wanted.__contains__) if self.entry.anchored else self.entry.credential

    @property
    def _wanted(self) -> frozenset[str]:
        # Whose it is must be there for a signature to be theirs.
        return self.fit.claims | {SUBJECT_ID} if self.query.bound else self.fit.claims


def matching(entries: Sequence[Entry], query: Query) -> dict[str, tuple[Match, ...]]:
    """Return what of a wallet could answer each part of a query that is to be answered; raises InputError when it is not enough."""
    found = {each.id: tuple(_matches(entries, each)) for each in query.credentials}
    wanted = way(query, frozenset(name for name, matches in found.items() if matches))
    if wanted is None:
        lacking = ", ".join(name for name, matches in found.items() if not matches)
        raise InputError(
            f"the wallet has nothing that answers what is asked: {lacking}", hint="nothing was sent; --refuse tells the verifier so"
        )
    return {name: found[name] for name in found if name in wanted}


def chosen(found: Mapping[str, tuple[Match, ...]], numbers: frozenset[int]) -> tuple[Match, ...]:
    """Return which of what could answer does: what was named by its number, or the only one; raises InputError where that does not decide."""
    taken: list[Match] = []
    for name, matches in found.items():
        named = [match for match in matches if match.entry.number in numbers] or (
            list(matches) if len(matches) == 1 and not numbers else []
        )
        if not named or (len(named) > 1 and not matches[0].query.multiple):
            raise _undecided(name, matches)
        taken += named
    idle = numbers - {match.entry.number for match in taken}
    if idle:
        raise InputError(f"number {min(idle)} is not what is asked for")
    if len(taken) > MOST:
        raise InputError(f"{len(taken)} credentials would be shown, and at most {MOST} go with one answer")
    return tuple(taken)


def picked(found: Mapping[str, tuple[Match, ...]], numbers: Mapping[str, int]) -> tuple[Match, ...]:
    """Return which of what could answer does, of which somebody has picked one for each part; raises InputError for what is none of them."""
    taken = [next((match for match in matches if match.entry.number == numbers[name]), None) for name, matches in found.items()]
    for match, (name, matches) in zip(taken, found.items(), strict=True):
        if match is None:
            raise _undecided(name, matches)
    return tuple(match for match in taken if match is not None)


def _undecided(name: str, matches: Sequence[Match]) -> InputError:
    listed = ", ".join(str(match.entry.number) for match in matches)
    return InputError(f"for {name} one of these is to be shown: {listed}", hint="name it by its number")


def vp_token(opened: Wallet, request: VpRequest, taken: Sequence[Match], *, at: datetime) -> JsonObject:
    """Return the answer: for each query its presentations, each of one credential, signed for this verifier and this request alone (B.1.3.2.5)."""
    answers: dict[str, list[Json]] = {}
    for match in taken:
        answers.setdefault(match.query.id, []).append(_answer(opened, request, match, at))
    problem = wanting(request.query, {name: len(found) for name, found in answers.items()})
    if problem:
        raise InputError(f"this would not answer what is asked: {problem}")
    return {**answers}


def _answer(opened: Wallet, request: VpRequest, match: Match, at: datetime) -> JsonObject:
    if not match.query.bound:
        return match.shown.secured()
    key = keyring.key_of(opened, match.entry.credential.subject_id)
    return present(match.shown, key, demand=Demand(request.client_id, request.nonce), created=at)


def _matches(entries: Sequence[Entry], query: CredentialQuery) -> list[Match]:
    found = [(entry, fits(query, Candidate(entry.credential.document, entry.bound))) for entry in entries if not entry.jwt]
    return [Match(query, entry, fit) for entry, fit in found if fit is not None]
