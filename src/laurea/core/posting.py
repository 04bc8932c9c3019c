"""Postings: what a description of a job asks for, as its own sentences say it. English, German and Spanish are understood.

What is read for a wish is a sentence that says so, or one below a heading that does; what the employer says of itself, offers, or does not
need, is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.concept import Concept
from laurea.core.stems import folded

MAX_TEXT = 200_000  # characters of a posting that are read
MAX_SENTENCE = 600
MAX_HEADING = 70


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill that a posting asks for; `concept` is None when no framework knows it, and `words` are then all there is."""

    concept: Concept | None
    words: str  # as the posting has them
    sentence: str  # where they stand
    essential: bool  # False: nice to have
    score: float  # 0 to 1: how sure it is that the concept is meant


class Section(StrEnum):
    """What a part of a posting is about."""

    MUST = "must"
    NICE = "nice"
    TASKS = "tasks"
    OTHER = "other"  # what the employer says of itself and offers
    UNSAID = "unsaid"  # before any heading


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a posting that asks for something; clauses that say what is not needed are no part of `asks`."""

    text: str
    asks: str
    essential: bool


_HEADINGS = (  # of folded text, the first that fits
    (
        Section.NICE,
        r"nice[ -]to[ -]have|bonus|preferred|desirable|a plus|advantage|wunschenswert|von vorteil|deseable|se valora|additional",
    ),
    (
        Section.OTHER,
        (
            r"we offer|what you get|benefits|perks|about (us|the company|our)|who we are|why (join|work|us)|our company|how to apply|"
            r"apply|contact|salary|compensation|equal opportunit|location|wir bieten|uber uns|das bieten|bewerbung|kontakt|ofrecemos|sobre nosotros|"
            r"beneficios|what we offer|working hours"
        ),
    ),
    (
        Section.MUST,
        (
            r"requirement|qualification|must[ -]have|essential|you bring|your profile|you have|skills|we expect|looking for|who you are|about you|"
            r"you need|experience|profil|anforderung|bringst du|bringen sie|voraussetzung|requisito|perfil|buscamos|person specification|education"
        ),
    ),
    (
        Section.TASKS,
        (
            r"responsibilit|tasks|you will|you'll|your role|the role|duties|the job|day[ -]to[ -]day|aufgaben|tatigkeiten|funciones|tareas|responsabilidad"
        ),
    ),
)
_BULLET = re.compile(r"^\s*(?:[-*+o]\s+|[\u2022\u25cf\u25aa\u2013\u2014\u00b7\u2023\u25e6]\s*|\(?\d{1,2}[.)]\s+)")
_END = re.compile(r"(?<=[.!?;])\s+(?=[^a-z\s])")
_NICE = re.compile(
    r"nice[ -]to[ -]have|a (big |real |definite |strong )?(plus|bonus)\b|\bpreferred\b|\bideally\b|desirable|an advantage|advantageous|beneficial|"
    r"would be (great|good|nice)|not essential|von vorteil|wunschenswert|idealerweise|deseable|se valora|valorable"
)
_NOT_NEEDED = re.compile(
    r"\b(no|without|keine|kein|ohne|sin) [^,;.]{0,60}\b(need|requir|necessary|expected|notig|erforderlich|notwendig|necesari|requier)|"
    r"\b(not|nicht|no) (be )?(need|requir|necessary|expected|notig|erforderlich|notwendig|es necesari|se requier|se necesit)|"
    r"\bno (previous |prior )?(experience|knowledge)\b|don't (need|require|expect)|do not (need|require|expect|have to)|need not|"
    r"\bkeine (vorkenntnisse|erfahrung)|\bno hace falta|you will (be taught|learn)|we (will )?(teach|train) you|training (is|will be) (provided|given)"
)
_OF_EMPLOYER = re.compile(r"^(we|our|us|the company|founded|join|wir|unser|nosotros|somos|nuestr)\b|\bwe are (a|an|the)\b")
_ASKS = re.compile(
    r"\byou\b|\byour\b|looking for|candidate|applicant|experience|knowledge|skills?\b|ability|proficien|familiar|must\b|required|"
    r"\bsie\b|\bdu\b|kenntnis|erfahrung|experiencia|conocimiento|buscamos"
)
_CONTRAST = re.compile(r",?\s*\b(?:rather than|instead of|statt|anstelle von|en lugar de|en vez de)\b[^,;.]*", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(?:[;.]|, but |, aber |, pero | but |\bhowever\b,?)\s*")


def sentences(text: str) -> Iterator[Sentence]:
    """Give the sentences of a posting that ask for something, in their order."""
    section = Section.UNSAID
    for line in text[:MAX_TEXT].splitlines():
        bare = _BULLET.sub("", line).strip()
        heading = _heading(bare, is_bullet=_BULLET.match(line) is not None)
        if heading is not None:
            section = heading
            _, _, bare = bare.partition(":")
        for sentence in _END.split(bare):
            listed = section is Section.UNSAID and _BULLET.match(line) is not None
            found = _asking(" ".join(sentence.split())[:MAX_SENTENCE], Section.MUST if listed else section)
            if found is not None:
                yield found


def _heading(line: str, *, is_bullet: bool) -> Section | None:
    """Return the section that a line begins; None when it is none. What follows a colon belongs to it."""
    title, colon, _ = line.partition(":")
    if is_bullet or not title or len(title) > MAX_HEADING or (not colon and line[-1] in ".,;!") or len(title.split()) > 9:
        return None
    plain = folded(title)
    for section, pattern in _HEADINGS:
        if re.search(pattern, plain):
            return section
    return Section.OTHER if colon and not line[len(title) + 1 :].strip() else None


def _asking(sentence: str, section: Section) -> Sentence | None:
    plain = folded(sentence)
    if not plain or section is Section.OTHER:
        return None
    if section is Section.UNSAID and (_OF_EMPLOYER.search(plain) or not _ASKS.search(plain)) and "looking for" not in plain:
        return None
    clauses = [clause for clause in _CLAUSE.split(_CONTRAST.sub("", sentence)) if clause and not _NOT_NEEDED.search(folded(clause))]
    if not clauses:
        return None
    return Sentence(sentence, ". ".join(clauses), essential=section is not Section.NICE and _NICE.search(plain) is None)
