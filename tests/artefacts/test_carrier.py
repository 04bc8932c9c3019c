"""Whatever a credential comes in is told apart by its bytes, and what carries none, or several, is told so."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from laurea.artefacts import baking, drawing, qr
from laurea.artefacts.baked import Carried
from laurea.artefacts.carrier import carried
from laurea.artefacts.fonts import Fonts
from laurea.core import qr_text
from laurea.core.canonical import encode, parse
from laurea.errors import FormatError, InputError, LaureaError
from tests.released import badge, release

(CREDENTIAL,) = release([badge(1, None)])
SMALL = encode({"type": ["VerifiableCredential"], "name": "small"})
CODE = qr_text.to_text(SMALL)
PLAIN_PNG = drawing.png("SQL", Fonts.of(None))


def picture(*texts: str, kind: str = "PNG") -> bytes:
    """Return a picture that shows QR codes side by side."""
    codes = [Image.open(io.BytesIO(qr.draw(text, "png"))).convert("L") for text in texts]
    sheet = Image.new("L", (sum(code.width for code in codes) + 50 * len(codes), max(code.height for code in codes) + 50), 255)
    at = 25
    for code in codes:
        sheet.paste(code, (at, 25))
        at += code.width + 50
    data = io.BytesIO()
    sheet.save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("data", [CREDENTIAL, b"  " + CREDENTIAL, b"eyJhbGciOiJub25lIn0.e30.", b"", b"\0\0", b"not JSON"])
def test_text_is_the_document_itself_for_its_reader_to_judge(data: bytes) -> None:
    assert carried(data) == Carried(data)


@pytest.mark.parametrize("source", [PLAIN_PNG, drawing.svg("SQL"), b"\n" + drawing.svg("SQL")])
def test_a_baked_picture_carries_its_credential_to_the_byte(source: bytes) -> None:
    assert carried(baking.bake(source, CREDENTIAL)) == Carried(CREDENTIAL)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_a_code_carries_what_the_code_does(kind: str) -> None:
    assert parse(carried(picture(CODE, kind=kind)).data) == parse(SMALL)
    assert carried(picture("https://badges.example.edu/claims/abc", kind=kind)) == Carried(link="https://badges.example.edu/claims/abc")


def test_the_same_code_twice_is_one_and_two_are_too_many() -> None:
    assert parse(carried(picture(CODE, CODE)).data) == parse(SMALL)
    with pytest.raises(FormatError, match="shows 2 QR codes"):
        carried(picture(CODE, "https://example.edu/"))


def test_what_is_baked_counts_and_not_a_code_in_the_picture() -> None:
    assert carried(baking.bake(picture(CODE), CREDENTIAL)) == Carried(CREDENTIAL)


def test_the_text_of_a_code_is_read_as_it_is_pasted() -> None:
    assert parse(carried(f" {CODE}\n".encode()).data) == parse(SMALL)
    with pytest.raises(FormatError):
        carried(CODE[:-3].encode())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (PLAIN_PNG, "the PNG carries no credential"),
        (picture("x")[:-20], "PNG"),
        (picture("a telephone number"), "neither a credential nor a link"),
        (picture("javascript:alert(1)"), "neither a credential nor a link"),
        (drawing.svg("SQL"), "the SVG carries no credential"),
        (b"<html></html>", "SVG"),
        (b"%PDF-1.7", "PDF"),
        (b"GIF89a", "cannot be read"),
        (b"\xff\xd8\xff\xe0 no picture", "cannot be read"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"><openbadges:assertion>{}</openbadges:assertion></svg>',
            "Open Badges 2.0",
        ),
    ],
)
def test_what_carries_nothing_or_is_damaged_is_told_so(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        carried(data)


def test_a_photograph_without_a_code_carries_nothing() -> None:
    blank = io.BytesIO()
    Image.new("L", (40, 40), 255).save(blank, "JPEG")
    with pytest.raises(FormatError, match="no QR code"):
        carried(blank.getvalue())


HEADS = [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"<svg", b"LAUREA1:"]


@given(st.sampled_from(HEADS), st.binary(max_size=200))
def test_any_bytes_carry_something_or_are_the_one_kind_of_error(head: bytes, rest: bytes) -> None:
    with suppress(LaureaError):
        assert isinstance(carried(head + rest), Carried)
