"""`POST /credentials/issue`: what is signed, what is refused and why, once for each id."""

import json
from pathlib import Path
from typing import Any

import pytest

from laurea.core.canonical import Json, JsonObject
from laurea.errors import NotFound
from laurea.services.issuing.instant import Instant, Wanted
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import AT_ONCE
from tests.web.vc_api.host import SUITES, V2, Host, credential, problems, text, world_offline

WRONG: dict[str, tuple[JsonObject, str]] = {
    "no context": ({"@context": []}, "/@context"),
    "a context that is no array": ({"@context": V2}, "/@context"),
    "another context first": ({"@context": ["https://www.w3.org/ns/credentials/examples/v2", V2]}, "/@context"),
    "version 1.1": ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "/@context"),
    "no type": ({"type": []}, "/type"),
    "a type that is not VerifiableCredential": ({"type": ["Other"]}, "/type"),
    "an id that is no URL": ({"id": "not a url"}, "/id"),
    "an id that is null": ({"id": None}, "/id"),
    "an issuer that is null": ({"issuer": None}, "/issuer"),
    "an issuer that is no URL": ({"issuer": "us"}, "/issuer"),
    "another issuer": ({"issuer": "did:example:other"}, "/issuer"),
    "another issuer's object": ({"issuer": {"id": "did:example:other"}}, "/issuer"),
    "an issuer's id that is null": ({"issuer": {"id": None}}, "/issuer"),
    "a subject that says nothing": ({"credentialSubject": {}}, "/credentialSubject"),
    "no subjects": ({"credentialSubject": []}, "/credentialSubject"),
    "a subject that is a text": ({"credentialSubject": "Alice"}, "/credentialSubject"),
    "a date without a zone": ({"validFrom": "2026-11-23T09:00:00"}, "/validFrom"),
    "an end that is no date": ({"validUntil": "tomorrow"}, "/validUntil"),
    "an end before the beginning": ({"validFrom": "2026-11-23T09:00:00Z", "validUntil": "2026-11-22T09:00:00Z"}, "/validUntil"),
    "a status without type": ({"credentialStatus": {"id": "https://example.org/1"}}, "/credentialStatus"),
    "a schema without id": ({"credentialSchema": {"type": "JsonSchema"}}, "/credentialSchema"),
    "terms of use without type": ({"termsOfUse": {"id": "https://example.org/1"}}, "/termsOfUse"),
    "evidence without type": ({"evidence": {"id": "https://example.org/1"}}, "/evidence"),
    "a name that is a number": ({"name": 7}, "/name"),
    "a description with another member": ({"description": {"@value": "x", "other": "y"}}, "/description"),
    "a proof": ({"proof": {"type": "DataIntegrityProof"}}, "/proof"),
}


@pytest.mark.parametrize("suite", SUITES)
def test_a_credential_is_signed_in_the_suite_that_is_asked_for_and_verifies(served: Host, suite: str) -> None:
    signed = served.issued(cryptosuite=suite)

    assert signed["proof"]["cryptosuite"] == suite
    assert signed["proof"]["verificationMethod"].startswith(f"{signed['issuer']}#")
    answer = served.verify(signed)
    assert (answer.status_code, answer.json()["verified"], problems(answer)) == (200, True, [])


def test_without_a_suite_one_proof_stands_alone_and_the_issuer_is_filled_in(served: Host) -> None:
    signed = served.issued()

    assert isinstance(signed["proof"], dict)
    assert signed["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert signed["issuer"] == served.issuer.profile.did
    assert served.issued(credential(issuer={"name": "Example University"}))["issuer"]["id"] == served.issuer.profile.did


def test_whoever_names_the_key_of_p256_as_the_issuer_gets_a_suite_of_that(served: Host) -> None:
    other = served.issued(cryptosuite="ecdsa-jcs-2019")["issuer"]

    assert other != served.issuer.profile.did
    assert served.issued(credential(issuer=other))["proof"]["cryptosuite"] == "ecdsa-rdfc-2019"


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_credential_of_ours_is_refused_and_the_member_is_named(served: Host, name: str) -> None:
    members, pointer = WRONG[name]

    answer = served.issue(credential(**members))

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert any(each["detail"].startswith(pointer) for each in answer.json()["problemDetails"]), answer.text
    assert set(problems(answer)) == {"MALFORMED_VALUE_ERROR"}


@pytest.mark.parametrize("suite", SUITES[:2])
@pytest.mark.parametrize(
    "members",
    [
        {"unknown": "x"},
        {"credentialSubject": {"id": "did:example:a", "unknown": "x"}},
        {"type": ["VerifiableCredential", "Unknown"]},
        {"@context": [V2, "https://example.org/context"]},
    ],
    ids=["a term", "a term of the subject", "a type", "a context"],
)
def test_what_no_bundled_context_defines_is_refused_and_never_dropped(served: Host, suite: str, members: JsonObject) -> None:
    assert served.issue(credential(**members), cryptosuite=suite).status_code == 400


@pytest.mark.parametrize(
    "options", [{"unknown": 1}, {"mandatoryPointers": ["/issuer"]}, {"cryptosuite": "bbs-2023"}, {"cryptosuite": 7}, {"type": "Other"}]
)
def test_an_option_that_cannot_be_followed_is_refused(served: Host, options: Any) -> None:
    assert served.issue(**options).status_code == 400


def test_the_same_request_again_gets_the_same_credential_and_makes_one(served: Host) -> None:
    value = credential(id="https://example.edu/credentials/1")

    first, second = served.issue(value), served.issue(value)

    assert (first.status_code, first.content) == (201, second.content)
    with served.issuer.database.read() as session:
        assert len(Credentials(session).of_learner(AT_ONCE + "https://example.edu/credentials/1")) == 1


def test_another_credential_of_the_same_id_is_refused(served: Host) -> None:
    served.issued(credential(id="urn:uuid:6f4a7a0e-5f0a-4f8e-8f8e-3b8f8a3d0001"))

    other = credential(id="urn:uuid:6f4a7a0e-5f0a-4f8e-8f8e-3b8f8a3d0001", credentialSubject={"name": "Bob"})

    assert served.issue(other).status_code == 409


def test_a_credential_without_an_id_is_found_by_the_name_that_it_was_given(served: Host) -> None:
    signed = served.issued(credentialId="office/2026/17")

    found = served.ask("GET", "/credentials/office%2F2026%2F17")

    assert "id" not in signed
    assert (found.status_code, found.json()) == (200, signed)
    assert served.ask("GET", "/credentials/office%2F2026%2F18").status_code == 404


def test_it_goes_in_and_out_as_application_vc(served: Host) -> None:
    headers = {"Content-Type": "application/vc", "Accept": "application/vc"}

    answer = served.ask("POST", "/credentials/issue", content=text(credential()), headers=headers)
    verified = served.ask("POST", "/credentials/verify", content=answer.content, headers={"Content-Type": "application/vc"})

    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/vc")
    assert (verified.status_code, verified.json()["verified"]) == (200, True)


@pytest.mark.parametrize("path", ["/credentials/issue", "/credentials/status", "/presentations", "/credentials/derive"])
def test_nobody_issues_sets_a_status_or_presents_without_the_key(served: Host, path: str) -> None:
    assert served.post(path, {}, key="").status_code == 401
    assert served.post(path, {}, key="laurea_000000000000_" + "A" * 43).status_code == 401


def test_the_issuers_key_does_not_open_the_wallet(served: Host) -> None:
    assert served.post("/presentations", {"presentation": {}}).status_code == 401
    assert served.ask("GET", "/holder/credentials").status_code == 401


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"credential": {}, "credential": {}}', "application/json", 400),
        (b'{"credential": NaN}', "application/json", 400),
        (b"[" * 100 + b"]" * 100, "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"credential": []}', "application/json", 400),
        (b'{"credential": {}}', "text/plain", 415),
        (b'{"credential": "' + b"x" * (1 << 20) + b'"}', "application/json", 413),
    ],
    ids=["a name twice", "NaN", "too deep", "nothing", "an array", "another type", "too large"],
)
def test_a_body_is_read_strictly(served: Host, content: bytes, kind: str, status: int) -> None:
    assert served.ask("POST", "/credentials/issue", content=content, headers={"Content-Type": kind}).status_code == status


def test_the_log_tells_nothing_of_what_is_issued(served: Host) -> None:
    served.issued(credential(id="https://example.edu/secret-1", credentialSubject={"name": "Zoë Secret"}))
    served.ask("GET", "/credentials/https:%2F%2Fexample.edu%2Fsecret-1")

    lines = [json.loads(line) for line in Path(served.log).read_text().splitlines()]

    assert "ecret" not in Path(served.log).read_text()
    assert {"/credentials/issue", "/credentials/{credential:path}"} <= {line["route"] for line in lines}


def test_a_credential_of_version_1_1_is_signed_where_that_is_allowed_and_not_enrolled(served: Host, tmp_path: Path) -> None:
    contexts: list[Json] = ["https://www.w3.org/2018/credentials/v1"]
    old: JsonObject = {
        "@context": contexts,
        "id": "urn:uuid:00000000-0000-4000-8000-000000000011",
        "type": ["VerifiableCredential"],
        "issuanceDate": "2026-11-22T00:00:00Z",
        "credentialSubject": {"id": "did:example:alice"},
    }
    world = world_offline(tmp_path / "issuer", p256=False)
    with world.issuer() as issuer:
        instant = Instant(issuer, world.keyring(), SUITES[:1], legacy=True)
        signed = instant.issue(old, Wanted())

        with pytest.raises(NotFound):
            instant.find(str(old["id"]))
    assert signed["@context"] == [*contexts, "https://w3id.org/security/data-integrity/v2"]
    assert served.verify(signed).status_code == 200


def test_a_direction_is_signed_over_the_text_and_by_no_suite_that_leaves_it_out(served: Host) -> None:
    directed = credential(name={"@value": "مثال", "@language": "ar", "@direction": "rtl"})

    refused = served.issue(directed, cryptosuite="eddsa-rdfc-2022")

    assert refused.status_code == 400
    assert "is no term" in refused.text
    assert served.verify(served.issued(directed, cryptosuite="eddsa-jcs-2022")).status_code == 200
