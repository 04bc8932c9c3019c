"""What the words on a certificate of an online course say: of which platform it is, what for, since when, and where that can be checked."""

import re
from dataclasses import dataclass, replace
from datetime import date

from laurea.core.history import MAX_WORDS, Form, Told
from laurea.core.platforms import links_in

MAX_TEXT = 20_000  # characters that are looked at: a certificate has some hundred

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES = (
    re.compile(r"\b(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?, ?(?P<year>\d{4})\b", re.IGNORECASE),
    re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<month>[A-Z][a-z]{2,8})\.?,? (?P<year>\d{4})\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a platform words its certificates: something that only they say, and what stands around the title and the issuer."""

    platform: str
    mark: re.Pattern[str]
    title: re.Pattern[str]
    issuer: re.Pattern[str] | None = None


def _wording(platform: str, mark: str, title: str, issuer: str = "") -> _Wording:
    return _Wording(
        platform, re.compile(mark, re.IGNORECASE), re.compile(title, re.IGNORECASE), re.compile(issuer, re.IGNORECASE) if issuer else None
    )


_COURSERA_KIND = r"an? (?:online )?(?:[a-z-]+ ){0,3}(?:course|project|specialization|professional certificate|series)"
_WORDINGS = (
    _wording(
        "Coursera",
        r"coursera",
        rf"(?P<said>[^\n]{{3,200}})\n{_COURSERA_KIND}",
        r"(?:authorized|offered) by (?P<said>[^\n]{2,150}?),? (?:and offered )?through coursera",
    ),
    _wording(
        "edX",
        r"\bedx\b",
        r"(?:passing grade in|successfully completed)(?: and received a passing grade in)?\s+(?P<said>[^\n]{3,200})\n",
        r"offered by (?P<said>[^\n,]{2,100}),",
    ),
    _wording("Udacity", r"udacity", r"(?P<said>[A-Z][^\n]{2,120}?)\s*(?:nanodegree program|nanodegree)"),
    _wording("LinkedIn Learning", r"linkedin", r"(?P<said>[^\n]{3,200})\ncourse completed (?:by|on)"),
)


def read(words: str) -> Told:
    """Return what a certificate says in words; what cannot be told is "". It says so of itself: anybody can print that."""
    said = re.sub(r"[ \t\u00a0]+", " ", words[:MAX_TEXT].replace("\r", "\n"))
    said = re.sub(r" ?\n[\n ]*", "\n", said)
    places = links_in(said)
    found = Told(Form.CERTIFICATE, issued=_date(said), url=places[0].url if places else "", platform=places[0].platform if places else "")
    wording = next((each for each in _WORDINGS if each.platform == found.platform), None) or next(
        (each for each in _WORDINGS if not places and each.mark.search(said)), None
    )
    if wording is None:
        return found
    issuer = _said(wording.issuer, said.replace("\n", " ")) or wording.platform
    return replace(found, platform=wording.platform, title=_said(wording.title, said), issuer=issuer)


def _said(pattern: re.Pattern[str] | None, words: str) -> str:
    found = pattern.search(words) if pattern else None
    return " ".join(found["said"].split())[:MAX_WORDS] if found else ""


def _date(words: str) -> str:
    for pattern in _DATES:
        for found in pattern.finditer(words):
            day = _day(found["year"], found["month"], found["day"])
            if day:
                return day
    return ""


def _day(year: str, month: str, day: str) -> str:
    named = month[:3].lower()
    number = _MONTHS.index(named) + 1 if named in _MONTHS else int(month) if month.isdecimal() else 0
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return ""
