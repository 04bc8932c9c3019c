"""What an issuer makes of a credential that it is asked to sign."""

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.vc_draft import PROOF_TERMS, draft
from laurea.errors import ModelError

DID = "did:web:issuer.example"
V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
OLD: JsonObject = {
    "@context": [V1],
    "type": ["VerifiableCredential"],
    "issuanceDate": "2026-11-22T00:00:00Z",
    "credentialSubject": {"id": "did:example:alice"},
}
NEW: JsonObject = {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": {"id": "did:example:alice"}}


def test_a_credential_of_version_1_1_is_for_whoever_allows_it_and_gets_the_terms_of_its_proof() -> None:
    with pytest.raises(ModelError, match=r"credentials of version 1\.1 are not issued here"):
        draft(OLD, DID)

    assert draft(OLD, DID, legacy=True) == {**OLD, "issuer": DID, "@context": [V1, PROOF_TERMS]}
    already: JsonObject = {**OLD, "@context": [V1, PROOF_TERMS]}
    assert draft(already, DID, legacy=True)["@context"] == [V1, PROOF_TERMS]
    assert draft(NEW, DID, legacy=True) == {**NEW, "issuer": DID}


@pytest.mark.parametrize(
    ("members", "line"),
    [
        ({"issuanceDate": "yesterday"}, "/issuanceDate"),
        ({"@context": [V1, "https://unknown.example/v1"]}, "is not known here"),
        ({"credentialSubject": {"id": "did:example:alice", "undefined": "x"}}, "is not defined by its contexts"),
    ],
)
def test_what_breaks_the_older_model_is_refused_too(members: JsonObject, line: str) -> None:
    with pytest.raises(ModelError, match=line):
        draft({**OLD, **members}, DID, legacy=True)


def test_the_direction_of_a_text_is_no_reason_to_refuse_a_credential() -> None:
    directed: JsonObject = {**NEW, "name": {"@value": "مثال", "@language": "ar", "@direction": "rtl"}}

    assert draft(directed, DID)["name"] == directed["name"]
