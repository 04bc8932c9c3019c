"""Whether credentials answer a query (OpenID4VP 1.0, section 6.4): a wallet's, before it shows them, and what was shown to a verifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from laurea.core.canonical import Json, JsonObject
from laurea.core.dcql.paths import claims_for, select
from laurea.core.dcql.query import LDP_VC, ClaimQuery, CredentialQuery, Path, Query
from laurea.core.linked_data.types import types_of
from laurea.errors import FormatError

_Typed = tuple[bool, str | float] | None


@dataclass(frozen=True)
class Candidate:
    """A credential without proofs that may answer; `bound` when its holder can prove, or has proved, that it is theirs."""

    document: JsonObject
    bound: bool
    format: str = LDP_VC

    @cached_property
    def types(self) -> frozenset[str]:
        """Its types, by their terms and as the IRIs that its contexts make of them."""
        return types_of(self.document)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a credential answers: which claims must be shown for that, by pointer, and what was asked for by its path."""

    claims: frozenset[str]
    asked: tuple[ClaimQuery, ...]


def fits(query: CredentialQuery, candidate: Candidate) -> Fit | None:
    """Return how a credential answers a query, None when it does not; of claim sets, the first that it has counts."""
    if not _is_of_kind(query, candidate):
        return None
    places = _Places(candidate.document)
    for claims in query.combinations():
        found = [places.of(claim) for claim in claims]
        if all(found):
            return Fit(claims_for(candidate.document, frozenset().union(*found)), claims)
    return None


def _is_of_kind(query: CredentialQuery, candidate: Candidate) -> bool:
    # Whoever certifies issuers by X.509, a trusted list or a federation is nothing that a credential here could be matched with.
    if query.format != candidate.format or query.types is None or query.authorities or (query.bound and not candidate.bound):
        return False
    return any(types <= candidate.types for types in query.types)


class _Places:
    """Finds where claims are; each is looked for once, in however many sets it is."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._found: dict[tuple[Path, frozenset[_Typed]], frozenset[str]] = {}

    def of(self, claim: ClaimQuery) -> frozenset[str]:
        """Return where a claim is, nowhere when it is not there or has none of the values."""
        key = claim.path, frozenset(map(_typed, claim.values))
        if key not in self._found:
            self._found[key] = self._look(*key)
        return self._found[key]

    def _look(self, path: Path, values: frozenset[_Typed]) -> frozenset[str]:
        try:
            selected = select(self._document, path)
        except FormatError:
            return frozenset()
        return frozenset(each.pointer for each in selected if not values or _typed(each.value) in values)


def _typed(value: Json) -> _Typed:
    # By type and value: true is not 1, and 1.0 is 1 as JSON has it. No claim is asked for by any other kind of value.
    return (isinstance(value, bool), value) if isinstance(value, str | int | float) else None


def way(query: Query, answerable: frozenset[str]) -> frozenset[str] | None:
    """Return which queries to answer, of those that can be: of each required set the first option that the verifier names; None when it is not enough.

    What is optional is left out: nobody has to show it.
    """
    if not query.sets:
        wanted = frozenset(each.id for each in query.credentials)
        return wanted if wanted <= answerable else None
    chosen = [next((option for option in each.options if answerable.issuperset(option)), None) for each in query.sets if each.required]
    return None if None in chosen else frozenset(name for option in chosen if option for name in option)


def wanting(query: Query, answered: Mapping[str, int]) -> str:
    """Return "" when what was answered, by id of the query and how many fit, is what was asked for, else what is missing or too much."""
    for name, number in answered.items():
        asked = next((each for each in query.credentials if each.id == name), None)
        if asked is None:
            return "it answers what was not asked"
        if number < 1:
            return f"nothing of what it shows for {name} is what was asked for"
        if number > 1 and not asked.multiple:
            return f"it shows {number} credentials for {name}, and one was asked for"
    if way(query, frozenset(answered)) is None:
        return "it lacks credentials that were asked for"
    return ""
