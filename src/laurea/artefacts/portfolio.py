"""A portfolio for one goal: what it holds, and the text about it that fits into a LinkedIn profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from laurea.artefacts.plain import plain, title_of
from laurea.artefacts.portfolio_words import PortfolioWords, portfolio_words_of
from laurea.artefacts.resume import Entry, notes
from laurea.artefacts.words import Words, words_of

MAX_ABOUT = 2_600  # characters of the "About" of a profile
MAX_SKILLS = 100  # of a profile


@dataclass(frozen=True, slots=True)
class Proof:
    """A file of evidence: its name, its SHA-256 (32 bytes), and whether the credential itself names it."""

    name: str
    digest: bytes
    named: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A credential of a portfolio: what it says and what its last check found, its files, the names of what it meets, and what can be checked of it.

    `document` is what whoever reads the portfolio gets, b"" when they get nothing but the page.
    """

    entry: Entry
    proofs: tuple[Proof, ...] = ()
    meets: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    document: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Credentials for one goal, and what their holder says: `narrative` is self-asserted, and `statement` is the same, signed, b"" for none."""

    title: str
    goal: str
    items: tuple[Item, ...]
    narrative: str = ""
    statement: bytes = field(default=b"", repr=False)


def about(portfolio: Portfolio, *, language: str, at: datetime) -> str:
    """Return the text for the "About" of a profile: the holder's words, then the credentials as long as they fit, each with its last check."""
    own, words = portfolio_words_of(language), words_of(language)
    told = list(filter(None, (portfolio.narrative.strip() or portfolio.goal.strip(), own.earned if portfolio.items else "")))
    text = _cut("\n\n".join(told), MAX_ABOUT)
    for line in (f"\n• {_line(item, own, words, at)}" for item in portfolio.items):
        if len(text) + len(line) > MAX_ABOUT:
            break
        text += line
    return text


def skills(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the skills that the credentials name, those first that the goal asks for, as many as a profile takes."""
    found = [item.entry.summary for item in items]
    wanted = {name.casefold() for item in items for name in (*item.meets, *item.partly)}
    named = dict.fromkeys(plain(skill.name) for summary in found for skill in summary.skills)
    return tuple(sorted(named, key=lambda name: name.casefold() not in wanted))[:MAX_SKILLS]


def answers(item: Item, own: PortfolioWords) -> Iterator[str]:
    """Give what a credential does for the goal, in words."""
    if item.meets:
        yield own.answers.format(names=", ".join(map(plain, item.meets)))
    if item.partly:
        yield own.answers_partly.format(names=", ".join(map(plain, item.partly)))


def _line(item: Item, own: PortfolioWords, words: Words, at: datetime) -> str:
    summary = item.entry.summary
    named = own.by.format(title=title_of(summary, words), issuer=plain(summary.issuer_name or summary.issuer))
    # The basis is for the page: here is room for whether and when.
    verified = item.entry.verified
    said = [words.verified_on.format(date=words.day(verified.at))] if verified else [words.not_verified]
    return f"{named} ({'; '.join([*said, *notes(item.entry, words, at)[2 if verified else 1 :]])})"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
