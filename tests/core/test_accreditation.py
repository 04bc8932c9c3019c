"""Accreditations: which endorsements may count, what they say, and why they do not count."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core import accreditation, canonical, did_document, openbadge
from laurea.core.account import account_document
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.identity import Accreditation
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.verify import evaluate
from laurea.errors import FormatError
from tests.core.world import (
    CHAIN,
    DOMAIN,
    ISSUER,
    ISSUER_KEY,
    METHOD,
    NOON,
    REGISTRY,
    accreditor,
    badge,
    endorsement,
    endorsing,
    entry,
    facts_of,
    partial,
    revise,
    trust_of,
)

PAGE = (Path(__file__).parents[2] / "docs" / "trust-file.md").read_text()
TRUST = trust_of(accreditor())
GIVEN = account_document(DOMAIN)
OTHER = account_document(Domain(CHAIN, REGISTRY, b"\x77" * 20))


def accredited(credential: Credential, *, later: timedelta = timedelta(0), **view: Any) -> Accreditation:
    """What follows from an endorsement at noon, or later, on a chain that answers."""
    facts = revise(facts_of(credential), **view) if view else facts_of(credential)
    report = evaluate(Presentation(credential), facts, TRUST, at=NOON + later)
    return accreditation.accredited(credential, report, TRUST)


def test_an_endorsement_says_which_account_is_whose() -> None:
    assert accredited(endorsing()) == Accreditation(ISSUER, "Ministry of Education", frozenset({DOMAIN}))


def test_it_may_hold_the_did_document_with_keys() -> None:
    document = did_document.build(ISSUER, {METHOD: ISSUER_KEY.public}, DOMAIN)
    found = accredited(endorsing(endorsement(subject={"didDocument": document})))

    assert found == Accreditation(ISSUER, "Ministry of Education", frozenset({DOMAIN}), {METHOD: ISSUER_KEY.public})
    both = accredited(endorsing(endorsement(subject={"didDocument": document, "accounts": [OTHER]})))
    assert len(both.accounts) == 2


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ({}, "it names no issuer id"),
        ({"accounts": []}, "it names no issuer id"),
        ({"accounts": ["eip155:1"]}, "an account has the members"),
        ({"accounts": [{**GIVEN, "more": 1}]}, "an account has the members"),
        ({"didDocument": "did.json"}, "the DID document is not an object"),
        ({"didDocument": did_document.build("did:web:other.example", {}, DOMAIN)}, "that of another"),
        ({"didDocument": {"id": ISSUER}}, "it names no issuer id"),
    ],
)
def test_one_that_names_no_account_as_it_should_does_not_count(subject: JsonObject, reason: str) -> None:
    found = accredited(endorsing(endorsement(subject=subject)))

    assert reason in found.problem
    assert (found.accounts, found.methods) == (frozenset(), {})


def test_one_that_hides_the_account_does_not_count() -> None:
    shown = partial(endorsing(), "/credentialSubject/id", "/credentialSubject/type")

    assert accredited(shown).problem == "it names no issuer id"


def test_one_that_is_not_valid_itself_does_not_count_and_says_why() -> None:
    assert "revoked by the issuer" in accredited(endorsing(), revoked=True).problem
    assert "expired at 2028-11-01" in accredited(endorsing(), later=timedelta(days=800)).problem
    assert "not valid before" in accredited(endorsing(endorsement(validFrom="2027-01-01T00:00:00Z"))).problem
    assert "anchor with another issuer id" in accredited(endorsing(domain=DOMAIN)).problem
    assert (
        "not anchored"
        in accreditation.accredited(
            Credential(endorsement(), ()), evaluate(Presentation(Credential(endorsement(), ())), None, TRUST, at=NOON), TRUST
        ).problem
    )
    unread = evaluate(Presentation(endorsing()), None, TRUST, at=NOON)
    assert "nothing was read from chain" in accreditation.accredited(endorsing(), unread, TRUST).problem


def test_only_accreditors_of_the_list_may_vouch_and_only_by_an_endorsement_of_that_issuer() -> None:
    credential = endorsing()

    assert accreditation.may_count(credential, ISSUER, TRUST)
    assert not accreditation.may_count(credential, "did:web:other.example", TRUST)
    for trust in (trust_of(), trust_of(accreditor(accredits=False)), trust_of(accreditor(did="did:web:other.example"))):
        assert not accreditation.may_count(credential, ISSUER, trust)
    badge_of_theirs = badge(
        issuer="did:web:ministry.example", credentialSubject={"id": ISSUER, "type": ["AchievementSubject"], "accounts": [GIVEN]}
    )
    for document in (
        endorsement(type=["VerifiableCredential"]),
        endorsement(credentialSubject={"type": ["EndorsementSubject"]}),
        endorsement(credentialSubject=[{"id": ISSUER, "type": ["EndorsementSubject"]}]),
        badge_of_theirs,
    ):
        assert not accreditation.may_count(Credential(document, ()), ISSUER, TRUST)


def test_an_issuer_does_not_vouch_for_itself() -> None:
    own = endorsing(endorsement(issuer={"id": ISSUER, "type": ["Profile"]}), domain=DOMAIN)

    assert not accreditation.may_count(own, ISSUER, trust_of(accreditor()))
    assert not accreditation.may_count(own, ISSUER, trust_of(entry(), accreditor())), "an entry that is no accreditor"


@pytest.mark.parametrize(
    ("held", "count"),
    [(None, 0), ("https://a.example", 0), ([], 0), ({"id": "x"}, 1), ([{}, 7, "x"], 1), ([{}] * 9, accreditation.MAX_EMBEDDED)],
)
def test_a_few_of_those_that_a_credential_carries_are_looked_at(held: Json, count: int) -> None:
    carrying = Credential(badge(issuer={"id": ISSUER, "type": ["Profile"], "endorsement": held}), ())

    assert len(accreditation.embedded(carrying)) == count
    assert accreditation.embedded(Credential(badge(issuer=ISSUER), ())) == []


def test_one_that_a_credential_carries_is_read_as_if_it_was_shown_alone() -> None:
    credential = endorsing()
    carrying = Credential(badge(issuer={"id": ISSUER, "type": ["Profile"], "endorsement": [credential.secured()]}), ())
    broken = Credential(badge(issuer={"id": ISSUER, "type": ["Profile"], "endorsement": [{**endorsement(), "proof": 7}]}), ())

    assert accreditation.embedded(carrying) == [Presentation(credential)]
    assert accreditation.embedded(broken)[0].problem


def test_the_example_in_the_documentation_is_an_accreditation() -> None:
    document = canonical.parse(PAGE.split("<!-- accreditation -->\n```json\n")[1].split("```")[0].encode())
    assert isinstance(document, dict)
    college = Domain(1, b"\x11" * 20, b"\x33" * 20)
    found = accredited(endorsing({**document, "validFrom": "2026-09-01T00:00:00Z"}))

    assert openbadge.problems(document) == []
    assert found == Accreditation("did:web:college.example", "Ministry of Education", frozenset({college}))


def test_a_suite_that_needs_a_definition_of_each_term_does_not_sign_one() -> None:
    with pytest.raises(FormatError, match="'accounts' is not defined"):
        SUITES["eddsa-rdfc-2022"].transform(endorsement())
    assert SUITES["eddsa-jcs-2022"].transform(endorsement())
