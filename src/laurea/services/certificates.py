"""One run over documents of Blockcerts: their transactions, the profiles of their issuers and their lists, each asked for once; then all are judged."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from laurea.chain.memory import Memory
from laurea.chain.rpc import Rpc
from laurea.chain.transactions import TransactionReading
from laurea.core import status
from laurea.core.account import chain_name
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.certificates import revocation
from laurea.core.certificates.anchored import check_anchor, place_of
from laurea.core.certificates.issuer import accounts_at
from laurea.core.certificates.profile import IssuerProfile, ReadProfile
from laurea.core.certificates.shown import Certificate, Examined
from laurea.core.certificates.transaction import TransactionFacts, TransactionRef
from laurea.core.certificates.verify import Known, judge
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.report import Outcome, Report
from laurea.core.status import ReadList
from laurea.core.trust import Trust
from laurea.errors import FormatError
from laurea.services.registries import Place, Reading, ReadingOf
from laurea.services.sources import Visits

MOST_FAILURES = 3  # readings of one chain that may fail; from then on it is not asked any more
PROFILE_BY_URL = "https://"


class TransactionReader(Protocol):
    """What reads transactions of one chain; a silent node is said in `TransactionFacts.trouble`, never raised."""

    def read_many(self, hashes: Sequence[bytes]) -> list[TransactionFacts]:
        """Return what the chain says of each, asking for none twice."""


TransactionsOf = Callable[[int], TransactionReader | None]
"""Gives what reads the transactions of a chain, None when no node of it is known."""

Profiles = Mapping[str, IssuerProfile]
"""Issuer profiles that came as files, by their URLs."""


class Blockcerts(NamedTuple):
    """What documents of Blockcerts are judged by: what reads the transactions of a chain, and issuer profiles that came as files."""

    transactions_of: TransactionsOf
    profiles: Profiles = MappingProxyType({})


NO_BLOCKCERTS = Blockcerts(lambda _: None)


class Certificates:
    """What one run knows beside the documents."""

    def __init__(self, given: Blockcerts, reading_of: ReadingOf, trust: Trust, visits: Visits | None) -> None:
        """Ask nothing yet; without `visits`, nobody but the chain is asked ever."""
        self._transactions_of = given.transactions_of
        self._profiles = given.profiles
        self._reading_of = reading_of
        self._trust = trust
        self._visits = visits
        self._readers: dict[int, TransactionReader | None] = {}
        self._failures: Counter[int] = Counter()
        self._readings: dict[Place, Reading | None] = {}
        self._anchors: dict[AnchorRef, Facts | None] = {}
        self._parsed: dict[str, ReadProfile] = {}

    def reports(self, examined: Sequence[Examined], *, at: datetime, suites: Mapping[str, Suite] = SUITES) -> list[Report]:
        """Return the report about each of what was examined, as of `at`."""
        facts = self._transactions(examined)
        known = [self._known(each, facts.get(place) if place else None, at) for each, place in ((each, _place(each)) for each in examined)]
        return [judge(each, what, self._trust, at=at, suites=suites) for each, what in zip(examined, known, strict=True)]

    def _transactions(self, examined: Sequence[Examined]) -> dict[TransactionRef, TransactionFacts]:
        wanted: dict[int, dict[bytes, None]] = defaultdict(dict)
        for place in filter(None, map(_place, examined)):
            wanted[place.chain_id][place.hash] = None
        return {each.ref: each for chain_id, hashes in wanted.items() for each in self._read(chain_id, list(hashes))}

    def _read(self, chain_id: int, hashes: list[bytes]) -> list[TransactionFacts]:
        if chain_id not in self._readers:
            self._readers[chain_id] = self._transactions_of(chain_id)
        reader = self._readers[chain_id]
        if reader is None or self._failures[chain_id] >= MOST_FAILURES:
            why = "no RPC URL is known for chain" if reader is None else f"{MOST_FAILURES} readings have failed before of chain"
            return [TransactionFacts(TransactionRef(chain_id, tx), trouble=f"{why} {chain_name(chain_id)}") for tx in hashes]
        found = reader.read_many(hashes)
        self._failures[chain_id] += bool(found[0].trouble)
        return found

    def _known(self, each: Examined, facts: TransactionFacts | None, at: datetime) -> Known:
        certificate = each.certificate
        # What fails by itself or on the chain stays so: nobody else is asked about it.
        if certificate is None or _fails(each, facts, at):
            return Known(facts)
        profile = self._profile(certificate.issuer)
        return Known(facts, profile, self._read_lists(certificate, profile), self._registry(certificate, facts))

    def _read_lists(self, certificate: Certificate, profile: ReadProfile | None) -> dict[str, ReadList]:
        if self._visits is None:
            return {}
        return {url: self._visits.list(url) for url in (*revocation.wanted(certificate, profile), *_statuses(certificate))}

    def _profile(self, url: str) -> ReadProfile | None:
        if url in self._profiles:
            return ReadProfile(self._profiles[url])
        if self._visits is None or not url.startswith(PROFILE_BY_URL):
            return None
        read = self._visits.list(url)
        if read.trouble:
            return ReadProfile(trouble=read.trouble)
        if url not in self._parsed:  # all of a batch have one
            try:
                self._parsed[url] = ReadProfile(IssuerProfile.parse(read.data), read.read_at)
            except FormatError as error:
                self._parsed[url] = ReadProfile(trouble=str(error))
        return self._parsed[url]

    def _registry(self, certificate: Certificate, facts: TransactionFacts | None) -> Facts | None:
        """Read what laurea's registry holds of the root, where the trust list has the issuer anchor there."""
        accounts = accounts_at(self._trust.issuers.get(certificate.issuer), facts)
        if not accounts or not self._trust.accepts_registry(accounts[0].chain_id, accounts[0].registry):
            return None
        ref = AnchorRef(accounts[0].chain_id, accounts[0].registry, accounts[0].issuer_id, certificate.proof.root)
        if ref not in self._anchors:  # all of a batch have one
            place = ref.chain_id, ref.registry
            reading = self._readings[place] = self._readings.get(place) or self._reading_of(ref)
            self._anchors[ref] = None if reading is None else reading.read_many([(ref, 0)])[0]
        return self._anchors[ref]


def transactions(rpc: Mapping[int, Sequence[str]], *, memory: Memory | None = None, proof: bool = False) -> TransactionsOf:
    """Return what reads the transactions of chains whose RPC URLs are known, by chain id; `proof` is as `Unproven` has it."""
    return lambda chain_id: _reader(rpc.get(chain_id, ()), chain_id, memory, proof=proof)


def transactions_at(urls: Sequence[str], *, memory: Memory | None = None, proof: bool = False) -> TransactionsOf:
    """Return what reads transactions at the same URLs whatever chain they are on; a node of another chain is noticed by its chain id."""
    return lambda chain_id: _reader(urls, chain_id, memory, proof=proof)


class Unproven:
    """Where no node is to be believed what is stored: `eth_getProof` reaches no transaction, so none is asked."""

    def __init__(self, chain_id: int) -> None:
        """Take the chain's id."""
        self._chain_id = chain_id

    def read_many(self, hashes: Sequence[bytes]) -> list[TransactionFacts]:
        """Say why nothing is known."""
        words = (
            "what a transaction holds is the word of the nodes alone, which is not believed here: a proof was demanded, and there is none"
        )
        return [TransactionFacts(TransactionRef(self._chain_id, tx), trouble=words) for tx in hashes]


def _reader(urls: Sequence[str], chain_id: int, memory: Memory | None, *, proof: bool) -> TransactionReader | None:
    nodes = tuple(map(Rpc, dict.fromkeys(urls)))
    if not nodes:
        return None
    return Unproven(chain_id) if proof else TransactionReading(nodes, chain_id, time.time, memory=memory)


def read_profiles(files: Sequence[bytes]) -> dict[str, IssuerProfile]:
    """Return issuer profiles that came as files, by their URLs; raises FormatError for what is none, and for two of one URL."""
    found: dict[str, IssuerProfile] = {}
    for profile in map(IssuerProfile.parse, files):
        if found.setdefault(profile.id, profile) != profile:
            raise FormatError(f"two issuer profiles say that they are the one at {profile.id}", hint="keep the newer one only")
    return found


def _place(each: Examined) -> TransactionRef | None:
    sound = each.certificate is not None and each.integrity.outcome is Outcome.PASSED
    return place_of(each.certificate.proof) if each.certificate is not None and sound else None


def _fails(each: Examined, facts: TransactionFacts | None, at: datetime) -> bool:
    if each.certificate is None or each.integrity.outcome is not Outcome.PASSED:
        return True
    return check_anchor(each.certificate.proof, facts, at=at).outcome is Outcome.FAILED


def _statuses(certificate: Certificate) -> list[str]:
    return [] if certificate.legacy else status.wanted(Credential(certificate.document, ()), anchored=False)
