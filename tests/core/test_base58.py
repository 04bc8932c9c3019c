"""Base 58 is that of everybody else."""

import base58
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from laurea.core.base58 import decode, encode
from laurea.errors import FormatError


@given(st.binary(max_size=2000))
@example(b"")
@example(b"\0\0")
@example(b"\0\1")
@example((58**10).to_bytes(8, "big"))
@example((58**20 - 1).to_bytes(15, "big"))
@example((58**512 - 1).to_bytes(375, "big"))
@example(b"\0\0" + (58**512).to_bytes(376, "big"))
@example(b"\xff" * 1500)
@example(b"\0" * 200)
def test_bytes_are_written_as_others_write_them(raw: bytes) -> None:
    assert encode(raw) == base58.b58encode(raw).decode()
    assert decode(encode(raw)) == raw


@pytest.mark.parametrize("text", ["0", "1O", "abcdefghijkI", "ab c", "é", "l" * 9])
def test_other_digits_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="base 58"):
        decode(text)
