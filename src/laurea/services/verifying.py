"""The verifier's use case: read what was shown, ask the chain, evaluate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from laurea.chain import artefact
from laurea.chain.reader import ChainReader
from laurea.core.account import chain_name
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.presentation import Demand, Presentation
from laurea.core.proof import anchor_proof
from laurea.core.report import Report
from laurea.core.status import ReadList
from laurea.core.status_list import StatusList
from laurea.core.trust import Trust, TrustedIssuer, parse_trust
from laurea.core.trust_file import require_signer
from laurea.core.verify import NO_LISTS, evaluate
from laurea.errors import FormatError


class AnchorReader(Protocol):
    """What a verifier needs of a chain: facts about one leaf; a silent node is said in `Facts.trouble`, never raised."""

    def read(self, ref: AnchorRef, index: int) -> Facts:
        """Return what the registry says about the leaf at `index` of an anchored root."""


ReaderOf = Callable[[AnchorRef], AnchorReader | None]


class Verifying:
    """Checks credentials and presentations against the chain and a trust list."""

    def __init__(self, reader_of: ReaderOf, trust: Trust, lists: Mapping[str, ReadList] = NO_LISTS) -> None:
        """`reader_of` gives the reader for an anchor's chain, None when no node of that chain is known; `lists` are status lists by URL."""
        self._reader_of = reader_of
        self._trust = trust
        self._lists = lists

    def verify(self, data: bytes, *, at: datetime) -> Report:
        """Return the report about a credential or presentation as JSON text, as of `at`; never raises for what it holds."""
        shown = Presentation.parse(data)
        return evaluate(shown, self._facts(shown), self._trust, at=at, lists=self._lists)

    def _facts(self, shown: Presentation) -> Facts | None:
        try:
            proof = anchor_proof(shown.credential)
        except FormatError:
            return None  # check 1 decodes it again and says why
        # A registry that is not accepted is not asked either: its answers would count for nothing.
        if proof is None or not self._trust.accepts_registry(proof.anchoring.chain_id, proof.anchoring.registry):
            return None
        ref, index = proof.anchoring.ref, proof.anchoring.index
        reader = self._reader_of(ref)
        if reader is None:
            return Facts(ref, index, trouble=f"no RPC URL is known for chain {chain_name(ref.chain_id)}")
        return reader.read(ref, index)


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


def readers(rpc: Mapping[int, Sequence[str]]) -> ReaderOf:
    """Return readers for the chains whose RPC URLs are known, by chain id."""

    def reader_of(ref: AnchorRef) -> AnchorReader | None:
        urls = rpc.get(ref.chain_id, ())
        return ChainReader(urls, ref.chain_id, ref.registry) if urls else None

    return reader_of


def readers_at(urls: Sequence[str]) -> ReaderOf:
    """Return readers at the same URLs for whatever chain an anchor is on; a node of another chain is noticed by its chain id."""
    return lambda ref: ChainReader(urls, ref.chain_id, ref.registry) if urls else None
