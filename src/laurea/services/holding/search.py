"""Find credentials among those of a wallet: by issuer, skill, type, status and words. Case and accents do not matter."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from laurea.core.summary import Standing, Summary
from laurea.services.holding.entry import Entry

SOON = timedelta(days=60)  # enough to take a renewal exam

# Letters of Latin scripts that Unicode does not take for an accented one.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"})


class Status(StrEnum):
    """How a credential stands: by its dates, which need no verification, and by what the last verification found."""

    IN_FORCE = "in-force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    UNCLEAR = "unclear"
    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; "" and None let everything through. All words of `text` must stand somewhere in the credential or its note."""

    issuer: str = ""
    skill: str = ""
    type: str = ""
    status: Status | None = None
    text: str = ""


def select(entries: Iterable[Entry], wanted: Filter, *, at: datetime) -> tuple[Entry, ...]:
    """Return the entries that a filter lets through, in their order."""
    return tuple(each for each in entries if _fits(each, each.summary(), wanted, at))


def expiring(entries: Iterable[Entry], *, at: datetime, within: timedelta = SOON) -> tuple[Entry, ...]:
    """Return the entries that expire within a time or have expired, the earliest first."""
    dated = [(until, each) for each in entries if (until := each.summary().valid_until) is not None and until - at <= within]
    return tuple(each for _, each in sorted(dated, key=lambda item: (item[0], item[1].number)))


def statuses(entry: Entry, at: datetime) -> frozenset[Status]:
    """Return how an entry stands at a moment; what expires soon is in force, too."""
    return frozenset(_statuses(entry, at))


def days_left(summary: Summary, at: datetime) -> int | None:
    """Return in how many whole days a credential expires, None when never, or when it has."""
    if summary.standing(at) in {Standing.EXPIRED, Standing.UNCLEAR} or summary.valid_until is None:
        return None
    return (summary.valid_until - at).days


def holds_words(entry: Entry, found: Summary, text: str) -> bool:
    """Tell whether all words of a text stand somewhere in a credential or in its holder's note."""
    said = _words(entry, found)
    return all(_says(word, said) for word in text.split())


def fold(text: str) -> str:
    """Return a text without what a search overlooks: case, accents, and other forms of the same letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_PLAIN)


def _statuses(entry: Entry, at: datetime) -> Iterator[Status]:
    summary = entry.summary()
    left = days_left(summary, at)
    yield {
        Standing.CURRENT: Status.IN_FORCE,
        Standing.EXPIRED: Status.EXPIRED,
        Standing.NOT_YET: Status.NOT_YET,
        Standing.UNCLEAR: Status.UNCLEAR,
    }[summary.standing(at)]
    if left is not None and timedelta(days=left) <= SOON:
        yield Status.EXPIRING
    verdict = entry.last_check(at).verdict
    yield Status.UNCHECKED if verdict is None else Status(verdict.value)


def _fits(entry: Entry, found: Summary, wanted: Filter, at: datetime) -> bool:
    return (
        _says(wanted.issuer, (found.issuer, found.issuer_name))
        and _says(wanted.skill, (*_skills(found), *found.tags))
        and _says(wanted.type, (*found.types, found.kind))
        and (wanted.status is None or wanted.status in statuses(entry, at))
        and holds_words(entry, found, wanted.text)
    )


def _says(looked_for: str, texts: Sequence[str]) -> bool:
    plain = fold(looked_for)
    return not plain or any(plain in fold(text) for text in texts)


def _skills(found: Summary) -> Iterator[str]:
    for skill in found.skills:
        yield from (skill.name, skill.code, skill.framework)


def _words(entry: Entry, found: Summary) -> tuple[str, ...]:
    said = (
        found.title,
        entry.name,
        found.description,
        found.criteria,
        found.issuer,
        found.issuer_name,
        found.kind,
        found.id,
        found.holder_name,
    )
    return (*said, *_skills(found), *found.tags, *found.types, entry.note)
