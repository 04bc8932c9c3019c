"""Pictures that do nothing but look: which of those that credentials bring may stand in somebody's page."""

import base64
import binascii
import re

from laurea.artefacts import png
from laurea.artefacts.markup import SVG, Markup
from laurea.errors import FormatError

MAX_BYTES = 256 << 10  # in a page, as a data URL

_DATA = re.compile(r"data:image/(png|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})")
_ACTIVE = {
    "script",
    "foreignObject",
    "iframe",
    "object",
    "embed",
    "a",
    "animate",
    "set",
    "animateTransform",
    "animateMotion",
    "handler",
    "listener",
}
_LOCAL = re.compile(r"""url\(["']?#""")
_REFERENCES = ("href", "src")


def is_inert(url: str) -> bool:
    """Tell whether a data URL has a whole PNG or SVG in it that runs nothing and fetches nothing."""
    match = _DATA.fullmatch(url) if len(url) <= MAX_BYTES * 4 // 3 + 64 else None
    if match is None:
        return False
    try:
        data = base64.b64decode(match[2], validate=True)
        return bool(png.check(data)) if match[1] == "png" else _is_inert_svg(data)
    except (FormatError, binascii.Error):
        return False


def _is_inert_svg(data: bytes) -> bool:
    if b"<?xml-stylesheet" in data:
        return False
    return all(_is_inert_element(element.name, element.attributes) for element in Markup.read(data).elements)


def _is_inert_element(name: str, attributes: dict[str, str]) -> bool:
    space, _, local = name.rpartition(" ")
    if local in _ACTIVE or (local == "style" and space == SVG):  # a style sheet can fetch
        return False
    return all(_is_inert_attribute(attribute.rpartition(" ")[2].lower(), value) for attribute, value in attributes.items())


def _is_inert_attribute(name: str, value: str) -> bool:
    if name.startswith("on"):
        return False
    if name in _REFERENCES:
        return value.startswith("#")
    squeezed = "".join(value.split()).lower()
    return "javascript:" not in squeezed and "@import" not in squeezed and squeezed.count("url(") == len(_LOCAL.findall(squeezed))
