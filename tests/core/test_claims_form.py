"""The fast way to a claims root gives the root of the long way, whatever the documents are and in whatever order they come."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import canonical, claims, claims_form
from laurea.core.canonical import JsonObject
from laurea.core.claim_lines import Root
from laurea.core.claims_form import ClaimsForms
from laurea.errors import FormatError
from tests.core import strategies
from tests.core.linked import credentials
from tests.core.world import badge, seed_of

SEED = seed_of(7)


def long_way(document: bytes, seed: bytes = SEED) -> Root:
    value = canonical.parse(document)
    assert isinstance(value, dict)
    found = claims.split(value)
    return Root(len(found), claims.claims_tree(found, seed).root)


def agree(documents: Sequence[bytes], forms: ClaimsForms | None = None) -> None:
    forms = forms or ClaimsForms()
    for number, document in enumerate(documents):
        assert forms.root(document, seed_of(number)) == long_way(document, seed_of(number))


def with_texts(document: JsonObject, texts: Sequence[str]) -> JsonObject:
    """The document with other texts in their places, as long as there are some."""
    left = list(texts)

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(member) for name, member in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return left.pop() if isinstance(value, str) and left else value

    return {name: walk(member) for name, member in document.items()}


@given(st.lists(credentials(), min_size=1, max_size=6))
def test_badges_have_the_roots_of_the_long_way(found: list[JsonObject]) -> None:
    documents = [canonical.dump(each) for each in found]
    agree(documents * 3)


@given(st.lists(strategies.documents, min_size=1, max_size=4), st.data())
def test_any_documents_have_the_roots_of_the_long_way(found: list[JsonObject], data: st.DataObject) -> None:
    texts = st.lists(strategies.texts | st.sampled_from(['"', "\\", "\n", "x", "urn:x-laurea-marker:0:", "%", "%b"]), max_size=8)
    twins = [with_texts(each, data.draw(texts)) for each in found for _ in range(4)]
    agree([canonical.dump(each) for each in [*found, *twins, *found]])


def test_after_two_documents_a_third_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ClaimsForms()
    documents = [canonical.dump(badge(id=f"urn:uuid:{number}", name="Łukasz")) for number in range(9)]
    agree(documents[:2], forms)
    expected = [long_way(document) for document in documents]
    monkeypatch.setattr(claims, "split", lambda _: pytest.fail("the long way"))

    assert [forms.root(document, SEED) for document in documents] == expected


def test_what_looks_like_a_document_of_the_form_and_is_none_goes_the_long_way() -> None:
    forms = ClaimsForms()
    agree([canonical.dump(badge(name=name)) for name in ("one", "two", "three")], forms)
    plain = canonical.dump(badge(name="FOUR"))

    for name in (b'a","nickname":[],"x":"b', b"\\u0041", b"a\\nb", b'\\"', b"\\\\", "é".encode(), b"caf\\u00e9"):
        document = plain.replace(b"FOUR", name)
        assert forms.root(document, SEED) == long_way(document)
    for wrong in (b"\xff", b"\n", b'"', b"\\", b"\\x", b"\xed\xa0\x80", "\uffff".encode(), b"\x00", b"x" * canonical.MAX_BYTES):
        document = plain.replace(b"FOUR", wrong)
        with pytest.raises(FormatError):
            forms.root(document, SEED)
    for broken in (plain[:-1], plain + b" ", b" " + plain, plain + plain, b"", b"[]", b"{"):
        try:
            expected = long_way(broken)
        except (FormatError, AssertionError):
            with pytest.raises(FormatError):
                forms.root(broken, SEED)
        else:
            assert forms.root(broken, SEED) == expected


def test_a_document_that_is_not_canonical_has_the_root_of_what_it_says() -> None:
    forms = ClaimsForms()
    documents = [badge(name=name) for name in ("one", "two", "three")]
    agree([canonical.dump(each) for each in documents], forms)
    for each in documents:
        loose = json.dumps(each, indent=1, ensure_ascii=True).encode()
        assert forms.root(loose, SEED) == long_way(canonical.dump(each))


def test_texts_that_stand_in_several_claims_are_filled_into_each() -> None:
    agree(
        [
            canonical.dump(badge(name=f"n{number}", credentialSubject={"a": f"n{number}", "b": {"c": [f"m{number}"] * 3}}))
            for number in range(9)
        ]
    )


def test_texts_with_marks_of_ours_are_texts_like_any_other() -> None:
    agree([canonical.dump(badge(name=f"urn:x-laurea-marker:{number}:", description="urn:x-laurea-marker:1:")) for number in range(6)])


def test_too_many_forms_or_lessons_cost_time_and_no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_form, "MOST_FORMS", 2)
    monkeypatch.setattr(claims_form, "MOST_LESSONS", 2)
    forms = ClaimsForms()

    agree([canonical.dump(badge(**{f"member{number % 5}": f"{number}"})) for number in range(30)], forms)
    agree([canonical.dump(badge(name="\n" * number)) for number in range(30)], forms)

    assert len(forms._forms) <= 2


def test_texts_with_escapes_go_the_long_way_and_unteach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_form, "MOST_LESSONS", 3)
    forms = ClaimsForms()
    agree([canonical.dump(badge(name=name)) for name in ("one", 'a "b"', "two")], forms)
    learnt = list(forms._forms)
    assert len(learnt) == 1

    agree([canonical.dump(badge(name=f'"{number}"')) for number in range(9)], forms)

    assert forms._forms == learnt


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(FormatError, match="a seed has 32 bytes"):
        ClaimsForms().root(canonical.dump(badge()), b"short")
