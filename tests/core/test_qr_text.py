"""The text of a QR code: a whole partial credential with its proof, one document for each text, nothing that inflates without end."""

import json
import re
import subprocess
import sys
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import base45, canonical, disclosure, qr_text
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.presentation import present
from laurea.errors import FormatError, InputError
from tests.anvil import ROOT
from tests.core import world
from tests.core.strategies import documents
from tests.shared_examples import everything, partial

TYPICAL_CHARACTERS = 2_500
DOCS = ROOT / "docs/qr.md"
DICTIONARY = ROOT / "docs/qr-dictionary-1.txt"
VECTORS = json.loads((ROOT / "tests/vectors/qr-text.json").read_text())


def packed(raw: bytes, dictionary: bytes = qr_text.DICTIONARY, level: int = 9) -> str:
    """Return the text of any bytes."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
    return qr_text.PREFIX + base45.encode(packer.compress(raw) + packer.flush())


@pytest.mark.parametrize("name", ["sql-for-analysts", "python-for-data"])
@pytest.mark.parametrize("keep", [everything, None], ids=["all claims", "what an employer wants"])
def test_a_typical_partial_credential_takes_a_bit_more_than_half_of_the_largest_code(name: str, keep: object) -> None:
    document = partial(name, everything) if keep else partial(name)

    text = qr_text.to_text(document)

    assert len(text) <= TYPICAL_CHARACTERS
    assert set(text) <= set(base45.ALPHABET)
    shown = Credential.parse(qr_text.from_text(text))
    assert shown.secured() == document
    assert disclosure.integrity_problem(shown) == ""


@pytest.mark.shared
def test_every_valid_sample_of_open_badges_fits_once_it_is_anchored_and_shown_in_part(shared_data: Path) -> None:
    for name in ("simple", "simple-noproof", "simple-did-web-method", "complete"):
        document = json.loads((shared_data / f"ob30-samples/{name}.json").read_text())
        document.pop("proof", None)
        credential = world.anchored(document, size=1000, index=517)
        shown = disclosure.derive(credential, lambda pointer: pointer.rpartition("/")[2] in {"id", "type", "name", "description"})
        assert len(qr_text.to_text(shown.secured())) <= (qr_text.MAX_CHARACTERS if name == "complete" else TYPICAL_CHARACTERS)


def test_bytes_and_objects_give_the_same_text_whatever_their_white_space() -> None:
    document = partial()

    assert qr_text.to_text(json.dumps(document, indent=3).encode()) == qr_text.to_text(document)


@given(documents)
def test_what_was_packed_comes_back_in_its_one_form(document: JsonObject) -> None:
    text = qr_text.to_text(document)

    assert qr_text.from_text(text) == canonical.encode(document)
    assert qr_text.is_text(text)


def test_a_presentation_by_its_holder_is_carried_to_the_byte() -> None:
    credential = disclosure.derive(world.anchored(), everything)
    document = present(credential, world.HOLDER, demand=world.DEMAND, created=world.NOON)

    assert qr_text.from_text(qr_text.to_text(document)) == canonical.encode(document)


def test_what_does_not_fit_says_how_large_it_is_and_what_to_hide() -> None:
    noise = "".join(sha256(bytes([at])).hexdigest() for at in range(120))
    document = world.badge(credentialSubject={"id": world.HOLDER.did, "achievement": {"criteria": {"narrative": noise}, "name": "SQL"}})

    with pytest.raises(InputError, match=r"takes [\d,]+ characters, and a QR code holds 4,296") as caught:
        qr_text.to_text(document)
    assert caught.value.hint.startswith("hide some of /credentialSubject/achievement/criteria/narrative (7,682 bytes), ")

    with pytest.raises(InputError, match=r"has [\d,]+ bytes, and a QR code takes 262,144") as caught:
        qr_text.to_text({"verifiableCredential": [world.badge(evidence=["x" * 300_000])]})
    assert caught.value.hint.startswith("hide some of /evidence (300,004 bytes), ")


@pytest.mark.parametrize("held", [{"verifiableCredential": ["x" * 300_000]}, {"x": "x" * 300_000}])
def test_what_has_no_claims_to_hide_is_to_be_shared_by_a_link(held: JsonObject) -> None:
    with pytest.raises(InputError) as caught:
        qr_text.to_text(held)

    assert caught.value.hint.endswith("share it by a link")


def test_no_object_is_refused_both_ways() -> None:
    with pytest.raises(FormatError, match="not a JSON object"):
        qr_text.to_text(b"[]")
    with pytest.raises(FormatError, match="not a JSON object"):
        qr_text.from_text(packed(b"[]"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://example.edu", "does not begin with LAUREA1:"),
        ("laurea1:6BF", "does not begin with LAUREA1:"),
        ("LAUREA2:6BF", "does not begin with LAUREA1:"),
        ("LAUREA1:" + "0" * 4296, "more than 4,296 characters"),
        ("LAUREA1:bb8", "not base 45"),
        ("LAUREA1:", "cut off"),
        ("LAUREA1:" + base45.encode(b"\xff\xff\xff"), "cannot be inflated"),
        (packed(b'{"a":1}')[:-3], "cut off"),
        (packed(b'{"a":1}') + "000", "not base 45|behind its end"),
        (packed(b'{"a": 1}'), "not in its JCS form"),
        (packed(b'{"b":1,"a":1}'), "not in its JCS form"),
        (packed(b'{"a":1e0}'), "not in its JCS form"),
        (packed(b'{"a":1,"a":1}'), "stands twice"),
        (packed(b'{"a":1}{}'), "not JSON"),
    ],
)
def test_what_no_document_is_packed_as_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        qr_text.from_text(text)


def test_a_second_stream_behind_the_first_is_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, qr_text.DICTIONARY)
    stream = packer.compress(b'{"a":1}') + packer.flush()

    with pytest.raises(FormatError, match="behind its end"):
        qr_text.from_text(qr_text.PREFIX + base45.encode(stream + stream))


def test_a_text_that_would_inflate_without_end_is_stopped_at_the_limit() -> None:
    bomb = packed(b'{"a":"' + b"a" * (2 << 20) + b'"}')

    assert len(bomb) < qr_text.MAX_CHARACTERS
    with pytest.raises(FormatError, match="inflates to more than 262,144 bytes"):
        qr_text.from_text(bomb)


@given(st.data())
def test_a_changed_character_never_gives_another_credential_that_holds(data: st.DataObject) -> None:
    text = qr_text.to_text(partial())
    at = data.draw(st.integers(len(qr_text.PREFIX), len(text) - 1))
    letter = data.draw(st.sampled_from([letter for letter in base45.ALPHABET if letter != text[at]]))
    try:
        raw = qr_text.from_text(text[:at] + letter + text[at + 1 :])
        problem = disclosure.integrity_problem(Credential.parse(raw))
    except FormatError:
        return
    # The one member that no proof covers is the proof's own verificationMethod, which decides nothing.
    assert problem or Credential.parse(raw).document == Credential.of(partial()).document


def test_the_dictionary_is_published_as_it_is_used_and_never_changes() -> None:
    assert DICTIONARY.read_bytes() == qr_text.DICTIONARY
    assert sha256(qr_text.DICTIONARY).hexdigest() == re.findall("[0-9a-f]{64}", DOCS.read_text())[0]
    assert len(qr_text.DICTIONARY) <= 32 << 10, "DEFLATE looks no further back"
    assert sha256(qr_text.DICTIONARY).hexdigest() == VECTORS["dictionary"]


@pytest.mark.parametrize("vector", VECTORS["texts"], ids=lambda vector: str(vector["about"]))
def test_the_vectors_are_read(vector: JsonObject) -> None:
    assert qr_text.from_text(str(vector["text"])) == canonical.encode(vector["document"])


@pytest.mark.parametrize("level", [1, 9])
def test_the_program_in_the_documents_reads_a_text_without_laurea(tmp_path: Path, level: int) -> None:
    (code,) = re.findall(r"<!-- decoder -->\n```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (tmp_path / "decode.py").write_text(code)
    (tmp_path / "qr-dictionary-1.txt").write_bytes(DICTIONARY.read_bytes())
    document = partial()
    text = packed(canonical.encode(document), level=level)

    def decoded(given: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "decode.py"]
        return subprocess.run(command, cwd=tmp_path, input=given.encode(), capture_output=True, timeout=60, check=False)

    assert decoded(text).stdout == canonical.encode(document)
    assert decoded(text + "000").returncode == 1
    assert decoded(text[:-3]).returncode == 1
    assert decoded("LAUREA2" + text[7:]).returncode == 1
    assert len(code.strip().splitlines()) <= 24
