"""Credentials in SVG pictures: in and out to the byte, exactly one, and nothing else of the picture changes."""

from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.artefacts import baking, markup, svg
from laurea.artefacts.baked import MAX_FILE, MAX_TEXT, Kind
from laurea.core import canonical
from laurea.errors import FormatError, LaureaError, NotFound
from tests.artefacts.samples import CREDENTIAL, JWS, ODD, SVG, damaged
from tests.core.strategies import documents

NAMESPACE = ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
OLD = '<openbadges:assertion xmlns:openbadges="http://openbadges.org"'


def picture(inside: str, attributes: str = NAMESPACE) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"{attributes}>{inside}</svg>'.encode()


def element(inside: str = "", attributes: str = "") -> str:
    return f"<openbadges:credential{attributes}>{inside}</openbadges:credential>"


@pytest.mark.parametrize("credential", [CREDENTIAL, ODD])
def test_a_credential_comes_out_as_it_went_in(credential: bytes) -> None:
    baked = baking.bake(SVG, credential)

    assert baking.extract(baked).data == credential
    # By another reader, too.
    text = ET.fromstring(baked).findtext("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert text is not None
    assert text.encode() == credential


def test_the_picture_stays_as_it_is_around_the_one_element_of_the_specification() -> None:
    baked = svg.bake(SVG, b'{"a": 1}')

    added = b' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
    cdata = b'<openbadges:credential><![CDATA[{"a": 1}]]></openbadges:credential>'
    assert baked == SVG.replace(b"'0 0 1 1' >", b"'0 0 1 1' " + added + b">" + cdata)


def test_baking_again_replaces_the_old_credential() -> None:
    assert svg.bake(svg.bake(SVG, ODD), CREDENTIAL) == svg.bake(SVG, CREDENTIAL)
    assert svg.bake(picture(element("{}") + "<g/>" + element("{}") + element(attributes=' verify="a>b"')), CREDENTIAL) == svg.bake(
        picture("<g/>"), CREDENTIAL
    )


@pytest.mark.parametrize(
    "bare",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg" />',
        picture("<g/>", ' xmlns:openbadges="http://openbadges.org"'),
        picture("<g/>"),
        picture("<openbadges:credential verify='x'/>"),
    ],
)
def test_a_credential_goes_into_any_root(bare: bytes) -> None:
    assert svg.extract(svg.bake(bare, CREDENTIAL)).data == CREDENTIAL


@given(documents)
def test_any_document_comes_out_as_it_went_in(document: canonical.JsonObject) -> None:
    data = canonical.encode(document)

    assert svg.extract(svg.bake(SVG, data)).data == data


@pytest.mark.shared
def test_the_official_sample_is_read_and_baked_again(shared_data: Path) -> None:
    sample = (shared_data / "ob30-samples" / "simple-json.svg").read_bytes()

    found = svg.extract(sample)
    again = svg.bake(sample, CREDENTIAL)

    document = canonical.parse(found.data)
    assert isinstance(document, dict)
    assert document["id"] == "http://example.com/credentials/3527"
    assert svg.extract(again).data == CREDENTIAL
    assert again[again.index(b"<g>") :] == sample[sample.index(b"<g>") :]


def test_a_compact_jws_is_read_from_its_attribute_or_its_text() -> None:
    for found in (
        svg.extract(picture(element(attributes=f' verify="{JWS.decode()}"'))),
        svg.extract(picture(element(f" {JWS.decode()} "))),
    ):
        assert (found.data, found.kind) == (JWS, Kind.JWS)


def test_a_badge_of_open_badges_2_is_named_as_one_and_gives_way_to_a_credential() -> None:
    old = OLD + ' verify="https://example.org/a"><![CDATA[{"type": "Assertion"}]]></openbadges:assertion>'

    assert svg.extract(picture(old)).kind is Kind.OPEN_BADGES_2
    assert svg.extract(picture(old)).data == b'{"type": "Assertion"}'
    assert svg.extract(picture(old + element("{}"))).kind is Kind.CREDENTIAL


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (SVG, "carries no credential"),
        (picture(element("{}") + element("{}")), "carries several credentials"),
        (picture(element("{}<g/>")), "elements where its credential should be"),
        (picture(element(element("{}"))), "elements where its credential should be"),
        (picture(element("{}", ' verify="a.b.c"')), "carries its credential twice"),
        (picture(element("hello")), "neither JSON nor a compact JWS"),
        (picture(element()), "neither JSON nor a compact JWS"),
        (picture(element("{" + " " * MAX_TEXT)), "larger than"),
        (picture(OLD + ">{" + " " * MAX_TEXT + "</openbadges:assertion>"), "larger than"),
        (b"<html/>", "no SVG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "not XML: no element found in line 1"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + picture(element("{}")), "entities"),
        (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]>' + picture(element("{}")), "entities"),
        (b'<!DOCTYPE svg [<!NOTATION n SYSTEM "x"><!ENTITY a SYSTEM "y" NDATA n>]>' + picture(element("{}")), "entities"),
        (b'<!DOCTYPE svg SYSTEM "svg.dtd">' + picture(element("{&unknown;}")), "entities"),
        (b'<!DOCTYPE svg [<!ATTLIST g a CDATA "">]>' + picture(element("{}")), "declares attributes"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + picture(element("{}")), "says that it is in 'ISO-8859-1'"),
        (picture(element("{}")).decode().encode("utf-16"), "not in UTF-8"),
        (picture(element("{}")).decode().encode("utf-16-le"), "not in UTF-8"),
        (picture(element("{}", ' a="\u2722"')).decode().encode("utf-16-le"), "not in UTF-8"),
        (picture("<g>" * markup.MAX_DEPTH + "</g>" * markup.MAX_DEPTH), "nests them deeper"),
        (picture("<g/>" * markup.MAX_ELEMENTS), "elements"),
        (picture(" " * MAX_FILE), "larger than"),
    ],
)
def test_what_is_damaged_or_ambiguous_is_refused_by_name(data: bytes, problem: str) -> None:
    with pytest.raises((FormatError, NotFound), match=problem):
        svg.extract(data)


@given(damaged(svg.bake(SVG, CREDENTIAL)) | damaged(SVG) | st.binary())
def test_damage_raises_errors_of_ours_alone(data: bytes) -> None:
    for attempt in (baking.extract, lambda data: svg.bake(data, CREDENTIAL)):
        with suppress(LaureaError):
            attempt(data)


@given(damaged(SVG))
def test_what_could_be_baked_can_be_read(data: bytes) -> None:
    try:
        baked = svg.bake(data, CREDENTIAL)
    except LaureaError:
        return
    assert svg.extract(baked).data == CREDENTIAL
