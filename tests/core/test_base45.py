"""Base 45: the RFC's own examples, and one text for each row of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import base45
from laurea.errors import FormatError

# RFC 9285, 4.3 and 4.4.
RFC = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]


@pytest.mark.parametrize(("raw", "text"), RFC, ids=[text for _, text in RFC])
def test_the_examples_of_the_rfc_come_out(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@given(st.binary(max_size=200))
def test_what_was_encoded_comes_back_in_characters_of_a_qr_code(raw: bytes) -> None:
    text = base45.encode(raw)

    assert base45.decode(text) == raw
    assert len(text) == len(raw) // 2 * 3 + len(raw) % 2 * 2
    assert set(text) <= set(base45.ALPHABET)


@given(st.text(base45.ALPHABET, max_size=12))
def test_a_text_stands_for_nothing_or_is_the_one_text_of_what_it_stands_for(text: str) -> None:
    try:
        raw = base45.decode(text)
    except FormatError:
        return
    assert base45.encode(raw) == text


@pytest.mark.parametrize("text", ["GGX", ":::", "::", "U6", "BB80", "BB8A", "bb8", "BB\n", "BB8é"])
def test_what_is_not_base_45_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="not base 45"):
        base45.decode(text)
