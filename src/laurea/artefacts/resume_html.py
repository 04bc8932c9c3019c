"""Credentials as a section of an HTML page: plain, without script or style."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from laurea.artefacts.plain import is_rtl, plain, title_of
from laurea.artefacts.resume import Entry, notes
from laurea.artefacts.words import Words, words_of
from laurea.core.summary import Summary


def section(entries: Sequence[Entry], *, language: str, at: datetime) -> str:
    """Return the section; each entry says whether it was verified, when and on which basis."""
    words = words_of(language)
    items = "".join(_item(entry, words, at) for entry in entries)
    return f'<section lang="{escape(words.language)}">\n  <h2>{escape(words.credentials)}</h2>\n  <ul>\n{items}  </ul>\n</section>\n'


def _item(entry: Entry, words: Words, at: datetime) -> str:
    summary = entry.summary
    mark = "verified" if entry.verified else "not-verified"
    skills = ", ".join(dict.fromkeys(plain(skill.name) for skill in summary.skills))
    lines = [
        _said("strong", title_of(summary, words), summary),
        _said("span", plain(summary.issuer_name or summary.issuer), summary),
        _dates(summary, words),
        _said("span", skills, summary),
        f'<em class="{mark}">{escape("; ".join(notes(entry, words, at)))}</em>',
    ]
    return "    <li>\n" + "<br>\n".join(f"      {line}" for line in lines if line) + "\n    </li>\n"


def _dates(summary: Summary, words: Words) -> str:
    begin = summary.awarded or summary.valid_from
    return f'<time datetime="{begin.date().isoformat()}">{escape(words.day(begin))}</time>' if begin else ""


def _said(tag: str, text: str, summary: Summary) -> str:
    lang = f' lang="{escape(summary.language)}"' if summary.language else ""
    return f'<{tag}{lang} dir="{"rtl" if is_rtl(text) else "ltr"}">{escape(text)}</{tag}>' if text else ""
