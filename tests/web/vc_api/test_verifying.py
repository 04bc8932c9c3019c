"""`POST /credentials/verify` and `/presentations/verify`: 200 for what was looked at and found good, 400 and the problems for all else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core import canonical, did_document, keys, signature
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.core.keys import SigningKey
from laurea.core.leaf import Domain
from laurea.core.p256 import P256Key
from laurea.core.presentation import CONTEXT
from laurea.core.signature import SignatureKey
from laurea.services.sources import Sources
from laurea.services.verifying import Verifying, read_trust, readers_at
from tests.fetch.site import Site
from tests.web.vc_api.host import Host, credential, host, problems, text, world_offline

NOW = datetime.now(UTC).replace(microsecond=0)
OURS = SigningKey.from_seed(b"i" * 32)
HOLDER = SigningKey.from_seed(b"h" * 32)
P256 = P256Key.from_scalar(b"p" * 32)
WANTED = {"challenge": "c-1f0e", "domain": "https://verifier.example"}


def method(key: SignatureKey) -> str:
    return f"{keys.did_key(key.public)}#{keys.multikey(key.public)}"


def proof(
    document: JsonObject, key: SignatureKey, suite: str = "eddsa-rdfc-2022", *, by: str = "", purpose: str = "assertionMethod", **extra: Any
) -> JsonObject:
    options = signature.proof_options(suite, method=by or method(key), purpose=purpose, created=NOW, extra=extra)
    return signature.secure(document, key, options)


def signed(key: SignatureKey = OURS, suite: str = "eddsa-rdfc-2022", **members: Any) -> JsonObject:
    document = credential(**{"issuer": keys.did_key(key.public), **members})
    return {**document, "proof": proof(document, key, suite)}


def presented(*credentials: JsonObject, key: SignatureKey = HOLDER, suite: str = "eddsa-rdfc-2022", **members: Any) -> JsonObject:
    document: JsonObject = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": keys.did_key(key.public), **members}
    if credentials:
        document["verifiableCredential"] = list(credentials)
    return {**document, "proof": proof(document, key, suite, purpose="authentication", **WANTED)}


def warned(answer: Any) -> set[str]:
    return {each["type"].rpartition(":")[2] for each in answer.json()["warnings"]}


def altered(value: JsonObject, **members: Any) -> JsonObject:
    return {**value, **members}


@pytest.mark.parametrize(
    ("key", "suite"), [(OURS, "eddsa-rdfc-2022"), (OURS, "eddsa-jcs-2022"), (P256, "ecdsa-rdfc-2019"), (P256, "ecdsa-jcs-2019")]
)
def test_a_foreign_credential_verifies_and_what_was_not_established_is_told(served: Host, key: SignatureKey, suite: str) -> None:
    answer = served.verify(signed(key, suite))

    assert (answer.status_code, answer.json()["verified"], problems(answer)) == (200, True, [])
    assert warned(answer) == {"anchor", "issuer"}
    assert answer.json()["report"]["verdict"] == "undecided"


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "altered": (lambda: altered(signed(), name="other"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "a term that is not defined": (lambda: altered(signed(), unknown="x"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "no proof": (lambda: altered(credential(issuer=OURS.did)), "PROOF_VERIFICATION_ERROR"),
    "an empty set of proofs": (lambda: altered(signed(), proof=[]), "PROOF_VERIFICATION_ERROR"),
    "a proof that is null": (lambda: altered(signed(), proof=None), "PARSING_ERROR"),
    "expired": (lambda: signed(validUntil="2020-01-01T00:00:00Z"), "RANGE_ERROR"),
    "not valid yet": (lambda: signed(validFrom=format_time(NOW + timedelta(days=1))), "RANGE_ERROR"),
    "no subject": (lambda: signed(credentialSubject={}), "MALFORMED_VALUE_ERROR"),
    "a text": (lambda: "credential", "PARSING_ERROR"),
    "null": (lambda: None, "PARSING_ERROR"),
    "another issuer": (lambda: signed(issuer="did:example:other"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "another did:key": (lambda: signed(issuer=HOLDER.did), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "another purpose": (lambda: _with_proof(purpose="authentication"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "a proof that has expired": (lambda: _with_proof(expires="2020-01-01T00:00:00Z"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "an unknown suite": (lambda: _with_members(cryptosuite="unknown-2030"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "an unknown type of proof": (lambda: _with_members(type="Unknown"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "no method": (lambda: _without("verificationMethod"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "no purpose": (lambda: _without("proofPurpose"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "a proof before it that is not there": (lambda: _with_proof(previousProof="urn:uuid:none"), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "one of two proofs is wrong": (lambda: _two(wrong=True), "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "a status of a kind that is not known": (
        lambda: signed(credentialStatus={"type": "VerifiableCredential"}),
        "STATUS_VERIFICATION_ERROR",
    ),
}


def _with_proof(**options: Any) -> JsonObject:
    document = credential(issuer=OURS.did)
    return {**document, "proof": proof(document, OURS, **options)}


def _with_members(**members: Any) -> JsonObject:
    value: Any = signed()
    return {**value, "proof": {**value["proof"], **members}}


def _without(name: str) -> JsonObject:
    value: Any = signed()
    return {**value, "proof": {member: each for member, each in value["proof"].items() if member != name}}


def _two(*, wrong: bool) -> JsonObject:
    value: Any = signed()
    document = credential(issuer=OURS.did)
    second: Any = proof(document, OURS, "eddsa-jcs-2022")
    return {**value, "proof": [value["proof"], {**second, "created": "2020-01-01T00:00:00Z"} if wrong else second]}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_found_good_is_not_verified_and_says_why(served: Host, name: str) -> None:
    make, problem = WRONG[name]

    answer = served.verify(make())

    assert (answer.status_code, answer.json()["verified"], problems(answer)) == (400, False, [problem])
    assert answer.json()["detail"]


def test_a_known_proof_beside_one_of_an_unknown_suite_is_enough_and_two_good_ones_are(served: Host) -> None:
    value: Any = signed()
    unknown = {**value["proof"], "cryptosuite": "unknown-2030"}

    assert served.verify({**value, "proof": [value["proof"], unknown]}).status_code == 200
    assert served.verify(_two(wrong=False)).status_code == 200


def test_the_caller_cannot_have_less_looked_at(served: Host) -> None:
    expired = signed(validUntil="2020-01-01T00:00:00Z")

    assert served.verify(expired, checks=["proof"]).status_code == 400
    assert served.verify(expired, skipValidity=True).status_code == 400
    assert served.verify(signed(), skipValidity=True).status_code == 400, "an option that is not known is refused"


def test_a_challenge_and_a_domain_that_are_demanded_of_a_credential_are_looked_for(served: Host) -> None:
    value = _with_proof(domain=["https://a.example", "https://b.example"], challenge="c-1")

    assert served.verify(value, domain="https://b.example", challenge="c-1").status_code == 200
    assert problems(served.verify(value, domain="https://c.example", challenge="c-2")) == [
        "INVALID_CHALLENGE_ERROR",
        "INVALID_DOMAIN_ERROR",
    ]


@pytest.mark.parametrize(
    ("key", "suite"), [(HOLDER, "eddsa-rdfc-2022"), (HOLDER, "eddsa-jcs-2022"), (P256, "ecdsa-rdfc-2019"), (P256, "ecdsa-jcs-2019")]
)
def test_a_presentation_by_any_known_suite_verifies_with_all_in_it(served: Host, key: SignatureKey, suite: str) -> None:
    mine = signed(credentialSubject={"id": keys.did_key(key.public)})

    answer = served.verify_presentation(presented(mine, signed(P256, "ecdsa-jcs-2019"), key=key, suite=suite), **WANTED)

    assert (answer.status_code, answer.json()["verified"]) == (200, True), answer.text
    assert [each["verified"] for each in answer.json()["results"]["credentials"]] == [True, True]
    assert warned(answer) == {"anchor", "issuer", "subject"}, "the second is about somebody else"


def test_a_presentation_may_show_nothing_and_name_no_holder(served: Host) -> None:
    document: JsonObject = {"@context": [CONTEXT], "type": ["VerifiablePresentation"]}
    value = {**document, "proof": proof(document, HOLDER, purpose="authentication", **WANTED)}

    answer = served.verify_presentation(value, **WANTED)

    assert (answer.status_code, warned(answer)) == (200, {"holder"})
    assert HOLDER.did in answer.json()["warnings"][0]["detail"]
    assert served.verify_presentation(presented(holder={"id": HOLDER.did}), **WANTED).status_code == 200


def test_without_a_demand_the_answer_warns_that_it_may_be_old(served: Host) -> None:
    answer = served.verify_presentation(presented())

    assert (answer.status_code, warned(answer)) == (200, {"challenge", "domain"})


def _unsigned() -> JsonObject:
    return {name: value for name, value in presented(signed()).items() if name != "proof"}


def _asserted() -> JsonObject:
    document = {name: value for name, value in presented().items() if name != "proof"}
    return {**document, "proof": proof(document, HOLDER, **WANTED)}


WRONG_SHOWN: dict[str, tuple[Callable[[], Any], dict[str, str], str]] = {
    "another challenge": (presented, {**WANTED, "challenge": "other"}, "INVALID_CHALLENGE_ERROR"),
    "another domain": (presented, {**WANTED, "domain": "https://other.example"}, "INVALID_DOMAIN_ERROR"),
    "nobody signed": (_unsigned, WANTED, "PROOF_VERIFICATION_ERROR"),
    "another holder": (lambda: presented(holder=OURS.did), WANTED, "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "signed as an issuer": (_asserted, WANTED, "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "altered": (lambda: altered(presented(), id="urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"), WANTED, "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "no type": (lambda: altered(presented(), type=["Other"]), WANTED, "MALFORMED_VALUE_ERROR"),
    "an id that is no URL": (lambda: altered(presented(), id="mine"), WANTED, "MALFORMED_VALUE_ERROR"),
    "a holder without an id": (lambda: altered(presented(), holder={}), WANTED, "MALFORMED_VALUE_ERROR"),
    "no context": (lambda: altered(presented(), **{"@context": []}), WANTED, "MALFORMED_VALUE_ERROR"),
    "a credential that is a text": (lambda: altered(presented(), verifiableCredential=["eyJ"]), WANTED, "PARSING_ERROR"),
    "a text": (lambda: "presentation", WANTED, "PARSING_ERROR"),
    "too many": (lambda: altered(presented(), verifiableCredential=[{}] * 33), WANTED, "PARSING_ERROR"),
    "a credential that was altered": (lambda: presented(altered(signed(), name="x")), WANTED, "CRYPTOGRAPHIC_SECURITY_ERROR"),
    "one of two credentials has expired": (
        lambda: presented(signed(), signed(validUntil="2020-01-01T00:00:00Z")), WANTED, "RANGE_ERROR",
    ),
    "a credential in an envelope": (
        lambda: presented({"@context": CONTEXT, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,eyJ.eyJ.x"}),
        WANTED,
        "MALFORMED_VALUE_ERROR",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_SHOWN)
def test_a_presentation_of_which_anything_is_not_found_good_is_not_verified(served: Host, name: str) -> None:
    make, wanted, problem = WRONG_SHOWN[name]

    answer = served.verify_presentation(make(), **wanted)

    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    assert problem in problems(answer), answer.text


@pytest.fixture
def known_by_their_site(tmp_path: Path, site: Site) -> Iterator[tuple[Host, str]]:
    """A verifier that reads the document of a did:web, in which one key is for assertions and another for authentication."""
    did = f"did:web:localhost%3A{site.port}"
    document = did_document.build(did, {f"{did}#i": OURS.public}, Domain(31337, b"\x11" * 20, b"\x22" * 20))
    multikey: JsonObject = {"id": f"{did}#h", "type": "Multikey", "controller": did, "publicKeyMultibase": keys.multikey(HOLDER.public)}
    site.pages["/.well-known/did.json"] = canonical.dump({**document, "authentication": [multikey]})
    sources = Sources(lambda: datetime.now(UTC), site.policy())
    verifying = Verifying(readers_at([]), read_trust([]), sources=sources)
    with host(world_offline(tmp_path / "issuer", p256=False), tmp_path, verifying=lambda: verifying) as found:
        yield found, did


def test_the_keys_of_a_did_web_are_fetched_and_each_is_good_for_its_own_purpose(known_by_their_site: tuple[Host, str]) -> None:
    served, did = known_by_their_site
    document = credential(issuer=did)
    by_issuer = {**document, "proof": proof(document, OURS, by=f"{did}#i")}
    shown: JsonObject = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": did}
    by_holder = {**shown, "proof": proof(shown, HOLDER, by=f"{did}#h", purpose="authentication", **WANTED)}
    by_the_wrong = {**shown, "proof": proof(shown, OURS, by=f"{did}#i", purpose="authentication", **WANTED)}

    assert served.verify(by_issuer).status_code == 200
    assert served.verify_presentation(by_holder, **WANTED).status_code == 200
    assert served.verify_presentation(by_the_wrong, **WANTED).status_code == 400


def test_a_did_web_that_nobody_can_read_is_undecided_and_so_not_verified(known_by_their_site: tuple[Host, str], site: Site) -> None:
    served, did = known_by_their_site
    site.pages.clear()
    document = credential(issuer=did)

    answer = served.verify({**document, "proof": proof(document, OURS, by=f"{did}#i")})

    assert (answer.status_code, problems(answer)) == (400, ["CRYPTOGRAPHIC_SECURITY_ERROR"])
    assert answer.json()["problemDetails"][0]["undecided"] is True


def test_a_presentation_is_taken_as_application_vp(served: Host) -> None:
    answer = served.ask("POST", "/presentations/verify", content=text(presented(signed())), headers={"Content-Type": "application/vp"})

    assert (answer.status_code, answer.json()["verified"]) == (200, True)


def test_what_was_sent_comes_back_for_whoever_asks(served: Host) -> None:
    value = signed()

    assert served.verify(value, returnCredential=True).json()["verifiableCredential"] == value
    assert "verifiableCredential" not in served.verify(value).json()


def test_nobody_asks_too_often(tmp_path: Path) -> None:
    with host(world_offline(tmp_path / "issuer", p256=False), tmp_path, requests=2) as found:
        answers = [found.verify({}).status_code for _ in range(4)]

    assert answers[-1] == 429
