"""RLP: the same bytes as the general library, and no others."""

import pytest
import rlp  # type: ignore[import-untyped] # it has no types of its own
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.rlp import encode_bytes, encode_integer, encode_list, list_items, read_bytes, read_integer, read_item
from laurea.errors import BadProof

CONTENT = (
    st.binary(max_size=80) | st.integers(0, 127).map(lambda byte: bytes([byte])) | st.sampled_from([55, 56, 255, 256, 65536]).map(bytes)
)


@given(CONTENT)
def test_bytes_are_encoded_as_the_library_does_and_read_again(content: bytes) -> None:
    raw = encode_bytes(content)

    assert raw == rlp.encode(content)
    assert read_bytes(read_item(raw)) == content


@given(st.integers(0, (1 << 256) - 1))
def test_numbers_too(number: int) -> None:
    raw = encode_integer(number)

    assert raw == rlp.encode(number)
    assert read_integer(read_item(raw), size=32) == number


@given(st.lists(CONTENT, max_size=20))
def test_lists_too(contents: list[bytes]) -> None:
    raw = encode_list([encode_bytes(content) for content in contents])

    assert raw == rlp.encode(contents)
    assert [item.content for item in list_items(raw)] == contents


@given(st.binary(max_size=12) | st.lists(CONTENT, max_size=3).flatmap(lambda found: damaged(rlp.encode(found))))
def test_what_the_library_refuses_is_refused_and_nothing_else_is_raised(raw: bytes) -> None:
    try:
        expected = rlp.decode(raw)
    except (rlp.DecodingError, IndexError):  # the library does not look before it reads
        expected = None
    try:
        found = read_item(raw)
    except BadProof:
        assert expected is None or isinstance(expected, list)  # a list is looked into one level at a time
        return
    if found.is_list:
        try:
            members = list_items(raw)
        except BadProof:
            assert expected is None
        else:
            assert expected is None or len(members) == len(expected)
    else:
        assert found.content == expected


def damaged(raw: bytes) -> st.SearchStrategy[bytes]:
    return st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)).map(
        lambda change: raw[: change[0]] + bytes([change[1]]) + raw[change[0] + 1 :]
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x81\x05",  # a byte that stands for itself, with a length before it
        b"\xb8\x01a",  # a long length for a short text
        b"\xb9\x00\x38" + b"a" * 56,  # zeros before the length
        b"\x83ab",
        b"\xb8",
        b"\xbf" + b"\xff" * 8,
        b"\xff" + b"\xff" * 8,
        b"\xf8\x01\x80",
        b"\x80\x80",
        b"\xc1",
    ],
)
def test_one_value_has_one_form(raw: bytes) -> None:
    with pytest.raises(BadProof):
        read_item(raw)


@pytest.mark.parametrize(
    ("raw", "words"), [(b"\x82\0\1", "leading zeros"), (b"\0", "leading zeros"), (b"\x83abc", "2 bytes"), (b"\xc0", "a list")]
)
def test_a_number_has_one_form(raw: bytes, words: str) -> None:
    with pytest.raises(BadProof, match=words):
        read_integer(read_item(raw), size=2)


def test_a_list_is_no_bytes_and_bytes_are_no_list() -> None:
    with pytest.raises(BadProof, match="a list stands where bytes should"):
        read_bytes(read_item(b"\xc0"))
    with pytest.raises(BadProof, match="bytes stand where a list should"):
        list_items(b"\x80")
    with pytest.raises(BadProof, match="3 bytes stand where 2 should"):
        read_bytes(read_item(b"\x83abc"), 2)


def test_depth_costs_no_more_than_length() -> None:
    raw = b""
    while len(raw) < 100_000:
        raw = encode_list([raw]) if raw else b"\xc0"
        if len(raw) > 500:
            raw = encode_list([raw] * 8)

    assert list_items(raw)
