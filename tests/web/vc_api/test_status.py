"""`POST /credentials/status`, and what a verifier makes of the lists."""

import pytest

from laurea.core.credential import MAX_BYTES
from tests.web.vc_api.host import Host, credential, problems

ID = "https://example.edu/credentials/9"


def test_a_suspended_credential_does_not_verify_until_that_ends(listed: Host) -> None:
    signed = listed.issued(credential(id=ID))
    assert listed.verify(signed).status_code == 200

    assert listed.set_status(ID, "suspension", status=True).status_code == 200
    suspended = listed.verify(signed)
    assert listed.set_status(ID, "suspension", status=False).status_code == 200

    assert (suspended.status_code, suspended.json()["verified"], problems(suspended)) == (400, False, ["STATUS_VERIFICATION_ERROR"])
    assert listed.verify(signed).status_code == 200


def test_what_was_handed_out_is_revoked_by_its_list_though_no_chain_knows_of_it(listed: Host) -> None:
    signed = listed.issued(credential(id=ID))

    assert listed.set_status(ID, "revocation", status=True).status_code == 200
    answer = listed.verify(signed)

    assert (answer.status_code, problems(answer)) == (400, ["STATUS_VERIFICATION_ERROR"])
    assert listed.set_status(ID, "revocation", status=False).status_code == 400, "it is for ever"
    assert listed.issue(credential(id=ID)).status_code == 409, "and its id is used up"
    assert listed.ask("GET", f"/credentials/{ID.replace('/', '%2F')}").status_code == 404


def test_the_list_is_served_from_the_first_credential_on(listed: Host) -> None:
    entries = listed.issued()["credentialStatus"]

    for entry in entries:
        name = entry["statusListCredential"].rpartition("/")[2]
        found = listed.ask("GET", f"/status/{name}", key="")
        assert (found.status_code, found.json()["credentialSubject"]["statusPurpose"]) == (200, entry["statusPurpose"])


def test_a_list_that_nobody_can_read_is_undecided_and_so_not_verified(listed: Host) -> None:
    signed = listed.issued()
    listed.unread[0] = True

    answer = listed.verify(signed)

    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    assert set(problems(answer)) == {"STATUS_RETRIEVAL_ERROR"}
    assert all(each["undecided"] for each in answer.json()["problemDetails"])


def test_a_stale_list_is_undecided_and_so_not_verified(listed: Host) -> None:
    signed = listed.issued()
    listed.seconds[0] = 4 * 24 * 3600.0

    answer = listed.verify(signed)

    assert (answer.status_code, set(problems(answer))) == (400, {"STATUS_VERIFICATION_ERROR"})
    assert all("stale" in each["detail"] and each["undecided"] for each in answer.json()["problemDetails"])


def test_the_callers_own_status_entry_stays_and_is_judged(listed: Host) -> None:
    own = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension",
        "statusListIndex": "7",
        "statusListCredential": "https://other.example/l",
    }

    signed = listed.issued(credential(credentialStatus=own))

    assert signed["credentialStatus"][0] == own
    assert len(signed["credentialStatus"]) == 3
    assert problems(listed.verify(signed)) == ["STATUS_RETRIEVAL_ERROR"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"credentialId": "https://example.edu/none", "credentialStatus": {"type": "BitstringStatusListEntry", "status": True}}, 404),
        ({"credentialId": ID, "credentialStatus": {"type": "BitstringStatusListEntry", "status": True}}, 400),
        ({"credentialId": ID, "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}}, 400),
        ({"credentialId": ID, "credentialStatus": {"type": "Other", "status": True}}, 400),
        ({"credentialId": ID, "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "refresh", "status": True}}, 400),
        ({"credentialId": ID, "credentialStatus": []}, 400),
        ({"credentialId": 7, "credentialStatus": []}, 400),
    ],
    ids=["another credential", "which purpose", "no status", "another type", "a purpose that it has not", "nothing", "no id"],
)
def test_what_cannot_be_set_is_refused(listed: Host, body: object, status: int) -> None:
    listed.issued(credential(id=ID))

    assert listed.post("/credentials/status", body).status_code == status


def test_a_credential_that_its_status_entries_make_too_large_is_refused_and_not_enrolled(listed: Host) -> None:
    about = {"id": "did:example:alice", "name": "A" * (MAX_BYTES - 400)}
    answer = listed.issue(credential(id="https://x.example/large", credentialSubject=about))

    assert (answer.status_code, problems(answer)) == (400, ["MALFORMED_VALUE_ERROR"])
    assert "with its status entries" in answer.json()["detail"]
    assert listed.ask("GET", "/credentials/https://x.example/large").status_code == 404
