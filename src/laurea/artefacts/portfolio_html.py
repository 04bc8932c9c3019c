"""A portfolio as one HTML page to send or put on a site: without script, with nothing from elsewhere, and what can be checked in it as files."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from html import escape

from laurea.artefacts.plain import is_rtl, plain, title_of
from laurea.artefacts.portfolio import Item, Portfolio, Proof, answers
from laurea.artefacts.portfolio_words import PortfolioWords, portfolio_words_of
from laurea.artefacts.resume import notes
from laurea.artefacts.words import Words, words_of

POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { --ink: #1b231f; --soft: #55605a; --line: #cdd5ce; --good: #17603c; --open: #7a4a00; --own: #f3efe4; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: #fff; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font: 600 1.9rem/1.2 Georgia, serif; margin: 0 0 .4rem; }
h2 { font-size: 1.15rem; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
p { margin: .2rem 0 .6rem; white-space: pre-line; }
section, article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.2rem; margin: 1rem 0; break-inside: avoid; }
.own { background: var(--own); border-style: dashed; }
.label { font-weight: 600; color: var(--open); }
.verified { color: var(--good); font-weight: 600; }
.not-verified { color: var(--open); font-weight: 600; }
.goal { font-size: 1.1rem; }
.soft, code { color: var(--soft); font-size: .92em; }
ul { margin: .2rem 0 .6rem; padding-inline-start: 1.3rem; }
@media print { main { max-width: none; padding: 0; } @page { margin: 18mm; } }
"""


def page(portfolio: Portfolio, *, language: str, at: datetime) -> str:
    """Return the page; each credential says whether it was verified, when and on which basis, and what is self-asserted says so beside it."""
    own, words = portfolio_words_of(language), words_of(language)
    policy = POLICY.format(digest=b64encode(sha256(STYLE.encode()).digest()).decode())
    parts = [
        _said("h1", portfolio.title),
        _said("p", portfolio.goal, "goal"),
        _narrative(portfolio, own),
        *(_article(number, item, own, words, at) for number, item in enumerate(portfolio.items, start=1)),
        f'<p class="soft">{escape(own.made.format(date=words.day(at)))}</p>',
    ]
    return (
        f'<!doctype html>\n<html lang="{escape(own.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(plain(portfolio.title))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def _narrative(portfolio: Portfolio, own: PortfolioWords) -> str:
    if not portfolio.narrative:
        return ""
    signed = _file(portfolio.statement, "statement.json", own.signed)
    told = f'<p class="label">{escape(own.self_asserted)}</p>\n{_said("p", portfolio.narrative)}'
    return f'<section class="own"><h2>{escape(own.own_words)}</h2>\n{told}\n{signed}</section>'


def _article(number: int, item: Item, own: PortfolioWords, words: Words, at: datetime) -> str:
    summary, mark = item.entry.summary, "verified" if item.entry.verified else "not-verified"
    begin = summary.awarded or summary.valid_from
    named = ", ".join(dict.fromkeys(plain(skill.name) for skill in summary.skills))
    lines = [
        _said("h2", title_of(summary, words)),
        _said("p", " · ".join(filter(None, (plain(summary.issuer_name or summary.issuer), words.day(begin) if begin else "")))),
        *(_said("p", line) for line in answers(item, own)),
        _said("p", f"{own.skills}: {named}" if named else ""),
        f'<p class="{mark}">{escape("; ".join(notes(item.entry, words, at)))}</p>',
        _proofs(item.proofs, own),
        _file(item.document, f"credential-{number}.json", own.take),
    ]
    return "<article>" + "\n".join(filter(None, lines)) + "</article>"


def _proofs(proofs: tuple[Proof, ...], own: PortfolioWords) -> str:
    return f"<h3>{escape(own.own_files)}</h3>\n<ul>{''.join(_lines(proofs, own))}</ul>" if proofs else ""


def _lines(proofs: tuple[Proof, ...], own: PortfolioWords) -> Iterator[str]:
    for each in proofs:
        said = own.named if each.named else own.not_named
        yield f"<li>{escape(plain(each.name))} ({escape(said)})<br><code>SHA-256 {each.digest.hex()}</code></li>"


def _file(data: bytes, name: str, label: str) -> str:
    if not data:
        return ""
    url = f"data:application/json;base64,{b64encode(data).decode()}"
    return f'<p><a download="{name}" href="{url}">{escape(label)}</a></p>'


def _said(tag: str, text: str, name: str = "") -> str:
    given = f' class="{name}"' if name else ""
    lines = "\n".join(map(plain, text.splitlines()))
    return f'<{tag}{given} dir="{"rtl" if is_rtl(lines) else "ltr"}">{escape(lines)}</{tag}>' if lines.strip() else ""
