"""The picture of a badge without one: its title is in it, as text and never as markup."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.artefacts import baking, drawing, png
from laurea.artefacts.fonts import Fonts
from tests.artefacts.samples import CREDENTIAL

FONTS = Fonts.of()


def words(picture: bytes) -> str:
    return " ".join(element.text or "" for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"))


def test_the_title_is_in_the_picture() -> None:
    assert words(drawing.svg("SQL for Analysts")) == "SQL for Analysts"
    assert b'direction="rtl"' in drawing.svg("تحليل البيانات")


def test_a_long_title_ends_with_a_mark() -> None:
    assert words(drawing.svg("word " * 100)).endswith(" …")


@given(st.text())
def test_no_title_becomes_markup(title: str) -> None:
    assert {element.tag.rpartition("}")[2] for element in ET.fromstring(drawing.svg(title + "<&>")).iter()} <= {
        "svg",
        "title",
        "circle",
        "polygon",
        "g",
        "text",
    }


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_title_makes_a_png_that_takes_a_credential(title: str) -> None:
    assert baking.extract(baking.bake(drawing.png(title, FONTS), CREDENTIAL)).data == CREDENTIAL


@pytest.mark.parametrize("title", ["SQL", "Σ"])
def test_the_png_has_its_size_and_the_title(title: str) -> None:
    picture = drawing.png(title, FONTS)

    assert png.check(picture)[0].data[:8] == (drawing.SIZE).to_bytes(4, "big") * 2
    assert picture != drawing.png("", FONTS)
    assert picture == drawing.png(title, FONTS)


def test_a_title_that_no_font_has_is_not_half_drawn() -> None:
    assert drawing.png("Data 中文", FONTS) != drawing.png("Data", FONTS)
    assert len(drawing.png("Data 中文", FONTS)) == len(drawing.png("文", FONTS))
