"""The text of an HTML page that somebody else wrote: a line for each paragraph, nothing of scripts and menus; nothing in it is run or fetched."""

import re
from html.parser import HTMLParser

MAX_TEXT = 1_000_000  # characters that are kept

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
    ]
)
_SILENT = frozenset(["script", "style", "nav", "footer", "template", "noscript", "svg", "head", "form", "button", "select"])
_HTML = re.compile(r"<\s*(?:!doctype html|html|body|head|div|p|ul|h[1-6]|br)\b", re.IGNORECASE)
_HEAD = 2_000  # characters in which a page shows that it is one


def is_html(text: str) -> bool:
    """Tell whether a text is a page and no plain text."""
    return _HTML.search(text[:_HEAD]) is not None


def html_text(page: str) -> str:
    """Return the text of a page; items of lists begin with "- "."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line and line != "-")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._left = MAX_TEXT
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser has it
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS and not self._silent:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS and not self._silent:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent and self._left > 0:
            text = data[: self._left].replace("\n", " ")
            self._left -= len(text)
            self.parts.append(text)
