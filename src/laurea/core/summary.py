"""The summary: what a person reads of a credential, whoever issued it, in the language that the person prefers.

It says what the credential says, and nothing of whether that is true: only a report does.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from laurea.core.assertion import as_credential
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.duration import in_words
from laurea.core.lenient import identifier, label, link, member, moment, objects, picture, several, spoken, tag_of, text

_SUBJECT = "credentialSubject"
_NAMES = ("givenName", "familyName")
_DATES = ("validFrom", "validUntil")
_DATES_1_1 = ("issuanceDate", "expirationDate")


class Standing(StrEnum):
    """What the dates of a credential say of a moment; that it is current makes it by no means valid."""

    NOT_YET = "not yet valid"
    CURRENT = "current"
    EXPIRED = "expired"
    UNCLEAR = "unclear"  # a date is there that cannot be read


@dataclass(frozen=True, slots=True)
class Skill:
    """What the holder can do, as a framework names it (Open Badges' alignment)."""

    name: str
    framework: str = ""
    code: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A result that the holder reached, and what it is a result of."""

    name: str
    value: str = ""
    level: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence; `url` can be followed."""

    name: str
    url: str = ""
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a credential says, as text for people: "" or an empty tuple where it says nothing. Links are http or https."""

    title: str
    description: str
    criteria: str
    criteria_url: str
    skills: tuple[Skill, ...]
    tags: tuple[str, ...]
    kind: str  # of achievement: MicroCredential, Degree, …
    issuer: str  # its id
    issuer_name: str
    issuer_url: str
    holder: str  # its id, "" when hidden, absent or in an array
    holder_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    unreadable: bool  # a date of the validity is there and is none
    awarded: datetime | None
    level: str
    credits: str
    workload: str
    results: tuple[Reached, ...]
    evidence: tuple[Shown, ...]
    language: str  # a tag
    types: tuple[str, ...]
    id: str
    image: str  # an https or data URL; never fetched by us

    @classmethod
    def of(cls, document: JsonObject, language: str = "") -> "Summary":
        """Read any credential, foreign ones too, in a preferred language; never raises."""
        document = as_credential(document)
        subject = next(objects(document.get(_SUBJECT)), {})
        achievement = next(objects(subject.get("achievement")), {})
        issuer = document.get("issuer")
        begin, end = _validity(document)
        return cls(
            title=_title(document, subject, achievement, language),
            description=_first(language, achievement.get("description"), document.get("description"), subject.get("endorsementComment")),
            criteria=text(member(achievement, "criteria", "narrative"), language),
            criteria_url=link(member(achievement, "criteria")),
            skills=_skills(subject, achievement, language),
            tags=_each(achievement.get("tag"), language),
            kind=text(achievement.get("achievementType")),
            issuer=identifier(issuer),
            issuer_name=text(member(issuer, "name"), language),
            issuer_url=link(member(issuer, "url")),
            holder=_holder(document),
            holder_name=_holder_name(subject, language),
            valid_from=moment(begin),
            valid_until=moment(end),
            unreadable=any(date is not None and moment(date) is None for date in (begin, end)),
            awarded=moment(document.get("awardedDate")) or moment(subject.get("activityEndDate")),
            level=_level(achievement, language),
            credits=_credits(subject, achievement, language),
            workload=in_words(_label(achievement, language, "workload", "volumeOfLearning", "timeRequired"), language),
            results=_results(subject, achievement, language),
            evidence=_evidence(document, subject, language),
            language=_language(document, achievement, language),
            types=tuple(name for name in several(document.get("type")) if isinstance(name, str)),
            id=identifier(document.get("id")),
            image=picture(achievement.get("image")) or picture(document.get("image")) or picture(subject.get("image")),
        )

    def standing(self, at: datetime) -> Standing:
        """Tell what the dates say of a moment; it ends at `valid_until`, if there is one."""
        if self.unreadable:
            return Standing.UNCLEAR
        if self.valid_from is not None and at < self.valid_from:
            return Standing.NOT_YET
        if self.valid_until is not None and at >= self.valid_until:
            return Standing.EXPIRED
        return Standing.CURRENT


def _first(language: str, *values: Json) -> str:
    return next(filter(None, (text(value, language) for value in values)), "")


def _label(value: JsonObject, language: str, *names: str) -> str:
    return next(filter(None, (label(value.get(name), language) for name in names)), "")


def _level(achievement: JsonObject, language: str) -> str:
    eqf = achievement.get("eqfLevel")
    framed = f"EQF {eqf}" if isinstance(eqf, int) else label(eqf, language)
    return _label(achievement, language, "educationLevel") or framed or _label(achievement, language, "level")


def _credits(subject: JsonObject, achievement: JsonObject, language: str) -> str:
    """Return how many credits were earned, else can be, with their system where it is named."""
    system = next(objects(achievement.get("creditPoint")), {})
    count = _first(language, subject.get("creditsEarned"), system.get("point"), achievement.get("creditsAvailable"))
    return " ".join(filter(None, [count, text(system.get("framework"), language)])) if count else ""


def _each(value: Json, language: str) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(filter(None, [text(value, language)]))
    return tuple(dict.fromkeys(filter(None, (text(item, language) for item in several(value)))))


def _title(document: JsonObject, subject: JsonObject, achievement: JsonObject, language: str) -> str:
    return _first(language, achievement.get("name"), document.get("name")) or label(subject.get("degree"), language)


def _validity(document: JsonObject) -> tuple[Json, Json]:
    # VC 1.1 has other names for the dates. Those that the verifier looks at count; a foreign document may have but the others.
    legacy = Credential(document, ()).is_legacy
    ours, others = (_DATES_1_1, _DATES) if legacy else (_DATES, _DATES_1_1)
    begin, end = (document.get(name, document.get(other)) for name, other in zip(ours, others, strict=True))
    return begin, end


def _holder(document: JsonObject) -> str:
    subject = document.get(_SUBJECT)
    return identifier(subject) if isinstance(subject, dict) else ""


def _holder_name(subject: JsonObject, language: str) -> str:
    for item in objects(subject.get("identifier")):
        if item.get("identityType") == "name" and item.get("hashed") is False and text(item.get("identityHash")):
            return text(item.get("identityHash"))
    return text(subject.get("name"), language) or " ".join(filter(None, (text(subject.get(name), language) for name in _NAMES)))


def _skills(subject: JsonObject, achievement: JsonObject, language: str) -> tuple[Skill, ...]:
    aligned = [achievement, *objects(subject.get("result"))]
    found = [_skill(item, language) for thing in aligned for item in objects(thing.get("alignment"))]
    return tuple(dict.fromkeys(skill for skill in found if skill.name))


def _skill(item: JsonObject, language: str) -> Skill:
    code, url = text(item.get("targetCode"), language), link(item.get("targetUrl"))
    return Skill(text(item.get("targetName"), language) or code or url, text(item.get("targetFramework"), language), code, url)


def _results(subject: JsonObject, achievement: JsonObject, language: str) -> tuple[Reached, ...]:
    described = {identifier(item): item for item in objects(achievement.get("resultDescription"))}
    levels = {
        identifier(level): label(level, language) for item in described.values() for level in objects(item.get("rubricCriterionLevel"))
    }
    found = []
    for item in objects(subject.get("result")):
        level = text(item.get("achievedLevel"), language)
        name = label(described.get(identifier(item.get("resultDescription"))), language)
        found.append(Reached(name, text(item.get("value"), language), levels.get(level, level), text(item.get("status"))))
    return tuple(result for result in found if result.value or result.level or result.status)


def _evidence(document: JsonObject, subject: JsonObject, language: str) -> tuple[Shown, ...]:
    found = []
    for item in [*several(document.get("evidence")), *several(subject.get("evidence"))]:
        said = item if isinstance(item, dict) else {}
        narrative = _first(language, said.get("narrative"), said.get("description"))
        found.append(Shown(label(said, language), link(item), narrative))
    return tuple(shown for shown in found if shown.name or shown.url or shown.narrative)


def _language(document: JsonObject, achievement: JsonObject, language: str) -> str:
    title = achievement.get("name") or document.get("name")
    return spoken(title, language) or tag_of(achievement.get("inLanguage")) or tag_of(document.get("inLanguage"))
