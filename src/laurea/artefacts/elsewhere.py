"""What came from elsewhere in a résumé: in a section of its own, each record with its own verification link, and none as verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from laurea.artefacts.plain import is_rtl, plain
from laurea.artefacts.words import words_of
from laurea.core.canonical import Json, JsonObject
from laurea.core.lenient import link


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A record of the history as a résumé has it; `issued` is a day, `url` where its own platform says whether it is good."""

    title: str
    issuer: str = ""
    issued: str = ""
    url: str = ""


LABELS = {"en": "From elsewhere, not verified", "es": "De otros sitios, sin verificar", "de": "Von anderswo, nicht geprüft"}
CHECKED_AT = {"en": "check it there", "es": "compruébelo allí", "de": "dort zu prüfen"}


def with_history(resume: JsonObject, found: Sequence[Elsewhere], language: str) -> JsonObject:
    """Return a JSON Resume with the records under a name of their own, so that no theme shows them among certificates."""
    several: list[Json] = [_entry(each, _in(LABELS, language)) for each in found]
    return {**resume, "history": several} if several else resume


def section(found: Sequence[Elsewhere], language: str) -> str:
    """Return the section of an HTML page, "" when there is nothing."""
    if not found:
        return ""
    code = words_of(language).language
    items = "".join(f"    <li>\n{_item(each, language)}    </li>\n" for each in found)
    return f'<section lang="{escape(code)}">\n  <h2>{escape(_in(LABELS, language))}</h2>\n  <ul>\n{items}  </ul>\n</section>\n'


def _entry(each: Elsewhere, label: str) -> JsonObject:
    said = {"date": each.issued, "issuer": plain(each.issuer), "url": link(each.url)}
    return {
        "name": plain(each.title),
        **{name: value for name, value in said.items() if value},
        "summary": label,
        "verification": {"verified": False},
    }


def _item(each: Elsewhere, language: str) -> str:
    where = link(each.url)
    lines = [
        _said("strong", plain(each.title)),
        _said("span", plain(each.issuer)),
        f'<time datetime="{escape(each.issued)}">{escape(each.issued)}</time>' if each.issued else "",
        f'<a href="{escape(where)}" rel="noopener noreferrer">{escape(_in(CHECKED_AT, language))}</a>' if where else "",
    ]
    return "<br>\n".join(f"      {line}" for line in lines if line) + "\n"


def _said(tag: str, text: str) -> str:
    return f'<{tag} dir="{"rtl" if is_rtl(text) else "ltr"}">{escape(text)}</{tag}>' if text else ""


def _in(words: dict[str, str], language: str) -> str:
    return words.get(language.split("-", maxsplit=1)[0].lower(), words["en"])
