"""Claims: what is one, how it is named, in which order they stand, and how they come together again."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import claims, tree
from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import Claim
from laurea.errors import FormatError
from tests.core.strategies import HARD_NAMES, documents
from tests.core.world import seed_of


def pointers(document: JsonObject) -> list[str]:
    return [claim.pointer for claim in claims.split(document)]


def values_of(document: JsonObject) -> dict[str, Json]:
    return {claim.pointer: claim.value for claim in claims.split(document)}


@given(documents)
def test_what_was_split_joins_to_the_same_document(document: JsonObject) -> None:
    found = claims.split(document)

    assert claims.join(found) == document
    assert claims.split(claims.join(found)) == found


@given(documents, st.data())
def test_any_subset_with_the_envelope_joins_to_a_document_that_splits_into_it(document: JsonObject, data: st.DataObject) -> None:
    envelope, *others = claims.split(document)
    kept = [envelope, *(claim for claim in others if data.draw(st.booleans()))]

    assert list(claims.split(claims.join(kept))) == kept


@given(documents)
def test_no_pointer_stands_twice_and_the_envelope_is_first(document: JsonObject) -> None:
    found = pointers(document)

    assert len(set(found)) == len(found)
    assert found[0] == ""
    assert "credentialSubject" not in claims.split(document)[0].value  # type: ignore[operator] # the envelope is an object
    assert found == sorted(found, key=lambda pointer: [int.from_bytes(unit) for unit in _units(pointer)])


def _units(pointer: str) -> list[bytes]:
    raw = pointer.encode("utf-16-be")
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]


def test_the_envelope_is_all_but_subject_and_evidence() -> None:
    found = claims.split({"id": "urn:x", "issuer": {"id": "i", "name": "n"}, "evidence": [1], "credentialSubject": {"id": "s"}})

    assert found == (
        Claim("", {"id": "urn:x", "issuer": {"id": "i", "name": "n"}}),
        Claim("/credentialSubject/id", "s"),
        Claim("/evidence", [1]),
    )


def test_a_document_without_subject_and_evidence_is_its_envelope() -> None:
    assert claims.split({}) == (Claim("", {}),)
    assert claims.split({"a": {"credentialSubject": {"b": 1}}}) == (Claim("", {"a": {"credentialSubject": {"b": 1}}}),)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1.5,
        "",
        "text",
        [],
        [{"a": 1}],
        {},
        {"issuer": "did:web:other.example", "validUntil": "2027-01-01T00:00:00Z"},
        {"issuer": None},
        {"@context": [], "a": {"b": 1}},
    ],
)
def test_arrays_scalars_empty_objects_and_embedded_credentials_are_one_claim(value: Json) -> None:
    assert claims.is_atomic(value)
    assert values_of({"credentialSubject": value}) == {"": {}, "/credentialSubject": value}
    assert values_of({"credentialSubject": {"a": {"b": value}}}) == {"": {}, "/credentialSubject/a/b": value}


@pytest.mark.parametrize("value", [{"a": 1}, {"Issuer": 1}, {"context": 1}, {"id": "x", "validUntil": "2027-01-01T00:00:00Z"}])
def test_other_objects_are_opened(value: JsonObject) -> None:
    assert not claims.is_atomic(value)
    assert values_of({"credentialSubject": value}) == {"": {}} | {f"/credentialSubject/{name}": member for name, member in value.items()}


def test_an_embedded_credential_cannot_lose_its_expiry() -> None:
    embedded: JsonObject = {"issuer": "did:web:other.example", "validUntil": "2020-01-01T00:00:00Z", "credentialSubject": {"a": 1}}

    assert values_of({"credentialSubject": {"endorsement": embedded}})["/credentialSubject/endorsement"] == embedded


@pytest.mark.parametrize("evidence", [{"a": {"b": 1}}, [], None, "x"])
def test_evidence_is_one_claim_whatever_it_holds(evidence: Json) -> None:
    assert values_of({"evidence": evidence}) == {"": {}, "/evidence": evidence}


def test_names_are_escaped_in_pointers() -> None:
    subject: JsonObject = {"a/b": 1, "m~n": 2, "~1": 3, "": 4, "/": 5, "~": {"~": {"": 6}}, " ": 7, "%41": 8}

    assert values_of({"credentialSubject": subject}) == {
        "": {},
        "/credentialSubject/": 4,
        "/credentialSubject/ ": 7,
        "/credentialSubject/%41": 8,
        "/credentialSubject/a~1b": 1,
        "/credentialSubject/m~0n": 2,
        "/credentialSubject/~01": 3,
        "/credentialSubject/~0/~0/": 6,
        "/credentialSubject/~1": 5,
    }


def test_a_member_named_proto_is_a_member_like_any() -> None:
    document: JsonObject = {"credentialSubject": {"__proto__": {"x": 1}, "constructor": {"prototype": 2}}}

    assert pointers(document)[1:] == ["/credentialSubject/__proto__/x", "/credentialSubject/constructor/prototype"]
    assert claims.join(claims.split(document)) == document


def test_pointers_are_sorted_by_utf_16_code_units() -> None:
    # By code points U+E000 and U+FB33 come before the astral U+1D11E, by UTF-16 code units after its surrogates.
    document: JsonObject = {"credentialSubject": {"\ue000": 1, "𝄞": 2, "z": 3, "\ufb33": 4, "\ud7ff": 5}}

    assert pointers(document)[1:] == [f"/credentialSubject/{name}" for name in ("z", "\ud7ff", "𝄞", "\ue000", "\ufb33")]


def test_a_longer_pointer_follows_its_beginning_and_slash_sorts_like_any_character() -> None:
    document: JsonObject = {"credentialSubject": {"a": {"b": 1}, "a!": 2, "a0": 3, "aa": 4}, "evidence": 0}

    assert pointers(document)[1:] == [
        "/credentialSubject/a!",
        "/credentialSubject/a/b",
        "/credentialSubject/a0",
        "/credentialSubject/aa",
        "/evidence",
    ]


def test_nfc_twins_are_two_claims_with_two_leaves() -> None:
    composed, decomposed = claims.split({"credentialSubject": {"\u00e9": 1, "e\u0301": 1}})[:0:-1]

    assert (composed.pointer, decomposed.pointer) == ("/credentialSubject/\u00e9", "/credentialSubject/e\u0301")
    assert claims.leaf_hash(composed, b"\x00" * 16) != claims.leaf_hash(decomposed, b"\x00" * 16)


def test_every_hard_name_makes_its_own_claim() -> None:
    names = [name for name in HARD_NAMES if name not in {"issuer", "@context"}]
    document: JsonObject = {"credentialSubject": {name: {name: at} for at, name in enumerate(names)}}

    assert len(pointers(document)) == len(names) + 1
    assert claims.join(claims.split(document)) == document


def test_salts_are_those_of_the_definition_and_never_repeat() -> None:
    seed = seed_of(0)
    salts = [claims.salt(seed, index) for index in range(4096)]

    assert salts[258] == sha256(b"laurea/salt" + seed + bytes([0, 0, 1, 2])).digest()[:16]
    assert {len(salt) for salt in salts} == {16}
    assert len(set(salts)) == 4096
    assert set(salts).isdisjoint(claims.salt(seed_of(1), index) for index in range(4096))


def test_a_claim_leaf_is_salt_and_canonical_pointer_and_value() -> None:
    data = b"\x07" * 16 + '["/credentialSubject/é",{"a":1,"b":[]}]'.encode()

    assert claims.leaf_hash(Claim("/credentialSubject/é", {"b": [], "a": 1.0}), b"\x07" * 16) == sha256(b"\x00" + data).digest()


def test_claims_of_the_same_value_have_different_leaves() -> None:
    built = claims.claims_tree(claims.split({"credentialSubject": {"a": 1, "b": 1}}), seed_of(0))

    assert built.size == 3
    assert len({built.leaf(at) for at in range(3)}) == 3


def test_a_guess_at_a_hidden_claim_cannot_be_confirmed_without_its_salt() -> None:
    # Attack 12: the same document under two seeds has nothing in common that a guess could be compared with.
    found = claims.split({"credentialSubject": {"grade": "A"}})
    one, other = (claims.claims_tree(found, seed_of(at)) for at in (0, 1))

    assert {one.leaf(0), one.leaf(1), one.root}.isdisjoint({other.leaf(0), other.leaf(1), other.root})
    assert one.leaf(1) != tree.leaf_hash(b'["/credentialSubject/grade","A"]')


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(FormatError, match=f"a seed has 32 bytes, not {length}"):
        claims.claims_tree(claims.split({}), b"\x00" * length)


def test_claims_that_lie_under_each_other_do_not_join() -> None:
    with pytest.raises(FormatError, match="lies under another claim"):
        claims.join([Claim("", {}), Claim("/credentialSubject/a", 1), Claim("/credentialSubject/a/b", 2)])


def test_joining_leaves_the_claims_as_they_were() -> None:
    document: JsonObject = {"credentialSubject": {"a": {"b": {}}}, "evidence": []}
    found = claims.split(document)
    joined = claims.join(found)
    joined["credentialSubject"] = None

    assert claims.split(document) == found
