"""Credentials in PNG pictures: in and out to the byte, exactly one, and nothing else of the picture changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.artefacts import baking, png
from laurea.artefacts.baked import MAX_FILE, MAX_TEXT, Kind
from laurea.core import canonical
from laurea.errors import FormatError, LaureaError, NotFound
from tests.artefacts.samples import CREDENTIAL, END, HEADER, JWS, ODD, PIXEL, PNG, chunk, damaged
from tests.core.strategies import documents

FRAME = b"openbadgecredential\x00\x00\x00\x00\x00"


def carrying(*texts: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + HEADER + PIXEL + b"".join(chunk(b"iTXt", text) for text in texts) + END


@pytest.mark.parametrize("credential", [CREDENTIAL, ODD])
def test_a_credential_comes_out_as_it_went_in(credential: bytes) -> None:
    found = baking.extract(baking.bake(PNG, credential))

    assert (found.data, found.kind) == (credential, Kind.CREDENTIAL)


def test_the_picture_stays_as_it_is_around_the_one_chunk_of_the_specification() -> None:
    trailing = PNG + b"behind the end"

    assert png.bake(trailing, CREDENTIAL) == trailing.replace(END, chunk(b"iTXt", FRAME + CREDENTIAL) + END)


def test_baking_again_replaces_the_old_credential() -> None:
    assert png.bake(png.bake(PNG, ODD), CREDENTIAL) == png.bake(PNG, CREDENTIAL)


@given(documents)
def test_any_document_comes_out_as_it_went_in(document: canonical.JsonObject) -> None:
    data = canonical.encode(document)

    assert png.extract(png.bake(PNG, data)).data == data


@pytest.mark.shared
def test_the_official_sample_is_read_and_baked_again(shared_data: Path) -> None:
    sample = (shared_data / "ob30-samples" / "simple-json.png").read_bytes()

    found = png.extract(sample)

    assert b'"http://example.com/credentials/3527"' in found.data or b"credentials" in found.data
    assert isinstance(canonical.parse(found.data), dict)
    assert png.bake(sample, found.data) == sample


def test_a_compact_jws_is_told_apart() -> None:
    found = png.extract(carrying(FRAME + JWS + b"\n"))

    assert (found.data, found.kind) == (JWS, Kind.JWS)


def test_a_badge_of_open_badges_2_is_named_as_one_and_gives_way_to_a_credential() -> None:
    old = b"openbadges\x00\x00\x00\x00\x00" + b'{"type": "Assertion"}'

    assert png.extract(carrying(old)).kind is Kind.OPEN_BADGES_2
    assert png.extract(carrying(old)).data == b'{"type": "Assertion"}'
    assert png.extract(carrying(old, FRAME + CREDENTIAL)).kind is Kind.CREDENTIAL


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (b"GIF89a", "the picture is no SVG|not XML"),
        (b"\x89PNG\n\x1a\n", "no PNG"),
        (PNG, "carries no credential"),
        (carrying(FRAME + CREDENTIAL, FRAME + CREDENTIAL), "carries several credentials"),
        (carrying(b"openbadges\x00\x00\x00\x00\x00{}", b"openbadges\x00\x00\x00\x00\x00{}"), "carries several credentials"),
        (carrying(b"openbadgecredential\x00\x01\x00\x00\x00xx"), "compressed"),
        (carrying(b"openbadgecredential"), "compressed"),
        (carrying(FRAME + b"hello"), "neither JSON nor a compact JWS"),
        (carrying(FRAME + b"{" + b" " * MAX_TEXT), "larger than"),
        (carrying(b"openbadges\x00\x00\x00\x00\x00{" + b" " * MAX_TEXT), "larger than"),
        (PNG[:-1], "cut off"),
        (PNG[: PNG.index(END)], "cut off"),
        (PNG[:8] + b"\xff\xff\xff\xff" + PNG[12:], "cut off"),
        (PNG.replace(b"IDAT", b"IDAU"), "checksum"),
        (PNG[:8] + END, "does not begin with its header"),
        (PNG[:8] + chunk(b"aaAa", b"") * (png.MAX_CHUNKS + 1), "chunks"),
        (PNG + b" " * MAX_FILE, "larger than"),
    ],
)
def test_what_is_damaged_or_ambiguous_is_refused_by_name(picture: bytes, problem: str) -> None:
    with pytest.raises((FormatError, NotFound), match=problem):
        baking.extract(picture)


@pytest.mark.parametrize("credential", [b"", b"[]", b"hello", JWS, b'{"a": 1, "a": 2}'])
def test_what_is_no_credential_is_not_baked(credential: bytes) -> None:
    with pytest.raises(FormatError):
        baking.bake(PNG, credential)


@given(damaged(png.bake(PNG, CREDENTIAL)) | st.binary().map(PNG[:8].__add__))
def test_damage_is_refused_or_harmless(picture: bytes) -> None:
    try:
        found = baking.extract(picture)
    except LaureaError:
        return
    assert found.data == CREDENTIAL
