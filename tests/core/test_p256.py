"""P-256: known answers of RFC 6979, and everything that must not verify."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import keys, p256
from laurea.core.p256 import P256Key
from laurea.errors import FormatError

# RFC 6979, A.2.5: the key, and its signature of "sample" with SHA-256.
SCALAR = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
PUBLIC = "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
SIGNED = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEY = P256Key.from_scalar(SCALAR)


def test_the_signature_is_that_of_rfc_6979() -> None:
    assert KEY.public.hex() == PUBLIC
    assert KEY.sign(b"sample").hex() == SIGNED
    assert p256.verify(KEY.public, bytes.fromhex(SIGNED), b"sample")
    assert keys.verify(KEY.public, bytes.fromhex(SIGNED), b"sample")


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_changed_byte_of_the_signature_does_not_verify(at: int, by: int) -> None:
    changed = bytearray(bytes.fromhex(SIGNED))
    changed[at] ^= by

    assert not p256.verify(KEY.public, bytes(changed), b"sample")
    assert not p256.verify(KEY.public, bytes.fromhex(SIGNED), b"sampl" + bytes([b"e"[0] ^ by]))


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_verifying_never_raises(public: bytes, signature: bytes) -> None:
    assert not p256.verify(public, signature, b"sample")
    assert not p256.verify(KEY.public, signature, b"sample")
    assert not keys.verify(public.ljust(33, b"\2")[:33], signature.ljust(64, b"\1")[:64], b"sample")


@pytest.mark.parametrize("scalar", [b"", SCALAR[1:], SCALAR + b"\0", bytes(32), ORDER.to_bytes(32), b"\xff" * 32])
def test_a_scalar_that_the_curve_does_not_have_is_refused(scalar: bytes) -> None:
    with pytest.raises(FormatError, match="scalar"):
        P256Key.from_scalar(scalar)


def test_the_key_is_named_and_found_again_by_its_name() -> None:
    name = keys.did_key(KEY.public)

    assert name.startswith("did:key:zDn")
    assert keys.public_of_did_key(name) == KEY.public
    assert "private" not in repr(KEY.public)
    assert SCALAR.hex() not in repr(KEY)
