"""Accreditations: anchored endorsements (Open Badges 3.0) by which an accreditor of the trust list makes an issuer known (docs/accreditation.md).

Whoever the list marks as an accreditor may vouch. So may whoever was vouched for with the word for it (`mayAccredit`), and nobody else: what
they may make known is as many links away as that word says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from laurea.core import openbadge
from laurea.core.account import parse_account
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.did_document import DidDocument
from laurea.core.identity import Accreditation
from laurea.core.presentation import Presentation
from laurea.core.trust import Trust
from laurea.errors import FormatError

MAX_EMBEDDED = 4  # of one credential that are looked at
MAX_LINKS = 4  # from the trust list to an issuer
MAX_CHAINS = 16  # of one credential that are judged
MAX_SOUGHT = 256  # endorsements of one credential that are looked at for chains: a hostile one can nest many

Chain = tuple[Presentation, ...]
"""Endorsements, each of whoever makes the next: the first by an accreditor of the trust list, the last of an issuer."""

Given = Mapping[str, Sequence[Presentation]]
"""Endorsements that the verifier was given, by the DIDs that they endorse."""


def embedded(credential: Credential) -> list[Presentation]:
    """Return the endorsements that a credential carries of its issuer (`issuer.endorsement`), as if each was shown alone."""
    issuer = credential.document.get("issuer")
    found = issuer.get("endorsement") if isinstance(issuer, dict) else None
    return [_shown(each) for each in (found if isinstance(found, list) else [found])[:MAX_EMBEDDED] if isinstance(each, dict)]


def endorsed(credential: Credential) -> str:
    """Return whom a credential endorses, "" when it is no endorsement."""
    kinds = credential.document.get("type")
    kind = openbadge.ENDORSEMENT_CREDENTIAL
    return (credential.subject_id or "") if kind in (kinds if isinstance(kinds, list) else [kinds]) else ""


def by_endorsed(given: Sequence[Presentation]) -> Given:
    """Return endorsements by the DIDs that they endorse."""
    found: dict[str, list[Presentation]] = {}
    for shown in given:
        found.setdefault(endorsed(shown.credential), []).append(shown)
    return found


def chains(credential: Credential, given: Given, trust: Trust) -> list[Chain]:
    """Return the chains that may make the issuer of a credential known, by their own word: then they are worth to be judged.

    Of the endorsements given, and those that the credential and they themselves carry.
    """
    if credential.issuer in trust.issuers:
        return []
    search = _Search(given, trust)
    return list(islice(search.chains(credential.issuer, embedded(credential), ()), MAX_CHAINS))


class _Search:
    """Looks for chains from an issuer upwards; ends on hostile input, too."""

    def __init__(self, given: Given, trust: Trust) -> None:
        self._given = given
        self._trust = trust
        self._left = MAX_SOUGHT

    def chains(self, did: str, carried: Sequence[Presentation], below: Chain) -> Iterator[Chain]:
        """Give the chains whose last links are `below`, the first of them made by `did`; with no links, of the issuer `did`."""
        for shown in [*self._given.get(did, ()), *carried]:
            self._left -= 1
            if self._left < 0:
                return
            # Whoever may not accredit, or not so far, makes nobody known.
            if endorsed(shown.credential) == did and (not below or may_accredit(shown.credential) >= len(below)):
                yield from self._upwards(shown, carried, below)

    def _upwards(self, shown: Presentation, carried: Sequence[Presentation], below: Chain) -> Iterator[Chain]:
        by, chain = shown.credential.issuer, (shown, *below)
        entry = self._trust.issuers.get(by)
        if entry is not None:
            # The list alone decides about whom it names: nobody else can make them an accreditor.
            if entry.accredits:
                yield chain
        elif len(chain) < MAX_LINKS and by not in {endorsed(each.credential) for each in chain}:
            yield from self.chains(by, [*embedded(shown.credential), *carried], chain)


def may_accredit(credential: Credential) -> int:
    """Return how many links below whom it endorses may be made known by them; 0, as without the word, also when it is none."""
    word = _subject(credential).get("mayAccredit", 0)
    # 1 and 1.0 are one number in JSON.
    return int(word) if isinstance(word, int | float) and not isinstance(word, bool) and word == int(word) and word > 0 else 0


def said(credential: Credential, name: str) -> Accreditation:
    """Return what an endorsement says, the accounts and keys as in an entry of a trust file; with why it does not count if it says nothing.

    `name` is what the trust list calls the accreditor.
    """
    found = Accreditation(endorsed(credential), name)
    try:
        return _read(found, _subject(credential))
    except FormatError as error:
        return replace(found, problem=str(error))


def _read(found: Accreditation, subject: JsonObject) -> Accreditation:
    listed = subject.get("accounts", [])
    accounts = [parse_account(each) for each in (listed if isinstance(listed, list) else [listed])]
    document = DidDocument.of(subject["didDocument"]) if "didDocument" in subject else DidDocument(found.did, {}, frozenset())
    if document.did != found.did:
        raise FormatError("the DID document in it is that of another")
    every = frozenset(accounts) | document.accounts
    if not every:
        raise FormatError("it names no issuer id")
    return replace(found, accounts=every, methods=document.methods, revoked=document.revoked)


def _subject(credential: Credential) -> JsonObject:
    subject = credential.document.get("credentialSubject")
    return subject if isinstance(subject, dict) else {}


def _shown(value: Json) -> Presentation:
    try:
        return Presentation(Credential.of(value))
    except FormatError as error:
        return Presentation(Credential({}, ()), problem=str(error))
