"""One credential in full: its claims, what a check said of each point, and what stands behind it."""

import json
from dataclasses import dataclass

from laurea.core.account import chain_name
from laurea.core.claims import ENVELOPE
from laurea.core.proof import anchor_proof
from laurea.errors import FormatError
from laurea.services.holding import Entry
from laurea.web.wallet.language import Language
from laurea.web.wallet.naming import name_of_claim, written
from laurea.web.wallet.points import Point, points_of


@dataclass(frozen=True, slots=True)
class Detail:
    """What the page of a credential shows below its summary."""

    claims: tuple[tuple[str, str], ...]
    points: tuple[Point, ...]
    headline: str
    chain: str
    root: str
    text: str

    @property
    def confirmed(self) -> bool:
        """Whether a check has found that the issuer is who it says."""
        return any((point.id, point.outcome) == ("issuer", "passed") for point in self.points)

    @classmethod
    def of(cls, entry: Entry, language: Language) -> "Detail":
        """Look at a credential closely."""
        report = {} if entry.held.checked is None else entry.held.checked.report
        chain, root = _anchor(entry)
        return cls(
            claims=tuple(
                (name_of_claim(claim.pointer, language), written(claim.value)) for claim in entry.claims if claim.pointer != ENVELOPE
            ),
            points=points_of(report),
            headline=str(report.get("headline", "")),
            chain=chain,
            root=root,
            text=json.dumps(entry.credential.secured(), indent=2, ensure_ascii=False),
        )


def _anchor(entry: Entry) -> tuple[str, str]:
    try:
        proof = anchor_proof(entry.credential)
    except FormatError:
        return "", ""
    return ("", "") if proof is None else (chain_name(proof.anchoring.chain_id), proof.anchoring.root.hex())
