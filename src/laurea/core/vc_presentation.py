"""A presentation as any holder makes it (W3C VC 2.0, 4.13): any known suite, a set of proofs, none or many credentials.

`core.presentation` has what laurea's own wallets make, and its verifiers demand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import MAX_PROOFS
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.once import once_each
from laurea.core.openbadge import problems_of
from laurea.core.openbadge.presentation import Presentation
from laurea.core.presentation import MAX_CREDENTIALS
from laurea.core.proof_set import AUTHENTICATION, Judgement, Signed, Signer, Standard, judge
from laurea.core.report import Outcome
from laurea.errors import FormatError


@dataclass(frozen=True, slots=True)
class VcPresentation:
    """A presentation without its proofs, the proofs in their order, and the credentials that it holds, not looked at yet."""

    document: JsonObject
    proofs: tuple[JsonObject, ...]
    credentials: tuple[Json, ...]

    @classmethod
    def of(cls, value: Json) -> "VcPresentation":
        """Take a parsed JSON value apart; raises FormatError when it is no object, or holds more than is looked at."""
        if not isinstance(value, dict):
            raise FormatError("the presentation is not a JSON object")
        document = {name: member for name, member in value.items() if name != "proof"}
        proofs = _several(value, "proof")
        found = tuple(proof for proof in proofs if isinstance(proof, dict))
        if len(found) != len(proofs) or len(proofs) > MAX_PROOFS:
            raise FormatError(f"a presentation carries proofs, each an object, and at most {MAX_PROOFS}")
        credentials = _several(document, "verifiableCredential")
        if len(credentials) > MAX_CREDENTIALS:
            raise FormatError(f"the presentation holds {len(credentials)} credentials, of which {MAX_CREDENTIALS} can be checked")
        return cls(document, found, tuple(credentials))

    @property
    def holder(self) -> str:
        """Who presents: as the presentation says; "" when it says nothing."""
        holder = self.document.get("holder")
        found = holder.get("id") if isinstance(holder, dict) else holder
        return found if isinstance(found, str) else ""

    @property
    def signer(self) -> str:
        """The DID that is to have signed: the holder, or without one whoever the first proof names."""
        method = self.proofs[0].get("verificationMethod") if self.proofs else None
        return self.holder or (method.partition("#")[0] if isinstance(method, str) else "")

    def problems(self) -> list[str]:
        """Return one line for each place where it breaks the data model."""
        return problems_of(Presentation, self.document)

    def judgements(self, methods: Mapping[str, bytes], *, at: datetime) -> list[Judgement]:
        """Return what becomes of each proof, as one by the signer; `methods` are their keys for authentication, unless it is a did:key."""
        signer = Signer("the holder", self.signer, AUTHENTICATION, methods)
        standard = Standard(at, suites=once_each(SUITES, self.document))
        return [judge(proof, Signed(self.document, self.proofs), signer, standard) for proof in self.proofs]


def worst(judgements: Sequence[Judgement]) -> Judgement:
    """Return what all proofs together say: a known one that fails decides, and one that passes counts more than what is not known."""
    if not judgements:
        return Outcome.FAILED, "it carries no proof"
    order = (Outcome.FAILED, Outcome.PASSED, Outcome.UNKNOWN)
    return min(judgements, key=lambda each: order.index(each[0]))


def unmet_options(proofs: Sequence[JsonObject], wanted: Mapping[str, str]) -> list[str]:
    """Return which proof options are not in every proof of a set as they were wanted."""
    return [name for name, value in wanted.items() if not all(_has(proof, name, value) for proof in proofs)]


def _has(proof: JsonObject, name: str, value: str) -> bool:
    found = proof.get(name)
    # A domain may be an unordered set of strings (Data Integrity 1.0, 2.1).
    return value in found if name == "domain" and isinstance(found, list) else found == value


def _several(value: JsonObject, name: str) -> list[Json]:
    if name not in value:
        return []
    found = value[name]
    return found if isinstance(found, list) else [found]
