"""Checks 1 and 2 of a document of Blockcerts, which it answers itself: its data model, and its Merkle proof, read once for all checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.core import openbadge
from laurea.core.assertion import MERKLE_2017, is_merkle
from laurea.core.blockcerts import legacy, proof_value
from laurea.core.blockcerts.document import is_of_badge
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.blockcerts.proof_value import MerkleProof
from laurea.core.blockcerts.tree import root_from_path
from laurea.core.canonical import Json, JsonObject
from laurea.core.checks import MAX_QUOTED
from laurea.core.credential import Credential, parse_time
from laurea.core.linked_data.work import Undecidable
from laurea.core.openbadge import problems_of
from laurea.core.openbadge.vc import VerifiableCredential
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, failed, few, passed, skipped, unknown
from laurea.errors import FormatError

OPEN_BADGES_2 = ("https://w3id.org/openbadges/v2", "https://openbadgespec.org/v2/context.json")
ASSERTION = "Assertion"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A document of Blockcerts that is well formed.

    `candidates` are what its Merkle proof may be over, the likely first: v3 has no word on whether the proofs before it are. `issuer` is the URL
    or DID of who issued it, `lists` are the revocation lists that it names itself, `signatures` its other proofs.
    """

    legacy: bool
    document: JsonObject
    candidates: tuple[JsonObject, ...]
    issuer: str
    proof: MerkleProof
    proofs: tuple[JsonObject, ...] = ()
    signatures: tuple[JsonObject, ...] = ()
    lists: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    trouble: str = ""  # why it cannot be told what its proofs are over

    @property
    def id(self) -> str:
        """The document's own identifier, "" when it has none."""
        found = self.document.get("id")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was shown, and the answers that it holds itself: to check 1 and, with a certificate where that passed, to check 2."""

    shown: Presentation
    form: Check
    integrity: Check
    certificate: Certificate | None = None


def examine(shown: Presentation, normalizer: Normalizer) -> Examined:
    """Check 1: the limits, the data model of its version, and that the Merkle proof decodes; and check 2."""
    form, certificate = _read(shown)
    if certificate is None:
        return Examined(shown, form, skipped(CheckId.INTEGRITY, f"not run, since {CheckId.FORMAT} failed"))
    return Examined(shown, form, check_integrity(certificate, normalizer), certificate)


def check_integrity(certificate: Certificate, normalizer: Normalizer) -> Check:
    """Check 2: document -> its hash = the one in the proof -> path = the root in the proof."""
    proof = certificate.proof
    if certificate.trouble:
        return unknown(CheckId.INTEGRITY, certificate.trouble)
    if root_from_path(proof.target, proof.path) != proof.root:
        return failed(CheckId.INTEGRITY, "the path of the Merkle proof does not lead to its root")
    try:
        fits = any(normalizer.digest(candidate) == proof.target for candidate in certificate.candidates)
    except Undecidable as error:
        return unknown(CheckId.INTEGRITY, f"what the proof is over cannot be told: {error}")
    except FormatError as error:
        return failed(CheckId.INTEGRITY, f"the document is not what the proof is over: {error}")
    if not fits:
        return failed(CheckId.INTEGRITY, "the document was altered: its hash is not the one that the Merkle proof is for")
    return passed(CheckId.INTEGRITY, "the document leads to the root in its Merkle proof")


def _read(shown: Presentation) -> tuple[Check, Certificate | None]:
    if shown.problem:
        return failed(CheckId.FORMAT, shown.problem), None
    try:
        if _is_legacy(shown.credential):
            return passed(CheckId.FORMAT, "a document of Blockcerts v2, well formed"), _assertion(shown.credential)
        return passed(CheckId.FORMAT, "a document of Blockcerts v3, well formed"), _credential(shown.credential)
    except FormatError as error:
        return failed(CheckId.FORMAT, str(error)), None


def _is_legacy(credential: Credential) -> bool:
    kinds = [_several(proof.get("type")) for proof in credential.proofs]
    return any(MERKLE_2017 in kind for kind in kinds)


def _problems(document: JsonObject) -> list[str]:
    """Return where a credential breaks its data model; one that `of_badge` made has a badge's subject, and neither its type nor its contexts."""
    return problems_of(VerifiableCredential, document) if is_of_badge(document) else openbadge.problems(document)


def _credential(credential: Credential) -> Certificate:
    problems = _problems(credential.document)
    if problems:
        raise FormatError(few([problem[:MAX_QUOTED] for problem in problems]))
    at = next(at for at, proof in enumerate(credential.proofs) if is_merkle(proof))
    value = credential.proofs[at].get("proofValue")
    if not isinstance(value, str):
        raise FormatError("the Merkle proof lacks its proofValue")
    before, others = credential.proofs[:at], credential.proofs[:at] + credential.proofs[at + 1 :]
    several = any(map(is_merkle, others))
    return Certificate(
        legacy=False,
        document=credential.document,
        candidates=_candidates(credential, before, credential.proofs[at]),
        issuer=credential.issuer,
        proof=proof_value.decode(value),
        proofs=credential.proofs,
        signatures=tuple(proof for proof in others if not is_merkle(proof)),
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        trouble="it has several Merkle proofs, of which only one is judged here" if several else "",
    )


def _candidates(credential: Credential, before: Sequence[JsonObject], proof: JsonObject) -> tuple[JsonObject, ...]:
    bare = credential.document
    if not before:
        return (bare,)
    chained: JsonObject = {**bare, "proof": before[0] if len(before) == 1 else list(before)}
    named = proof.get("previousProof")
    if named is None:
        return chained, bare
    known: list[Json] = [*before, *(each["id"] for each in before if "id" in each)]
    if any(each not in known for each in _several(named)):
        raise FormatError("the proof that the Merkle proof is chained to is missing, or another one")
    return (chained,)


def _assertion(credential: Credential) -> Certificate:
    document = credential.document
    badge = _member(document, "badge", dict)
    issuer = _member(badge, "issuer", dict)
    _require_assertion(document)
    named = issuer.get("revocationList")
    if named is not None and not isinstance(named, str):
        raise FormatError("the revocationList of the issuer is no URL")
    return Certificate(
        legacy=True,
        document=document,
        candidates=(document,),
        issuer=_url(issuer, "id", "the badge's issuer"),
        proof=legacy.receipt_of(credential.proofs[0]),
        lists=(named,) if named else (),
        valid_from=_time(document, "issuedOn"),
        valid_until=_time(document, "expires") if "expires" in document else None,
    )


def _require_assertion(document: JsonObject) -> None:
    """Demand what Open Badges 2 demands of an assertion (Open Badges 2.0, 3.1), as far as anything here depends on it."""
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] not in [[each] for each in OPEN_BADGES_2]:
        raise FormatError(f"the @context of a document of v2 is a list that begins with {OPEN_BADGES_2[0]}")
    if ASSERTION not in _several(document.get("type")):
        raise FormatError(f"the type of a document of v2 is {ASSERTION}")
    _url(document, "id", "the assertion")
    recipient = _member(document, "recipient", dict)
    if not isinstance(recipient.get("identity"), str) or not isinstance(recipient.get("hashed"), bool):
        raise FormatError("the recipient of a document of v2 has an identity, and says whether it is hashed")
    _member(document, "verification", dict)


def _member(value: JsonObject, name: str, kind: type[dict[str, Json]]) -> JsonObject:
    found = value.get(name)
    if not isinstance(found, kind):
        raise FormatError(f"a document of v2 has a member {name!r}, an object")
    return found


def _url(value: JsonObject, name: str, what: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not openbadge.is_url(found):
        raise FormatError(f"{what} lacks its {name}, a URL")
    return found


def _time(document: JsonObject, name: str) -> datetime:
    text = document.get(name)
    if not isinstance(text, str):
        raise FormatError(f"{name} is not a string")
    return parse_time(text)


def _several(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
