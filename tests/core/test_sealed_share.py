"""What is sealed for a link: opened by its key and whole, or not at all; by Python and by a browser's cryptography alike."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.sealed_share import MAX_DOCUMENT_BYTES, SIZES, require_sealed, seal, unseal
from laurea.errors import FormatError, InputError, Locked
from tests.anvil import ROOT
from tests.judges.judge import ask

KEY = bytes(range(32))
NONCE = bytes(range(12))
DOCUMENT = b'{"name":"Jos\xc3\xa9"}'
VECTORS = json.loads((ROOT / "tests/vectors/sealed-share.json").read_text())["shares"]
FITTING = [(size, size - 30) for size in SIZES]  # version, nonce, tag and the byte that ends the document


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@given(st.binary(max_size=9000), st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12))
def test_what_was_sealed_comes_back_and_its_length_shows_a_step_only(document: bytes, key: bytes, nonce: bytes) -> None:
    sealed = seal(document, key, nonce)

    assert unseal(sealed, key) == document
    assert len(sealed) in SIZES


@pytest.mark.parametrize(("size", "fits"), FITTING)
def test_a_document_that_fills_a_step_stays_in_it_and_one_more_byte_takes_the_next(size: int, fits: int) -> None:
    assert len(seal(b"x" * fits, KEY, NONCE)) == size
    if size < SIZES[-1]:
        assert len(seal(b"x" * (fits + 1), KEY, NONCE)) == 2 * size
    else:
        assert fits == MAX_DOCUMENT_BYTES
        with pytest.raises(InputError, match="1,048,546 can be shared"):
            seal(b"x" * (fits + 1), KEY, NONCE)


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal(DOCUMENT, KEY, NONCE)

    for at in range(len(sealed)):
        damaged = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Locked if at else FormatError):
            unseal(damaged, KEY)


@pytest.mark.parametrize("key", [bytes(32), KEY[:-1], KEY[:16], b""])
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(Locked):
        unseal(seal(DOCUMENT, KEY, NONCE), key)


@pytest.mark.parametrize("data", [b"", b"\x01", DOCUMENT.ljust(4096), b"\x02" + bytes(4095), b"\x01" + bytes(4096), b"\x01" + bytes(2047)])
def test_what_cannot_be_sealed_is_seen_without_the_key(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"no sealed document|a sealed document has"):
        require_sealed(data)
    with pytest.raises(FormatError):
        unseal(data, KEY)


@pytest.mark.parametrize("purpose", [b"", b"laurea/share", b"laurea/share\x02", b"laurea/wallet\x01"])
def test_what_was_encrypted_for_another_purpose_or_version_is_refused(purpose: bytes) -> None:
    padded = (DOCUMENT + b"\x80").ljust(4096 - 29, b"\0")

    with pytest.raises(Locked):
        unseal(b"\x01" + NONCE + AESGCM(KEY).encrypt(NONCE, padded, purpose), KEY)


@pytest.mark.parametrize("padded", [bytes(4067), b"x" * 4067, DOCUMENT + b"\x80" + b"\0" * 100 + b"x" + b"\0" * (3949)])
def test_padding_that_is_none_is_refused(padded: bytes) -> None:
    with pytest.raises(FormatError, match="does not end as it should"):
        unseal(b"\x01" + NONCE + AESGCM(KEY).encrypt(NONCE, padded.ljust(4067, b"\0"), b"laurea/share\x01"), KEY)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["about"]))
def test_the_vectors_are_sealed_and_opened_to_the_byte(vector: dict[str, str]) -> None:
    key, nonce, document, sealed = (raw(vector[name]) for name in ("key", "nonce", "document", "sealed"))

    assert seal(document, key, nonce) == sealed
    assert unseal(sealed, key) == document


def test_what_python_seals_the_script_of_the_page_opens_and_the_other_way_round() -> None:
    documents = [b"", DOCUMENT, b"\x80", b"\x80\0\0", b"x" * 4066, b"x" * 4067, b"x" * 70_000]
    sealed = [{"sealed": text(seal(document, KEY, NONCE)), "key": text(KEY)} for document in documents]
    asked = [{"document": text(document), "key": text(KEY), "nonce": text(NONCE)} for document in documents]

    answer = ask("share", {"open": sealed, "seal": asked})

    assert [raw(opened["document"]) for opened in answer["opened"]] == documents
    assert [raw(each) for each in answer["sealed"]] == [seal(document, KEY, NONCE) for document in documents]


def test_the_script_of_the_page_refuses_what_python_refuses() -> None:
    sealed = seal(DOCUMENT, KEY, NONCE)
    damaged = [bytes([2]) + sealed[1:], sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"", bytes(4096)]
    unpadded = b"\x01" + NONCE + AESGCM(KEY).encrypt(NONCE, bytes(4067), b"laurea/share\x01")
    tried = [(each, text(KEY)) for each in (*damaged, unpadded)] + [(sealed, text(bytes(32))), (sealed, text(KEY)[:-1]), (sealed, "")]

    answer = ask("share", {"open": [{"sealed": text(each), "key": key} for each, key in tried]})

    said = [opened["trouble"] for opened in answer["opened"]]
    assert said == ["damaged", "damaged", "wrongKey", "damaged", "damaged", "damaged", "wrongKey", "noKey", "noKey"]
