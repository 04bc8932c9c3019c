"""Credentials in a résumé: JSON Resume, and what both it and the HTML say of each. Only a valid verdict makes an entry a verified one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from laurea.artefacts.plain import plain, title_of
from laurea.artefacts.words import Words, words_of
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.report import Verdict
from laurea.core.summary import Standing, Summary

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
VERSION = "v1.0.0"
DEGREES = frozenset(
    {
        "AssociateDegree",
        "BachelorDegree",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "MasterDegree",
        "ProfessionalDoctorate",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    }
)

_YEARS = range(1000, 3000)  # that JSON Resume has


@dataclass(frozen=True, slots=True)
class Verification:
    """What the last verification of a credential said, and when."""

    verdict: Verdict
    at: datetime
    basis: str  # the report's headline


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential in a résumé; without a verification, or with any verdict but valid, it is not verified."""

    summary: Summary
    verification: Verification | None = None

    @property
    def verified(self) -> Verification | None:
        """The verification, when its verdict was valid."""
        return self.verification if self.verification is not None and self.verification.verdict is Verdict.VALID else None


def json_resume(entries: Sequence[Entry], *, language: str, at: datetime) -> JsonObject:
    """Return a document of JSON Resume: degrees as education, all else as certificates, what their holder can do as skills."""
    words = words_of(language)
    names = {entry.summary.holder_name for entry in entries} - {""}
    degrees: list[Json] = [_education(entry, words, at) for entry in entries if entry.summary.kind in DEGREES]
    certificates: list[Json] = [_certificate(entry, words, at) for entry in entries if entry.summary.kind not in DEGREES]
    basics: JsonObject = {"name": plain(names.pop())} if len(names) == 1 else {}
    return {
        "$schema": SCHEMA,
        **({"basics": basics} if basics else {}),
        "education": degrees,
        "certificates": certificates,
        "skills": _skills(entries, words, at),
        "meta": {"version": VERSION, "lastModified": format_time(at)},
    }


def notes(entry: Entry, words: Words, at: datetime) -> list[str]:
    """Return what has to be said of an entry: whether it was verified, when and on which basis, and what its dates say now."""
    verified, summary = entry.verified, entry.summary
    said = [words.not_verified]
    if verified is not None:
        said = [words.verified_on.format(date=words.day(verified.at)), words.basis.format(basis=plain(verified.basis))]
    standing = summary.standing(at)
    if standing is Standing.EXPIRED and summary.valid_until is not None:
        said.append(words.expired_on.format(date=words.day(summary.valid_until)))
    if standing is Standing.NOT_YET and summary.valid_from is not None:
        said.append(words.not_yet_valid.format(date=words.day(summary.valid_from)))
    if standing is Standing.UNCLEAR:
        said.append(words.unclear)
    return said


def _certificate(entry: Entry, words: Words, at: datetime) -> JsonObject:
    summary = entry.summary
    return {
        "name": title_of(summary, words),
        **_day("date", summary.awarded or summary.valid_from),
        "issuer": plain(summary.issuer_name or summary.issuer),
        **_page(summary),
        **_marked(entry, words, at),
    }


def _education(entry: Entry, words: Words, at: datetime) -> JsonObject:
    summary = entry.summary
    scores = ", ".join(filter(None, (result.value or result.level for result in summary.results)))
    return {
        "institution": plain(summary.issuer_name or summary.issuer),
        "area": title_of(summary, words),
        "studyType": summary.kind,
        **_day("endDate", summary.awarded or summary.valid_from),
        **({"score": plain(scores)} if scores else {}),
        **_page(summary),
        **_marked(entry, words, at),
    }


def _skills(entries: Sequence[Entry], words: Words, at: datetime) -> list[Json]:
    """Give each skill once, with the titles of the credentials that name it, each with what has to be said of that."""
    named: dict[str, list[Json]] = {}
    for entry in entries:
        keyword = f"{title_of(entry.summary, words)} ({', '.join(notes(entry, words, at))})"
        for name in dict.fromkeys(plain(skill.name) for skill in entry.summary.skills):
            named.setdefault(name, []).append(keyword)
    return [{"name": name, "keywords": keywords} for name, keywords in named.items()]


def _marked(entry: Entry, words: Words, at: datetime) -> JsonObject:
    """Return the mark for people, and the one for programs."""
    verified = entry.verified
    mark: JsonObject = {"verified": verified is not None}
    if verified is not None:
        mark |= {"on": format_time(verified.at), "basis": plain(verified.basis)}
    return {"summary": "; ".join(notes(entry, words, at)), "verification": mark}


def _day(name: str, moment: datetime | None) -> JsonObject:
    if moment is None or moment.astimezone(UTC).year not in _YEARS:
        return {}
    return {name: moment.astimezone(UTC).date().isoformat()}


def _page(summary: Summary) -> JsonObject:
    url = summary.criteria_url if summary.criteria_url.isascii() else ""  # JSON Resume wants a URI, which has no other letters
    return {"url": url} if url else {}
