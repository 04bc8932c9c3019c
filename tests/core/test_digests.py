"""Digests of files in the forms of VC 2.0, and names of files that lead nowhere."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.digests import MAX_NAMED, Digest, Likeness, likeness, named, sri
from laurea.core.file_names import FALLBACK, MAX_NAME, is_plain, plain

DATA = b"a project report"
CODES = {"sha256": 0x12, "sha384": 0x20, "sha512": 0x13}


def sri_of(algorithm: str, data: bytes = DATA) -> str:
    return f"{algorithm}-{b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def multihash(algorithm: str, data: bytes = DATA) -> bytes:
    value = hashlib.new(algorithm, data).digest()
    return bytes([CODES[algorithm], len(value)]) + value


@pytest.mark.parametrize("algorithm", CODES)
def test_a_digest_is_read_in_each_form(algorithm: str) -> None:
    raw = multihash(algorithm)
    for text in (sri_of(algorithm), "z" + base58.b58encode(raw).decode(), "u" + urlsafe_b64encode(raw).rstrip(b"=").decode()):
        digest = Digest.parse(text)
        assert digest == Digest(algorithm, hashlib.new(algorithm, DATA).digest())
        assert digest is not None
        assert digest.fits(DATA)
        assert not digest.fits(DATA + b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "u",
        "sha256-",
        "sha256-QUJD",
        "sha1-" + b64encode(hashlib.sha1(DATA).digest()).decode(),
        sri_of("sha256") + " ",
        "sha256-" + "=" * 3,
        "sha256-A",
        "z0OIl",
        "u" + urlsafe_b64encode(multihash("sha256")[:-1]).decode(),
        "u" + urlsafe_b64encode(b"\x11" + multihash("sha256")[1:]).decode(),
        "m" + b64encode(multihash("sha256")).decode(),
        "é" * 20,
        "z" + "1" * 200,
    ],
)
def test_what_is_no_digest_is_none(text: str) -> None:
    assert Digest.parse(text) is None


@given(st.text(max_size=130))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert Digest.parse(text) is None or len(text) > 40


def test_a_credential_names_digests_for_evidence_and_related_resources() -> None:
    document: Any = {
        "relatedResource": {"id": "https://a.example/1", "digestSRI": [sri_of("sha256"), 7]},
        "evidence": [{"digestMultibase": "z" + base58.b58encode(multihash("sha512")).decode()}, "text", {"digestSRI": "none"}],
        "credentialSubject": [{"evidence": {"digestSRI": sri_of("sha384")}}, 5],
    }

    assert [digest.algorithm for digest in named(document)] == ["sha256", "sha512", "sha384"]
    assert named({"credentialSubject": {"evidence": {"digestSRI": sri_of("sha256")}}}) == named(
        {"evidence": {"digestSRI": sri_of("sha256")}}
    )
    assert len(named({"evidence": [{"digestSRI": sri_of("sha256")}] * 500})) == MAX_NAMED


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, Likeness.UNNAMED),
        ({"evidence": [{"digestSRI": sri(DATA)}]}, Likeness.SAME),
        ({"evidence": [{"digestSRI": sri(b"x")}, {"digestSRI": sri(DATA)}]}, Likeness.SAME),
        ({"evidence": [{"digestSRI": sri(b"x")}]}, Likeness.OTHER),
    ],
)
def test_a_file_is_what_the_credential_names_or_another_or_its_holders_word(document: Any, found: Likeness) -> None:
    assert likeness(DATA, named(document)) is found


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("...", FALLBACK),
        ("", FALLBACK),
        (".bashrc", "bashrc"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ("a<b>:c|d?.txt", "a_b__c_d_.txt"),
        ("тест 查询.pdf", "тест 查询.pdf"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
        ("x." + "y" * 200, "x." + "y" * 98),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_a_name_is_made_harmless(name: str, harmless: str) -> None:
    assert plain(name) == harmless
    assert is_plain(harmless)


@given(st.text(alphabet=st.characters() | st.sampled_from("./\\: \x00"), max_size=130))
def test_a_harmless_name_is_one_part_of_a_path_and_stays_as_it_is(name: str) -> None:
    safe = plain(name)

    assert is_plain(safe)
    assert 0 < len(safe) <= MAX_NAME + 1
    assert not set(safe) & set("/\\\x00\n")
    assert safe not in {".", ".."}
    assert not safe.startswith(".")
