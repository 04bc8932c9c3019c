"""A paper as one HTML page to print or file, without script and with nothing from elsewhere."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape

from laurea.artefacts.paper.paper import Paper, Part, short
from laurea.artefacts.report_html import POLICY, VERDICT_SIGNS
from laurea.artefacts.report_style import STYLE
from laurea.core.report import Verdict

# Cells break anywhere, so that none is wider than its page; what is short stays in one piece.
_STYLE = f"{STYLE}main {{ max-width: 72rem; }}\ndiv.table {{ overflow-x: auto; }}\nth {{ min-width: 9rem; }}\ntd {{ min-width: 6rem; }}\n"


def page(paper: Paper) -> str:
    """Return the page of a paper."""
    return "".join(_page(paper))


def _page(paper: Paper) -> Iterator[str]:
    policy = POLICY.format(digest=b64encode(sha256(_STYLE.encode()).digest()).decode())
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
    yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{escape(paper.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(paper.title)}</h1>\n"
    yield from (f"<p>{_said(line)}</p>\n" for line in paper.lead)
    for part in paper.parts:
        yield f'<section class="credential" aria-label="{escape(short(part.heading))}">\n<h2>{_said(part.heading)}</h2>\n'
        yield from _part(part)
        yield "</section>\n"
    yield "</main>\n</body>\n</html>\n"


def _part(part: Part) -> Iterator[str]:
    if part.verdict:
        sign = VERDICT_SIGNS[Verdict(part.verdict)]
        name = f"<strong>{escape(part.verdict.capitalize())}</strong>"
        yield f'<p class="verdict {escape(part.verdict)}"><span class="sign" aria-hidden="true">{sign}</span> {name}</p>\n'
    yield from (f"<p>{_said(line)}</p>\n" for line in part.lines)
    if part.facts:
        yield "<dl>\n" + "".join(f"<dt>{_said(name)}</dt><dd>{_said(value)}</dd>\n" for name, value in part.facts) + "</dl>\n"
    if part.table:
        yield from _table(part.table)
    if part.items:
        yield "<ul>\n" + "".join(f"<li>{_said(item)}</li>\n" for item in part.items) + "</ul>\n"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head = "".join(f'<th scope="col">{_said(cell)}</th>' for cell in rows[0])
    yield f'<div class="table" tabindex="0">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
    for name, *values in rows[1:]:
        cells = "".join(f"<td>{_said(value)}</td>" for value in values)
        yield f'<tr><th scope="row">{_said(name)}</th>{cells}</tr>\n'
    yield "</tbody>\n</table>\n</div>\n"


def _said(text: str) -> str:
    """Return a text of anybody's, so that it is read and does nothing, with its order of reading kept to itself."""
    return f"<bdi>{escape(short(text))}</bdi>"
