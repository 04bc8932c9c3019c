"""Learning: what a credential, or an achievement that nobody has earned yet, says of level, workload, credits, assessment and quality.

It reads documents of anybody's, whether they say it in the terms of `openbadge.learning` or in others that are in use, and judges nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from laurea.core.assertion import as_credential
from laurea.core.canonical import Json, JsonObject
from laurea.core.lenient import MAX_NUMBER, identifier, label, member, objects, several, text
from laurea.core.summary import Skill, Summary

ECTS = "ECTS"
MINUTES = 60  # of an hour

_MAX_TEXT = 500  # characters of a text that are looked at for a number
_ECTS_URL = "://data.europa.eu/snb/education-credit/6fcec5c5af"  # the entry of the European Union's list of credit systems
_EQF_URL = re.compile(r"https?://data\.europa\.eu/snb/eqf/([1-8])/?", re.ASCII | re.IGNORECASE)
# EQR, CEC and MEC are what it is called in German, French and Italian, and Spanish.
_EQF_NAME = re.compile(r"\b(EQF|EQR|CEC|MEC|European Qualifications Framework)\b", re.IGNORECASE)
_EQF_TEXT = re.compile(
    r"\b(?:EQF|EQR|CEC|MEC|European Qualifications Framework)\W{0,3}(?:[a-zé]{4,8}\W{1,2})?([1-8])(?![\d.,])", re.IGNORECASE
)
_LEVEL_TEXT = re.compile(r"(?:[a-zé]{4,8}\W{1,2})?([1-8])", re.IGNORECASE)  # "6", "Level 6", "Stufe 6"
_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,6})?", re.ASCII)
_DURATION = re.compile(r"PT(?=\d)(?:(\d{1,7}(?:[.,]\d{1,3})?)H)?(?:(\d{1,7})M)?(?:\d{1,7}S)?", re.ASCII)
_HOURS = re.compile(
    r"(?<![\d.,])(\d{1,7}(?:[.,]\d{1,2})?)\s{0,3}(?:h|hrs?|hours?|std|stunden?|horas?|heures?|ore|uur|uren|godzin)\b(?!\s?(?:/|per|pro|a |par|por|je))",
    re.ASCII | re.IGNORECASE,
)
_RANGE = re.compile(r"\d\s{0,2}(?:-|\u2013|to|bis|à|a|hasta)\s{0,2}\d")  # "100 - 125 hours" is no one number


@dataclass(frozen=True, slots=True)
class Credit:
    """How many credits, and of what system; framework "" where it is not said."""

    framework: str
    point: float


@dataclass(frozen=True, slots=True)
class Learning:
    """What was learnt, as a document says it; "", None or an empty tuple where it says nothing."""

    title: str
    achievement: str  # its id
    key: str  # humanCode: how the issuer calls it
    kind: str  # achievementType
    issuer: str  # its id
    issuer_name: str
    country: str  # of the issuer: ISO 3166-1 alpha-2 where it has a code, else as it is written
    outcomes: tuple[str, ...]
    skills: tuple[Skill, ...]
    eqf: int | None  # 1 to 8
    nqf: str
    hours: float | None  # of work in all
    credits: tuple[Credit, ...]  # that it counts for
    earned: float | None  # credits that this learner earned
    assessment: tuple[str, ...]
    mode: tuple[str, ...]
    quality: tuple[str, ...]
    grading: str
    prerequisites: tuple[str, ...]  # texts, or ids of achievements
    identity: str  # how it was made sure who was assessed
    result: str  # that this learner reached
    awarded: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, document: JsonObject, language: str = "") -> "Learning":
        """Read any credential, foreign ones too, in a preferred language; never raises."""
        summary = Summary.of(document, language)
        document = as_credential(document)
        subject = next(objects(document.get("credentialSubject")), {})
        achievement = next(objects(subject.get("achievement")), {})
        return cls(
            title=summary.title,
            achievement=identifier(achievement),
            key=text(achievement.get("humanCode")),
            kind=summary.kind,
            issuer=summary.issuer,
            issuer_name=summary.issuer_name,
            country=_country(document.get("issuer"), language),
            outcomes=_labels(achievement, language, "learningOutcome"),
            skills=tuple(skill for skill in summary.skills if not _EQF_URL.fullmatch(skill.url)),
            eqf=_eqf(achievement, language),
            nqf=label(achievement.get("nqfLevel"), language),
            hours=_workload(achievement, language),
            credits=tuple(_credits(achievement, language)),
            earned=number(subject.get("creditsEarned")),
            assessment=_labels(achievement, language, "assessmentMethodType", "assessmentMethod"),
            mode=_labels(achievement, language, "mode", "deliveryType"),
            quality=_labels(achievement, language, "qualityAssurance"),
            grading=label(achievement.get("gradingScheme"), language),
            prerequisites=_labels(achievement, language, "entryRequirement"),
            identity=label(achievement.get("idVerification"), language),
            result=_result(summary),
            awarded=summary.awarded,
            valid_from=summary.valid_from,
            valid_until=summary.valid_until,
        )

    @classmethod
    def of_achievement(cls, achievement: JsonObject, language: str = "") -> "Learning":
        """Read an achievement that nobody has earned yet; its creator stands for the issuer. Never raises."""
        return cls.of({"issuer": achievement.get("creator"), "credentialSubject": {"achievement": achievement}}, language)

    def ects(self) -> float | None:
        """Return its credits of the European Credit Transfer and Accumulation System."""
        return next((credit.point for credit in self.credits if credit.framework == ECTS), None)


def number(value: Json) -> float | None:
    """Return a number from 0 on, also of a text that is one, like "2,5"; None for all else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value.strip().replace(",", "."))
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MAX_NUMBER:
        return float(value)
    return None


def hours_of(words: str) -> float | None:
    """Return the hours of a duration (ISO 8601) or of a text like "125 hours"; None where it names no one number of hours.

    Days, weeks and months are none: nobody says how much of them was work.
    """
    words = words.strip()[:_MAX_TEXT]
    duration = _DURATION.fullmatch(words)
    if duration:
        hours, minutes = duration.groups()
        return float((hours or "0").replace(",", ".")) + int(minutes or 0) / MINUTES
    found = _HOURS.findall(words)
    return float(found[0].replace(",", ".")) if len(found) == 1 and not _RANGE.search(words) else None


def eqf_of(words: str) -> int | None:
    """Return the level of the European Qualifications Framework that a text or URL names, like "EQF level 6"; None for any other."""
    words = words.strip()[:_MAX_TEXT]
    found = _EQF_URL.fullmatch(words) if "://" in words else _EQF_TEXT.search(words)
    return int(found[1]) if found else None


def _country(issuer: Json, language: str) -> str:
    code = text(member(issuer, "address", "addressCountryCode"))
    return code.upper() or text(member(issuer, "address", "addressCountry"), language)


def _labels(value: JsonObject, language: str, *names: str) -> tuple[str, ...]:
    said = (label(item, language) or identifier(item) for name in names for item in several(value.get(name)))
    return tuple(dict.fromkeys(filter(None, said)))


def _eqf(achievement: JsonObject, language: str) -> int | None:
    own = (_level(item, language) for item in several(achievement.get("eqfLevel")))
    named = (eqf_of(words) for name in ("educationLevel", "level", "nqfLevel") for words in _words(achievement.get(name), language))
    aligned = (_aligned(item, language) for item in objects(achievement.get("alignment")))
    return next((level for levels in (own, aligned, named) for level in levels if level is not None), None)


def _level(item: Json, language: str) -> int | None:
    """Return the level of a value that can be nothing but one of the European framework."""
    for words in _words(item, language):
        plain = _LEVEL_TEXT.fullmatch(words)
        level = int(plain[1]) if plain else eqf_of(words)
        if level is not None:
            return level
    return None


def _aligned(item: JsonObject, language: str) -> int | None:
    url = eqf_of(identifier(item.get("targetUrl")))
    if url is not None or not _EQF_NAME.search(text(item.get("targetFramework"), language)[:_MAX_TEXT]):
        return url
    return _level([item.get("targetCode")], language) or _level([item.get("targetName")], language)


def _words(value: Json, language: str) -> Iterator[str]:
    for item in several(value):
        yield from filter(None, (identifier(item), label(item, language)))


def _workload(achievement: JsonObject, language: str) -> float | None:
    said = (
        hours_of(words) for name in ("volumeOfLearning", "workload", "timeRequired") for words in _words(achievement.get(name), language)
    )
    return next((hours for hours in said if hours is not None), None)


def _credits(achievement: JsonObject, language: str) -> Iterator[Credit]:
    found = [_credit(item, language) for item in objects(achievement.get("creditPoint"))]
    known = list(filter(None, found))
    available = number(achievement.get("creditsAvailable"))
    if not known and available is not None:
        known = [Credit("", available)]
    yield from dict.fromkeys(known)


def _credit(item: JsonObject, language: str) -> Credit | None:
    point = number(item.get("point"))
    if point is None:
        return None
    framework, url = label(item.get("framework"), language), identifier(item.get("framework"))
    return Credit(ECTS if url.endswith(_ECTS_URL) or framework.upper().startswith(ECTS) else framework or url, point)


def _result(summary: Summary) -> str:
    said = (": ".join(filter(None, (reached.name, reached.value or reached.level or reached.status))) for reached in summary.results)
    return "; ".join(said)
