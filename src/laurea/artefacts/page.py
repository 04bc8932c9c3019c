"""What stands on a certificate, in a human's order: what it is, who can do what, who says so, until when, how to check it."""

from collections.abc import Sequence
from io import BytesIO

import segno

from laurea.artefacts.plain import is_rtl, plain, title_of
from laurea.artefacts.words import Words
from laurea.core.canonical import Json, JsonObject
from laurea.core.summary import Summary

MAX_WORDS = 4_000  # characters of one text: two pages; the attached credential has all of them
MAX_FOOTER = 90  # characters that fit beside the number of the page
MAX_ITEMS = 40  # of one list


class Page:
    """The words of a certificate, as its source takes them; `texts` are all that has to be drawn."""

    def __init__(self, summary: Summary, words: Words, *, verifier: str, code: str) -> None:
        """Take what a credential says, the words around it, where it can be checked, and the text of the QR code; "" for none."""
        self._summary, self._words = summary, words
        self._verifier, self._code = plain(verifier), code
        self.texts: list[str] = []

    def document(self) -> JsonObject:
        """Return the page as JSON."""
        summary, words = self._summary, self._words
        issuer = plain(summary.issuer_name or summary.issuer)
        return {
            "lang": words.language,
            "kind": words.certificate,
            "title": self._said(title_of(summary, words)),
            "authors": [self._text(issuer)] if issuer else [],
            "footer": self._text(summary.id if len(summary.id) <= MAX_FOOTER else ""),
            "parts": [part for part in self._parts() if part["lines"] or part["items"] or part["facts"] or part["large"]],
            "check": self._check(),
            "code": _svg(self._code) if self._code else "",
            "attachment": words.attachment,
        }

    def _parts(self) -> list[JsonObject]:
        summary, words = self._summary, self._words
        return [
            self._part(words.awarded_to, large=summary.holder_name or summary.holder),
            self._part(words.can_do, lines=[summary.description], items=_skills(summary)),
            self._part(words.earned_by, lines=[summary.criteria]),
            self._part(words.results, facts=_results(summary)),
            self._part(words.issued_by, large=summary.issuer_name or summary.issuer),
            self._part("", facts=self._dates()),
            self._part(words.evidence, items=_evidence(summary)),
        ]

    def _dates(self) -> list[tuple[str, str]]:
        summary, words = self._summary, self._words
        end = words.day(summary.valid_until) if summary.valid_until else words.no_end
        facts = [
            (words.awarded_on, words.day(summary.awarded) if summary.awarded else ""),
            (words.issued_on, words.day(summary.valid_from) if summary.valid_from else ""),
            (words.valid_until, words.unclear if summary.unreadable else end),
            (words.level, summary.level),
            (words.credits, summary.credits),
            (words.workload, summary.workload),
            (words.issuer_id, summary.issuer),
            (words.identifier, summary.id),
        ]
        return [fact for fact in facts if plain(fact[1])]

    def _check(self) -> JsonObject:
        words = self._words
        way = words.check_at.format(verifier=self._verifier) if self._verifier else words.check_anywhere
        return {
            "heading": words.check,
            "lines": [self._text(way), words.attached],
            "alt": words.code.format(text=self._code),
        }

    def _part(
        self,
        heading: str,
        *,
        lines: Sequence[str] = (),
        items: Sequence[str] = (),
        facts: Sequence[tuple[str, str]] = (),
        large: str = "",
    ) -> JsonObject:
        shown: list[Json] = [self._said(item) for item in items[:MAX_ITEMS] if plain(item)]
        named: list[Json] = [{"name": self._text(plain(name)), "words": self._said(value)} for name, value in facts[:MAX_ITEMS]]
        if len(items) > MAX_ITEMS or len(facts) > MAX_ITEMS:
            shown.append(self._said(self._words.more))
        return {
            "heading": heading,
            "lines": [self._said(line) for line in lines if plain(line)],
            "items": shown,
            "facts": named,
            "large": self._said(large) if plain(large) else None,
        }

    def _said(self, text: str) -> JsonObject:
        words = plain(text)
        if len(words) > MAX_WORDS:
            words = words[:MAX_WORDS] + " " + self._words.more
        return {"text": self._text(words), "rtl": is_rtl(words), "lang": self._summary.language.split("-", maxsplit=1)[0].lower()}

    def _text(self, text: str) -> str:
        self.texts.append(text)
        return text


def _skills(summary: Summary) -> list[str]:
    return [
        _with(skill.name, ", ".join(filter(None, (skill.framework, "" if skill.code == skill.name else skill.code))))
        for skill in summary.skills
    ]


def _results(summary: Summary) -> list[tuple[str, str]]:
    return [
        (result.name or "\N{EN DASH}", " · ".join(filter(None, (result.value, result.level, result.status)))) for result in summary.results
    ]


def _evidence(summary: Summary) -> list[str]:
    return [" · ".join(dict.fromkeys(filter(None, (shown.name, shown.narrative, shown.url)))) for shown in summary.evidence]


def _with(name: str, note: str) -> str:
    return f"{name} ({note})" if note else name


def _svg(text: str) -> str:
    drawn = BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=4, light="white", xmldecl=False, nl=False)
    return drawn.getvalue().decode()
