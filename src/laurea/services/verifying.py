"""The verifier's use case: read what was shown, ask the chain, evaluate."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from laurea.core.anchor import AnchorRef, Facts
from laurea.core.presentation import Presentation
from laurea.core.proof import anchor_proof
from laurea.core.report import Report
from laurea.core.trust import Trust
from laurea.core.verify import evaluate
from laurea.errors import FormatError


class AnchorReader(Protocol):
    """What a verifier needs of a chain: facts about one leaf; a silent node is said in `Facts.trouble`, never raised."""

    def read(self, ref: AnchorRef, index: int) -> Facts:
        """Return what the registry says about the leaf at `index` of an anchored root."""


class Verifying:
    """Checks credentials and presentations against the chain and a trust list."""

    def __init__(self, reader_of: Callable[[AnchorRef], AnchorReader | None], trust: Trust) -> None:
        """`reader_of` gives the reader for a proof's chain and registry, None when that chain has no node configured."""
        self._reader_of = reader_of
        self._trust = trust

    def verify(self, data: bytes, *, at: datetime) -> Report:
        """Return the report about a credential or presentation as JSON text, as of `at`; never raises for what it holds."""
        shown = Presentation.parse(data)
        return evaluate(shown, self._facts(shown), self._trust, at=at)

    def _facts(self, shown: Presentation) -> Facts | None:
        try:
            proof = None if shown.problem else anchor_proof(shown.credential)
        except FormatError:
            return None  # the report says why: check 1 decodes it again
        # A registry that is not accepted is not asked either: its answers would count for nothing.
        if proof is None or not self._trust.accepts_registry(proof.anchoring.chain_id, proof.anchoring.registry):
            return None
        ref = proof.anchoring.ref
        reader = self._reader_of(ref)
        if reader is None:
            return Facts(ref, proof.anchoring.index, trouble=f"no RPC URL for chain eip155:{ref.chain_id} was given")
        return reader.read(ref, proof.anchoring.index)
