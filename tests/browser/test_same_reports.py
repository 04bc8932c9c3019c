"""The page's modules and the library judge the same: the same outcomes, in the same words, whatever is shown and whatever the chain said."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from laurea.core import bitstring, canonical, status_list, trust_file
from laurea.core.anchor import Facts
from laurea.core.canonical import JsonObject
from laurea.core.checks import examine
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from laurea.core.presentation import Demand, Presentation
from laurea.core.proof import Proof
from laurea.core.signature import previous_proofs, proof_options, secure
from laurea.core.status import ReadList
from laurea.core.trust import Trust, parse_trust
from laurea.core.verify import NO_LISTS, judge
from laurea.errors import FormatError
from tests.browser.node import Node, Refused, text, trust_document
from tests.browser.test_same_bytes import places, put, take
from tests.core.strategies import values
from tests.core.world import (
    ANCHORED,
    DEMAND,
    HOLDER,
    ISSUER,
    ISSUER_KEY,
    METHOD,
    NOON,
    STRANGER,
    anchored,
    badge,
    base_of,
    derived_of,
    entry,
    facts_of,
    partial,
    presented,
    revise,
    sign,
    trust_of,
    with_proof,
)

# What the page knows; the rdfc suites it names as unknown.
KNOWN = {name: suite for name, suite in SUITES.items() if suite.carries_context}
P256 = P256Key.from_scalar(b"\x07" * 32)
LIST_URL = "https://issuer.example/status/suspension"
ENTRY: JsonObject = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "suspension",
    "statusListIndex": "7",
    "statusListCredential": LIST_URL,
}
# Python's parsers name places and kinds in words of their own, and quotes in a text or values that are no text in its own way.
OWN_WORDS = re.compile(r"not JSON|not UTF-8|proofValue is not|the list is|[\[{\"\\]")
sharing = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


def rdfc_signed(document: JsonObject) -> JsonObject:
    options = proof_options("eddsa-rdfc-2022", method=METHOD, purpose="assertionMethod", created=ANCHORED)
    return secure(document, ISSUER_KEY, options)


def with_proofs(credential: Credential, *proofs: JsonObject) -> Credential:
    return Credential(credential.document, (*proofs, *credential.proofs))


PLAIN = anchored()
SIGNED = anchored(signed=True)
HIDING = partial(SIGNED, "/credentialSubject/id", "/credentialSubject/achievement/name")
BOTH = with_proofs(SIGNED, rdfc_signed(SIGNED.document))
SUSPENDABLE = anchored(badge(credentialStatus=ENTRY))
MEANT = [PLAIN, SIGNED, HIDING, BOTH, SUSPENDABLE]


def shown_as(credential: Credential, *, held: bool) -> Any:
    return presented(credential) if held else credential.secured()


def same(
    node: Node, document: bytes, facts: Facts | None, trust: Trust, *, at: datetime = NOON, lists: Mapping[str, ReadList] = NO_LISTS
) -> Any:
    """Both reports about a document, which are one; in the library's way of knowing only what the page knows."""
    report = judge(examine(Presentation.parse(document)), facts, trust, at=at, lists=lists, suites=KNOWN).document()
    given = report["facts"] if isinstance(report["facts"], dict) else {}
    found = node.report(document, given, trust, at=at, lists=lists, history=facts.history if facts else "")

    assert [(each["id"], each["outcome"]) for each in found["checks"]] == [(each["id"], each["outcome"]) for each in _checks(report)]
    assert found["verdict"] == report["verdict"]
    assert found["at"] == report["at"]
    assert found["facts"] == report["facts"]
    for ours, theirs in zip(_checks(report), found["checks"], strict=True):
        assert OWN_WORDS.search(ours["reason"]) or theirs == ours
    assert OWN_WORDS.search(str(report["headline"])) or found["headline"] == report["headline"]
    return found


def _checks(report: JsonObject) -> list[Any]:
    checks = report["checks"]
    assert isinstance(checks, list)
    return checks


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize("held", [False, True], ids=["bare", "presented"])
@pytest.mark.parametrize("credential", MEANT, ids=["plain", "signed", "partial", "two suites", "with a status"])
def test_what_is_good_is_good_in_both(node: Node, credential: Credential, held: bool) -> None:
    trust = trust_of(demand=DEMAND if held else None)
    report = same(node, encoded(shown_as(credential, held=held)), facts_of(credential), trust)
    assert report["verdict"] == ("undecided" if credential is SUSPENDABLE else "valid")


def damaged(value: Any, data: st.DataObject) -> Any:
    """Something else in one place of a document, or nothing."""
    path = data.draw(st.sampled_from(list(places(value))))
    if data.draw(st.booleans()):
        return take(value, path)
    others: st.SearchStrategy[Any] = st.sampled_from(
        ["", "did:key:z6Mk", HOLDER.did, ISSUER, METHOD, "2026-11-23T12:00:00Z", "2026-11-23T11:59:59.9Z", None, 1, [], {}]
    )
    return put(value, path, data.draw(others | values))


@settings(parent=sharing, max_examples=400)
@given(st.sampled_from(MEANT), st.booleans(), st.booleans(), st.data())
def test_a_damaged_document_is_judged_alike(node: Node, credential: Credential, held: bool, demanded: bool, data: st.DataObject) -> None:
    document = damaged(shown_as(credential, held=held), data)
    same(node, encoded(document), facts_of(credential), trust_of(demand=DEMAND if demanded else None))


@settings(parent=sharing, max_examples=200)
@given(st.sampled_from([SIGNED, HIDING]), st.integers(0, 10_000), st.sampled_from('AQz_019"{}[]:,\\ é'))
def test_a_damaged_character_is_judged_alike(node: Node, credential: Credential, place: int, character: str) -> None:
    whole = encoded(presented(credential)).decode()
    at = place % len(whole)
    data = (whole[:at] + character + whole[at + 1 :]).encode()
    report = same(node, data, facts_of(credential), trust_of(demand=DEMAND))
    assert report["verdict"] != "valid" or json.loads(data) == json.loads(whole)


BASE, DERIVED = base_of(PLAIN), derived_of(HIDING)
OTHER = b"\x12" * 32
DAMAGES: dict[str, tuple[Credential, Proof]] = {
    "a longer path": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, path=(*BASE.anchoring.path, OTHER)))),
    "a shorter path": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, path=BASE.anchoring.path[:-1]))),
    "another index": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, index=0))),
    "another size": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, size=4))),
    "another seed": (PLAIN, replace(BASE, seed=OTHER)),
    "another chain": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, chain_id=1))),
    "another root": (PLAIN, replace(BASE, anchoring=replace(BASE.anchoring, root=OTHER))),
    "a longer cover": (HIDING, replace(DERIVED, cover=(*DERIVED.cover, OTHER))),
    "a shorter cover": (HIDING, replace(DERIVED, cover=DERIVED.cover[:-1])),
    "more claims": (HIDING, replace(DERIVED, claim_count=DERIVED.claim_count + 1)),
    "another claim": (HIDING, replace(DERIVED, shown=(*DERIVED.shown[:-1], DERIVED.claim_count - 1))),
    "without the envelope": (HIDING, replace(DERIVED, shown=(1, *DERIVED.shown[1:]))),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_proof_is_refused_alike(node: Node, name: str) -> None:
    credential, proof = DAMAGES[name]
    report = same(node, encoded(with_proof(credential, proof).secured()), facts_of(credential), trust_of())
    assert report["verdict"] == "invalid"


def proof_values(text: str, place: int, byte: int, how: str) -> str:
    """A proofValue with other bytes in it, itself written as such bytes have to be."""
    raw = bytearray(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    at = place % len(raw)
    if how == "more":
        raw.append(byte)
    elif how == "fields":
        raw[0] += 1
        raw.append(byte)
    elif how == "longer":  # an integer in more bytes than it needs: of the kind, or the chain id behind it
        raw[1 + place % 2 : 2 + place % 2] = bytes([0x18, raw[1 + place % 2] & 0x17])
    else:
        raw[at : at + (how == "other")] = bytes([byte])
    return "u" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@settings(parent=sharing, max_examples=200)
@given(
    st.sampled_from([PLAIN, HIDING]),
    st.integers(0, 900),
    st.integers(0, 255),
    st.sampled_from(["more", "fields", "longer", "other", "extra"]),
)
@example(PLAIN, 0, 0, "more")
@example(PLAIN, 0, 0, "fields")
@example(PLAIN, 0, 0, "longer")
@example(HIDING, 0, 0, "fields")
def test_a_proof_value_of_other_bytes_is_judged_alike(node: Node, credential: Credential, place: int, byte: int, how: str) -> None:
    (anchor,) = [each for each in credential.proofs if each["cryptosuite"] == "merkle-anchor-2026"]
    value = proof_values(str(anchor["proofValue"]), place, byte, how)
    shown = Credential(credential.document, ({**anchor, "proofValue": value},))
    report = same(node, encoded(shown.secured()), facts_of(credential), trust_of())
    assert report["verdict"] != "valid" or value == anchor["proofValue"] or how == "other"


MOMENTS = [
    *(NOON - ago for ago in (timedelta(0), timedelta(seconds=60), timedelta(seconds=61), timedelta(minutes=13), timedelta(minutes=14))),
    *(ANCHORED + after for after in (timedelta(hours=1), timedelta(seconds=1), timedelta(0), timedelta(seconds=-1))),
]


@settings(parent=sharing, max_examples=300)
@given(
    st.sampled_from(["both", "finalized", "latest"]),
    st.dictionaries(
        st.sampled_from(["time", "size", "revoked", "compromised_from"]),
        st.sampled_from([0, 1, 3, 4, int(ANCHORED.timestamp()), int(ANCHORED.timestamp()) + 1, int(NOON.timestamp()) + 9]),
        max_size=2,
    ),
    st.sampled_from(["", "revoked", "no anchor", "stale", "trouble", "unread", "another leaf", "no facts"]),
    st.sampled_from(MOMENTS),
    st.fixed_dictionaries({}, optional={"revoked_at": st.sampled_from(MOMENTS), "history": st.just("the node is silent")}),
)
def test_whatever_the_chain_says_is_taken_alike(  # noqa: PLR0917 - what the chain says has many parts
    node: Node, where: str, anchor: dict[str, int], other: str, at: datetime, told: dict[str, Any]
) -> None:
    members = {name: bool(value) if name == "revoked" else value for name, value in anchor.items()}
    facts: Facts | None = revise(facts_of(PLAIN), anchor=True, at=where, **members)
    assert facts is not None
    changes: dict[str, Any] = {
        "": {},
        "trouble": {"trouble": "chain eip155:1: it is silent"},
        "unread": {"latest": None, "trouble": "silent"},
        "another leaf": {"index": 2},
        "stale": {"read_at": NOON + timedelta(hours=2)},
    }
    if other in changes:
        facts = Facts(**{**{name: getattr(facts, name) for name in Facts.__slots__}, **changes[other]})
    elif other == "no facts":
        facts = None
    else:
        facts = revise(facts, at=where, **({"revoked": True} if other == "revoked" else {"anchor": None}))
    same(node, encoded(PLAIN.secured()), facts and replace(facts, **told), trust_of(), at=at)


TRUSTS = {
    "the issuer": trust_of(),
    "nobody": trust_of(entry(did="did:web:other.example")),
    "another account": trust_of(entry(accounts=frozenset())),
    "another key": trust_of(entry(methods={METHOD: STRANGER.public})),
    "no key": trust_of(entry(methods={})),
    "a key that was lost before": trust_of(entry(revoked={METHOD: ANCHORED})),
    "a key that was lost later": trust_of(entry(revoked={METHOD: ANCHORED + timedelta(seconds=1)})),
    "a P-256 key": trust_of(entry(methods={METHOD: P256.public})),
    "no registry": trust_of(canonical=frozenset()),
    "the registry on this chain": trust_of(canonical=frozenset(), registries=frozenset({(11155111, b"\x11" * 20)})),
    "the registry on another": trust_of(canonical=frozenset(), registries=frozenset({(1, b"\x11" * 20)})),
}


@pytest.mark.parametrize("name", TRUSTS)
@pytest.mark.parametrize("credential", [PLAIN, SIGNED, BOTH], ids=["plain", "signed", "two suites"])
def test_every_kind_of_trust_means_the_same(node: Node, name: str, credential: Credential) -> None:
    same(node, encoded(credential.secured()), facts_of(credential), TRUSTS[name])


SIGNATURES: dict[str, list[JsonObject]] = {
    "another purpose": [{**sign(SIGNED.document), "proofPurpose": "authentication"}],
    "a stranger's": [sign(SIGNED.document, key=STRANGER)],
    "a stranger's under their own name": [sign(SIGNED.document, key=STRANGER, method=STRANGER.method)],
    "of another type": [
        secure(
            SIGNED.document,
            ISSUER_KEY,
            {**proof_options("eddsa-jcs-2022", method=METHOD, purpose="assertionMethod", created=ANCHORED), "type": "Other"},
        )
    ],
    "expired": [sign(SIGNED.document, expires="2026-11-23T12:00:00Z")],
    "expiring": [sign(SIGNED.document, expires="2026-11-23T12:00:00.000001Z")],
    "with a wrong time": [{**sign(SIGNED.document), "expires": "tomorrow"}],
    "over more context": [sign({**SIGNED.document, "@context": [*badge()["@context"], "https://x.example"]})],  # type: ignore[misc]
    "over less context": [sign({**SIGNED.document, "@context": badge()["@context"][:1]})],  # type: ignore[index]
    "P-256": [secure(SIGNED.document, P256, proof_options("ecdsa-jcs-2019", method=METHOD, purpose="assertionMethod", created=ANCHORED))],
    "rdfc alone": [rdfc_signed(SIGNED.document)],
    "unknown": [{"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u"}],
    "no suite": [{"type": "Ed25519Signature2020", "verificationMethod": METHOD}],
    "a suite in a list": [{**sign(SIGNED.document), "cryptosuite": ["eddsa-jcs-2022"]}],
    "two, one of them bad": [sign(SIGNED.document), sign(SIGNED.document, key=STRANGER)],
    "a chain": [sign(SIGNED.document, id="urn:a"), {**sign(SIGNED.document), "previousProof": "urn:a"}],
    "a chain to nowhere": [{**sign(SIGNED.document), "previousProof": "urn:b"}],
    "blank behind it": [{**sign(SIGNED.document), "proofValue": str(sign(SIGNED.document)["proofValue"]) + " "}],
}


@pytest.mark.parametrize("trust", ["the issuer", "a P-256 key", "another key"])
@pytest.mark.parametrize("name", SIGNATURES)
def test_every_kind_of_signature_counts_the_same(node: Node, name: str, trust: str) -> None:
    credential = with_proofs(PLAIN, *SIGNATURES[name])
    same(node, encoded(credential.secured()), facts_of(PLAIN), TRUSTS[trust])


def test_a_chain_of_proofs_that_was_signed_so_holds_in_both(node: Node) -> None:
    first = sign(PLAIN.document, id="urn:a")
    options = proof_options("eddsa-jcs-2022", method=METHOD, purpose="assertionMethod", created=ANCHORED, extra={"previousProof": "urn:a"})
    second = secure({**PLAIN.document, "proof": [first]}, ISSUER_KEY, options)
    assert previous_proofs(second, [first, second]) == [first]
    report = same(node, encoded(with_proofs(PLAIN, first, second).secured()), facts_of(PLAIN), trust_of())
    assert report["verdict"] == "valid"


@settings(parent=sharing, max_examples=100)
@given(
    st.sampled_from([HOLDER, STRANGER]),
    st.sampled_from([timedelta(0), timedelta(minutes=-5), timedelta(minutes=-5, seconds=1), timedelta(seconds=60), timedelta(seconds=61)]),
    st.sampled_from([DEMAND, Demand("another", DEMAND.challenge), Demand(DEMAND.audience, "another")]),
)
def test_the_holder_is_judged_alike(node: Node, key: SigningKey, ago: timedelta, demand: Demand) -> None:
    shown = presented(SIGNED, key=key, demand=demand, created=NOON + ago)
    same(node, encoded(shown), facts_of(SIGNED), trust_of(demand=DEMAND))


def a_list(**members: Any) -> JsonObject:
    """A status list by the issuer that names entry 7 unless told otherwise."""
    period = (NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    document = status_list.build(LIST_URL, ISSUER, "suspension", members.pop("indices", [7]), period=period, ttl=timedelta(minutes=5))
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject |= members.pop("subject", {})
    document |= members
    document = {name: value for name, value in document.items() if value is not None}
    return {**document, "proof": sign(document)}


LISTS: dict[str, JsonObject] = {
    "it is set": a_list(),
    "it is clear": a_list(indices=[8]),
    "it is stale": a_list(validUntil="2026-11-23T12:00:00Z"),
    "it is early": a_list(validFrom="2026-11-23T12:00:01Z"),
    "its ttl is over": a_list(validUntil=None),
    "it has no dates": a_list(validUntil=None, validFrom=None),
    "its ttl is long": a_list(validUntil=None, indices=[], subject={"ttl": 86_400_000}),
    "it is another's": a_list(issuer="did:web:other.example"),
    "it is for something else": a_list(subject={"statusPurpose": "refresh"}),
    "it is cut off": a_list(subject={"encodedList": str(a_list()["credentialSubject"]["encodedList"])[:-9]}),  # type: ignore[index, call-overload]
    "it is short": a_list(subject={"encodedList": bitstring.encode([], entries=1024)}),
    "it is not gzip": a_list(subject={"encodedList": "uAAAA"}),
    "it is not base64": a_list(subject={"encodedList": "u+/"}),
    "it is large": a_list(subject={"encodedList": bitstring.encode([], entries=(16 << 23) + 8)}),
    "it is as large as may be": a_list(indices=[], subject={"encodedList": bitstring.encode([], entries=16 << 23)}),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("at", MOMENTS[:6])
def test_status_lists_count_the_same_in_the_past(node: Node, name: str, at: datetime) -> None:
    same(
        node,
        encoded(SUSPENDABLE.secured()),
        facts_of(SUSPENDABLE),
        trust_of(),
        at=at,
        lists={LIST_URL: ReadList(canonical.encode(LISTS[name]))},
    )


@pytest.mark.parametrize("name", LISTS)
def test_status_lists_count_the_same(node: Node, name: str) -> None:
    report = same(
        node, encoded(SUSPENDABLE.secured()), facts_of(SUSPENDABLE), trust_of(), lists={LIST_URL: ReadList(canonical.encode(LISTS[name]))}
    )
    good = {"it is set": "invalid", "it is clear": "valid", "its ttl is long": "valid", "it is as large as may be": "valid"}
    assert report["verdict"] == good.get(name, "undecided")


ENTRIES: list[Any] = [
    {},
    {"statusSize": 1},
    {"statusSize": 2, "statusMessage": [{"status": "0x1", "message": "held"}]},
    {"statusSize": 2, "statusMessage": [{"status": hex(number), "message": "held"} for number in range(4)]},
    {"statusMessage": [{"status": "0x0", "message": "free"}, {"status": "0x1", "message": "held", "more": 1}]},
    {"statusMessage": [{"status": "0x0", "message": "free"}]},
    {"statusMessage": [{"status": "0", "message": "free"}, {"status": "0x1", "message": "held"}]},
    {"statusMessage": ["free", "held"]},
    {"statusMessage": None},
    {"statusSize": 0},
    {"statusSize": True},
    {"statusSize": 33, "statusMessage": []},
    {"statusListIndex": "07"},
    {"statusListIndex": 7},
    {"statusListIndex": "9" * 30},
    {"statusPurpose": "message"},
    {"statusPurpose": "revocation"},
    {"statusPurpose": None},
    {"id": LIST_URL},
    {"type": ["Other"]},
    {"statusListCredential": "https://issuer.example/none"},
]


@pytest.mark.parametrize("members", ENTRIES)
def test_status_entries_are_read_alike(node: Node, members: dict[str, Any]) -> None:
    credential = anchored(badge(credentialStatus={**ENTRY, **members}))
    same(node, encoded(credential.secured()), facts_of(credential), trust_of(), lists={LIST_URL: ReadList(canonical.encode(a_list()))})


def test_a_number_that_is_written_as_a_double_is_no_integer_in_either(node: Node) -> None:
    credential = anchored(badge(credentialStatus={**ENTRY, "statusSize": 1}))
    data = encoded(credential.secured()).replace(b'"statusSize": 1', b'"statusSize": 1.0')
    report = same(node, data, facts_of(credential), trust_of(), lists={LIST_URL: ReadList(canonical.encode(a_list(indices=[])))})
    assert report["verdict"] == "undecided"


TRUST_FILE = trust_document(trust_of(entry(revoked={METHOD: NOON}), registries=frozenset({(1, b"\x11" * 20)})))


@sharing
@given(st.none() | st.data())
@example(data=None)
def test_a_damaged_trust_file_is_refused_alike(node: Node, data: st.DataObject | None) -> None:
    raw = encoded(TRUST_FILE if data is None else damaged(TRUST_FILE, data))
    try:
        expected = list(parse_trust(raw)[0])
    except FormatError:
        with pytest.raises(Refused):
            node.ask("trust", document=text(raw), signer=None)
    else:
        assert node.ask("trust", document=text(raw), signer=None) == expected


def test_a_trust_file_that_has_to_be_signed_is_taken_from_that_signer_alone(node: Node) -> None:
    signed = text(encoded(trust_file.sign(encoded(TRUST_FILE), ISSUER_KEY, method=ISSUER_KEY.method, created=NOON)))
    assert node.ask("trust", document=signed, signer=ISSUER_KEY.did) == [ISSUER]
    with pytest.raises(Refused, match="is not signed by"):
        node.ask("trust", document=signed, signer=STRANGER.did)
    with pytest.raises(Refused, match=r"is not signed$"):
        node.ask("trust", document=text(encoded(TRUST_FILE)), signer=ISSUER_KEY.did)


@pytest.mark.parametrize("mark", [True, False, 1, "true", None])
def test_the_mark_of_an_accreditor_is_read_alike(node: Node, mark: Any) -> None:
    found: Any = TRUST_FILE
    raw = encoded({**found, "issuers": [{**each, "accredits": mark} for each in found["issuers"]]})
    if isinstance(mark, bool):
        assert node.ask("trust", document=text(raw), signer=None) == list(parse_trust(raw)[0])
        return
    with pytest.raises(FormatError, match="accredits"):
        parse_trust(raw)
    with pytest.raises(Refused, match="accredits in the trust file is neither true nor false"):
        node.ask("trust", document=text(raw), signer=None)
