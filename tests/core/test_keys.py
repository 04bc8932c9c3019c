"""Ed25519 keys and their names: known answers, and every text that is not one name of one key."""

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import keys
from laurea.core.keys import SigningKey
from laurea.errors import FormatError

# RFC 8032, 7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
# The example of the did:key method (did:key, 1 and 3.1.3) and of VC Data Integrity EdDSA (B.1).
NAME = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = SigningKey.from_seed(b"k" * 32)
P256_NAME = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
SECP256K1_NAME = "zQ3shVc2UkAfJCdc1TR8E66J85h48P43r93q8jGPkPpjF9Ef9"


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.from_seed(bytes.fromhex(seed))

    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert keys.verify(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))


def test_a_key_is_named_by_did_key() -> None:
    public = keys.parse_multikey(NAME)

    assert keys.multikey(public) == NAME
    assert keys.did_key(public) == f"did:key:{NAME}"
    assert keys.public_of_did_key(f"did:key:{NAME}") == public
    assert KEY.method == f"{KEY.did}#{KEY.did.removeprefix('did:key:')}"


@given(st.binary(min_size=32, max_size=32))
def test_every_seed_makes_a_key_that_its_name_leads_back_to(seed: bytes) -> None:
    key = SigningKey.from_seed(seed)

    assert key.seed == seed
    assert keys.public_of_did_key(key.did) == key.public
    assert keys.verify(key.public, key.sign(seed), seed)


def test_the_seed_does_not_show_in_the_text_of_a_key() -> None:
    for text in (repr(KEY), str(KEY), f"{KEY}"):
        assert KEY.seed.hex() not in text
        assert repr(KEY.seed)[2:-1] not in text


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(FormatError, match=f"32 bytes, not {length}"):
        SigningKey.from_seed(b"k" * length)


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_damaged_signature_key_or_message_does_not_verify(at: int, flip: int) -> None:
    signature = bytearray(KEY.sign(b"message"))
    assert keys.verify(KEY.public, bytes(signature), b"message")

    signature[at] ^= flip
    public = bytearray(KEY.public)
    public[at % 32] ^= flip
    assert not keys.verify(KEY.public, bytes(signature), b"message")
    assert not keys.verify(bytes(public), KEY.sign(b"message"), b"message")
    assert not keys.verify(KEY.public, KEY.sign(b"message"), b"massage")


def test_a_signature_has_no_twin_beyond_the_order_of_the_curve() -> None:
    signature = KEY.sign(b"message")
    twin = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")

    assert not keys.verify(KEY.public, twin, b"message")


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=10))
def test_verifying_never_raises(public: bytes, signature: bytes, message: bytes) -> None:
    assert not keys.verify(public, signature, message)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_has_64_bytes(length: int) -> None:
    assert not keys.verify(KEY.public, (KEY.sign(b"") + b"\x00")[:length], b"")


def multibase(raw: bytes) -> str:
    return "z" + base58.b58encode(raw).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        NAME[1:],
        "u" + NAME[1:],
        "Z" + NAME[1:],
        NAME + " ",
        " " + NAME,
        NAME + "\n",
        NAME[:-1],
        NAME + "1",
        "z1" + NAME[1:],
        NAME.replace("k", "0"),
        NAME.replace("k", "l"),
        NAME.replace("k", "ⓚ"),
        NAME[:-1] + "١",
        SECP256K1_NAME,
        P256_NAME[:-1],
        P256_NAME + "1",
        multibase(b"\x80\x24" + b"\x04" + b"\x01" * 32),
        multibase(b"\x80\x24" + b"\x02" + b"\xff" * 32),
        multibase(b"\x80\x24" + b"\x00" * 32),
        multibase(b"\xed\x01" + keys.parse_multikey(P256_NAME)),
        "z" + "1" * 100_000,
        "z" + "k" * 1_000_000,
        multibase(b"\xed\x01" + b"\x00" * 31),
        multibase(b"\xed\x01" + b"\x00" * 33),
        multibase(b"\xec\x01" + b"\x00" * 32),
        multibase(b"\xed\x02" + b"\x00" * 32),
    ],
)
def test_anything_but_the_one_name_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="neither an Ed25519 nor a P-256 Multikey"):
        keys.parse_multikey(text)
    with pytest.raises(FormatError, match="neither an Ed25519 nor a P-256 Multikey"):
        keys.public_of_did_key("did:key:" + text)


@pytest.mark.parametrize("did", ["", NAME, "did:key", "did:web:issuer.example", f"DID:KEY:{NAME}", f"did:key{NAME}", f" did:key:{NAME}"])
def test_anything_but_a_did_key_is_refused(did: str) -> None:
    with pytest.raises(FormatError, match="not a did:key"):
        keys.public_of_did_key(did)


@pytest.mark.parametrize("did", [f"did:key:{NAME}#{NAME}", f"did:key:{NAME}?a", f"did:key:1.1:{NAME}", f"did:key:{NAME} "])
def test_a_did_url_is_no_did_key(did: str) -> None:
    with pytest.raises(FormatError, match="neither an Ed25519 nor a P-256 Multikey"):
        keys.public_of_did_key(did)


@given(st.text("z6MkrJVnaZe1 0OIl", max_size=60))
def test_a_text_names_one_key_or_none(text: str) -> None:
    try:
        public = keys.parse_multikey(text)
    except FormatError:
        return
    assert keys.multikey(public) == text
