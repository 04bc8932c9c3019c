"""The holder's endpoints: a presentation by the wallet's key, its credentials, and a part of one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from laurea.core.claims import split
from laurea.core.credential import Credential
from laurea.core.disclosure import integrity_problem
from laurea.core.presentation import Demand, Presentation, holder_problem
from laurea.services.holding.signing import SUITES
from tests.released import badge, release
from tests.web.vc_api.host import HOLDER_KEY, V2, Host, problems

CHALLENGE, DOMAIN = "c-1f0e", "https://verifier.example"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def kept(served: Host) -> Any:
    """A credential of the wallet, as it is kept; and another beside it."""
    owner = served.holding.opened().key.did
    first, second = release([badge(1, owner), badge(2, owner)])
    served.holding.receive(first, at=NOW)
    served.holding.receive(second, at=NOW)
    return json.loads(first)


def presentation(*credentials: Any, **members: Any) -> dict[str, Any]:
    held = {"verifiableCredential": list(credentials)} if credentials else {}
    return {"@context": [V2], "type": ["VerifiablePresentation"], **held, **members}


def present(served: Host, value: Any, **options: Any) -> Any:
    return served.post("/presentations", {"presentation": value, "options": options}, key=HOLDER_KEY)


@pytest.mark.parametrize("suite", SUITES)
def test_the_wallet_signs_what_verifies_here_for_this_challenge_and_domain_alone(served: Host, suite: str) -> None:
    answer = present(served, presentation(served.issued()), cryptosuite=suite, challenge=CHALLENGE, domain=DOMAIN)

    shown = answer.json()["verifiablePresentation"]
    assert answer.status_code == 201
    assert shown["holder"] == served.holding.opened().key.did
    assert (shown["proof"]["cryptosuite"], shown["proof"]["proofPurpose"]) == (suite, "authentication")
    assert served.verify_presentation(shown, challenge=CHALLENGE, domain=DOMAIN).status_code == 200
    assert problems(served.verify_presentation(shown, challenge="other", domain=DOMAIN)) == ["INVALID_CHALLENGE_ERROR"]


def test_laureas_own_verifiers_take_it_as_the_holders_signature(served: Host, kept: Any) -> None:
    shown = present(served, presentation(kept), challenge=CHALLENGE, domain=DOMAIN).json()["verifiablePresentation"]

    assert holder_problem(Presentation.parse(json.dumps(shown).encode()), Demand(DOMAIN, CHALLENGE), at=datetime.now(UTC)) == ""


def test_credentials_are_listed_and_given_by_their_id_as_they_are_kept(served: Host, kept: Any) -> None:
    listed = served.ask("GET", "/holder/credentials", key=HOLDER_KEY)
    one = served.ask("GET", f"/holder/credentials/{kept['id']}", key=HOLDER_KEY)

    assert [each["id"] for each in listed.json()][:1] == [kept["id"]]
    assert (one.status_code, one.json()) == (200, kept)
    assert served.ask("GET", "/holder/credentials/urn:uuid:0000", key=HOLDER_KEY).status_code == 404, "the beginning of an id is none"


def test_a_part_is_derived_that_leads_to_the_same_root_and_hides_the_rest(served: Host, kept: Any) -> None:
    pointer = "/credentialSubject/achievement/name"

    answer = served.post("/credentials/derive", {"verifiableCredential": kept, "options": {"selectivePointers": [pointer]}}, key=HOLDER_KEY)

    part = Credential.of(answer.json())
    assert answer.status_code == 201
    assert integrity_problem(part) == ""
    assert pointer in {claim.pointer for claim in split(part.document)}
    assert "result" not in answer.json()["credentialSubject"]
    assert "evidence" not in answer.json()


@pytest.mark.parametrize("pointers", [["/credentialSubject/none"], ["achievement"], [7], [], "all", None])
def test_pointers_that_lead_to_no_claim_are_refused(served: Host, kept: Any, pointers: Any) -> None:
    body = {"verifiableCredential": kept, "options": {"selectivePointers": pointers}}

    assert served.post("/credentials/derive", body, key=HOLDER_KEY).status_code == 400


def test_what_is_not_anchored_has_no_parts(served: Host) -> None:
    body = {"verifiableCredential": served.issued(), "options": {"selectivePointers": ["/credentialSubject/name"]}}

    assert served.post("/credentials/derive", body, key=HOLDER_KEY).status_code == 400


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (presentation(holder="did:example:other"), {}),
        (presentation(proof={"type": "DataIntegrityProof"}), {}),
        (presentation(type=["Other"]), {}),
        (presentation(unknown="x"), {"cryptosuite": "eddsa-rdfc-2022"}),
        (presentation(), {"cryptosuite": "ecdsa-rdfc-2019"}),
        (presentation(), {"proofPurpose": "assertionMethod"}),
        (presentation(), {"created": "2020-01-01T00:00:00Z"}),
        ([], {}),
    ],
    ids=[
        "another holder",
        "a proof",
        "another type",
        "an undefined term",
        "a suite of other keys",
        "another purpose",
        "a date",
        "an array",
    ],
)
def test_the_wallet_does_not_sign_what_it_cannot_stand_for(served: Host, value: Any, options: Any) -> None:
    assert present(served, value, **options).status_code == 400
