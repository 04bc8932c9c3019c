"""Check 6 with proofs over JSON-LD: what is too much or not known decides nothing, and many proofs cost what one does."""

from typing import Any

import pytest

from laurea.core import linked_data, signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.issuer_signature import check_signature
from laurea.core.linked_data import expansion
from laurea.core.linked_data.contexts import Contexts
from laurea.core.linked_data.quads import Quad
from laurea.core.trust import Trust, TrustedIssuer
from tests.core.world import ISSUER, ISSUER_KEY, METHOD, NOON, badge, sign

TRUST = Trust({ISSUER: TrustedIssuer(ISSUER, "Example University", NOON, frozenset(), {METHOD: ISSUER_KEY.public})})
CONTEXTS: list[Json] = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


def answers(document: JsonObject, proofs: list[JsonObject], outcome: str, reason: str) -> None:
    """The check has this outcome, and its reason these words."""
    check = check_signature(Credential(document, tuple(proofs)), TRUST, at=NOON)
    assert (check.outcome, reason in check.reason) == (outcome, True), check


def rdfc(document: JsonObject, **extra: Any) -> JsonObject:
    options = signature.proof_options("eddsa-rdfc-2022", method=METHOD, purpose="assertionMethod", created=NOON, extra=extra)
    return signature.secure(document, ISSUER_KEY, options)


def test_a_document_that_is_too_much_for_json_ld_leaves_its_signature_undecided_and_not_its_other_one() -> None:
    document = badge(evidence=[{"id": f"https://x.example/{at}", "type": ["Evidence"]} for at in range(1500)])
    forged = rdfc(badge())

    answers(document, [forged], "unknown", "more values, or longer arrays")
    answers(document, [forged, sign(document)], "passed", "the issuer's eddsa-jcs-2022 signature fits")


def test_a_context_that_is_not_known_leaves_the_signature_undecided() -> None:
    document: JsonObject = {**badge(), "@context": [*CONTEXTS, "https://more.example/v1"]}

    answers(document, [rdfc(badge())], "unknown", "the context https://more.example/v1 is not known here")


def test_a_term_that_no_context_defines_breaks_the_signature() -> None:
    answers(badge(undefined="x"), [rdfc(badge())], "failed", "the term 'undefined' is not defined by its contexts")


def test_many_proofs_over_one_document_take_the_time_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[JsonObject] = []
    whole = expansion.quads_of

    def counted(document: JsonObject, contexts: Contexts | None) -> list[Quad]:
        calls.append(document)
        return whole(document, contexts)

    monkeypatch.setattr(linked_data, "quads_of", counted)
    proofs = [rdfc(badge(), nonce=str(at)) for at in range(10)]
    calls.clear()

    answers(badge(), proofs, "passed", "signature fits")
    assert sum("credentialSubject" in document for document in calls) == 1


def test_a_chain_is_followed_for_a_few_proofs() -> None:
    proofs: list[JsonObject] = [rdfc(badge(), id="urn:uuid:0")]
    for at in range(1, 7):
        proofs.append(rdfc({**badge(), "proof": [proofs[-1]]}, id=f"urn:uuid:{at}", previousProof=f"urn:uuid:{at - 1}"))

    answers(badge(), proofs[:5], "passed", "the issuer's eddsa-rdfc-2022 signature fits")
    answers(badge(), proofs, "passed", "more proofs over proofs than are looked at")
    answers(badge(), proofs[1:3], "failed", "a proof before it is missing")
