"""The profile of an issuer of Blockcerts, and what it says it has revoked: what was not read is never passed."""

import json
from typing import Any

import pytest

from laurea import CheckId, Outcome, Verdict
from tests.blockcerts.world import ISSUER, REVOKED, VC1, Json, School, credential, outcome


def test_the_profile_has_to_list_the_account_for_the_time_of_the_transaction(school: School) -> None:
    issued = school.issue_v3()
    keys: list[tuple[Json, str]] = [
        ({"created": "2999-01-01T00:00:00Z"}, "only since"),
        ({"expires": "2024-01-01T00:00:00+0000"}, "expired"),
        ({"revoked": "2024-01-01T00:00:00.000+00:00"}, "revoked"),
    ]
    for key, word in keys:
        school.publish(**key)
        outcome(school.verify(issued), CheckId.ISSUER, Outcome.FAILED, word)
    school.publish(created="last spring")
    outcome(school.verify(issued), CheckId.ISSUER, Outcome.UNKNOWN, "cannot be told")
    school.publish(keys=["ecdsa-koblitz-pubkey:1862cjGVHodmYyvfumSgrgfnWcpCMHK9sq"])
    outcome(school.verify(issued), CheckId.ISSUER, Outcome.FAILED, "does not list it")


def test_a_key_that_is_listed_twice_has_to_be_good_in_both_places(school: School) -> None:
    name = f"ecdsa-koblitz-pubkey:{school.account}"
    school.publish(keys=[{"id": name}, {"id": name, "revoked": "2024-01-01T00:00:00Z"}])
    outcome(school.verify(school.issue_v3()), CheckId.ISSUER, Outcome.FAILED, "revoked")


@pytest.mark.parametrize("page", [None, b"[]", b'{"type": "Profile"}', b'{"id": "x", "type": "Credential"}'])
def test_a_profile_that_cannot_be_read_is_unknown_and_so_are_revocations(school: School, page: bytes | None) -> None:
    issued = school.issue_v3()
    del school.site.pages[ISSUER]
    if page is not None:
        school.site.pages[ISSUER] = page

    report = school.verify(issued)
    outcome(report, CheckId.ISSUER, Outcome.UNKNOWN, "is not known")
    outcome(report, CheckId.REVOCATION, Outcome.UNKNOWN, "which is not known")


def test_a_profile_of_another_is_unknown(school: School) -> None:
    issued = school.issue_v3()
    school.put(ISSUER, school.profile([{"id": f"ecdsa-koblitz-pubkey:{school.account}"}], id="https://other.example/issuer.json"))
    outcome(school.verify(issued), CheckId.ISSUER, Outcome.UNKNOWN, "that of another")


def test_a_profile_may_come_as_a_file_and_goes_before_the_web(school: School) -> None:
    issued, profile = school.issue_v3(), school.pages[school.url]
    school.publish(revoked="2024-01-01T00:00:00Z")

    report = school.verify(issued, issuer_profiles=[profile])
    assert report.verdict is Verdict.VALID
    outcome(report, CheckId.ISSUER, Outcome.PASSED, "came as a file")
    assert school.site.asked == [REVOKED]


def test_an_issuer_on_the_trust_list_is_called_by_its_name(school: School) -> None:
    report = school.verify(school.issue_v3(), trust=trust(school))
    assert report.headline.startswith("Issued by The School, unaltered")
    outcome(report, CheckId.ISSUER, Outcome.PASSED, "the trust list names The School")


def test_accounts_on_the_trust_list_decide_alone(school: School) -> None:
    account = {"chain": "eip155:11155111", "registry": "0x" + "11" * 20, "issuerId": "0x" + "22" * 20}
    report = school.verify(school.issue_v3(), trust=trust(school, accounts=[account]))
    outcome(report, CheckId.ISSUER, Outcome.FAILED, "another registry")


def test_an_issuer_that_is_a_did_is_unknown_and_nobody_is_asked(school: School) -> None:
    report = school.verify(school.issue_v3(credential("did:web:issuer.example")))
    outcome(report, CheckId.ISSUER, Outcome.UNKNOWN, "is not known")
    assert school.site.asked == []


def test_a_document_of_v2_is_revoked_by_the_list_that_it_names_or_that_of_the_profile(school: School) -> None:
    own = school.site.url("/own.json", "issuer.example")
    badge = school.v2()["badge"]
    document = school.issue_v2(school.v2(badge=badge | {"issuer": badge["issuer"] | {"revocationList": own}}))

    outcome(school.verify(document), CheckId.REVOCATION, Outcome.UNKNOWN, "could not be read")
    school.put("/own.json", {"type": "RevocationList", "revokedAssertions": []})
    assert school.verify(document)
    school.put("/own.json", {"type": "RevocationList", "revokedAssertions": [{"id": document["id"]}]})
    outcome(school.verify(document), CheckId.REVOCATION, Outcome.FAILED, "names it")
    school.put("/own.json", {"type": "RevocationList", "revokedAssertions": []})
    school.publish(document["id"])
    outcome(school.verify(document), CheckId.REVOCATION, Outcome.FAILED, "issued in error")


@pytest.mark.parametrize(
    "page",
    [
        b"{}",
        b"[]",
        b"no JSON",
        b'{"type": "RevocationList", "revokedAssertions": {}}',
        b'{"type": "RevocationList", "revokedAssertions": [{"uid": "x"}]}',
        b'{"type": "RevocationList", "issuer": "https://other.example/", "revokedAssertions": []}',
    ],
)
def test_a_list_that_is_none_is_unknown(school: School, page: bytes) -> None:
    issued = school.issue_v3()
    school.site.pages[REVOKED] = page
    outcome(school.verify(issued), CheckId.REVOCATION, Outcome.UNKNOWN, "decides nothing")


def test_a_list_cannot_name_what_has_no_id(school: School) -> None:
    outcome(school.verify(school.issue_v3(school.v3(id=None))), CheckId.REVOCATION, Outcome.UNKNOWN, "has no id")


def test_an_issuer_without_a_list_revokes_nothing(school: School) -> None:
    issued = school.issue_v3()
    school.put(ISSUER, school.profile([{"id": f"ecdsa-koblitz-pubkey:{school.account}"}], revocationList=""))
    outcome(school.verify(issued), CheckId.REVOCATION, Outcome.PASSED, "publishes no list")


def test_a_status_that_is_not_known_here_is_unknown(school: School) -> None:
    entry = {
        "id": "https://school.example/status#1",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://school.example/status",
    }
    context = {"@context": [VC1, "https://w3id.org/vc/status-list/2021/v1", "https://w3id.org/blockcerts/v3"]}
    report = school.verify(school.issue_v3(school.v3(VC1, "3.0", credentialStatus=entry) | context))
    outcome(report, CheckId.REVOCATION, Outcome.UNKNOWN, "StatusList2021Entry")


def test_without_fetching_revocation_and_issuer_are_unknown_and_nobody_is_asked(school: School) -> None:
    report = school.verify(school.issue_v3(), fetch=False)
    outcome(report, CheckId.REVOCATION, Outcome.UNKNOWN)
    outcome(report, CheckId.ISSUER, Outcome.UNKNOWN)
    assert school.site.asked == []


def trust(school: School, **members: Any) -> str:
    entry = {"did": school.url, "name": "The School", "date": "2026-01-01T00:00:00Z"} | members
    return json.dumps({"laurea": "trust", "version": 1, "issuers": [entry]})
