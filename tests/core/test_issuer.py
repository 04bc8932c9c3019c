"""Check 5: who speaks for a DID. The list decides alone; else document and profile together; else an accreditation (attack 39)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import did_document
from laurea.core.did_document import DidDocument
from laurea.core.identity import Accreditation, ReadDocument
from laurea.core.leaf import Domain
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict
from laurea.core.trust import Trust
from tests.core.world import (
    ANCHORED,
    CHAIN,
    DOMAIN,
    ISSUER,
    ISSUER_ID,
    ISSUER_KEY,
    METHOD,
    NOON,
    REGISTRY,
    STRANGER,
    a_view,
    an_anchor,
    anchored,
    badge,
    entry,
    facts_of,
    judge,
    revise,
    trust_of,
)

READ = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
COMPLETE = anchored()
SIGNED = anchored(signed=True)
FACTS = facts_of(COMPLETE)
ELSEWHERE = [Domain(1, REGISTRY, ISSUER_ID), Domain(CHAIN, b"\x12" * 20, ISSUER_ID), Domain(CHAIN, REGISTRY, b"\x23" * 20)]
NOT_LISTED = "did:web:issuer.example is not on the trust list: a trust file that names it would decide"


def document(account: Domain = DOMAIN, *, did: str = ISSUER, public: bytes = ISSUER_KEY.public, trouble: str = "") -> ReadDocument:
    """The issuer's DID document as it was read, or kept since when there is trouble."""
    return ReadDocument(DidDocument.of(did_document.build(did, {METHOD: public}, account)), READ, trouble)


def knowing(read: ReadDocument | None = None, *accreditations: Accreditation) -> Trust:
    """A verifier whose list is empty, and who knows this about the issuer."""
    documents = {} if read is None else {ISSUER: read}
    return Trust(canonical=frozenset({REGISTRY}), documents=documents, accreditations=accreditations)


def vouched(**members: object) -> Accreditation:
    return replace(Accreditation(ISSUER, "Ministry of Education", frozenset({DOMAIN})), **members)  # type: ignore[arg-type]


def issuer(report: Report) -> Check:
    return report[CheckId.ISSUER]


def unknown(check: Check, reason: str) -> None:
    assert check.outcome is Outcome.UNKNOWN
    assert check.reason.startswith(NOT_LISTED)
    assert reason in check.reason


# The document and the profile


def test_a_document_and_the_profile_that_name_each_other_are_enough() -> None:
    report = judge(COMPLETE, FACTS, knowing(document()))

    assert report.verdict is Verdict.VALID
    assert issuer(report).reason == (
        "its DID document as of 2026-11-20T09:30:00Z and the registry name each other; nobody on the trust list vouches for did:web:issuer.example"
    )


def test_who_vouches_is_said_even_where_document_and_profile_are_enough() -> None:
    reason = issuer(judge(COMPLETE, FACTS, knowing(document(), vouched(problem="it ended"), vouched()))).reason

    assert reason.startswith("its DID document as of 2026-11-20T09:30:00Z and the registry name each other; ")
    assert reason.endswith("; Ministry of Education, an accreditor on the trust list, vouches for did:web:issuer.example")


def test_the_headline_then_has_the_did_and_never_the_name_in_the_credential() -> None:
    report = judge(COMPLETE, FACTS, knowing(document()))

    assert report.headline.startswith("Issued by did:web:issuer.example, unaltered")
    assert "The Word of the Credential" not in str(report.document())


@pytest.mark.parametrize("account", ELSEWHERE)
def test_a_stranger_who_claims_the_profile_is_not_the_issuer(account: Domain) -> None:
    # The registry has the stranger's issuer id say that it is the DID; the DID's own document names another.
    unknown(issuer(judge(COMPLETE, FACTS, knowing(document(account)))), "does not name the issuer id that this is anchored with")


@pytest.mark.parametrize("profile", ["", "did:web:other.example", "did:web:issuer.example ", "DID:web:issuer.example"])
@pytest.mark.parametrize("at", ["both", "finalized", "latest"])
def test_a_document_alone_is_not_enough(profile: str, at: str) -> None:
    found = judge(COMPLETE, revise(FACTS, at=at, profile=profile), knowing(document()))

    unknown(issuer(found), "the registry does not have it speak for this DID")


def test_the_profile_alone_is_not_enough() -> None:
    assert issuer(judge(COMPLETE, FACTS, knowing())).reason == NOT_LISTED
    unread = ReadDocument(trouble="issuer.example cannot be reached")
    unknown(issuer(judge(COMPLETE, FACTS, knowing(unread))), "its DID document could not be read: issuer.example cannot be reached")


def test_the_document_of_another_says_nothing() -> None:
    unknown(issuer(judge(COMPLETE, FACTS, knowing(document(did="did:web:other.example")))), "that of another")


def test_a_registry_that_was_not_read_says_nothing() -> None:
    for facts in (None, replace(FACTS, trouble="no node answered"), replace(FACTS, latest=None), facts_of(anchored(size=4))):
        unknown(issuer(judge(COMPLETE, facts, knowing(document()))), "what the registry says of it is not known")
    stale = replace(FACTS, latest=a_view(an_anchor(), number=7, age=NOON - ANCHORED))
    unknown(issuer(judge(COMPLETE, stale, knowing(document()))), "the node is stale")


def test_a_copy_that_was_kept_counts_and_its_date_is_said() -> None:
    report = judge(COMPLETE, FACTS, knowing(document(trouble="issuer.example cannot be reached")))

    assert issuer(report).outcome is Outcome.PASSED
    assert "as it was kept at 2026-11-20T09:30:00Z (issuer.example cannot be reached)" in issuer(report).reason


def test_a_signature_is_judged_by_the_document_that_was_read() -> None:
    assert judge(SIGNED, facts_of(SIGNED), knowing(document()))[CheckId.SIGNATURE].outcome is Outcome.PASSED
    assert judge(SIGNED, facts_of(SIGNED), knowing(document(public=STRANGER.public)))[CheckId.SIGNATURE].outcome is Outcome.FAILED
    assert judge(SIGNED, facts_of(SIGNED), knowing(ReadDocument(trouble="gone")))[CheckId.SIGNATURE].outcome is Outcome.UNKNOWN


def test_a_key_that_the_document_calls_compromised_counts_for_what_is_older() -> None:
    for since, outcome in ((NOON, Outcome.PASSED), (ANCHORED, Outcome.FAILED)):
        read = DidDocument.of(did_document.build(ISSUER, {METHOD: ISSUER_KEY.public}, DOMAIN, revoked={METHOD: since}))
        assert judge(SIGNED, facts_of(SIGNED), knowing(ReadDocument(read, READ)))[CheckId.SIGNATURE].outcome is outcome


# The list decides alone


@pytest.mark.parametrize("account", ELSEWHERE)
def test_a_lapsed_domain_does_not_override_the_list(account: Domain) -> None:
    # Attack 39: whoever has the domain now publishes a document that names their own issuer id, whose profile names the DID.
    trust = replace(trust_of(entry(accounts=frozenset({account}))), documents={ISSUER: document()}, accreditations=(vouched(),))

    report = judge(COMPLETE, FACTS, trust)

    assert issuer(report).outcome is Outcome.FAILED
    assert report.verdict is Verdict.INVALID


def test_nor_does_it_take_away_what_the_list_has() -> None:
    hostile = document(ELSEWHERE[2], public=STRANGER.public)
    trust = replace(trust_of(), documents={ISSUER: hostile})

    report = judge(SIGNED, facts_of(SIGNED), trust)

    assert report.verdict is Verdict.VALID
    assert report == judge(SIGNED, facts_of(SIGNED))


def test_nor_does_it_give_an_entry_keys_that_it_does_not_have() -> None:
    trust = replace(
        trust_of(entry(methods={})), documents={ISSUER: document()}, accreditations=(vouched(methods={METHOD: ISSUER_KEY.public}),)
    )

    assert judge(SIGNED, facts_of(SIGNED), trust)[CheckId.SIGNATURE].outcome is Outcome.UNKNOWN


def test_the_keys_of_another_did_are_not_the_issuers_although_its_host_serves_their_document() -> None:
    of_another = ReadDocument(DidDocument("did:web:other.example", {METHOD: ISSUER_KEY.public}, frozenset({DOMAIN})), READ)

    report = judge(SIGNED, facts_of(SIGNED), knowing(of_another, vouched()))

    assert issuer(report).outcome is Outcome.PASSED
    assert report[CheckId.SIGNATURE].outcome is Outcome.UNKNOWN


# Accreditations


def test_an_accreditation_makes_an_issuer_known_whatever_its_document_says() -> None:
    for read in (None, ReadDocument(trouble="gone"), document(ELSEWHERE[0])):
        report = judge(COMPLETE, FACTS, knowing(read, vouched()))
        assert report.verdict is Verdict.VALID
        assert issuer(report).reason == "Ministry of Education, an accreditor on the trust list, vouches for did:web:issuer.example"
        assert report.headline.startswith("Issued by did:web:issuer.example,")


def test_an_issuer_with_a_did_key_needs_one_or_the_list() -> None:
    credential = anchored(badge(issuer={"id": ISSUER_KEY.did, "type": ["Profile"]}))
    facts = revise(facts_of(credential), profile=ISSUER_KEY.did)

    assert issuer(judge(credential, facts, knowing())).outcome is Outcome.UNKNOWN
    assert issuer(judge(credential, facts, knowing(None, vouched(did=ISSUER_KEY.did)))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("accreditation", "reason"),
    [
        (vouched(accounts=frozenset(ELSEWHERE)), "vouches for it with another issuer id, registry or chain"),
        (vouched(problem="it was revoked"), "its accreditation by Ministry of Education does not count: it was revoked"),
    ],
)
def test_an_accreditation_that_does_not_fit_says_why(accreditation: Accreditation, reason: str) -> None:
    unknown(issuer(judge(COMPLETE, FACTS, knowing(None, accreditation))), reason)
    assert issuer(judge(COMPLETE, FACTS, knowing(None, accreditation, vouched()))).outcome is Outcome.PASSED
    assert issuer(judge(COMPLETE, FACTS, knowing(document(), accreditation))).outcome is Outcome.PASSED


def test_an_accreditation_of_another_is_none() -> None:
    assert issuer(judge(COMPLETE, FACTS, knowing(None, vouched(did="did:web:other.example")))).reason == NOT_LISTED


def test_the_keys_that_an_accreditor_vouches_for_go_before_those_of_a_document() -> None:
    keyed = vouched(methods={METHOD: ISSUER_KEY.public})
    hostile = document(public=STRANGER.public)

    def signature(read: ReadDocument, *accreditations: Accreditation) -> Outcome:
        return judge(SIGNED, facts_of(SIGNED), knowing(read, *accreditations))[CheckId.SIGNATURE].outcome

    assert signature(hostile, keyed) is Outcome.PASSED
    assert signature(hostile, vouched()) is Outcome.FAILED, "one without keys leaves them to the document"
    assert signature(hostile, replace(keyed, problem="it was revoked")) is Outcome.FAILED
    assert signature(document(), vouched(did="did:web:other.example", methods={METHOD: STRANGER.public})) is Outcome.PASSED


# Altogether


@given(
    account=st.sampled_from([None, DOMAIN, *ELSEWHERE]),
    profile=st.sampled_from([ISSUER, "", "did:web:other.example"]),
    problem=st.sampled_from(["", "it was revoked"]),
    accounts=st.sampled_from([frozenset(), frozenset({DOMAIN}), frozenset(ELSEWHERE)]),
)
def test_of_an_issuer_that_is_not_listed_nothing_fails_and_only_these_two_ways_pass(
    account: Domain | None, profile: str, problem: str, accounts: frozenset[Domain]
) -> None:
    read = ReadDocument(trouble="gone") if account is None else document(account)
    found = issuer(judge(COMPLETE, revise(FACTS, profile=profile), knowing(read, vouched(problem=problem, accounts=accounts))))

    known = (account == DOMAIN and profile == ISSUER) or (not problem and DOMAIN in accounts)
    assert found.outcome is (Outcome.PASSED if known else Outcome.UNKNOWN)
