"""Documents of Blockcerts before laurea: what is read, what its Merkle proof is over, dates, holders, and many at once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from laurea import CheckId, Outcome, Verdict, verify, verify_many, verify_presentation
from laurea.chain.rpc import Rpc
from laurea.core import canonical
from laurea.core.certificates.profile import IssuerProfile
from laurea.core.certificates.revocation import RevocationList
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand, present
from tests.blockcerts.world import ISSUER, OB2, REVOKED, V2, VC1, Json, School, altered, outcome
from tests.core.test_report import VALIDATOR


@pytest.mark.parametrize("raw", [False, True], ids=["hashes as hex text", "hashes as raw bytes"])
@pytest.mark.parametrize("suite", [False, True], ids=["MerkleProof2019", "merkle-proof-2019"])
def test_a_document_of_v3_is_valid_by_its_transaction_and_its_issuers_profile(school: School, *, raw: bool, suite: bool) -> None:
    report = school.verify(school.issue_v3(raw=raw, suite=suite))

    assert report.verdict is Verdict.VALID, report.headline
    assert report.headline.startswith(f"Issued by {school.url}, unaltered, anchored in block ")
    assert report.facts["from"] == school.account.lower()
    VALIDATOR.validate(report.document())


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_a_document_of_vc_1_1_is_valid(school: School, version: str) -> None:
    assert school.verify(school.issue_v3(school.v3(VC1, version)))


def test_a_document_of_v2_is_valid_and_its_badge_is_told(school: School) -> None:
    report = school.verify(school.issue_v2())

    assert report.verdict is Verdict.VALID, report.headline
    outcome(report, CheckId.FORMAT, Outcome.PASSED, "Blockcerts v2")
    VALIDATOR.validate(report.document())


def test_a_document_may_define_terms_of_its_own_that_nothing_else_defines(school: School) -> None:
    own = {"grade": {"@id": "https://school.example/terms#grade", "@type": "https://schema.org/Text"}}
    assert school.verify(school.issue_v2(school.v2(**{"@context": [OB2, V2, own]}, grade="A"))).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("own", "member"),
    [
        ({"until": "https://w3id.org/security#expiration"}, "until"),
        ({"until": "sec:expiration"}, "until"),
        ({"expires": "https://school.example/terms#expires"}, "expires"),
        ({"one": "https://school.example/t", "other": "https://school.example/t"}, "one"),
        ({"@vocab": "https://school.example/"}, "anything"),
        ({"deep": {"@id": "https://school.example/d", "@context": {}}}, "deep"),
        ({"w": "https://w3id.org/", "until": {"@id": "w:security#expiration", "@type": "xsd:dateTime"}}, "until"),
        ({"honours": "https://school.example/terms#attended"}, "honours"),
    ],
    ids=[
        "another name for expires",
        "by a prefix",
        "another meaning of expires",
        "two names of one meaning",
        "a vocabulary",
        "more than a term",
        "by a prefix of its own",
        "a term that is called otherwise",
    ],
)
def test_a_context_of_its_own_that_would_hide_something_leaves_it_undecided(school: School, own: Json, member: str) -> None:
    issued = school.issue_v2()
    report = school.verify({**issued, member: "2999-01-01T00:00:00Z", "@context": [*issued["@context"], own]})

    outcome(report, CheckId.INTEGRITY, Outcome.UNKNOWN, "what the proof is over cannot be told")
    assert report.verdict is Verdict.UNDECIDED
    assert school.site.asked == []


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_an_identifier_written_otherwise_does_not_hide_it_from_the_revocation_list(school: School, version: str) -> None:
    issued = school.issue_v2() if version == "v2" else school.issue_v3()
    school.publish(issued["id"])
    outcome(school.verify(issued), CheckId.REVOCATION, Outcome.FAILED)

    short = {**issued, "id": issued["id"].replace("urn:uuid:", "mine:"), "@context": [*issued["@context"], {"mine": "urn:uuid:"}]}
    outcome(school.verify(short), CheckId.INTEGRITY, Outcome.UNKNOWN, "what the proof is over cannot be told")


@pytest.mark.parametrize("stray", [["x"], 5, None])
def test_a_context_that_is_none_beside_one_of_its_own_breaks_nothing(school: School, stray: Any) -> None:
    issued = school.issue_v2()
    report = school.verify({**issued, "@context": [*issued["@context"], {"grade": "https://school.example/grade"}, stray]})
    outcome(report, CheckId.INTEGRITY, Outcome.UNKNOWN, "neither a URL nor a context")


def test_a_part_with_the_identifier_of_the_whole_leaves_it_undecided(school: School) -> None:
    document = school.v3()
    report = school.verify(school.issue_v3({**document, "credentialSubject": [{"name": "Ada"}, {"id": document["id"], "name": "Eve"}]}))

    outcome(report, CheckId.INTEGRITY, Outcome.UNKNOWN, "the identifier of the whole")


def test_a_path_that_leads_elsewhere_is_invalid(school: School) -> None:
    issued = school.issue_v2()
    report = school.verify(altered(issued, "signature/proof", [{"left": "00" * 32}]))

    outcome(report, CheckId.INTEGRITY, Outcome.FAILED, "does not lead to its root")
    assert report[CheckId.ANCHOR].outcome is Outcome.SKIPPED


def test_proofs_before_the_merkle_proof_are_a_part_of_what_it_is_over(school: School) -> None:
    first = {
        "type": "Ed25519Signature2020",
        "created": "2024-05-01T12:00:00Z",
        "verificationMethod": "did:key:z6MkjHnntGvtLjwfAMHWTAXXGJHhVL3DPtaT9BHmyTjWpjqs#z6MkjHnntGvtLjwfAMHWTAXXGJHhVL3DPtaT9BHmyTjWpjqs",
        "proofPurpose": "assertionMethod",
        "proofValue": "z3",
    }
    context = {"@context": [VC1, "https://w3id.org/security/suites/ed25519-2020/v1", "https://w3id.org/blockcerts/v3"]}
    bare = school.v3(VC1, "3.0") | context
    merkle = school.issue_v3({**bare, "proof": first})["proof"] | {"type": "ChainedProof2021", "chainedProofType": "MerkleProof2019"}
    chained = {**bare, "proof": [first, {**merkle, "previousProof": first}]}

    report = school.verify(chained)
    outcome(report, CheckId.INTEGRITY, Outcome.PASSED)
    outcome(report, CheckId.SIGNATURE, Outcome.UNKNOWN, "Ed25519Signature2020 is not known")
    other = {**chained, "proof": [{**first, "created": "2024-05-02T12:00:00Z"}, chained["proof"][1]]}
    outcome(school.verify(other), CheckId.FORMAT, Outcome.FAILED, "chained to is missing")
    outcome(school.verify(altered(other, "proof", [other["proof"][0], merkle])), CheckId.INTEGRITY, Outcome.FAILED)


def test_several_merkle_proofs_or_anchors_are_not_judged_by_one_of_them(school: School) -> None:
    issued = school.issue_v3()
    report = school.verify({**issued, "proof": [issued["proof"], issued["proof"]]})
    outcome(report, CheckId.INTEGRITY, Outcome.UNKNOWN, "several Merkle proofs")

    v2 = school.issue_v2()
    anchors = [*v2["signature"]["anchors"], {"sourceId": "x", "type": "Mock", "chain": "mockchain"}]
    report = school.verify(altered(v2, "signature/anchors", anchors))
    outcome(report, CheckId.ANCHOR, Outcome.UNKNOWN, "several anchors")
    assert report.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("pointer", "value", "word"),
    [
        ("type", "Credential", "Assertion"),
        ("badge", "https://school.example/badge.json", "badge"),
        ("id", "no url", "the assertion lacks its id"),
        ("recipient", {"type": "email"}, "recipient"),
        ("expires", "next year", "not a date and time"),
        ("@context", ["https://w3id.org/blockcerts/v2"], "@context"),
        ("signature/anchors", [], "anchors"),
        ("signature/anchors", [{"sourceId": "0x00", "type": "ETHData", "chain": "dogecoin"}], "no chain that is known here"),
        ("signature/targetHash", "zz", "64 hex digits"),
    ],
)
def test_what_is_no_document_of_v2_is_invalid(school: School, pointer: str, value: Any, word: str) -> None:
    outcome(school.verify(altered(school.issue_v2(), pointer, value)), CheckId.FORMAT, Outcome.FAILED, word)


def test_the_limits_of_json_hold(school: School) -> None:
    text = json.dumps(school.issue_v2())
    twice = text.replace('"type": "Assertion"', '"type": "Assertion", "type": "Assertion"')
    outcome(verify(twice), CheckId.FORMAT, Outcome.FAILED, "twice")
    outcome(verify(text[:-1] + ', "x": ' + "[" * 40 + "]" * 40 + "}"), CheckId.FORMAT, Outcome.FAILED, "nested deeper")
    outcome(verify(text[:-1] + f', "x": "{"x" * (4 << 20)}"' + "}"), CheckId.FORMAT, Outcome.FAILED, "larger than")


def test_pictures_may_be_larger_than_other_credentials_are(school: School) -> None:
    badge = school.v2()["badge"] | {"image": "data:image/png;base64," + "A" * (2 << 20)}
    assert school.verify(school.issue_v2(school.v2(badge=badge)))


def test_a_merkle_proof_beside_an_anchor_proof_lets_nothing_be_larger(school: School) -> None:
    ours = {"type": "DataIntegrityProof", "cryptosuite": "merkle-anchor-2026", "proofPurpose": "assertionMethod", "proofValue": "uAAAA"}
    large = school.v3(name="A" * (300 << 10))
    report = school.verify({**large, "proof": [{"type": "MerkleProof2019", "proofValue": "z3"}, ours]})

    outcome(report, CheckId.FORMAT, Outcome.FAILED, "larger than 262,144 bytes")


def test_dates_count(school: School) -> None:
    outcome(school.verify(school.issue_v2(school.v2(expires="2024-06-01T00:00:00Z"))), CheckId.VALIDITY, Outcome.FAILED, "expired")
    outcome(school.verify(school.issue_v3(school.v3(validUntil="2024-06-01T00:00:00Z"))), CheckId.VALIDITY, Outcome.FAILED, "expired")
    outcome(
        school.verify(school.issue_v3(school.v3(validFrom="2999-06-01T00:00:00Z"))), CheckId.VALIDITY, Outcome.FAILED, "not valid before"
    )


def test_a_demanded_holder_has_to_have_signed(school: School) -> None:
    asked = {"audience": "https://employer.example", "challenge": "c-1"}
    for document in (school.issue_v2(), school.issue_v3()):
        outcome(school.verify(document, **asked), CheckId.HOLDER, Outcome.FAILED)


def test_a_presentation_by_the_holder_is_taken(school: School) -> None:
    key = SigningKey.from_seed(b"h" * 32)
    issued = school.issue_v3(school.v3(credentialSubject={"id": key.did, "name": "Ada"}))
    demand = Demand("https://employer.example", "c-1")
    shown = canonical.dump(present(Credential.of(issued), key, demand=demand, created=datetime.now(UTC).replace(microsecond=0)))

    (report,) = verify_presentation(
        shown, chain=school.anvil.url, fetch=school.policy, audience="https://employer.example", challenge="c-1"
    )
    assert report.verdict is Verdict.VALID, report.headline
    outcome(report, CheckId.HOLDER, Outcome.PASSED)


def test_the_profile_and_the_list_of_many_are_read_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    for kind in (IssuerProfile, RevocationList):

        def parse(*given: Any, real: Any = kind.parse) -> Any:
            read.append(real.__qualname__)
            return real(*given)

        monkeypatch.setattr(kind, "parse", parse)
    school.publish("urn:uuid:0b7a9b4e-0000-4000-8000-00000000ffff")
    documents = [(n, json.dumps(school.issue_v2() if n % 2 else school.issue_v3())) for n in range(10)]

    found = [report for _, report in verify_many(documents, chain=school.anvil.url, fetch=school.policy)]

    assert {report.verdict for report in found} == {Verdict.VALID}
    assert sorted(read) == ["IssuerProfile.parse", "RevocationList.parse"]


def test_of_many_each_is_as_alone_and_chain_and_web_are_asked_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    batch = Rpc.batch

    def counted(node: Rpc, calls: Any) -> Any:
        asked.append(len(calls))
        return batch(node, calls)

    monkeypatch.setattr(Rpc, "batch", counted)
    v2, v3 = school.issue_v2(), school.issue_v3()
    documents = [v2, v3, altered(v3, "credentialSubject/name", "Eve"), v2, v3] * 4
    options: Json = {"chain": school.anvil.url, "fetch": school.policy}

    found = [report for _, report in verify_many(((n, json.dumps(each)) for n, each in enumerate(documents)), **options)]

    assert [report.verdict for report in found] == [Verdict.VALID, Verdict.VALID, Verdict.INVALID, Verdict.VALID, Verdict.VALID] * 4
    assert school.site.asked == [ISSUER, REVOKED]
    assert asked == [3, 2, 4, 2]  # the chain and its tips, these again, two transactions with their receipts, their blocks
    assert [report.checks[:3] for report in found[:2]] == [school.verify(each).checks[:3] for each in (v2, v3)]
