"""VC 1.1: older credentials are verified by their own data model and their own dates."""

from datetime import UTC, datetime
from typing import Any

import pytest

from laurea.core import signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.openbadge import problems
from laurea.core.presentation import Presentation
from laurea.core.report import CheckId, Outcome, Report
from laurea.core.trust import Trust, TrustedIssuer
from laurea.core.verify import evaluate
from tests.core.world import ISSUER_KEY, NOON, badge

CONTEXT = "https://www.w3.org/2018/credentials/v1"
TRUST = Trust({ISSUER_KEY.did: TrustedIssuer(ISSUER_KEY.did, "Example University", NOON, frozenset())})
DATES: JsonObject = {"issuanceDate": "2026-11-22T00:00:00Z", "expirationDate": "2029-11-22T00:00:00Z"}


def plain(**members: Json) -> JsonObject:
    """The smallest credential of VC 1.1; `members` take the place of its own, None removes one."""
    document: JsonObject = {
        "@context": [CONTEXT, "https://w3id.org/security/data-integrity/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER_KEY.did,
        "credentialSubject": {"id": "did:example:1"},
        **DATES,
        **members,
    }
    return {name: value for name, value in document.items() if value is not None}


def legacy_badge(**members: Json) -> JsonObject:
    """A badge in the dress of VC 1.1."""
    found: Any = badge(validFrom=None, validUntil=None, name=None, **DATES)
    context: list[Json] = [
        CONTEXT,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    return {**found, "@context": context, "issuer": {"id": ISSUER_KEY.did, "type": ["Profile"], "name": "X"}, **members}


def judged(document: JsonObject, suite: str = "eddsa-rdfc-2022", *, at: datetime = NOON) -> Report:
    options = signature.proof_options(suite, method=ISSUER_KEY.method, purpose="assertionMethod", created=NOON)
    shown = Presentation(Credential(document, (signature.secure(document, ISSUER_KEY, options),)))
    return evaluate(shown, None, TRUST, at=at)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize("document", [plain(), plain(expirationDate=None), legacy_badge()], ids=["plain", "without end", "badge"])
def test_a_credential_of_vc_1_1_is_verified(document: JsonObject, suite: str) -> None:
    report = judged(document, suite)

    assert report[CheckId.FORMAT].outcome is Outcome.PASSED
    assert report[CheckId.SIGNATURE].outcome is Outcome.PASSED
    assert report[CheckId.VALIDITY].outcome is Outcome.PASSED


def test_its_own_dates_decide() -> None:
    early, late = datetime(2026, 11, 21, tzinfo=UTC), datetime(2029, 11, 22, tzinfo=UTC)

    assert judged(plain(), at=early)[CheckId.VALIDITY].reason == "not valid before 2026-11-22T00:00:00Z"
    assert judged(plain(), at=late)[CheckId.VALIDITY].reason == "expired at 2029-11-22T00:00:00Z"
    assert judged(plain(expirationDate=None), at=late)[CheckId.VALIDITY].reason == "no expiry set"


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (plain(issuanceDate=None), "/issuanceDate: add this member, it is required"),
        (plain(issuanceDate="today"), "/issuanceDate: "),
        (plain(expirationDate="2026-11-21T00:00:00Z"), "/expirationDate: give a time that is not before issuanceDate"),
        (plain(issuer=7), "/issuer: "),
        (plain(type=["Other"]), "/type: give an array of types with VerifiableCredential"),
        (plain(credentialSubject=[]), "/credentialSubject: "),
        (plain(credentialStatus={"type": "X"}), "/credentialStatus/id: add this member, it is required"),
        (plain(**{"@context": CONTEXT}), f"/@context: give an array of contexts that begins with {CONTEXT}"),
        (legacy_badge(credentialSubject={"type": ["AchievementSubject"]}), "/credentialSubject/achievement: add this member"),
        (legacy_badge(id=None), "/id: "),
        (legacy_badge(evidence=[{"type": ["Other"]}]), "/evidence/0/type: give an array of types with Evidence"),
    ],
)
def test_what_breaks_vc_1_1_is_named(document: JsonObject, problem: str) -> None:
    assert problems(document)[0].startswith(problem)


def test_the_dates_of_vc_2_are_no_dates_of_vc_1_1() -> None:
    document = plain(issuanceDate=None, expirationDate=None, validFrom="2026-11-22T00:00:00Z")

    assert problems(document) == ["/issuanceDate: add this member, it is required"]
    assert Credential(document, ()).valid_from is None


def test_a_context_of_vc_1_1_behind_that_of_vc_2_is_not_the_first() -> None:
    document = badge()
    assert isinstance(document["@context"], list)

    assert not Credential({**document, "@context": [*document["@context"], CONTEXT]}, ()).is_legacy
