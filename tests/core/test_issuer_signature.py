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

    answers(document, [forged], "unknown", "more values, contexts, or longer arrays")
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


def chained(document: JsonObject, count: int) -> list[JsonObject]:
    proofs = [rdfc(document, id="urn:uuid:0")]
    for at in range(1, count):
        proofs.append(rdfc({**document, "proof": [proofs[-1]]}, id=f"urn:uuid:{at}", previousProof=f"urn:uuid:{at - 1}"))
    return proofs


def test_a_chain_is_followed_for_as_much_work_as_one_document_may_be() -> None:
    names: list[Json] = [f"{at}" for at in range(800)]
    large = badge(name=names)

    proofs = chained(badge(), 12)
    answers(badge(), proofs, "passed", "the issuer's eddsa-rdfc-2022 signature fits")
    assert "more than is looked at" not in check_signature(Credential(badge(), tuple(proofs)), TRUST, at=NOON).reason
    answers(badge(), proofs[1:3], "failed", "a proof before it is missing")
    answers(large, chained(large, 3), "passed", "its proofs are more than is looked at")


def test_a_member_under_the_iri_of_another_leaves_the_signature_undecided() -> None:
    """The RDF would be the same, and nobody who looks for `validUntil` or `expires` would find it."""
    until = "2020-01-01T00:00:00Z"
    signed = badge(validFrom="2019-01-01T00:00:00Z", validUntil=until)
    moment: JsonObject = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": until}
    renamed = {name: value for name, value in signed.items() if name != "validUntil"}
    answers({**renamed, "https://www.w3.org/2018/credentials#validUntil": moment}, [rdfc(signed)], "unknown", "is no term")

    proof = rdfc(badge(), expires=until)
    old = {name: value for name, value in proof.items() if name != "expires"}
    answers(badge(), [{**old, "https://w3id.org/security#expiration": moment}], "unknown", "is no term")
    answers(badge(), [proof], "failed", "has expired")


@pytest.mark.parametrize("space", ["\u00a0", "\u2028", "\u3000", "\u0085"])
def test_nothing_can_be_added_that_the_rdf_leaves_out(space: str) -> None:
    subject = badge()["credentialSubject"]
    added: JsonObject = {"id": f"urn:me{space}", "type": ["AchievementSubject"]}

    answers({**badge(), "credentialSubject": [subject, added]}, [rdfc(badge())], "failed", "is not an absolute IRI")
    answers(
        {**badge(), "type": ["VerifiableCredential", "OpenBadgeCredential", f"urn:x{space}"]}, [rdfc(badge())], "failed", "is not defined"
    )


def test_what_the_processor_breaks_down_over_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise TypeError

    monkeypatch.setattr(expansion, "_check_expanded", broken)
    answers(badge(), [{**sign(badge()), "cryptosuite": "eddsa-rdfc-2022"}], "unknown", "broke down")
