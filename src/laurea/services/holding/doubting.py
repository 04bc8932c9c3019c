"""What an audit cannot tell, so that nobody takes it for more than it is: each doubt has a code for programs, and words for people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from laurea.core.catalogue import Offer
from laurea.core.concept import Frameworks
from laurea.core.matching import Shown
from laurea.core.requirement import Requirements
from laurea.services.holding.entry import Entry

OLD = timedelta(days=30)  # of a check: what was revoked since is not seen
MAX_ABOUT = 20  # things that one doubt names
MAX_SENTENCE = 300  # characters

# What job descriptions ask for and credentials of skills do not show: time on the job, degrees, languages, licences, where and when.
_BEYOND = re.compile(
    r"\b(\d+\s*\+?\s*(?:or more\s+)?(?:years?|yrs?|Jahren?|años)|years of|experience|Berufserfahrung|Erfahrung|experiencia"
    r"|bachelor|master'?s|degree|Studium|Abschluss|título|grado|fluent|native|B1|B2|C1|C2|Deutschkenntnisse|nivel de"
    r"|driving licen[cs]e|Führerschein|carn[eé] de conducir|work permit|clearance|travel|on-site|shift)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\d\s*\+?\s*(?:or more\s+)?(?:years?|yrs?|Jahren?|años)\b", re.IGNORECASE)
_BULLETS = "-*\N{EN DASH}\N{EM DASH}\N{BULLET}\N{MIDDLE DOT}\N{BLACK SMALL SQUARE}\N{WHITE BULLET} "
_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+")


class Doubtful(StrEnum):
    """What an audit may not know; pages have the words in other languages by the name."""

    ALWAYS = "skills are compared by the names that frameworks give them: how well somebody does a thing, and what no credential says, is not seen"
    NO_FRAMEWORK = (
        "no framework of skills was imported: only the names that your credentials and catalogues use were looked for in the text"
    )
    NOTHING_ASKED = "no skill was recognised in the text"
    UNKNOWN_WORDS = "these skills are in no framework that is known here: no credential can be put beside them but by its words"
    BEYOND = (
        "these sentences may ask for what no credential of skills shows (time on the job, degrees, languages, licences): read them yourself"
    )
    UNCHECKED = "these credentials were never checked, so they count in part at most: laurea wallet check does that"
    OLD_CHECK = "these were last checked more than 30 days ago: whether they were revoked since is not known"
    NO_SKILLS = "these credentials name no skill by its address in a framework, so they count in part at most"
    NOT_YOURS = "these do not name a key of this wallet as their holder: whoever reads them may ask whether they are yours"
    NO_CATALOGUE = "no catalogue is in the wallet, so nothing is known that would close what is missing: laurea wallet catalogue add"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that an audit cannot tell, and what it is about: sentences, words, or credentials by name."""

    kind: Doubtful
    about: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """How programs know it."""
        return self.kind.name.lower().replace("_", "-")


class Ground(Protocol):
    """What an audit rests on, as far as doubts go."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The credentials."""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered."""

    @property
    def frameworks(self) -> Frameworks | None:
        """The frameworks at hand, None for none."""

    @property
    def at(self) -> datetime:
        """The moment."""


def doubts(text: str, requirements: Requirements, shown: Sequence[Shown], ground: Ground) -> Iterator[Doubt]:
    """Give what cannot be told of a text beside credentials, the most general first."""
    yield Doubt(Doubtful.ALWAYS)
    if ground.frameworks is None:
        yield Doubt(Doubtful.NO_FRAMEWORK)
    if not requirements.items:
        yield Doubt(Doubtful.NOTHING_ASKED)
    if requirements.items and not ground.offers:
        yield Doubt(Doubtful.NO_CATALOGUE)
    words = [each.name for each in requirements.items if not each.uris and not each.achievement]
    yield from _some(Doubtful.UNKNOWN_WORDS, words)
    yield from _some(Doubtful.BEYOND, _beyond(text, {each.sentence for each in requirements.items}))
    yield from _of_credentials(shown, ground)


def _of_credentials(shown: Sequence[Shown], ground: Ground) -> Iterator[Doubt]:
    pairs = list(zip(ground.entries, shown, strict=True))
    yield from _some(Doubtful.UNCHECKED, [_name(entry) for entry, each in pairs if each.verdict is None])
    yield from _some(Doubtful.OLD_CHECK, [_name(entry) for entry, _ in pairs if _is_old(entry, ground.at)])
    yield from _some(Doubtful.NO_SKILLS, [_name(entry) for entry, each in pairs if not any(skill.url for skill in each.learning.skills)])
    yield from _some(Doubtful.NOT_YOURS, [_name(entry) for entry, _ in pairs if not entry.bound])


def _beyond(text: str, recognised: set[str]) -> list[str]:
    if text.lstrip().startswith("{"):
        return []
    sentences = dict.fromkeys(" ".join(each.split()).lstrip(_BULLETS)[:MAX_SENTENCE] for each in _ENDS.split(text))
    # A sentence in which a skill was recognised may ask for years as well.
    return [each for each in sentences if (_YEARS if each in recognised else _BEYOND).search(each)]


def _is_old(entry: Entry, at: datetime) -> bool:
    last = entry.last_check(at)
    return last.at is not None and at - last.at > OLD


def _name(entry: Entry) -> str:
    return f"{entry.number} {entry.name}".strip()


def _some(kind: Doubtful, about: list[str]) -> Iterator[Doubt]:
    if about:
        more = [f"… and {len(about) - MAX_ABOUT} more"] if len(about) > MAX_ABOUT else []
        yield Doubt(kind, (*about[:MAX_ABOUT], *more))
