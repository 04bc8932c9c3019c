"""The certificate: PDF/A-3 by its mandatory points, read with another library than wrote it, and a page that people can read."""

import ctypes
import json
import os
import time
import zlib
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject

from laurea.artefacts import pdf, png
from laurea.artefacts.certificate import MAX_CODE, Checking, draw
from laurea.artefacts.fonts import MAX_NAMED, Fonts
from laurea.artefacts.page import MAX_ITEMS, MAX_WORDS
from laurea.core.summary import Summary
from laurea.errors import FormatError, InputError, LaureaError
from tests.artefacts.samples import CREDENTIAL, DOCUMENT, NOON, ODD, chunk
from tests.core.strategies import documents

VERIFIER = "https://verify.example.edu/check"
FONTS = Fonts.of()
XMP = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def made(document: Any = DOCUMENT, *, language: str = "en", at: datetime = NOON, checking: Checking | None = None) -> bytes:
    data = CREDENTIAL if document is DOCUMENT else json.dumps(document, ensure_ascii=False).encode()
    checked = checking or Checking(VERIFIER, VERIFIER)
    return draw(data, Summary.of(document, language), language=language, at=at, checking=checked, fonts=FONTS)


def achieved(**members: Any) -> dict[str, Any]:
    return {"name": "T", "credentialSubject": {"achievement": members}}


@pytest.fixture(scope="module")
def reader() -> Any:
    return pypdf.PdfReader(BytesIO(made()), strict=True)


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split())


def objects(reader: Any) -> list[Any]:
    found = [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]
    return [item for item in found if isinstance(item, DictionaryObject)]


def packet(reader: Any) -> ET.Element:
    return ET.fromstring(reader.root_object["/Metadata"].get_object().get_data())


def test_the_credential_is_attached_to_the_byte() -> None:
    assert pdf.extract(made()).data == CREDENTIAL
    assert pdf.extract(draw(ODD, Summary.of({}), language="en", at=NOON, checking=Checking(), fonts=FONTS)).data == ODD


def test_it_is_an_associated_file_as_pdf_a_3_demands(reader: Any) -> None:
    (associated,) = reader.root_object["/AF"]
    specification = associated.get_object()
    stream = specification["/EF"]["/F"].get_object()

    assert specification["/Type"] == "/Filespec"
    assert (specification["/F"], specification["/UF"]) == ("credential.json", "credential.json")
    assert specification["/AFRelationship"] == "/Source"
    assert specification["/Desc"]
    assert stream["/Type"] == "/EmbeddedFile"
    assert stream["/Subtype"] == "/application/ld+json"
    assert stream["/Params"]["/ModDate"] == "D:20261126120000Z"
    assert reader.root_object["/Names"]["/EmbeddedFiles"]["/Names"] == ArrayObject(["credential.json", associated])


def test_its_metadata_say_part_3_level_a_title_author_and_language(reader: Any) -> None:
    rdf = packet(reader)

    assert [rdf.findtext(f".//pdfaid:{name}", namespaces=XMP) for name in ("part", "conformance")] == ["3", "A"]
    assert rdf.findtext(".//pdfuaid:part", namespaces=XMP) == "1"
    assert rdf.findtext(".//dc:title//rdf:li", namespaces=XMP) == "SQL for Analysts"
    assert rdf.findtext(".//dc:creator//rdf:li", namespaces=XMP) == "Example University"
    assert reader.root_object["/Lang"] == "en"
    assert "/Filter" not in reader.root_object["/Metadata"].get_object()  # PDF/A reads it without inflating


def test_its_colours_are_tied_to_a_profile_that_it_brings(reader: Any) -> None:
    (intent,) = reader.root_object["/OutputIntents"]
    profile = intent.get_object()["/DestOutputProfile"].get_object()

    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert profile["/N"] in {1, 3}
    assert profile.get_data()[36:40] == b"acsp"  # the mark of every ICC profile


def test_it_is_tagged_with_headings_in_order_and_words_for_its_picture(reader: Any) -> None:
    kinds = [item["/S"] for item in objects(reader) if item.get("/Type") == "/StructElem"]
    figures = [item for item in objects(reader) if item.get("/S") == "/Figure"]

    assert reader.root_object["/MarkInfo"]["/Marked"].value is True
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 5
    assert [VERIFIER in str(figure["/Alt"]) for figure in figures] == [True]


def test_all_its_fonts_are_embedded_with_a_way_back_to_unicode(reader: Any) -> None:
    fonts = [item for item in objects(reader) if item.get("/Type") == "/Font" and item["/Subtype"] == "/Type0"]
    described = [item for item in objects(reader) if item.get("/Type") == "/FontDescriptor"]

    assert fonts
    assert all("/ToUnicode" in font for font in fonts)
    assert len(described) == len(fonts)
    assert all({"/FontFile2", "/FontFile3"} & set(item) for item in described)


def test_it_runs_nothing_is_not_encrypted_and_names_itself(reader: Any) -> None:
    keys = {key for item in objects(reader) for key in item}

    assert keys.isdisjoint({"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/XFA", "/Encrypt"})
    assert {item.get("/S") for item in objects(reader)}.isdisjoint({"/JavaScript", "/Launch", "/GoToR", "/URI"})
    assert "/Encrypt" not in reader.trailer
    assert len(reader.trailer["/ID"]) == 2


def test_the_same_credential_at_the_same_time_makes_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(at=NOON + timedelta(days=1))


def test_the_page_reads_in_a_humans_order() -> None:
    text = text_of(made())

    order = [
        "Certificate",
        "SQL for Analysts",
        "Awarded to Jörg Müller",
        "What the holder can do Writes queries",
        "SQL (ESCO)",
        "Project score 84.5",
        "Issued by Example University",
        "Awarded on 20 November 2026",
        "Valid until 30 November 2029",
        "Project report",
        f"Open {VERIFIER}",
        "This page is for reading.",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_page_can_be_looked_at(tmp_path: Path) -> None:
    shown = pypdfium2.PdfDocument(made())[0].render(scale=1.4, rev_byteorder=True)
    data, width = bytes(shown.buffer), shown.width * shown.n_channels
    rows = b"".join(b"\x00" + data[row * shown.stride :][:width] for row in range(shown.height))
    header = (
        shown.width.to_bytes(4, "big") + shown.height.to_bytes(4, "big") + b"\x08" + {3: b"\x02", 4: b"\x06"}[shown.n_channels] + b"\0\0\0"
    )
    picture = png.SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")

    folder = Path(os.environ.get("LAUREA_SCREENSHOTS", tmp_path))
    (folder / "certificate.png").write_bytes(picture)

    assert len(png.check(picture)) == 3
    assert 20 < len(set(rows)) <= 256  # ink, and not a blank page


def test_its_labels_are_spanish_when_asked_for() -> None:
    text = text_of(made(language="es"))

    assert "Otorgado a Jörg Müller" in text
    assert "Válido hasta 30 de noviembre de 2029" in text


def test_without_a_verifier_it_says_how_to_check_it_anywhere_and_has_no_code() -> None:
    data = made(checking=Checking())

    assert "to any verifier of Open Badges 3.0" in text_of(data)
    assert all(item.get("/S") != "/Figure" for item in objects(pypdf.PdfReader(BytesIO(data))))


@pytest.mark.parametrize(
    "words", ["Łukasz żółć ñandú ¿qué? – 5 €", "Επεξεργασία δεδομένων", "Анализ данных, Їжак", "מבחן מעשי", "تحليل البيانات"]
)
def test_scripts_of_europe_hebrew_and_arabic_are_drawn(words: str) -> None:
    shown = text_of(made(achieved(description=words)))

    assert set(words.replace(" ", "")) <= set(shown)


def test_text_from_right_to_left_stands_at_the_right() -> None:
    def left_of(words: str) -> float:
        page = pypdfium2.PdfDocument(made(achieved(description=words)))[0].get_textpage()
        found = page.search(words[:4]).get_next()
        assert found is not None
        box = page.get_charbox(found[0])
        assert isinstance(box[0], float | ctypes.c_double)
        return float(box[0])

    assert left_of("Analysis of data") < 100
    assert left_of("ניתוח נתונים") > 300


def test_letters_that_no_font_has_are_named_and_never_left_out() -> None:
    with pytest.raises(FormatError, match=r"no font here has 中 \(U\+4E2D CJK UNIFIED IDEOGRAPH-4E2D\), 文 \(U\+6587") as caught:
        made(achieved(description="Data 中文"))

    assert "--fonts" in caught.value.hint


def test_of_many_missing_letters_the_first_are_named() -> None:
    assert FONTS.missing(["".join(map(chr, range(0x4E00, 0x4E80))), "é"]) == [chr(0x4E00 + number) for number in range(MAX_NAMED)]


def test_long_keys_stay_on_the_page() -> None:
    document = {"issuer": "did:key:z" + "6MkhaXgBZDvotDkL5257faizti" * 8}

    page = pypdfium2.PdfDocument(made(document))[0]
    text = page.get_textpage()
    rights = [text.get_charbox(number)[2] for number in range(text.count_chars())]

    assert max(rights) < page.get_width() - 60


def test_more_than_a_page_has_room_for_is_said_to_be_in_the_credential() -> None:
    many = achieved(description="word " * MAX_WORDS, alignment=[{"targetName": f"Skill {number}"} for number in range(MAX_ITEMS + 5)])

    text = text_of(made(many))

    assert text.count("and more, which the attached credential says") == 2
    assert f"Skill {MAX_ITEMS}" not in text


def test_what_would_turn_the_order_of_reading_round_is_taken_out() -> None:
    assert "evil gpj.exe" in text_of(made(achieved(description="evil \u202egpj.exe")))


def test_markup_in_a_credential_is_text() -> None:
    hostile = '#read("/etc/passwd") $x$ *b* `c` @d <e> \\ // #panic()'

    assert hostile in text_of(made(achieved(description=hostile)))


def test_an_end_that_cannot_be_read_is_not_taken_for_none() -> None:
    assert "a date is given that cannot be read" in text_of(made({"validUntil": "soon"}))


def test_a_code_too_fine_for_a_camera_is_refused() -> None:
    with pytest.raises(InputError, match="QR code"):
        Checking(code="x" * (MAX_CODE + 1))


@pytest.mark.parametrize("data", [b"", b"[]", b"no json"])
def test_what_is_no_credential_gets_no_certificate(data: bytes) -> None:
    with pytest.raises(FormatError):
        draw(data, Summary.of({}), language="en", at=NOON, checking=Checking(), fonts=FONTS)


@settings(max_examples=30, deadline=None)
@given(documents, st.text(max_size=200))
@example({}, "\x1b")
@example({}, "\u200b\u00ad")
def test_any_credential_has_a_certificate_or_an_error_of_ours(document: Any, words: str) -> None:
    said = {**document, "name": words, "credentialSubject": {"achievement": {"description": words}}}
    data = json.dumps(said).encode()
    try:
        found = draw(data, Summary.of(said), language="es", at=datetime(2000, 1, 1, tzinfo=UTC), checking=Checking(), fonts=FONTS)
    except LaureaError as error:
        found, problem = b"", str(error)
    assert pdf.extract(found).data == data if found else "no font here has" in problem


@pytest.mark.shared
def test_every_official_sample_has_a_certificate(shared_data: Path) -> None:
    samples = sorted((shared_data / "ob30-samples").glob("*.json"))
    for path in samples:
        data = path.read_bytes()
        found = draw(data, Summary.of(json.loads(data)), language="en", at=NOON, checking=Checking(), fonts=FONTS)
        assert pdf.extract(found).data == data

    assert samples


def test_a_folder_of_fonts_is_taken_before_the_last_of_ours(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no fonts in"):
        Fonts.of(tmp_path)

    installed = find_spec("playwright")
    assert installed is not None
    font = next(Path(str(installed.origin)).parent.rglob("codicon*.ttf"))  # any that is here
    (tmp_path / "a.ttf").write_bytes(font.read_bytes())

    assert Fonts.of(tmp_path).families == ("Libertinus Serif", "codicon", "DejaVu Sans Mono")


def test_the_longest_certificate_and_the_most_letters_are_drawn_in_time() -> None:
    letters = "".join(letter for letter in map(chr, range(0x21, 0x3000)) if letter.isprintable())
    words = "word " * (MAX_WORDS // 5)
    evidence: Any = [{"name": words}] * (MAX_ITEMS * 2)
    started = time.monotonic()

    with pytest.raises(FormatError, match="no font here has"):
        made(achieved(description=letters))
    made(
        {
            **achieved(description=words, alignment=[{"targetName": f"{number} {words}"} for number in range(MAX_ITEMS)]),
            "evidence": evidence,
        }
    )

    assert time.monotonic() - started < 20
