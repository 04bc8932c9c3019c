"""Credentials of one form are examined and judged as the long way does, whatever is done to them."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from laurea.core import canonical, shown_form
from laurea.core.canonical import Json, JsonObject
from laurea.core.checks import examine
from laurea.core.openbadge import achievement, profile, values
from laurea.core.presentation import Presentation
from laurea.core.proof import BaseProofs, Hints, decode
from laurea.core.report import CheckId, Outcome
from laurea.core.shown_form import A_URL, MOST_BYTES, NONSENSE, ShownForms
from laurea.core.verify import judge
from tests.core import world
from tests.core.linked import credentials
from tests.core.strategies import texts
from tests.core.world import anchor_all, badge, base_of, facts_of, partial, plain, presented, trust_of

TRUST = trust_of()
NAMES = ("Ada", "Łukasz", "李", "O'Brien", "a%b", "x" * 300, "Ada")
# What one rule takes and another refuses: each may come to stand in any place.
ODD = (
    NONSENSE,
    A_URL,
    "",
    "did:key:z6Mk",
    "2027-01-01T00:00:00Z",
    "2027-13-01T00:00:00Z",
    "2027-01-01",
    "ext:x",
    "de",
    "merkle-anchor-2026",
)
ODD_ONES = st.sampled_from((*ODD, '"', "\\", "\n", "\ud800", "\uffff", "urn:x-laurea-marker:0:", "VerifiablePresentation")) | texts


def numbered(count: int, **members: Any) -> list[JsonObject]:
    """Badges that differ in texts with each kind of rule."""
    return [
        badge(
            id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            description=NAMES[number % len(NAMES)],
            validFrom=f"2026-11-{number % 20 + 1:02}T00:00:00Z",
            evidence=[{"id": f"https://issuer.example/evidence/{number}", "type": ["Evidence"], "name": f"{number}"}],
            **members,
        )
        for number in range(count)
    ]


def files(documents: Sequence[JsonObject], *, signed: bool = False, hints: Hints | None = None) -> list[bytes]:
    """A batch as its issuer releases it."""
    return [canonical.dump(each.secured()) for each in anchor_all(documents, signed=signed, hints=hints)]


def agree(forms: ShownForms, shown: Sequence[bytes]) -> None:
    for data in shown:
        found, expected = forms.examine(data), examine(Presentation.parse(data))
        assert (found.shown, found.form, found.proof) == (expected.shown, expected.form, expected.proof)
        assert [*found.shown.credential.document] == [*expected.shown.credential.document]
        facts = facts_of(expected.shown.credential) if expected.proof and expected.form.outcome is Outcome.PASSED else None
        assert judge(found, facts, TRUST, at=world.NOON) == judge(expected, facts, TRUST, at=world.NOON)


class LongWay(Exception):
    """A credential went it."""


def short(monkeypatch: pytest.MonkeyPatch, forms: ShownForms, shown: Sequence[bytes]) -> bool:
    """Tell whether all of them go the short way."""

    def refuse(_: Presentation) -> None:
        raise LongWay

    with monkeypatch.context() as patch:
        patch.setattr(shown_form, "examine", refuse)
        try:
            return all(forms.examine(data) for data in shown)
        except LongWay:
            return False


def places(value: Any) -> int:
    """How many texts there are in a value."""
    if isinstance(value, dict | list):
        return sum(map(places, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str)


def with_text(value: Any, place: int, text: str) -> Any:
    """The value with another text in one place."""
    left = place

    def walk(item: Any) -> Any:
        nonlocal left
        if isinstance(item, dict):
            return {name: walk(member) for name, member in item.items()}
        if isinstance(item, list):
            return [walk(member) for member in item]
        left -= isinstance(item, str)
        return text if isinstance(item, str) and left == -1 else item

    return walk(value)


BATCH = files(numbered(24, awardedDate="2026-11-20T00:00:00Z"))
SIGNED = files(numbered(24), signed=True)
TAUGHT = ShownForms()
agree(TAUGHT, [*BATCH, *SIGNED])


@pytest.mark.parametrize("batch", [BATCH, SIGNED, files(numbered(24), hints=Hints(bytes(32), 7))])
def test_after_a_few_a_batch_goes_the_short_way(batch: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ShownForms()
    agree(forms, batch)

    assert short(monkeypatch, forms, batch)
    agree(forms, batch)


def test_credentials_that_differ_in_their_proofs_alone_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    forms, batch = ShownForms(), files([badge()] * 5)
    agree(forms, batch)

    assert short(monkeypatch, forms, batch)


def test_several_forms_and_batches_may_be_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ShownForms()
    mixed = [each for pair in zip(BATCH, SIGNED, files(numbered(24, name=None), hints=Hints(bytes(32), 9)), strict=True) for each in pair]
    agree(forms, mixed)

    assert short(monkeypatch, forms, mixed)
    agree(forms, mixed[::-1])


@given(st.lists(credentials(), min_size=1, max_size=3), st.lists(texts, min_size=2, max_size=4), st.booleans())
def test_badges_are_examined_as_the_long_way_does(found: list[JsonObject], names: list[str], signed: bool) -> None:
    many = [{**each, "name": name, "id": f"urn:uuid:{number}"} for each in found for number, name in enumerate(names)]
    agree(ShownForms(), files(many, signed=signed) * 2)


@given(st.sampled_from([BATCH, SIGNED]), st.lists(st.tuples(st.integers(0, 23), st.integers(0, 60), ODD_ONES), min_size=1, max_size=12))
def test_another_text_in_any_place_has_the_answer_of_the_long_way(batch: list[bytes], changes: list[tuple[int, int, str]]) -> None:
    forms = deepcopy(TAUGHT)
    for at, place, text in changes:
        value = canonical.parse(batch[at])
        changed = with_text(value, place % places(value), text)
        raw = canonical._write(changed).encode(errors="surrogatepass")
        agree(forms, [raw, raw, batch[at]])


@given(st.lists(st.tuples(st.integers(0, 60), ODD_ONES), min_size=1, max_size=4))
def test_another_text_that_was_anchored_has_the_answer_of_the_long_way(changes: list[tuple[int, str]]) -> None:
    documents = numbered(6)
    for place, text in changes:
        if text not in ("\ud800", "\uffff"):
            documents += [with_text(each, place % places(each), text) for each in documents[:2]]
    agree(ShownForms(), files(documents) * 2)


@given(
    st.sampled_from([BATCH, SIGNED]),
    st.lists(st.tuples(st.integers(0, 23), st.integers(0, 4000), st.integers(0, 6), st.binary(max_size=4)), min_size=1, max_size=8),
)
def test_damaged_bytes_have_the_answer_of_the_long_way(batch: list[bytes], damages: list[tuple[int, int, int, bytes]]) -> None:
    forms = deepcopy(TAUGHT)
    for at, start, cut, put in damages:
        begin = start % len(batch[at])
        agree(forms, [batch[at][:begin] + put + batch[at][begin + cut :]])


@given(st.integers(0, 23), st.integers(0, 23))
def test_the_proof_of_another_is_no_proof(one: int, other: int) -> None:
    forms = deepcopy(TAUGHT)
    texts_of = [data.split(b'"proofValue":"') for data in (BATCH[one], BATCH[other])]
    swapped = texts_of[0][0] + b'"proofValue":"' + texts_of[1][1]
    agree(forms, [swapped])
    found = forms.examine(swapped)
    facts = facts_of(found.shown.credential)

    assert judge(found, facts, TRUST, at=world.NOON)[CheckId.INTEGRITY].outcome is (Outcome.PASSED if one == other else Outcome.FAILED)


def test_a_proof_of_a_part_in_the_place_of_one_of_the_whole_has_the_answer_of_the_long_way() -> None:
    forms = deepcopy(TAUGHT)
    (derived,) = partial(anchor_all(numbered(1))[0], "/credentialSubject/id").proofs
    before, value = BATCH[0].split(b'"proofValue":"')
    agree(forms, [before + b'"proofValue":"' + str(derived["proofValue"]).encode() + value[value.index(b'"') :]])


def test_a_text_that_its_place_does_not_take_is_refused_in_the_words_of_the_long_way() -> None:
    forms = deepcopy(TAUGHT)
    document = numbered(24)[3]
    for member, wrong in (("id", "no URL"), ("validFrom", "yesterday"), ("validFrom", "2030-01-01T00:00:00Z")):
        (data,) = files([{**document, "awardedDate": "2026-11-20T00:00:00Z", member: wrong}])
        agree(forms, [data])
        assert forms.examine(data).form.outcome is Outcome.FAILED


def test_what_is_no_complete_credential_in_jcs_goes_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    anchored = anchor_all(numbered(6))
    others = [canonical.dump(partial(each, "/credentialSubject/id").secured()) for each in anchored]
    others += [canonical.dump(presented(each)) for each in anchored]
    others += [canonical.dump(each.document) for each in anchored]
    others += [b" " + canonical.dump(each.secured()) for each in anchored]
    others += files(numbered(6, narrative="x" * MOST_BYTES)) + files(numbered(6, narrative="urn:x-laurea-marker:0:"))
    forms = ShownForms()
    agree(forms, others * 2)

    assert not forms._forms


def test_a_text_of_any_length_in_a_credential_of_a_form_has_the_answer_of_the_long_way() -> None:
    forms = deepcopy(TAUGHT)
    for size in (MOST_BYTES, 300 << 10, 2 << 20):
        agree(forms, [BATCH[1].replace("Łukasz".encode(), b"x" * size)])


def test_a_proof_that_becomes_another_anchor_proof_is_one_too_many() -> None:
    forms = ShownForms()
    suites = ["one-suite", "another-suite", "a-third-suite", "merkle-anchor-2026"]
    batch = [
        canonical.dump({**each.secured(), "proof": [*each.proofs, {"type": "DataIntegrityProof", "cryptosuite": suite}]})
        for each, suite in zip(anchor_all([badge(name=suite) for suite in suites]), suites, strict=True)
    ]
    agree(forms, batch * 2)

    assert forms.examine(batch[-1]).form.outcome is Outcome.FAILED


def test_texts_with_escapes_go_the_long_way_and_keep_nothing_from_being_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ShownForms()  # which knows a form before names differ
    quoted = files([{**each, "name": f'"{number}"'} for number, each in enumerate(numbered(9))])
    named = files([{**each, "name": f"{number}"} for number, each in enumerate(numbered(9))])
    agree(forms, files(numbered(5)) + quoted + named + quoted)

    assert short(monkeypatch, forms, named[2:])


def test_altered_copies_of_one_credential_are_no_form() -> None:
    (data,) = files([badge(name="NAME")])
    forms = ShownForms()
    agree(forms, [data.replace(b"NAME", name) for name in (b"one", b"two", b"three", b"NAME")])

    assert not forms._forms


@pytest.mark.parametrize("limit", ["MOST_FORMS", "MOST_LESSONS", "MOST_HOLES", "MOST_SEEN", "MOST_SEEN_BYTES"])
@pytest.mark.parametrize("most", [0, 1])
def test_beyond_a_limit_all_go_the_long_way(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_form, limit, most)
    forms = ShownForms()
    agree(forms, [each for pair in zip(BATCH, SIGNED, strict=True) for each in pair])

    assert not short(monkeypatch, forms, [*BATCH, *SIGNED])


def test_a_digest_is_looked_at_together_with_its_url() -> None:
    places = [f"https://issuer.example/{number}" for number in range(9)] + ["https://www.w3.org/ns/credentials/v2"]
    related: list[Json] = [[{"id": place, "digestSRI": "sha256-AAAA"}] for place in places]
    *fine, wrong = files([badge(relatedResource=found) for found in related])
    forms = ShownForms()
    agree(forms, fine)

    assert forms.examine(wrong).form.reason.startswith("/relatedResource: give the digest of what is published at https://www.w3.org/")


def test_no_rule_of_the_data_model_but_those_of_any_text_and_any_url_takes_what_is_tried() -> None:
    kinds = {
        name: kind
        for module in (values, profile, achievement)
        for name, kind in vars(module).items()
        if get_args(kind) and name != "LocalText"
    }
    taken = {name: [text for text in (NONSENSE, A_URL) if takes(kind, text)] for name, kind in kinds.items()}

    assert {name for name, texts_ in taken.items() if texts_} == {"Text", "Types", "Url", "Issuer"}
    assert taken["Text"] == [NONSENSE, A_URL]
    assert taken["Url"] == taken["Types"] == [A_URL]


def takes(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text, strict=True)
    except ValidationError:
        return False
    return True


@given(st.integers(1, 3), st.data())
def test_the_proofs_of_a_batch_are_read_as_each_would_be(number: int, data: st.DataObject) -> None:
    batch = anchor_all([plain({"name": f"{at}"}) for at in range(number)], hints=Hints(bytes(32), 12))
    values_ = [str(each.proofs[0]["proofValue"]) for each in batch]
    at = base_of(batch[0]).anchoring
    own, other = (BaseProofs(at.ref, size, Hints(bytes(32), 12)) for size in (at.size, at.size + 1))
    for value in values_:
        assert own.read(value) == decode(value)
        assert other.read(value) is None
        place, put = data.draw(st.integers(0, len(value))), data.draw(st.text(max_size=4))
        damaged = value[:place] + put + value[place + data.draw(st.integers(0, 4)) :]
        found = own.read(damaged)
        assert found is None or found == decode(damaged)


def test_an_entry_is_due_no_sooner_by_form(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = deepcopy(TAUGHT)
    found, facts = forms.examine(BATCH[0]), facts_of(examine(Presentation.parse(BATCH[0])).shown.credential)

    assert judge(found, facts, TRUST, at=world.NOON)
    assert judge(found, facts, TRUST, at=world.NOON + timedelta(days=2000))[CheckId.VALIDITY].outcome is Outcome.FAILED
