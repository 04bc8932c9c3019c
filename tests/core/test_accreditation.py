"""Accreditations: which endorsements may count, what they say, and why they do not count."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core import accreditation, canonical, did_document, openbadge
from laurea.core.account import account_document
from laurea.core.canonical import Json, JsonObject
from laurea.core.checks import examine
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.identity import Accreditation
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.trust import Trust
from laurea.core.vouching import Link, Span, vouched
from laurea.errors import FormatError
from tests.core.world import (
    ACCREDITOR,
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


def accredited(credential: Credential, *, later: timedelta = timedelta(0), read: bool = True, **view: Any) -> Accreditation:
    """What follows from an endorsement for what was anchored at noon, or later, on a chain that answers."""
    facts = revise(facts_of(credential), **view) if view else facts_of(credential)
    needed = NOON + later
    link = Link(examine(Presentation(credential)), facts if read else None, Span(needed, needed))
    return vouched([link], TRUST, at=needed, lists={})


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
    assert "not anchored" in accredited_alone(Credential(endorsement(), ())).problem
    assert "nothing was read from chain" in accredited(endorsing(), read=False).problem


def accredited_alone(credential: Credential) -> Accreditation:
    """What follows from an endorsement of which the chain knows nothing."""
    return vouched([Link(examine(Presentation(credential)), None, Span(NOON, NOON))], TRUST, at=NOON, lists={})


def may_count(credential: Credential, did: str, trust: Trust) -> bool:
    """Whether an endorsement alone may make an issuer known, by its own word."""
    given = accreditation.by_endorsed([Presentation(credential)])
    return accreditation.chains(Credential(badge(issuer=did), ()), given, trust) == [(Presentation(credential),)]


def test_only_accreditors_of_the_list_may_vouch_and_only_by_an_endorsement_of_that_issuer() -> None:
    credential = endorsing()

    assert may_count(credential, ISSUER, TRUST)
    assert not may_count(credential, "did:web:other.example", TRUST)
    for trust in (trust_of(), trust_of(accreditor(accredits=False)), trust_of(accreditor(did="did:web:other.example"))):
        assert not may_count(credential, ISSUER, trust)
    badge_of_theirs = badge(
        issuer="did:web:ministry.example", credentialSubject={"id": ISSUER, "type": ["AchievementSubject"], "accounts": [GIVEN]}
    )
    for document in (
        endorsement(type=["VerifiableCredential"]),
        endorsement(credentialSubject={"type": ["EndorsementSubject"]}),
        endorsement(credentialSubject=[{"id": ISSUER, "type": ["EndorsementSubject"]}]),
        badge_of_theirs,
    ):
        assert not may_count(Credential(document, ()), ISSUER, TRUST)


def test_an_issuer_does_not_vouch_for_itself() -> None:
    own = endorsing(endorsement(issuer={"id": ISSUER, "type": ["Profile"]}), domain=DOMAIN)

    assert not may_count(own, ISSUER, trust_of(accreditor()))
    assert not may_count(own, ISSUER, trust_of(entry(), accreditor())), "an entry that is no accreditor"


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


# Chains


def did(number: int) -> str:
    """An issuer that no trust list names."""
    return f"did:web:link{number}.example"


def link(by: str, of: str, word: Json = None, carrying: Json = None) -> Presentation:
    """An endorsement, by its own word."""
    issuer: JsonObject = {"id": by, "type": ["Profile"], **({"endorsement": carrying} if carrying else {})}
    subject: JsonObject = {"accounts": [GIVEN], **({} if word is None else {"mayAccredit": word})}
    return Presentation(Credential(endorsement(of, subject, issuer=issuer), ()))


def found(*given: Presentation, trust: Trust = TRUST, issuer: Json = "did:web:link0.example") -> list[tuple[Presentation, ...]]:
    """The chains that may make the issuer of a badge known."""
    return accreditation.chains(Credential(badge(issuer=issuer), ()), accreditation.by_endorsed(given), trust)


def test_a_chain_leads_from_the_list_to_the_issuer_in_whatever_order_it_is_given() -> None:
    first, second, third = link(ACCREDITOR, did(2), 2), link(did(2), did(1), 1), link(did(1), did(0))

    assert found(third, first, second) == [(first, second, third)]
    assert found(second, third) == [], "nobody on the list vouches for the first"


@pytest.mark.parametrize("words", [(2, 1), (9, 1.0)])
def test_whoever_has_the_word_accredits_as_far_as_it_reaches(words: tuple[Json, Json]) -> None:
    assert found(link(ACCREDITOR, did(2), words[0]), link(did(2), did(1), words[1]), link(did(1), did(0)))


@pytest.mark.parametrize(
    "words", [(1, 1), (2, True), (2, 0), (2, None), (None, 1), (True, True), ("2", "1"), (2.5, 1), (2, 0.5), (2, -1), (2, [1]), (2, {})]
)
def test_nobody_accredits_without_the_word_nor_further_than_it_reaches(words: tuple[Json, Json]) -> None:
    assert found(link(ACCREDITOR, did(2), words[0]), link(did(2), did(1), words[1]), link(did(1), did(0))) == []


def test_chains_that_turn_in_a_circle_end() -> None:
    circle = link(did(1), did(0), 9), link(did(0), did(1), 9), link(did(0), did(0), 9)

    assert found(*circle) == []
    top = link(ACCREDITOR, did(1), 9)
    assert found(*circle, top) == [(top, circle[0])]


def test_a_chain_has_at_most_four_links() -> None:
    long = [link(did(at), did(at - 1), 9) for at in range(1, accreditation.MAX_LINKS)]

    assert len(found(*long, link(ACCREDITOR, did(accreditation.MAX_LINKS - 1), 9))[0]) == accreditation.MAX_LINKS
    more = link(did(accreditation.MAX_LINKS), did(accreditation.MAX_LINKS - 1), 9)
    assert found(*long, more, link(ACCREDITOR, did(accreditation.MAX_LINKS), 9)) == []


def test_whom_the_list_names_without_the_mark_nobody_makes_an_accreditor() -> None:
    chain = link(ACCREDITOR, did(1), 9), link(did(1), did(0))

    assert found(*chain)
    assert found(*chain, trust=trust_of(accreditor(), entry(did=did(1)))) == []
    assert found(*chain, trust=trust_of(accreditor(), entry(did=did(0)))) == [], "the list decides alone about the issuer"


def test_what_the_links_carry_themselves_is_found() -> None:
    top = link(ACCREDITOR, did(1), 1)
    last = link(did(1), did(0), carrying=[top.credential.document])
    issuer: JsonObject = {"id": did(0), "type": ["Profile"], "endorsement": last.credential.document}

    assert found(issuer=issuer) == [(top, last)]


def test_what_is_carried_about_somebody_else_makes_nobody_known() -> None:
    other = link(ACCREDITOR, did(7), 3)
    issuer: JsonObject = {"id": did(0), "type": ["Profile"], "endorsement": [other.credential.document]}
    last = link(did(1), did(0), carrying=[other.credential.document])

    assert found(issuer=issuer) == []
    assert found(last) == []


def test_a_hostile_tree_of_endorsements_costs_no_more_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [link(did(at), did(to), 9) for at in range(40) for to in range(40)]
    asked: list[Credential] = []

    def word(credential: Credential) -> int:
        asked.append(credential)
        return 9

    monkeypatch.setattr(accreditation, "may_accredit", word)

    assert found(*given) == []
    assert 0 < len(asked) <= accreditation.MAX_SOUGHT
    many = [link(ACCREDITOR, did(0)) for _ in range(99)]
    assert len(found(*many)) == accreditation.MAX_CHAINS
