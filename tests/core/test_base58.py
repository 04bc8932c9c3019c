"""Base 58 is that of everybody else."""

import base58
from hypothesis import example, given
from hypothesis import strategies as st

from laurea.core.base58 import encode


@given(st.binary(max_size=80))
@example(b"")
@example(b"\0\0")
@example(b"\0\1")
@example((58**10).to_bytes(8, "big"))
@example((58**20 - 1).to_bytes(15, "big"))
def test_bytes_are_written_as_others_write_them(raw: bytes) -> None:
    assert encode(raw) == base58.b58encode(raw).decode()
