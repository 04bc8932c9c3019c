"""A piece of HTML for somebody's own page: what the credential is, and a link to a verifier. No script, and nothing is fetched."""

from html import escape

from laurea.artefacts import drawing
from laurea.artefacts.inert import is_inert
from laurea.artefacts.linkedin import check_https
from laurea.artefacts.plain import is_rtl, plain, title_of
from laurea.artefacts.words import words_of
from laurea.core.summary import Summary

MAX_WORDS = 300  # characters of one text


def snippet(summary: Summary, verifier: str, *, language: str) -> str:
    """Return the HTML, which says nothing of validity: that is for the verifier. Raises InputError when its address is not https."""
    check_https(verifier)
    words = words_of(language)
    title, issuer = title_of(summary, words)[:MAX_WORDS], plain(summary.issuer_name or summary.issuer)[:MAX_WORDS]
    picture = summary.image if is_inert(summary.image) else drawing.data_url(drawing.svg(title), "svg+xml")
    lang = f' lang="{escape(summary.language)}"' if summary.language else ""
    return (
        f'<figure class="laurea-credential" lang="{escape(words.language)}" style="max-width:20rem;margin:0">\n'
        f'  <img src="{escape(picture)}" alt="" width="160" height="160">\n'
        "  <figcaption>\n"
        f'    <strong{lang} dir="{_direction(title)}">{escape(title)}</strong><br>\n'
        f'    {escape(words.issued_by)} <span dir="{_direction(issuer)}">{escape(issuer)}</span><br>\n'
        f'    <a href="{escape(verifier)}" rel="noopener noreferrer">{escape(words.see.format(title=title))}</a>\n'
        "  </figcaption>\n"
        "</figure>\n"
    )


def _direction(text: str) -> str:
    return "rtl" if is_rtl(text) else "ltr"
