"""The verifier's use case: read what was shown, ask the chain, evaluate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from laurea.chain import artefact
from laurea.chain.memory import Memory
from laurea.chain.reader import ChainReader
from laurea.core.accreditation import endorsed
from laurea.core.anchor import AnchorRef
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.by_shape import by_shape
from laurea.core.linked_data.shapes import Shapes
from laurea.core.presentation import Demand, Presentation
from laurea.core.presented import Presented
from laurea.core.report import Report, Reports
from laurea.core.status import ReadList
from laurea.core.status_list import StatusList
from laurea.core.trust import Trust, TrustedIssuer, parse_trust
from laurea.core.trust_file import require_signer
from laurea.core.verify import NO_LISTS
from laurea.errors import FormatError, InputError
from laurea.services.certificates import NO_BLOCKCERTS, Blockcerts, Certificates
from laurea.services.gathering import Gathering, Given
from laurea.services.judging import Forms, Look, Run, Seen, all_shown, as_one, examined
from laurea.services.registries import Reading, ReadingOf, Registries
from laurea.services.sources import Sources, Visits
from laurea.services.stapled import NOBODY, Staples, Vouched

PART = 500  # documents that are held, and whose questions to the chain go out together
PART_BYTES = 4 << 20  # of their text: parsed, it takes many times as much

K = TypeVar("K")


class Verifying:
    """Checks credentials and presentations against the chain and a trust list."""

    def __init__(  # noqa: PLR0913 - all but the first two are named by the caller
        self,
        reading_of: ReadingOf,
        trust: Trust,
        lists: Mapping[str, ReadList] = NO_LISTS,
        *,
        accreditations: Sequence[Presentation] = (),
        sources: Sources | None = None,
        vouched: Vouched = NOBODY,
        blockcerts: Blockcerts = NO_BLOCKCERTS,
    ) -> None:
        """`reading_of` gives what reads an anchor's registry; `lists` are status lists by URL; `accreditations` vouch for issuers.

        `sources` are how status lists and DID documents are fetched; without them nobody but the chain is asked. Where nothing is read of the
        chain, a credential's staple counts if its block is `vouched` for. `blockcerts` are the transactions and profiles that documents of Blockcerts need.
        """
        self._reading_of = reading_of
        self._vouched = vouched
        self._trust = trust
        self._given = Given(lists, tuple(accreditations))
        self._sources = sources
        self._blockcerts = blockcerts

    def demanding(self, demand: Demand | None) -> "Verifying":
        """Return what verifies likewise, and demands the holder's signature, or demands none."""
        other = copy(self)
        other._trust = replace(self._trust, demand=demand)  # noqa: SLF001 - it is one of us
        return other

    def verify(self, data: bytes, *, at: datetime) -> Report:
        """Return the report about a credential or presentation as JSON text, as of `at`; never raises for what it holds."""
        (report,) = self._run(at).reports([examined(Presentation.parse(data), Normalizer())], at=at)
        return report

    def verify_presentation(self, data: bytes, *, at: datetime) -> Reports:
        """Return a report about each credential that a presentation shows, each as `verify` has it of one shown alone; never raises."""
        normalizer = Normalizer()
        return Reports(tuple(self._run(at).reports([examined(each, normalizer) for each in Presented.parse(data).shown], at=at)))

    def verify_many(self, documents: Iterable[tuple[K, bytes | InputError]], *, at: datetime) -> Iterator[tuple[K, Report | InputError]]:
        """Give the report about each of many documents, by whatever they are called, in their order and all as of `at`.

        The same as `verify` of each, but the chain is asked once for what they have in common, all at the same two blocks while these are
        there, and so is the web. Documents are taken in parts, of which only one is held. What could not be read is given back as it is.
        """
        for name, found in self._each(documents, as_one, at=at):
            yield name, found if isinstance(found, InputError) else found.reports[0]

    def verify_each(self, documents: Iterable[tuple[K, bytes | InputError]], *, at: datetime) -> Iterator[tuple[K, Reports | InputError]]:
        """Give the reports about each of many documents, a presentation of several credentials having one for each; all else is as with `verify_many`."""
        return self._each(documents, all_shown, at=at)

    def _each(
        self, documents: Iterable[tuple[K, bytes | InputError]], look: Look, *, at: datetime
    ) -> Iterator[tuple[K, Reports | InputError]]:
        run, suites, forms = self._run(at), by_shape(SUITES, Shapes()), Forms()
        for part in _parts(documents, forms, look):
            seen = [each for _, found in part if not isinstance(found, InputError) for each in found]
            reports = iter(run.reports(seen, at=at, suites=suites))
            for name, found in part:
                yield name, found if isinstance(found, InputError) else Reports(tuple(islice(reports, len(found))))

    def _run(self, at: datetime) -> Run:
        visits = None if self._sources is None else Visits(self._sources)
        anchors = Staples(Registries(self._reading_of, self._trust, at=at), self._vouched)
        return Run(
            Gathering(anchors, self._trust, self._given, visits),
            Certificates(self._blockcerts, self._reading_of, self._trust, visits),
        )


def _parts(
    documents: Iterable[tuple[K, bytes | InputError]], forms: Forms, look: Look
) -> Iterator[list[tuple[K, tuple[Seen, ...] | InputError]]]:
    part: list[tuple[K, tuple[Seen, ...] | InputError]] = []
    size = 0
    for name, data in documents:
        part.append((name, data if isinstance(data, InputError) else look(data, forms)))
        size += 0 if isinstance(data, InputError) else len(data)
        if len(part) >= PART or size >= PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def read_trust(files: Iterable[bytes], demand: Demand | None = None, *, signer: str | None = None) -> Trust:
    """Return whom some trust files name together, beside the registry that laurea deploys; raises FormatError.

    With `signer` (a did:key) each of them must be signed by that key. An issuer that two files name must be named the same by both: which of
    them decides must not depend on their order.
    """
    issuers: dict[str, TrustedIssuer] = {}
    registries: set[tuple[int, bytes]] = set()
    for data in files:
        if signer is not None:
            require_signer(data, signer)
        more, named = parse_trust(data)
        for did, entry in more.items():
            if issuers.setdefault(did, entry) != entry:
                raise FormatError(f"two trust files disagree about {did}", hint="keep the newer one only")
        registries |= named
    return Trust(issuers, frozenset({artefact.canonical_address()}), frozenset(registries), demand)


def read_lists(files: Iterable[bytes]) -> dict[str, ReadList]:
    """Return status lists that came as files, by the URLs that they say they are at; raises FormatError for what is no status list.

    Whether one counts is judged with each credential: by its signature, its dates and its length.
    """
    found: dict[str, ReadList] = {}
    for data in files:
        url = StatusList.parse(data).credential.id
        if url is None:
            raise FormatError("a status list does not say at which URL it is", hint="a list without an id cannot be taken from a file")
        if found.setdefault(url, ReadList(data)).data != data:
            raise FormatError(f"two status lists say that they are the one at {url}", hint="keep the newer one only")
    return found


def read_accreditations(files: Iterable[bytes]) -> tuple[Presentation, ...]:
    """Return accreditations that came as files; raises FormatError for what endorses nobody. Whether one counts is judged in each run."""
    found = tuple(Presentation.parse(data) for data in files)
    for shown in found:
        if shown.problem:
            raise FormatError(f"an accreditation cannot be read: {shown.problem}")
        if not endorsed(shown.credential):
            raise FormatError("an accreditation is not an EndorsementCredential about somebody")
    return found


def readers(rpc: Mapping[int, Sequence[str]], *, memory: Memory | None = None, proof: bool = False) -> ReadingOf:
    """Return what reads the chains whose RPC URLs are known, by chain id.

    `memory` has what was final before; with `proof` no node is believed what is stored.
    """

    def reading_of(ref: AnchorRef) -> Reading | None:
        urls = rpc.get(ref.chain_id, ())
        return ChainReader(urls, ref.chain_id, ref.registry, memory=memory, proof=proof).reading() if urls else None

    return reading_of


def readers_at(urls: Sequence[str], *, memory: Memory | None = None, proof: bool = False) -> ReadingOf:
    """Return what reads at the same URLs whatever chain an anchor is on; a node of another chain is noticed by its chain id."""
    return lambda ref: ChainReader(urls, ref.chain_id, ref.registry, memory=memory, proof=proof).reading() if urls else None
