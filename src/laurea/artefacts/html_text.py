"""The text of an HTML page that somebody else wrote: a line for each paragraph, nothing of scripts and menus; nothing in it is run or fetched.

It is read once from its begin to its end: the parser of the standard library takes minutes for some pages that are made to be slow.
"""

import re
from collections.abc import Iterator
from html import unescape

MAX_TEXT = 1_000_000  # characters of text that are kept

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "br",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "ul",
        "ol",
        "table",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "title",
    ]
)
_SILENT = frozenset(["nav", "footer", "form", "button", "select"])
_RAW = frozenset(["script", "style", "template", "noscript", "svg"])  # what stands in them is skipped to their end
_NAME = re.compile(r"/?[a-z][a-z0-9]*")
_HTML = re.compile(r"<(?:!doctype html|html|body|head|div|p|ul|h[1-6]|br)\b", re.IGNORECASE)
_HEAD = 2_000  # characters in which a page shows that it is one


def is_html(text: str) -> bool:
    """Tell whether a text is a page and no plain text."""
    return _HTML.search(text[:_HEAD]) is not None


def html_text(page: str) -> str:
    """Return the text of a page; items of lists begin with "- "."""
    parts: list[str] = []
    silent, left = 0, MAX_TEXT
    for is_tag, piece in _pieces(page):
        name = piece.removeprefix("/")
        if not is_tag and not silent:
            text = unescape(piece[:left]).replace("\n", " ")
            left -= len(piece[:left])
            parts.append(text)
        elif is_tag and name in _SILENT:
            silent = silent + 1 if name == piece else max(0, silent - 1)
        elif is_tag and name in _BLOCKS and not silent:
            parts.append("\n- " if piece == "li" else "\n")
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line and line != "-")


def _pieces(page: str) -> Iterator[tuple[bool, str]]:
    """Give the names of tags (True) and the texts between them (False); what is not closed ends the page."""
    lower = page.lower() if len(page.lower()) == len(page) else page
    place = 0
    while place < len(page):
        opening = page.find("<", place)
        if opening != place:
            yield False, page[place : opening if opening >= 0 else len(page)]
        if opening < 0:
            return
        name = _NAME.match(lower, opening + 1)
        is_comment = page.startswith("<!--", opening)
        if name is None and not is_comment and page[opening + 1 : opening + 2] not in {"!", "?", "/"}:
            yield False, "<"
            place = opening + 1
            continue
        place = _after(page, "-->" if is_comment else ">", opening)
        if name is not None:
            yield True, name[0]
            if name[0] in _RAW:
                place = _after(lower, ">", _after(lower, f"</{name[0]}", place))


def _after(page: str, end: str, place: int) -> int:
    found = page.find(end, place)
    return found + len(end) if found >= 0 else len(page)
