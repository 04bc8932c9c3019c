"""Credentials out of PDF files of anybody's: exactly one, or a reason; whatever the file does, within bounds."""

import time
import zlib
from io import BytesIO

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from laurea.artefacts import baking, pdf
from laurea.artefacts.baked import MAX_FILE, MAX_TEXT, Kind
from laurea.artefacts.certificate import Checking, draw
from laurea.artefacts.fonts import Fonts
from laurea.errors import FormatError, LaureaError, NotFound
from tests.artefacts.samples import CREDENTIAL, JWS, NOON, SUMMARY, damaged

OURS = draw(CREDENTIAL, SUMMARY, language="en", at=NOON, checking=Checking(), fonts=Fonts.of())
JSON = ("credential.json", CREDENTIAL)


def written(writer: pypdf.PdfWriter) -> bytes:
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def carrying(*files: tuple[str, bytes]) -> bytes:
    """A PDF of another program, with files attached."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    for name, data in files:
        writer.add_attachment(name, data)
    return written(writer)


def associated(name: str, kind: str, data: bytes, *, count: int = 1) -> bytes:
    """A PDF with associated files alone, which no tree names."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    stream = StreamObject()
    stream.set_data(data)
    stream[NameObject("/Subtype")] = NameObject(kind)
    reference = writer._add_object(stream)
    specification = DictionaryObject({NameObject("/UF"): TextStringObject(name)})
    specification[NameObject("/EF")] = DictionaryObject({NameObject("/F"): reference})
    writer.root_object[NameObject("/AF")] = ArrayObject([specification] * count)
    return written(writer)


def raw(catalog: bytes, *others: bytes) -> bytes:
    """A PDF written by hand."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, item in enumerate((catalog, *others), 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    start = len(body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        start,
    )


def test_a_credential_attached_by_another_program_is_found() -> None:
    assert pdf.extract(carrying(JSON, ("notes.txt", b"{}"))).data == CREDENTIAL
    assert pdf.extract(carrying(("credential.jwt", JWS))).kind is Kind.JWS
    assert baking.extract(associated("x.json", "/application/vc", CREDENTIAL)).data == CREDENTIAL


def test_a_file_that_is_named_twice_is_one() -> None:
    assert pdf.extract(associated("credential.json", "/x", CREDENTIAL, count=3)).data == CREDENTIAL
    assert pdf.extract(OURS).data == CREDENTIAL


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (carrying(), "carries no credential"),
        (carrying(("notes.txt", CREDENTIAL)), "carries no credential"),
        (carrying(JSON, JSON), "carries several credentials"),
        (carrying(JSON, ("credential.jwt", JWS)), "carries several credentials"),
        (carrying(("credential.json", b"hello")), "neither JSON nor a compact JWS"),
        (carrying(("credential.json", b"{" + b" " * MAX_TEXT)), "larger than"),
        (carrying(*[(f"{number}.txt", b"") for number in range(pdf.MAX_ATTACHED + 1)]), "more than 100 files"),
        (OURS[: len(OURS) // 2], "cannot be read"),
        (b"%PDF-1.7\n", "cannot be read"),
        (b"%PDF-1.7\n" + b" " * MAX_FILE, "larger than"),
        (raw(b"<</Type/Catalog/Names 1 0 R>>"), "carries no credential"),
        (raw(b"<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>", b"<</Kids[2 0 R]>>"), "more than 100 places"),
        (raw(b"<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>", b"<</Kids[2 0 R 2 0 R]/Names[(a) 2 0 R]>>"), "more than 100 places"),
        (raw(b"<</Type/Catalog/AF 7>>"), "carries no credential"),
        (raw(b"[" * 100_000), "cannot be read"),
    ],
)
def test_what_is_damaged_or_ambiguous_is_refused_by_name(data: bytes, problem: str) -> None:
    with pytest.raises((FormatError, NotFound), match=problem):
        pdf.extract(data)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(FormatError, match="no PDF"):
        pdf.extract(CREDENTIAL)


def test_an_encrypted_pdf_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(carrying(JSON)))
    writer.encrypt("", algorithm="RC4-128")

    with pytest.raises(FormatError, match="encrypted"):
        pdf.extract(written(writer))


def test_what_inflates_without_end_is_refused_in_time_and_memory() -> None:
    bomb = zlib.compress(b"{" + b" " * (4 * pdf.MAX_INFLATED), 9)
    stream = b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(bomb), bomb)
    data = raw(b"<</Type/Catalog/AF[<</UF(credential.json)/EF<</F 2 0 R>>>>]>>", stream)
    started = time.monotonic()

    with pytest.raises(FormatError, match="cannot be read: LimitReachedError"):
        pdf.extract(data)

    assert time.monotonic() - started < 5


def test_what_takes_endless_work_to_read_is_refused() -> None:
    data = raw(b"<</Type/Catalog/AF <%b>>>" % (b"41" * pdf.MOST_READS))

    with pytest.raises(FormatError, match=r"too much work|cannot be read"):  # pypdf may take our word for damage
        pdf.extract(data)


def test_of_many_credentials_two_are_read() -> None:
    large = zlib.compress(b"{" + b" " * (MAX_TEXT - 1), 9)
    stream = b"<</Subtype/application#2Fvc/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(large), large)
    broken = stream.replace(large, bytes(len(large)))
    named = b"".join(b"<</EF<</F %d 0 R>>>>" % number for number in (2, 3, 4))

    with pytest.raises(FormatError, match="carries several credentials"):
        pdf.extract(raw(b"<</Type/Catalog/AF[%b]>>" % named, stream, stream, broken))


@settings(deadline=5_000)
@given(
    damaged(OURS) | damaged(carrying(JSON)) | damaged(raw(b"<</Type/Catalog/AF[<<>>]>>", b"<<>>")) | st.binary().map(b"%PDF-1.7\n".__add__)
)
def test_damage_raises_errors_of_ours_alone_and_soon(data: bytes) -> None:
    try:
        found = baking.extract(data)
    except LaureaError:
        return
    assert found.data
