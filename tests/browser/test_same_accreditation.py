"""Whom an accreditor of the trust file vouches for is known to the page as to the library, on a real chain; and whoever else vouches is nobody."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

import laurea
from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.core import canonical
from laurea.core.account import account_document
from laurea.core.canonical import JsonObject
from laurea.core.keys import SigningKey, multikey
from laurea.core.leaf import Domain
from tests.anvil import Anvil
from tests.browser.node import Node, Refused, trust_document
from tests.chain.conftest import Chain, Issuer, with_registry
from tests.cli.test_verify_past import root_of
from tests.core.world import ISSUER, ISSUER_KEY, METHOD, STRANGER, accreditor, badge, endorsement, entry, sign, trust_of
from tests.issued import TESTNET
from tests.released import release


@dataclass
class Place:
    """A ministry and an issuer in one registry."""

    chain: Chain
    ministry: Issuer
    college: Issuer
    roots: set[bytes] = field(default_factory=set)

    def issue(self, issuer: Issuer, document: JsonObject) -> JsonObject:
        """Anchor a credential with another, and return it with its proof."""
        first, _ = release([document, {**document, "id": "urn:uuid:00000000-0000-4000-8000-00000000ffff"}], domain(issuer))
        root = root_of(first).root
        if root not in self.roots:  # the same document again makes the same tree
            issuer.act(registry.anchor(root, 2))
            self.chain.node.mine(4)
        self.roots.add(root)
        found = canonical.parse(first)
        assert isinstance(found, dict)
        return found

    def endorse(self, *, by: Issuer | None = None, **members: Any) -> JsonObject:
        """The ministry's endorsement of the college."""
        subject = members.pop("subject", {"accounts": [account_document(domain(self.college))]})
        document = endorsement(subject=subject, **{"validUntil": None, "validFrom": "2020-01-01T00:00:00Z", **members})
        return self.issue(by or self.ministry, document)

    def trust(self, **members: Any) -> str:
        listed = accreditor(**{"accounts": frozenset({domain(self.ministry)}), **members})
        return json.dumps(trust_document(trust_of(listed, canonical=frozenset())))


def domain(issuer: Issuer) -> Domain:
    return Domain(TESTNET, canonical_address(), issuer.id)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with Anvil(chain_id=TESTNET) as node:
        chain = with_registry(node)
        yield Place(chain, chain.issuer(), chain.issuer())


def same(node: Node, place: Place, document: JsonObject, trust: str, *given: JsonObject) -> Any:
    """The report of both, which is one but for when it was made."""
    texts = [json.dumps(each) for each in given]
    ours = laurea.verify(json.dumps(document), chain=place.chain.node.url, trust=trust, accreditations=texts, fetch=False).document()
    theirs = node.ask("verify", document=json.dumps(document), rpc=place.chain.node.url, trust=trust, accreditations=texts)
    for each in (ours, theirs):
        facts = each["facts"]
        assert isinstance(facts, dict)
        each |= {"at": None, "facts": {**facts, "readAt": None}}
    assert theirs == ours
    return theirs


def diploma(**members: Any) -> JsonObject:
    return badge(**{"validFrom": "2020-01-01T00:00:00Z", **members})


def test_an_accreditation_makes_an_issuer_known_given_as_a_file_or_carried(node: Node, place: Place) -> None:
    vouching = place.endorse()
    shown = place.issue(place.college, diploma())
    carrying = place.issue(place.college, diploma(issuer={"id": ISSUER, "type": ["Profile"], "endorsement": [vouching]}))

    assert same(node, place, shown, place.trust())["verdict"] == "undecided"
    assert same(node, place, shown, place.trust(), vouching)["verdict"] == "valid"
    assert same(node, place, carrying, place.trust())["verdict"] == "valid"
    assert same(node, place, shown, place.trust(accredits=False), vouching)["verdict"] == "undecided"
    assert same(node, place, shown, place.trust(accounts=frozenset()), vouching)["verdict"] == "undecided"


def test_its_keys_are_those_that_the_accreditor_vouches_for(node: Node, place: Place) -> None:
    account = account_document(domain(place.college))
    pinned = trust_document(trust_of(entry(accounts=frozenset())))["issuers"][0]["didDocument"]
    vouching = place.endorse(subject={"accounts": [account], "didDocument": pinned})
    shown = place.issue(place.college, diploma())
    proofs = shown["proof"]
    assert isinstance(proofs, dict | list)
    document = {name: value for name, value in shown.items() if name != "proof"}
    signed: JsonObject = {**document, "proof": [*(proofs if isinstance(proofs, list) else [proofs]), sign(document)]}

    assert same(node, place, signed, place.trust(), vouching)["verdict"] == "valid"
    assert same(node, place, signed, place.trust(), place.endorse())["verdict"] == "undecided"
    assert METHOD in json.dumps(signed)


def pinned_key(key: SigningKey, **revoked: str) -> JsonObject:
    """The DID document of the college, with one key."""
    method: JsonObject = {"id": METHOD, "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": multikey(key.public), **revoked}
    return {"id": ISSUER, "verificationMethod": [method], "assertionMethod": [METHOD]}


def test_its_keys_are_those_that_are_vouched_for_with_its_account_in_whatever_order(node: Node, place: Place) -> None:
    account, other = (account_document(domain(each)) for each in (place.college, place.ministry))
    mine = place.endorse(subject={"accounts": [account], "didDocument": pinned_key(ISSUER_KEY)})
    elsewhere = place.endorse(subject={"accounts": [other], "didDocument": pinned_key(STRANGER)})
    lost = place.endorse(subject={"accounts": [account], "didDocument": pinned_key(ISSUER_KEY, revoked="2020-01-01T00:00:00Z")})
    shown = place.issue(place.college, diploma())
    document = {name: value for name, value in shown.items() if name != "proof"}
    anchors = shown["proof"]
    signed: JsonObject = {**document, "proof": [sign(document), *(anchors if isinstance(anchors, list) else [anchors])]}

    for others, verdict in ((elsewhere, "valid"), (lost, "invalid")):
        for given in ((mine, others), (others, mine)):
            assert same(node, place, signed, place.trust(), *given)["verdict"] == verdict


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"validUntil": "2021-01-01T00:00:00Z"}, "expired"),
        ({"subject": {}}, "names no issuer id"),
        ({"subject": {"accounts": [{"chain": "eip155:1"}]}}, "account has the members"),
        ({"subject": {"didDocument": {"id": "did:web:other.example"}}}, "of another"),
        (
            {"subject": {"accounts": [{"chain": "eip155:1", "registry": "0x" + "11" * 20, "issuerId": "0x" + "22" * 20}]}},
            "another issuer id",
        ),
    ],
)
def test_an_accreditation_that_does_not_count_says_why(node: Node, place: Place, members: dict[str, Any], why: str) -> None:
    report = same(node, place, place.issue(place.college, diploma()), place.trust(), place.endorse(**members))
    assert report["verdict"] == "undecided"
    assert why in report["headline"]


def test_what_somebody_else_anchored_in_the_name_of_an_accreditor_does_not_count(node: Node, place: Place) -> None:
    report = same(node, place, place.issue(place.college, diploma()), place.trust(), place.endorse(by=place.college))
    assert report["verdict"] == "undecided"
    assert "does not count" in report["headline"]


def test_the_accreditors_own_word_about_others_is_not_asked_for_whom_the_list_names(node: Node, place: Place) -> None:
    trust = json.dumps(trust_document(trust_of(entry(accounts=frozenset()), accreditor(accounts=frozenset({domain(place.ministry)})))))
    assert same(node, place, place.issue(place.college, diploma()), trust, place.endorse())["verdict"] == "invalid"


def test_what_endorses_nobody_is_refused(node: Node) -> None:
    for text in ("{}", json.dumps(diploma()), "nonsense"):
        with pytest.raises(Refused, match="an accreditation"):
            node.ask("verify", document="{}", accreditations=[text])
