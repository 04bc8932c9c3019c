"""proofValue: one text for one proof. Every other text is refused, as a FormatError and nothing else."""

import base64
import io
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import proof
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.proof import Anchoring, BaseProof, DerivedProof, Hints, Proof
from laurea.errors import FormatError
from tests.core.world import METHOD, anchor_all, anchored, base_of, partial, plain

HASH = st.binary(min_size=32, max_size=32)
ADDRESS = st.binary(min_size=20, max_size=20)
HINTS = st.builds(Hints, tx=st.none() | HASH, block=st.none() | st.integers(0, 2**64 - 1))
PLACES = st.integers(1, 2**32 - 1).flatmap(
    lambda size: st.builds(
        Anchoring,
        chain_id=st.integers(0, 2**64 - 1),
        registry=ADDRESS,
        issuer_id=ADDRESS,
        root=HASH,
        size=st.just(size),
        index=st.integers(0, size - 1),
        path=st.lists(HASH, max_size=4).map(tuple),
    )
)


@st.composite
def derived_proofs(draw: st.DrawFn) -> DerivedProof:
    count = draw(st.integers(1, 40) | st.just(4096))
    shown = (0, *sorted(draw(st.sets(st.integers(1, max(1, count - 1)), max_size=min(5, count - 1)))))
    salts = tuple(draw(st.binary(min_size=16, max_size=16)) for _ in shown)
    return DerivedProof(draw(PLACES), count, shown, salts, tuple(draw(st.lists(HASH, max_size=4))), draw(HINTS))


PROOFS: st.SearchStrategy[Proof] = st.builds(BaseProof, PLACES, HASH, HINTS) | derived_proofs()

TX = b"\x0e" * 32
CREDENTIAL = anchor_all([plain({"a": at, "b": {"c": 1}}) for at in range(300)], hints=Hints(TX, 7))[258]
BASE = proof.encode(base_of(CREDENTIAL))
DERIVED = str(partial(CREDENTIAL, "/credentialSubject/a").proofs[0]["proofValue"])


def raw_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))


def text_of(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def fields_of(text: str) -> list[Any]:
    """The fields as an independent reader of CBOR sees them."""
    found: list[Any] = cbor2.loads(raw_of(text))
    return found


def write(fields: Any) -> str:
    """The text that an independent writer of deterministic CBOR makes."""
    return text_of(cbor2.dumps(fields, canonical=True))


def with_field(text: str, at: int, value: Any) -> str:
    fields = fields_of(text)
    fields[at] = value
    return write(fields)


def is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        proof.decode(text)


def as_fields(value: Proof) -> list[Any]:
    """What a proof's fields are by the specification."""
    at = value.anchoring
    place = [at.chain_id, at.registry, at.issuer_id, at.root, at.size, at.index, b"".join(at.path)]
    hints = {name: hint for name, hint in (("tx", value.hints.tx), ("block", value.hints.block)) if hint is not None}
    if isinstance(value, BaseProof):
        return [0, *place, value.seed, hints]
    bits = "".join("1" if index in value.shown else "0" for index in range(value.claim_count))
    bitmap = bytes(int(bits[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(bits), 8))
    return [1, *place, value.claim_count, bitmap, b"".join(value.salts), b"".join(value.cover), hints]


@given(PROOFS)
def test_a_proof_is_written_as_deterministic_cbor_and_read_back(value: Proof) -> None:
    text = proof.encode(value)

    assert text == write(as_fields(value))
    assert proof.decode(text) == value


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_the_examples_that_are_damaged_below_are_good(text: str) -> None:
    assert proof.encode(proof.decode(text)) == text
    assert write(fields_of(text)) == text
    assert proof.decode(text).hints == Hints(TX, 7)
    assert (proof.decode(text).anchoring.size, proof.decode(text).anchoring.index) == (300, 258)


@given(st.text(max_size=100) | st.text("uAQghoaKo2p_-+/=\n ", max_size=60).map("u".__add__))
def test_any_text_is_refused_or_the_one_text_of_its_proof(text: str) -> None:
    _one_text_or_refused(text)


@given(st.binary(max_size=200) | st.lists(st.integers(0, 2**64 - 1) | st.binary(max_size=40), max_size=14).map(cbor2.dumps))
def test_any_bytes_are_refused_or_the_one_form_of_their_proof(raw: bytes) -> None:
    _one_text_or_refused(text_of(raw))


@given(PROOFS, st.data())
def test_a_proof_with_damaged_bytes_is_refused_or_another_proof_in_its_one_form(value: Proof, data: st.DataObject) -> None:
    raw = bytearray(raw_of(proof.encode(value)))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert _one_text_or_refused(text_of(bytes(raw))) != value or bytes(raw) == raw_of(proof.encode(value))


@given(PROOFS, st.data())
def test_a_proof_with_damaged_characters_is_refused_or_another_proof_in_its_one_form(value: Proof, data: st.DataObject) -> None:
    text = proof.encode(value)
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.characters()) + text[at + 1 :]
    assert (_one_text_or_refused(damaged) == value) == (damaged == text)


@given(PROOFS, st.data())
def test_a_truncated_or_extended_proof_is_refused(value: Proof, data: st.DataObject) -> None:
    text, raw = proof.encode(value), raw_of(proof.encode(value))
    is_refused(text[: data.draw(st.integers(0, len(text) - 1))])
    is_refused(text_of(raw[: data.draw(st.integers(0, len(raw) - 1))]))
    is_refused(text + data.draw(st.text(min_size=1, max_size=4)))
    is_refused(text_of(raw + data.draw(st.binary(min_size=1, max_size=4))))


def _one_text_or_refused(text: str) -> Proof | None:
    try:
        value = proof.decode(text)
    except FormatError:
        return None
    assert proof.encode(value) == text
    return value


def padded(text: str) -> str:
    return text + "=" * (-len(text[1:]) % 4 or 4)


def other_alphabet(text: str) -> str:
    return text.replace("-", "+").replace("_", "/")


def trailing_bits(text: str) -> str:
    """The last character with one of its unused bits set; the text must have such bits."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text[1:]) % 4 in (2, 3)
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


def with_length_modulo(remainder: int) -> str:
    """A proof whose bytes leave this remainder modulo 3: its hint is long or short."""
    base = base_of(CREDENTIAL)
    blocks = (2**0, 2**8, 2**16, 2**32, None)
    return next(text for block in blocks if len(raw_of(text := proof.encode(replace(base, hints=Hints(TX, block))))) % 3 == remainder)


@pytest.mark.parametrize("remainder", [1, 2])
def test_unused_trailing_bits_are_refused(remainder: int) -> None:
    text = with_length_modulo(remainder)
    twin = trailing_bits(text)

    assert proof.encode(proof.decode(text)) == text
    assert raw_of(twin) == raw_of(text)
    is_refused(twin)


def test_the_other_alphabet_of_base_64_is_refused() -> None:
    text = write(with_bytes_that_need_both())

    assert {"-", "_"} <= set(text)
    assert proof.encode(proof.decode(text)) == text
    for twin in (other_alphabet(text), text.replace("-", "+"), text.replace("_", "/")):
        is_refused(twin)


def with_bytes_that_need_both() -> list[Any]:
    fields = fields_of(BASE)
    fields[8] = b"\xfb\xef\xbe\xff" * 8
    return fields


@pytest.mark.parametrize("text", [BASE, DERIVED, with_length_modulo(0)])
def test_padding_space_and_foreign_characters_are_refused(text: str) -> None:
    middle = len(text) // 2
    for twin in (
        padded(text),
        text + "=",
        text + "\n",
        text + " ",
        " " + text,
        text[:middle] + "\n" + text[middle:],
        text[:middle] + "!" + text[middle:],
        text[:middle] + "=" + text[middle:],
        text[:middle] + "é" + text[middle:],
        text + "\x00",
        text[1:],
        "U" + text[1:],
        "z" + text[1:],
        "m" + other_alphabet(text)[1:],
        "u" + text,
        "",
        "u",
        "uA",
        "uAA",
    ):
        is_refused(twin)


def test_a_text_beyond_the_largest_proof_is_refused_unread() -> None:
    with pytest.raises(FormatError, match="size limit"):
        proof.decode("u" + "A" * (160 << 10))


def test_the_largest_proof_is_read() -> None:
    count = 4096
    shown = tuple(range(0, count, 2))
    place = replace(base_of(CREDENTIAL).anchoring, path=(b"\x01" * 32,) * 32)
    value = DerivedProof(place, count, shown, (b"\x02" * 16,) * len(shown), (b"\x03" * 32,) * len(shown), Hints(TX, 2**64 - 1))

    assert proof.decode(proof.encode(value)) == value
    with pytest.raises(FormatError, match="out of range"):
        proof.decode(proof.encode(replace(value, claim_count=count + 1)))


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_numbers_have_one_form(text: str) -> None:
    raw = raw_of(text)
    fields = fields_of(text)
    for at, value in enumerate(fields):
        if not isinstance(value, int):
            continue
        for wrong in (bool(value), float(value), -1 - value, str(value), None, cbor2.CBORTag(1, value), cbor2.CBORSimpleValue(5), [value]):
            is_refused(with_field(text, at, wrong))
    # 258 as the index is 19 01 02; longer forms mean the same number.
    short = b"\x19\x01\x2c\x19\x01\x02"
    assert raw.count(short) == 1
    for long in (b"\x19\x01\x2c\x1a\x00\x00\x01\x02", b"\x1a\x00\x00\x01\x2c\x19\x01\x02", b"\x19\x01\x2c\x1b" + (258).to_bytes(8, "big")):
        assert cbor2.loads(raw.replace(short, long)) == fields
        is_refused(text_of(raw.replace(short, long)))
    assert raw[1] == fields[0]
    is_refused(text_of(bytes([raw[0], 0x18, raw[1]]) + raw[2:]))
    is_refused(text_of(raw[:1] + cbor2.dumps(fields[0] == 1) + raw[2:]))
    is_refused(text_of(raw[:1] + b"\xc2\x41" + bytes([fields[0]]) + raw[2:]))


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_strings_and_lists_have_one_form(text: str) -> None:
    raw, fields = raw_of(text), fields_of(text)
    for at, value in enumerate(fields):
        if not isinstance(value, bytes):
            continue
        for wrong in (value.decode("latin-1"), list(value), cbor2.CBORTag(24, value), None, value.hex()):
            is_refused(with_field(text, at, wrong))
    registry = b"\x54" + fields[2]
    assert raw.count(registry) == 1
    for other in (b"\x58\x14" + fields[2], b"\x5f" + registry + b"\xff", b"\x5f\x4a" + fields[2][:10] + b"\x4a" + fields[2][10:] + b"\xff"):
        assert cbor2.loads(raw.replace(registry, other)) == fields
        is_refused(text_of(raw.replace(registry, other)))
    for head in (b"\x9f", b"\x98" + bytes([len(fields)]), b"\xd9\xd9\xf7" + raw[:1]):
        twin = head + raw[1:] + (b"\xff" if head == b"\x9f" else b"")
        assert list(cbor2.loads(twin)) == fields
        is_refused(text_of(twin))


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_fields_of_a_wrong_length_or_range_are_refused(text: str) -> None:
    wrong: dict[int, list[Any]] = {
        0: [2, 3, 2**64 - 1],
        1: [2**64],
        2: [b"", b"\x11" * 19, b"\x11" * 21],
        3: [b"", b"\x22" * 19, b"\x22" * 21],
        4: [b"", b"\x00" * 31, b"\x00" * 33],
        5: [0, 258, 2**32],
        6: [300, 2**32],
        7: [b"\x00", b"\x00" * 31, b"\x00" * 33],
    }
    if text == BASE:
        wrong |= {8: [b"", b"\x00" * 31, b"\x00" * 33]}
    else:
        bitmap, salts = fields_of(text)[9:11]
        wrong |= {
            8: [0, 1, 9, 4097, 2**32],
            9: [b"", bitmap + b"\x00", b"\x40", b"\x00", b"\x80", b"\xf0", bytes([bitmap[0] | 1])],
            10: [b"", salts[:-1], salts[:-16], salts + b"\x00" * 16],
            11: [b"\x00", b"\x00" * 31, b"\x00" * 33],
        }
    for at, values in wrong.items():
        for value in values:
            is_refused(with_field(text, at, value))


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_bytes_moved_from_one_field_to_its_neighbour_are_refused(text: str) -> None:
    fields = fields_of(text)
    for at in range(len(fields) - 1):
        left, right = fields[at : at + 2]
        if isinstance(left, bytes) and isinstance(right, bytes):
            for moved in ([left[:-1], left[-1:] + right], [left + right[:1], right[1:]]):
                is_refused(write(fields[:at] + moved + fields[at + 2 :]))


@pytest.mark.parametrize("text", [BASE, DERIVED])
def test_missing_extra_and_reordered_fields_are_refused(text: str) -> None:
    fields = fields_of(text)
    for at in range(len(fields)):
        is_refused(write(fields[:at] + fields[at + 1 :]))
        is_refused(write([*fields[:at], 0, *fields[at:]]))
        is_refused(write([*fields[:at], b"", *fields[at:]]))
        if type(fields[at]) is not type(fields[at - 1]):
            is_refused(write([*fields[: at - 1], fields[at], fields[at - 1], *fields[at + 1 :]] if at else fields[::-1]))
    is_refused(write([*fields, None]))
    is_refused(write(dict(enumerate(fields))))
    is_refused(write(fields[0]))
    is_refused(write([]))


def test_one_kind_of_proof_does_not_pass_for_the_other() -> None:
    is_refused(with_field(BASE, 0, 1))
    is_refused(with_field(DERIVED, 0, 0))


def with_hints(raw_hints: bytes) -> str:
    """The base proof with other bytes in place of its hints."""
    raw, own = raw_of(BASE), cbor2.dumps({"tx": TX, "block": 7}, canonical=True)
    assert raw.endswith(own)
    return text_of(raw.removesuffix(own) + raw_hints)


def pairs(*items: tuple[Any, Any]) -> bytes:
    """A CBOR map with just these pairs in this order, even if one stands twice."""
    out = io.BytesIO()
    for name, value in items:
        out.write(cbor2.dumps(name) + cbor2.dumps(value))
    return bytes([0xA0 + len(items)]) + out.getvalue()


@pytest.mark.parametrize("items", [(), (("tx", TX),), (("block", 0),), (("block", 2**64 - 1),), (("tx", TX), ("block", 7))])
def test_hints_may_name_a_transaction_and_a_block(items: tuple[tuple[str, Any], ...]) -> None:
    text = with_hints(pairs(*items))

    assert proof.encode(proof.decode(text)) == text
    assert proof.decode(text).hints == Hints(**dict(items))


@pytest.mark.parametrize(
    "hints",
    [
        pairs(("block", 7), ("tx", TX)),
        pairs(("tx", TX), ("tx", TX)),
        pairs(("block", 7), ("block", 7)),
        pairs(("tx", TX), ("block", 7), ("block", 7)),
        pairs(("tx", TX), ("block", 7), ("gas", 1)),
        pairs(("a", 1)),
        pairs(("", 1)),
        pairs(("TX", TX)),
        pairs((b"tx", TX)),
        pairs((0, TX)),
        pairs(("tx", TX[:-1])),
        pairs(("tx", TX + b"\x00")),
        pairs(("tx", b"")),
        pairs(("tx", 7)),
        pairs(("tx", None)),
        pairs(("tx", "0x" + TX.hex())),
        pairs(("block", b"\x07")),
        pairs(("block", True)),
        pairs(("block", -1)),
        pairs(("block", 7.0)),
        pairs(("block", 2**64)),
        pairs(("block", None)),
        b"\xa1\x65block\x18\x07",
        b"\xa1\x78\x05block\x07",
        b"\xb8\x01\x65block\x07",
        b"\xbf\x65block\x07\xff",
        b"\xbb" + b"\xff" * 8,
        b"\xa2\x65block\x07",
        b"\xa0\x00",
        b"\x80",
        b"\x00",
        b"\xf6",
        b"",
    ],
    ids=bytes.hex,
)
def test_other_hints_are_refused(hints: bytes) -> None:
    is_refused(with_hints(hints))


def test_hints_change_nothing_but_the_text() -> None:
    for text in (with_hints(b"\xa0"), with_hints(pairs(("tx", b"\xff" * 32), ("block", 0)))):
        assert replace(base_of(CREDENTIAL), hints=proof.decode(text).hints) == proof.decode(text)


def test_a_bitmap_that_hides_the_envelope_or_shows_what_is_not_there_is_refused() -> None:
    assert fields_of(DERIVED)[8:10] == [3, b"\xc0"]
    for bitmap in (b"\x40", b"\x20", b"\x60", b"\x00", b"\xd0", b"\xc1", b"\x90"):
        with pytest.raises(FormatError, match="are not claims of the credential"):
            proof.decode(with_field(DERIVED, 9, bitmap))


def carrier(**members: Json) -> JsonObject:
    """The proof object of the example with some members changed; "" removes one."""
    return {name: value for name, value in {**CREDENTIAL.proofs[0], **members}.items() if value != ""}


def test_a_proof_object_has_these_members() -> None:
    assert proof.proof_object(base_of(CREDENTIAL), METHOD) == {
        "type": "DataIntegrityProof",
        "cryptosuite": "merkle-anchor-2026",
        "proofPurpose": "assertionMethod",
        "verificationMethod": METHOD,
        "proofValue": BASE,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"created": "2026-11-22T00:00:00Z"},
        {"id": "urn:uuid:1"},
        {"@context": []},
        {"proofPurpose": ""},
        {"verificationMethod": ""},
        {"proofValue": ""},
        {"type": ""},
        {"type": "DataIntegrityproof"},
        {"type": ["DataIntegrityProof"]},
        {"proofPurpose": "authentication"},
        {"proofPurpose": ["assertionMethod"]},
        {"verificationMethod": None},
        {"verificationMethod": {"id": METHOD}},
        {"verificationMethod": "https://issuer.example/key"},
        {"proofValue": None},
        {"proofValue": 1},
        {"proofValue": [BASE]},
        {"proofValue": "uAA"},
    ],
)
def test_a_proof_object_with_other_members_is_refused(wrong: JsonObject) -> None:
    with pytest.raises(FormatError):
        proof.anchor_proof(Credential(CREDENTIAL.document, (carrier(**wrong),)))


def test_the_verification_method_decides_nothing() -> None:
    other = Credential(CREDENTIAL.document, (carrier(verificationMethod="did:web:other.example#9"),))

    assert proof.anchor_proof(other) == proof.anchor_proof(CREDENTIAL)


def test_the_anchor_proof_stands_beside_others_in_any_order() -> None:
    other: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}

    assert proof.anchor_proof(Credential({}, (other, carrier(), other))) == base_of(CREDENTIAL)
    assert proof.anchor_proof(Credential({}, (other,))) is None
    assert proof.anchor_proof(Credential({}, ())) is None


def test_two_anchor_proofs_are_refused_even_when_they_are_the_same() -> None:
    for second in (carrier(), carrier(proofValue="uAA"), proof.proof_object(base_of(anchored()), METHOD)):
        with pytest.raises(FormatError, match="2 merkle-anchor-2026 proofs"):
            proof.anchor_proof(Credential(CREDENTIAL.document, (carrier(), second)))
