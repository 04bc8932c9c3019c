"""Showing part of a credential: nothing hidden leaks, nothing shown can change, nothing hidden comes back."""

import base64
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import canonical, claims, disclosure
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.leaf import Domain
from laurea.core.proof import Anchoring, BaseProof, DerivedProof, Hints, Proof, proof_object
from laurea.errors import FormatError
from tests.core.strategies import anchorings, documents
from tests.core.world import (
    CHAIN,
    DOMAIN,
    ISSUER_ID,
    METHOD,
    REGISTRY,
    anchor_all,
    anchored,
    badge,
    base_of,
    changed,
    derived_of,
    facts_of,
    judge,
    outcomes,
    partial,
    plain,
    proof_of,
    sign,
    trust_of,
    with_document,
    with_proof,
)

NAME = "/credentialSubject/achievement/name"
ALTERED = "the credential or its proof was altered: they do not lead to the anchored root"
COMPLETE = anchored()
PARTIAL = partial(COMPLETE, "/credentialSubject/id", NAME)


def intact(credential: Credential) -> bool:
    return disclosure.integrity_problem(credential) == ""


def pointers(credential: Credential) -> list[str]:
    return [claim.pointer for claim in claims.split(credential.document)]


def anchored_at(document: JsonObject, place: tuple[int, int]) -> Credential:
    index, size = place
    return anchored(document, size=size, index=index)


@given(documents, anchorings())
def test_every_credential_of_a_batch_is_intact(document: JsonObject, place: tuple[int, int]) -> None:
    assert intact(anchored_at(document, place))


@given(documents, anchorings(), st.data())
def test_any_part_of_a_credential_is_intact_and_shows_just_that(document: JsonObject, place: tuple[int, int], data: st.DataObject) -> None:
    complete = anchored_at(document, place)
    kept = data.draw(st.sets(st.sampled_from(pointers(complete))))
    shown = partial(complete, *kept)

    assert intact(shown)
    assert pointers(shown) == [pointer for pointer in pointers(complete) if pointer in kept | {""}]
    assert proof_of(shown).anchoring == proof_of(complete).anchoring


@given(documents, st.data())
def test_what_was_shown_can_be_shown_on_in_part(document: JsonObject, data: st.DataObject) -> None:
    complete = anchored(document)
    kept = data.draw(st.sets(st.sampled_from(pointers(complete))))
    fewer = data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else set()
    again = partial(partial(complete, *kept), *fewer)

    assert again == partial(complete, *fewer)
    assert intact(again)


@given(documents, st.data())
def test_a_partial_credential_never_regains_a_claim(document: JsonObject, data: st.DataObject) -> None:
    complete = anchored(document)
    kept = data.draw(st.sets(st.sampled_from(pointers(complete))))
    shown = partial(complete, *kept)
    hidden = [claim for claim in claims.split(document) if claim.pointer not in pointers(shown)]

    assert pointers(disclosure.derive(shown, lambda _: True)) == pointers(shown)
    for claim in hidden:
        assert not intact(with_document(shown, claims.join([*claims.split(shown.document), claim])))


def test_the_envelope_cannot_be_hidden() -> None:
    bare = disclosure.derive(COMPLETE, lambda _: False)

    assert bare.document == {name: value for name, value in badge().items() if name not in ("credentialSubject", "evidence")}
    assert intact(bare)
    for name in bare.document:
        assert not intact(with_document(bare, {other: value for other, value in bare.document.items() if other != name}))


def test_deriving_drops_every_other_proof_and_keeps_the_method_and_hints() -> None:
    hints = Hints(b"\x0e" * 32, 7)
    carrier = proof_object(replace(base_of(COMPLETE), hints=hints), "did:web:issuer.example#other")
    shown = partial(Credential(COMPLETE.document, (sign(COMPLETE.document), carrier, {"type": "Unknown"})), NAME)

    assert [proof["cryptosuite"] for proof in shown.proofs] == ["merkle-anchor-2026"]
    assert shown.proofs[0]["verificationMethod"] == "did:web:issuer.example#other"
    assert proof_of(shown).hints == hints


def test_deriving_leaves_the_complete_credential_as_it_was() -> None:
    before = deepcopy(COMPLETE)
    partial(COMPLETE, NAME)

    assert before == COMPLETE


def test_a_derived_proof_that_shows_all_is_intact() -> None:
    shown = disclosure.derive(COMPLETE, lambda _: True)

    assert shown.document == COMPLETE.document
    assert derived_of(shown).cover == ()
    assert intact(shown)


def test_a_credential_that_is_not_anchored_has_no_parts() -> None:
    with pytest.raises(FormatError, match="not anchored"):
        disclosure.derive(Credential(badge(), ()), lambda _: True)
    assert disclosure.integrity_problem(Credential(badge(), ())) == "the credential has no anchor proof"


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_nothing_is_derived_from_an_altered_credential(credential: Credential) -> None:
    for altered in (changed(credential.document, "name", to="Law"), {**credential.document, "evidence": []}):
        with pytest.raises(FormatError):
            disclosure.derive(with_document(credential, altered), lambda _: True)


# Nothing hidden leaks


def canary(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:16]


def secret_document() -> tuple[JsonObject, list[str]]:
    """A credential with a canary for every hidden value and member name, and all of these canaries."""
    secrets = [canary(f"secret {at}") for at in range(40)]
    names = iter(secrets)
    subject: JsonObject = {next(names): next(names) for _ in range(8)}
    subject[next(names)] = {next(names): {next(names): [next(names), {next(names): next(names)}]}}
    subject[next(names)] = {"issuer": next(names), "nested": {next(names): next(names)}}
    subject["public"] = {"name": "shown"}
    evidence: Json = [next(names)]
    unused = set(names)
    return plain(subject, evidence=evidence), [secret for secret in secrets if secret not in unused]


def traces(secret: bytes) -> Iterator[bytes]:
    """The forms in which a secret would be found in a text: itself, in hexadecimal, and in base64 at any of its three positions."""
    yield secret
    yield secret.hex().encode()
    for start in range(3):
        cut = len(secret[start:]) // 3 * 3
        yield base64.b64encode(secret[start : start + cut])
        yield base64.urlsafe_b64encode(secret[start : start + cut])


def test_a_partial_credential_holds_no_trace_of_what_it_hides() -> None:
    document, secrets = secret_document()
    complete = anchored(document, size=5)
    shown = partial(complete, "/credentialSubject/public/name")
    seed = base_of(complete).seed
    found = claims.split(document)
    hidden = [at for at in range(len(found)) if at not in derived_of(shown).shown]
    tree = claims.claims_tree(found, seed)
    text = canonical.encode(shown.secured())
    raw = base64.urlsafe_b64decode(str(shown.proofs[0]["proofValue"])[1:] + "==")
    whole = canonical.encode(complete.secured())

    for secret in [secret.encode() for secret in secrets]:
        assert secret in whole
        assert not any(trace in text or trace in raw for trace in traces(secret))
    # A leaf of a hidden claim in the cover would be salted; the seed and the salts, which would let a guess be confirmed, never show.
    for secret in [seed, *(claims.salt(seed, at) for at in hidden)]:
        assert not any(trace in text or trace in raw for trace in traces(secret))
    assert all(claims.salt(seed, at) in raw for at in derived_of(shown).shown)
    assert len(derived_of(shown).cover) < len(hidden)
    assert tree.root not in raw


def test_deriving_twice_leaves_no_trace_of_what_the_second_hides() -> None:
    document, secrets = secret_document()
    complete = anchored(document)
    once = disclosure.derive(complete, lambda pointer: pointer != "/evidence")
    twice = partial(once, "/credentialSubject/public/name")
    raw = base64.urlsafe_b64decode(str(twice.proofs[0]["proofValue"])[1:] + "==")

    assert not any(secret.encode() in canonical.encode(twice.secured()) for secret in secrets)
    for at in set(range(len(claims.split(document)))) - set(derived_of(twice).shown):
        assert claims.salt(base_of(complete).seed, at) not in raw


@given(st.text("abc", max_size=9))
def test_two_credentials_that_differ_in_what_is_hidden_show_the_same_but_for_hashes(hidden: str) -> None:
    one, two = (partial(anchored(plain({"shown": 1, "hidden": value})), "/credentialSubject/shown") for value in (0, hidden))

    assert one.document == two.document
    assert (derived_of(one).shown, derived_of(one).salts) == (derived_of(two).shown, derived_of(two).salts)
    assert len(str(one.proofs[0]["proofValue"])) == len(str(two.proofs[0]["proofValue"]))


# Nothing can be altered


def flipped(value: bytes, at: int = 0, bit: int = 1) -> bytes:
    return value[:at] + bytes([value[at] ^ bit]) + value[at + 1 :]


def damages_of_a_place(place: Anchoring) -> Iterator[Anchoring]:
    for member in ("registry", "issuer_id", "root"):
        value: bytes = getattr(place, member)
        yield from (replace(place, **{member: flipped(value, at)}) for at in range(len(value)))  # type: ignore[arg-type] # bytes, all three
    yield replace(place, chain_id=place.chain_id + 1)
    yield replace(place, chain_id=place.chain_id ^ 1 << 63)
    yield from (replace(place, index=other) for other in range(place.size + 2) if other != place.index)
    yield replace(place, index=place.index + (1 << 31), size=place.size + (1 << 31))
    path = place.path
    for at in range(len(path)):
        yield from (replace(place, path=(*path[:at], flipped(path[at], byte), *path[at + 1 :])) for byte in range(32))
        yield replace(place, path=path[:at] + path[at + 1 :])
    yield replace(place, path=(*path, b"\x00" * 32))
    yield replace(place, path=(b"\x00" * 32, *path))
    if len(path) > 1:
        yield replace(place, path=tuple(reversed(path)))


def damages_of_a_proof(proof: Proof) -> Iterator[Proof]:
    """The proof with every part damaged but for the hints, which decide nothing."""
    yield from (replace(proof, anchoring=place) for place in damages_of_a_place(proof.anchoring))
    if isinstance(proof, BaseProof):
        yield from (replace(proof, seed=flipped(proof.seed, at, bit)) for at in range(32) for bit in (1, 128))
        return
    for at, salt in enumerate(proof.salts):
        yield from (replace(proof, salts=(*proof.salts[:at], flipped(salt, byte), *proof.salts[at + 1 :])) for byte in range(len(salt)))
    for at, node in enumerate(proof.cover):
        yield from (replace(proof, cover=(*proof.cover[:at], flipped(node, byte), *proof.cover[at + 1 :])) for byte in range(32))
        yield replace(proof, cover=proof.cover[:at] + proof.cover[at + 1 :])
        yield replace(proof, cover=(*proof.cover[:at], node, *proof.cover[at:]))
    yield replace(proof, claim_count=proof.claim_count + 1)
    yield replace(proof, claim_count=proof.claim_count - 1)
    yield replace(proof, salts=tuple(reversed(proof.salts)))
    yield from _other_shown(proof)


def _other_shown(proof: DerivedProof) -> Iterator[DerivedProof]:
    for at in range(1, proof.claim_count):
        shown = tuple(sorted(set(proof.shown) ^ {at}))
        yield replace(proof, shown=shown)
        salts = tuple((b"\x00" * 16, *proof.salts)[: len(shown)])
        yield replace(proof, shown=shown, salts=salts)
    for old, new in product(proof.shown[1:], range(1, proof.claim_count)):
        if new not in proof.shown:
            yield replace(proof, shown=tuple(sorted({*proof.shown, new} - {old})))


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_a_proof_damaged_in_any_part_is_never_valid(credential: Credential) -> None:
    assert judge(credential, facts_of(credential))

    for proof in damages_of_a_proof(proof_of(credential)):
        twin = with_proof(credential, proof)
        try:
            facts = facts_of(twin)
        except FormatError:
            facts = facts_of(credential)  # does not decode: any facts will do
        # The verifier accepts whatever the damaged proof says of registry and issuer, and the chain holds its root with its size.
        place = proof.anchoring
        entry = replace(trust_of().issuers["did:web:issuer.example"], accounts=frozenset({place.domain, DOMAIN}))
        trust = trust_of(entry, canonical=frozenset({place.registry, REGISTRY}))
        assert not judge(twin, facts, trust), proof


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_a_wrong_size_is_not_valid_even_where_the_path_would_take_it(credential: Credential) -> None:
    # (1, 3) and (1, 4) have paths of one shape: the size that counts is that on the chain.
    place = proof_of(credential).anchoring
    twin = with_proof(credential, replace(proof_of(credential), anchoring=replace(place, size=4)))

    assert judge(credential, facts_of(credential))
    assert intact(twin)
    assert outcomes(judge(twin, facts_of(twin, size=3)))["anchor"] == "failed"


def leaves_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value in a document."""
    if path:
        yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in items:
        yield from leaves_of(below, (*path, step))


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_a_document_damaged_in_any_value_is_never_valid(credential: Credential) -> None:
    assert judge(credential, facts_of(credential))

    for path in leaves_of(credential.document):
        others: list[Json] = ["another", None, 7, [], {}]
        for value in others:
            twin = with_document(credential, changed(credential.document, *path, to=value))
            assert not judge(twin, facts_of(credential)), (path, value)
            assert not intact(twin)


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_a_document_with_a_member_removed_added_or_renamed_is_never_intact(credential: Credential) -> None:
    for path in [(), *leaves_of(credential.document)]:
        copy: Any = deepcopy(credential.document)
        place = copy
        for step in path:
            place = place[step]
        if not isinstance(place, dict):
            continue
        for name in list(place):
            value = place.pop(name)
            assert not intact(with_document(credential, copy))
            place[name + "'"] = value
            assert not intact(with_document(credential, copy))
            del place[name + "'"]
            place[name] = value
        place["more"] = 1
        assert not intact(with_document(credential, copy))


ALIKE: list[Json] = [None, True, False, 0, 1, 1.0, "", "0", "1", "null", [], {}, [0], [None], {"a": 1}, {"a": 1.0}]


@pytest.mark.parametrize("value", ALIKE, ids=repr)
def test_values_that_json_distinguishes_are_distinguished(value: Json) -> None:
    credential = anchored(plain({"a": value}))
    for other in ALIKE:
        twin = with_document(credential, plain({"a": other}))
        assert intact(twin) == (canonical.encode(value) == canonical.encode(other))


def test_a_claim_does_not_pass_for_its_parts_nor_for_another_place() -> None:
    # The same value, one level up, down or aside, has another pointer and so another leaf.
    credential = anchored(plain({"a": {"b": 1}, "c": 2}))
    subjects: list[JsonObject] = [
        {"a": 1, "c": 2},
        {"a": {"b": {"": 1}}, "c": 2},
        {"a/b": 1, "c": 2},
        {"a": {"b": 2}, "c": 1},
        {"a": {"b": 1, "c": 2}},
    ]
    for subject in subjects:
        assert not intact(with_document(credential, plain(subject)))


# Nothing moves elsewhere


DOMAINS = [
    Domain(chain, registry, issuer) for chain, registry, issuer in product((CHAIN, 1), (REGISTRY, b"\x12" * 20), (ISSUER_ID, b"\x23" * 20))
]


@pytest.mark.parametrize("hidden", [False, True], ids=["complete", "partial"])
def test_a_root_bound_to_another_chain_registry_issuer_or_index_is_never_valid(hidden: bool) -> None:  # pytest's way
    # Attack 6: everything but the place is genuine, the other place holds the same root, and the verifier trusts it for the issuer.
    entry = replace(trust_of().issuers["did:web:issuer.example"], accounts=frozenset(DOMAINS))
    trust = trust_of(entry, canonical=frozenset(domain.registry for domain in DOMAINS))
    for home, index in product(DOMAINS, range(3)):
        complete = anchor_all([plain({"name": f"subject {at}"}) for at in range(3)], domain=home)[index]
        credential = partial(complete) if hidden else complete
        place = proof_of(credential).anchoring
        for other, at in product(DOMAINS, range(3)):
            moved = replace(place, chain_id=other.chain_id, registry=other.registry, issuer_id=other.issuer_id, index=at)
            twin = with_proof(credential, replace(proof_of(credential), anchoring=moved))
            assert bool(judge(twin, facts_of(twin), trust)) == ((other, at) == (home, index))


def test_two_credentials_with_the_same_content_are_bound_to_their_index() -> None:
    # A revoked index cannot be passed off as its twin's: the leaf commits to the index.
    one, two = anchor_all([badge(), badge()])

    assert intact(one)
    assert intact(two)
    assert not intact(with_document(Credential(one.document, two.proofs), changed(badge(), "name", to="x")))
    swapped = replace(base_of(one), anchoring=replace(proof_of(two).anchoring))
    assert not intact(Credential(one.document, (proof_object(swapped, METHOD),)))


def test_a_claims_root_does_not_pass_for_a_leaf_of_the_batch() -> None:
    # A batch over bare claims roots would let a claim's node stand for a credential: the leaf wraps the root with its domain.
    found = claims.split(badge())
    root = claims.claims_tree(found, b"\x00" * 32).root
    place = Anchoring(CHAIN, REGISTRY, ISSUER_ID, root, 1, 0, ())

    assert not intact(Credential(badge(), (proof_object(BaseProof(place, b"\x00" * 32), METHOD),)))


def test_the_claim_count_is_bound() -> None:
    # Without it, a subtree of claims could be shown as a credential of its own.
    shown = partial(anchored(plain({"a": 1, "b": 2, "c": 3})))
    proof = derived_of(shown)

    assert proof.claim_count == 4
    assert len(proof.cover) == 2
    for count in range(1, 9):
        twin = with_proof(shown, replace(proof, claim_count=count))
        assert intact(twin) == (count == 4)


RESULT, EARNED = "/credentialSubject/result", "/credentialSubject/creditsEarned"


@pytest.mark.parametrize(
    ("hidden", "asked", "may"),
    [
        ((), RESULT, False),
        ((RESULT,), RESULT, True),
        ((EARNED,), EARNED, True),
        ((EARNED,), RESULT, False),
        (("/evidence",), "/evidence", True),
        (("/evidence",), EARNED, False),
        # What has its place beside it may be it.
        (("/credentialSubject/type",), RESULT, True),
        (("/credentialSubject/achievement/name",), RESULT, False),
        (("/credentialSubject/achievement/name",), "/credentialSubject/achievement", True),
    ],
)
def test_what_may_be_hidden_is_told_by_the_places_of_what_is_shown(hidden: tuple[str, ...], asked: str, may: bool) -> None:
    subject: Any = badge()["credentialSubject"]
    credential = anchored(badge(credentialSubject={**subject, "result": [{"type": ["Result"], "status": "Failed"}]}))
    shown = disclosure.derive(credential, lambda pointer: not pointer.startswith(hidden or ("-",)))

    assert disclosure.may_hide(shown, asked) is may
    assert not disclosure.may_hide(credential, asked)
