"""A small world in memory: an issuer that anchors batches, a holder, a chain that answers, and a verifier that trusts the issuer."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from laurea.core import canonical, claims, disclosure, leaf, signature, tree
from laurea.core.account import account_document
from laurea.core.anchor import Anchor, Block, Facts, View
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.leaf import Domain
from laurea.core.presentation import Demand, Presentation, present
from laurea.core.proof import Anchoring, BaseProof, DerivedProof, Hints, Proof, anchor_proof, proof_object
from laurea.core.report import CheckId, Outcome, Report
from laurea.core.trust import Trust, TrustedIssuer
from laurea.core.verify import evaluate

CHAIN = 11155111
REGISTRY = b"\x11" * 20
ISSUER_ID = b"\x22" * 20
DOMAIN = Domain(CHAIN, REGISTRY, ISSUER_ID)
ISSUER = "did:web:issuer.example"
ISSUER_KEY = SigningKey.from_seed(b"i" * 32)
METHOD = ISSUER + "#key-1"
HOLDER = SigningKey.from_seed(b"h" * 32)
STRANGER = SigningKey.from_seed(b"s" * 32)
BATCH_KEY = b"\x33" * 20

ANCHORED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEMAND = Demand("https://employer.example", "challenge-0123456789")


def badge(**members: Json) -> JsonObject:
    """An Open Badge for the holder; `members` take the place of its own, None removes one."""
    document: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "The Word of the Credential"},
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": "2029-11-22T00:00:00Z",
        "name": "SQL for Analysts",
        "credentialSubject": {
            "id": HOLDER.did,
            "type": ["AchievementSubject"],
            "creditsEarned": 3,
            "achievement": {
                "id": "urn:uuid:10000000-0000-4000-8000-000000000001",
                "type": ["Achievement"],
                "name": "SQL for Analysts",
                "description": "Queries, joins and window functions on real data",
                "criteria": {"narrative": "Passed a proctored project with at least 80 %"},
            },
        },
        "evidence": [{"id": "https://issuer.example/evidence/1", "type": ["Evidence"], "name": "Project report"}],
    }
    document.update(members)
    return {name: value for name, value in document.items() if value is not None}


def plain(subject: Json = None, **members: Json) -> JsonObject:
    """The smallest credential of VC 2.0 about a subject."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"name": "Ada"} if subject is None else subject,
        **members,
    }


def seed_of(index: int) -> bytes:
    """The seed of a credential by its index: fixed, so that a failing example can be run again."""
    return sha256(b"seed" + index.to_bytes(4, "big")).digest()


def anchor_all(
    documents: Sequence[JsonObject], *, domain: Domain = DOMAIN, hints: Hints | None = None, signed: bool = False
) -> tuple[Credential, ...]:
    """Anchor a batch: the credentials in its order, each with its base proof, after the issuer's signature if it is `signed`."""
    found = [claims.split(document) for document in documents]
    roots = [claims.claims_tree(claim, seed_of(at)).root for at, claim in enumerate(found)]
    batch = tree.build([leaf.leaf_hash(domain, at, len(claim), roots[at]) for at, claim in enumerate(found)])
    credentials = []
    for at, document in enumerate(documents):
        anchoring = Anchoring(*astuple(domain), batch.root, len(documents), at, batch.path(at))
        anchor = proof_object(BaseProof(anchoring, seed_of(at), hints or Hints()), METHOD)
        credentials.append(Credential(document, (*([sign(document)] if signed else []), anchor)))
    return tuple(credentials)


def astuple(domain: Domain) -> tuple[int, bytes, bytes]:
    """The three parts of a domain."""
    return domain.chain_id, domain.registry, domain.issuer_id


def anchored(document: JsonObject | None = None, *, size: int = 3, index: int = 1, signed: bool = False) -> Credential:
    """One credential, anchored in a batch among others."""
    others = [plain({"name": f"other {at}"}) for at in range(size)]
    others[index] = badge() if document is None else document
    return anchor_all(others, signed=signed)[index]


def sign(document: JsonObject, *, key: SigningKey = ISSUER_KEY, method: str = METHOD, **options: str) -> JsonObject:
    """The issuer's signature."""
    return signature.sign(document, key, method=method, purpose="assertionMethod", created=ANCHORED, extra=options)


def proof_of(credential: Credential) -> Proof:
    """The anchor proof, which is there."""
    proof = anchor_proof(credential)
    assert proof is not None
    return proof


def base_of(credential: Credential) -> BaseProof:
    """The base proof, which is there."""
    proof = proof_of(credential)
    assert isinstance(proof, BaseProof)
    return proof


def derived_of(credential: Credential) -> DerivedProof:
    """The derived proof, which is there."""
    proof = proof_of(credential)
    assert isinstance(proof, DerivedProof)
    return proof


def with_proof(credential: Credential, proof: Proof) -> Credential:
    """The credential with another anchor proof in place of its own."""
    return Credential(credential.document, (proof_object(proof, METHOD),))


def with_document(credential: Credential, document: JsonObject) -> Credential:
    """Another document under the same proofs."""
    return Credential(document, credential.proofs)


def changed(document: JsonObject, *steps: str | int, to: Json) -> JsonObject:
    """A copy in which the member that the steps lead to has another value."""
    copy = deepcopy(document)
    place: Any = copy
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = to
    return copy


def an_anchor(**members: Any) -> Anchor:
    """A good anchor of a batch of three."""
    values = {"key": BATCH_KEY, "time": int(ANCHORED.timestamp()), "size": 3, "revoked": False, "reason": 0, "compromised_from": 0}
    return Anchor(**{**values, **members})


def a_view(anchor: Anchor | None, *, number: int, age: timedelta, revoked: bool = False) -> View:
    """What the registry held some time before noon."""
    return View(Block(number, number.to_bytes(32, "big"), NOON - age), anchor, revoked, ISSUER)


def facts_of(credential: Credential, **anchor: Any) -> Facts:
    """A good answer of the chain about the anchor of a credential; `anchor` changes it at both blocks."""
    at = proof_of(credential).anchoring
    held = an_anchor(**{"size": at.size, **anchor})
    finalized, latest = a_view(held, number=936, age=timedelta(minutes=13)), a_view(held, number=1000, age=timedelta(seconds=6))
    return Facts(at.ref, at.index, finalized, latest, read_at=NOON, sources=("https://node.example",))


def revise(facts: Facts, *, anchor: bool = False, at: str = "both", **members: Any) -> Facts:
    """The facts with members of the views (or of their anchors) changed, `at` finalized, at latest or at both."""

    def revised(view: View | None) -> View | None:
        assert view is not None
        if not anchor:
            return replace(view, **members)
        assert view.anchor is not None
        return replace(view, anchor=replace(view.anchor, **members))

    finalized = facts.finalized if at == "latest" else revised(facts.finalized)
    latest = facts.latest if at == "finalized" else revised(facts.latest)
    return replace(facts, finalized=finalized, latest=latest)


def entry(**members: Any) -> TrustedIssuer:
    """The trust list's entry for the issuer."""
    values = {
        "did": ISSUER,
        "name": "Example University",
        "date": NOON,
        "accounts": frozenset({DOMAIN}),
        "methods": {METHOD: ISSUER_KEY.public},
    }
    return TrustedIssuer(**{**values, **members})


def trust_of(*entries: TrustedIssuer, **members: Any) -> Trust:
    """A verifier that trusts the issuer and takes the registry for canonical."""
    listed = entries or (entry(),)
    return Trust(**{"issuers": {item.did: item for item in listed}, "canonical": frozenset({REGISTRY}), **members})


def judge(shown: Credential | Presentation, facts: Facts | None, trust: Trust | None = None) -> Report:
    """The report at noon, of a verifier that trusts the issuer unless told otherwise."""
    return evaluate(shown if isinstance(shown, Presentation) else Presentation(shown), facts, trust or trust_of(), at=NOON)


def outcomes(report: Report) -> dict[str, str]:
    """Each check's outcome, by the check's name."""
    return {check.id.value: check.outcome.value for check in report.checks}


def fails(report: Report) -> set[str]:
    """The names of the checks that failed."""
    return {check.id.value for check in report.checks if check.outcome is Outcome.FAILED}


def short_of_passed(report: Report) -> dict[str, str]:
    """The checks that did not pass, but for the two that may be skipped and were."""
    free = {(CheckId.SIGNATURE, Outcome.SKIPPED), (CheckId.HOLDER, Outcome.SKIPPED)}
    found = [check for check in report.checks if check.outcome is not Outcome.PASSED]
    return {check.id.value: check.outcome.value for check in found if (check.id, check.outcome) not in free}


def partial(credential: Credential, *kept: str) -> Credential:
    """The partial credential that shows the claims with these pointers."""
    return disclosure.derive(credential, lambda pointer: pointer in kept)


def presented(credential: Credential, *, key: SigningKey = HOLDER, demand: Demand = DEMAND, created: datetime = NOON) -> JsonObject:
    """The credential as its holder shows it."""
    return present(credential, key, demand=demand, created=created)


def read(document: JsonObject) -> Presentation:
    """What a verifier reads from the bytes of a document."""
    return Presentation.parse(canonical.encode(document))


ACCREDITOR = "did:web:ministry.example"
ACCREDITOR_DOMAIN = Domain(CHAIN, REGISTRY, b"\x55" * 20)


def endorsement(did: str = ISSUER, subject: JsonObject | None = None, **members: Json) -> JsonObject:
    """An endorsement of an issuer by the ministry, which names its account unless the subject says other things."""
    document: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:00000000-0000-4000-8000-0000000000ee",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": ACCREDITOR, "type": ["Profile"], "name": "The Word of the Endorsement"},
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2028-11-01T00:00:00Z",
        "name": "Accreditation",
        "credentialSubject": {
            "id": did,
            "type": ["EndorsementSubject"],
            **({"accounts": [account_document(DOMAIN)]} if subject is None else subject),
        },
        **members,
    }
    return {name: value for name, value in document.items() if value is not None}


def endorsing(document: JsonObject | None = None, *, domain: Domain = ACCREDITOR_DOMAIN) -> Credential:
    """The endorsement, anchored by the ministry."""
    return anchor_all([plain({"name": "other"}), endorsement() if document is None else document], domain=domain)[1]


def accreditor(**members: Any) -> TrustedIssuer:
    """The trust list's entry for the ministry, which accredits."""
    values = {
        "did": ACCREDITOR,
        "name": "Ministry of Education",
        "accounts": frozenset({ACCREDITOR_DOMAIN}),
        "methods": {},
        "accredits": True,
    }
    return entry(**{**values, **members})
