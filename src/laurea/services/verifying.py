"""The verifier's use case: read what was shown, ask the chain, evaluate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from laurea.chain import artefact
from laurea.chain.canonical import canonical_problem
from laurea.chain.reader import ChainReader
from laurea.core.anchor import AnchorRef, Block, Facts
from laurea.core.checks import Examined, examine
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.by_shape import by_shape
from laurea.core.linked_data.shapes import Shapes
from laurea.core.presentation import Demand, Presentation
from laurea.core.presented import Presented
from laurea.core.report import Report, Reports
from laurea.core.shown_form import ShownForms
from laurea.core.status import ReadList
from laurea.core.status_list import StatusList
from laurea.core.trust import Trust, TrustedIssuer, parse_trust
from laurea.core.trust_file import require_signer
from laurea.core.verify import NO_LISTS, judge
from laurea.errors import FormatError, InputError
from laurea.services.registries import Reading, ReadingOf, Registries
from laurea.services.stapled import BlockProblem, KnownBlock, Staples, no_nodes

PART = 500  # documents that are held, and whose questions to the chain go out together
PART_BYTES = 4 << 20  # of their text: parsed, it takes many times as much

K = TypeVar("K")


class Verifying:
    """Checks credentials and presentations against the chain and a trust list."""

    def __init__(
        self,
        reading_of: ReadingOf,
        trust: Trust,
        lists: Mapping[str, ReadList] = NO_LISTS,
        *,
        known: Iterable[KnownBlock] = (),
        problem_of: BlockProblem = no_nodes,
    ) -> None:
        """`reading_of` gives what reads an anchor's registry; `lists` are status lists by URL.

        Where nothing is read, a credential's staple counts if its block is `known`, or `problem_of` finds nothing against it.
        """
        self._reading_of = reading_of
        self._known, self._problem_of = tuple(known), problem_of
        self._trust = trust
        self._lists = lists

    def verify(self, data: bytes, *, at: datetime) -> Report:
        """Return the report about a credential or presentation as JSON text, as of `at`; never raises for what it holds."""
        examined = examine(Presentation.parse(data))
        (facts,) = self._facts()([examined])
        return judge(examined, facts, self._trust, at=at, lists=self._lists)

    def verify_presentation(self, data: bytes, *, at: datetime) -> Reports:
        """Return a report about each credential that a presentation shows, each as `verify` has it of one shown alone; never raises."""
        examined = [examine(each) for each in Presented.parse(data).shown]
        facts = self._facts()(examined)
        return Reports(
            tuple(judge(each, found, self._trust, at=at, lists=self._lists) for each, found in zip(examined, facts, strict=True))
        )

    def verify_many(self, documents: Iterable[tuple[K, bytes | InputError]], *, at: datetime) -> Iterator[tuple[K, Report | InputError]]:
        """Give the report about each of many documents, by whatever they are called, in their order and all as of `at`.

        The same as `verify` of each, but the chain is asked once for what they have in common, all at the same two blocks while these are
        there. Documents are taken in parts, of which only one is held. What could not be read is given back as it is.
        """
        facts_of, suites, forms = self._facts(), by_shape(SUITES, Shapes()), ShownForms()
        for part in _parts(documents, forms):
            examined = [each for _, each in part if isinstance(each, Examined)]
            facts = iter(facts_of(examined))
            for name, each in part:
                if isinstance(each, Examined):
                    yield name, judge(each, next(facts), self._trust, at=at, lists=self._lists, suites=suites)
                else:
                    yield name, each

    def _facts(self) -> Callable[[Sequence[Examined]], list[Facts | None]]:
        """Return what tells, in one run, what there is to know of the anchors of credentials."""
        registries, staples = Registries(self._reading_of, self._trust), Staples(self._known, self._problem_of)
        return lambda examined: staples.complete(examined, registries.facts(examined))


def _parts(documents: Iterable[tuple[K, bytes | InputError]], forms: ShownForms) -> Iterator[list[tuple[K, Examined | InputError]]]:
    part: list[tuple[K, Examined | InputError]] = []
    size = 0
    for name, data in documents:
        part.append((name, data if isinstance(data, InputError) else forms.examine(data)))
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


def readers(rpc: Mapping[int, Sequence[str]], *, proof: bool = False) -> ReadingOf:
    """Return what reads the chains whose RPC URLs are known, by chain id; with `proof` it believes no node what is stored."""

    def reading_of(ref: AnchorRef) -> Reading | None:
        urls = rpc.get(ref.chain_id, ())
        return ChainReader(urls, ref.chain_id, ref.registry, proof=proof).reading() if urls else None

    return reading_of


def readers_at(urls: Sequence[str], *, proof: bool = False) -> ReadingOf:
    """Return what reads at the same URLs whatever chain an anchor is on; a node of another chain is noticed by its chain id."""
    return lambda ref: ChainReader(urls, ref.chain_id, ref.registry, proof=proof).reading() if urls else None


def blocks(rpc: Mapping[int, Sequence[str]]) -> BlockProblem:
    """Return what asks the nodes of a chain whether a block is of it."""

    def problem_of(chain_id: int, block: Block) -> str:
        urls = rpc.get(chain_id, ())
        return canonical_problem(urls, chain_id, block) if urls else no_nodes(chain_id, block)

    return problem_of


def blocks_at(urls: Sequence[str]) -> BlockProblem:
    """Return what asks the same URLs, whatever chain a block is of."""
    return lambda chain_id, block: canonical_problem(urls, chain_id, block) if urls else no_nodes(chain_id, block)
