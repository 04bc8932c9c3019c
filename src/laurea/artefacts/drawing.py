"""A picture for a badge whose achievement has none: a seal of our own with the title, as SVG or PNG."""

import base64
import textwrap
from html import escape

from laurea.artefacts.fonts import SERIF, Fonts
from laurea.artefacts.plain import is_rtl, plain

SIZE = 480  # of a side, in pixels
MAX_LINES = 5
LINE = 15  # characters that fit in one

# Around a line from right to left, for what draws pictures and does not know `direction`.
_RTL, _END = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

_LEADING = 44
_CENTRE = SIZE // 2
_SEAL = (
    f'<circle cx="{_CENTRE}" cy="{_CENTRE}" r="224" fill="#1b2a41"/>'
    f'<circle cx="{_CENTRE}" cy="{_CENTRE}" r="208" fill="none" stroke="#d8b75c" stroke-width="4"/>'
    '<polygon points="240,378 246,394 263,395 250,405 254,421 240,412 226,421 230,405 217,395 234,394" fill="#d8b75c"/>'
)
_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.svg), format: "svg", width: 240pt)\n'
_PPI = SIZE * 72 / 240


def svg(title: str) -> bytes:
    """Return a picture that has a title in it."""
    return _draw(title, _lines(title))


def png(title: str, fonts: Fonts) -> bytes:
    """Return a picture that has a title in it, or none when no font has its letters: the picture is an ornament, the credential has the title."""
    lines = [] if fonts.missing([plain(title)]) else _lines(title)
    return fonts.picture(_PICTURE, {"svg": _draw(title, lines).decode()}, ppi=_PPI)


def data_url(picture: bytes, kind: str) -> str:
    """Return a picture as a URL that holds it."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _lines(title: str) -> list[str]:
    return textwrap.wrap(plain(title), LINE, max_lines=MAX_LINES, placeholder=" …")


def _draw(title: str, lines: list[str]) -> bytes:
    top = _CENTRE + 12 - (len(lines) - 1) * _LEADING // 2
    direction = ' direction="rtl"' if is_rtl(title) else ""
    begin, end = (_RTL, _END) if is_rtl(title) else ("", "")
    spans = "".join(
        f'<text x="{_CENTRE}" y="{top + number * _LEADING}">{begin}{escape(line)}{end}</text>' for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" role="img">'
        f"<title>{escape(plain(title))}</title>{_SEAL}"
        f'<g font-family="{SERIF}, Georgia, serif" font-size="38" font-weight="600" fill="#ffffff" text-anchor="middle"{direction}>{spans}</g>'
        "</svg>\n"
    ).encode()
