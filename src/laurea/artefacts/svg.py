"""Credentials in SVG pictures (Open Badges 3.0, 5.3.2): one element with the JSON in CDATA. All else stays as it is, to the byte."""

import re

from laurea.artefacts.baked import MAX_TEXT, Baked, Kind, check_credential, one
from laurea.artefacts.markup import CREDENTIAL, OPEN_BADGES_3, PREFIX, Found, Markup
from laurea.errors import FormatError

_FILE = "SVG"
_DECLARED = f' xmlns:{PREFIX}="{OPEN_BADGES_3}"'.encode()
_TAG_NAME = re.compile(rb"<([^\s/>]+)")


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential in it, instead of any that it carried; raises FormatError."""
    check_credential(credential)
    bare = _without(picture, [found for found in Markup.read(picture).found if found.name == CREDENTIAL])
    markup = Markup.read(bare)
    end = markup.end_of_tag(markup.root)
    # At the root, as the specification has it, unless our prefix means something else there.
    at_root = _DECLARED if markup.bound is None else b""
    element = _element(credential, b"" if markup.bound in {None, OPEN_BADGES_3} else _DECLARED)
    tag = bare[markup.root : end]
    if not tag.endswith(b"/>"):
        return b"".join([bare[: end - 1], at_root, b">", element, bare[end:]])
    name = _TAG_NAME.match(tag)
    assert name is not None
    return b"".join([bare[: end - 2], at_root, b">", element, b"</", name[1], b">", bare[end:]])


def extract(picture: bytes) -> Baked:
    """Return the one credential that a picture carries; raises FormatError for what is no SVG and for several, NotFound for none."""
    return one([_read(found) for found in Markup.read(picture).found], file=_FILE)


def _read(found: Found) -> Baked:
    text = "".join(found.text)
    if found.nested:
        raise FormatError("the SVG has elements where its credential should be")
    if text.strip() and found.verify and found.name == CREDENTIAL:
        raise FormatError("the SVG carries its credential twice, as text and as `verify`, and nobody can tell which one counts")
    data = (text if text.strip() else found.verify).encode()
    if found.name == CREDENTIAL:
        return Baked.of(data)
    if len(data) > MAX_TEXT:
        raise FormatError(f"the SVG carries a badge larger than {MAX_TEXT:,} bytes")
    return Baked(data, Kind.OPEN_BADGES_2)


def _without(picture: bytes, elements: list[Found]) -> bytes:
    for found in reversed(elements):
        picture = picture[: found.start] + picture[found.end :]
    return picture


def _element(credential: bytes, declared: bytes) -> bytes:
    # What ends a CDATA section is parted, and a carriage return, which XML would read as a line feed, stands between sections.
    text = credential.replace(b"]]>", b"]]]]><![CDATA[>").replace(b"\r", b"]]>&#13;<![CDATA[")
    return b"".join([b"<openbadges:credential", declared, b"><![CDATA[", text, b"]]></openbadges:credential>"])
