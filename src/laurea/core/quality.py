"""The lint: what the EU's recommendation on micro-credentials asks a credential to tell, and what an achievement leaves out of it.

Council Recommendation of 16 June 2022 (2022/C 243/02), annex I: eleven elements that every micro-credential has, and some where relevant.
It is advice for issuers: no verification depends on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.canonical import JsonObject
from laurea.core.learning import ECTS, Learning, number
from laurea.core.lenient import objects, text
from laurea.core.plural import counted

RECOMMENDATION = "2022/C 243/02"
HOURS_A_CREDIT = (20.0, 30.0)  # of ECTS: 25 to 30 by the ECTS Users' Guide 2015, 20 in some countries

_ACHIEVEMENT = "/credentialSubject/achievement"


class Told(StrEnum):
    """Whether a credential will tell an element."""

    THERE = "there"
    COMES = "comes with issuing"  # from the roster, or the issuer's own
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Element:
    """An element of annex I: whether credentials of an achievement will tell it, in what words and where; if not, what to add."""

    id: str
    name: str
    demanded: bool  # False: where it is relevant
    told: Told
    says: str = ""
    where: str = ""  # the JSON pointer in the credential
    advice: str = ""

    def document(self) -> JsonObject:
        """Return it as JSON."""
        found: JsonObject = {"id": self.id, "name": self.name, "demanded": self.demanded, "told": self.told.value}
        return found | {name: value for name, value in (("says", self.says), ("where", self.where), ("advice", self.advice)) if value}


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found of one achievement; `remarks` are what is told and looks wrong."""

    achievement: str  # its key
    elements: tuple[Element, ...]
    contradictions: tuple[str, ...]  # for which it cannot be added
    remarks: tuple[str, ...]

    @property
    def demanded(self) -> tuple[Element, ...]:
        """The elements that every micro-credential has."""
        return tuple(each for each in self.elements if each.demanded)

    @property
    def missing(self) -> tuple[Element, ...]:
        """The elements that every micro-credential has, and credentials of this achievement will not."""
        return tuple(each for each in self.demanded if each.told is Told.MISSING)

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "achievement": self.achievement,
            "recommendation": RECOMMENDATION,
            "complete": not self.missing and not self.contradictions,
            "elements": [each.document() for each in self.elements],
            "contradictions": [*self.contradictions],
            "remarks": [*self.remarks],
        }


def lint(achievement: JsonObject, country: str | None) -> Lint:
    """Return what credentials of an achievement will tell; `country` is the issuer's, "" when it has none, None when it is not known here."""
    learning = Learning.of_achievement(achievement)
    elements = (*_of_issuing(learning, country), *_of_learning(learning), *_where_relevant(learning, achievement))
    return Lint(learning.key, elements, contradictions(achievement), tuple(_doubts(learning)))


def contradictions(achievement: JsonObject) -> tuple[str, ...]:
    """Return what an achievement says twice and not alike: its credits, which Open Badges and the European Learning Model each have a member for."""
    available = number(achievement.get("creditsAvailable"))
    points = [(number(item.get("point")), text(item.get("framework"))) for item in objects(achievement.get("creditPoint"))]
    if available is None or not points or any(point == available for point, _ in points):
        return ()
    named = ", ".join(f"{point:g} {framework}".strip() for point, framework in points if point is not None)
    return (f"/creditsAvailable says {available:g} and /creditPoint {named}: give the same number, or leave one out",)


def _doubts(learning: Learning) -> Iterator[str]:
    least, most = HOURS_A_CREDIT
    ects = learning.ects()
    if ects and learning.hours and not least <= learning.hours / ects <= most:
        yield (
            f"{counted(learning.hours, 'hour')} for {ects:g} {ECTS} are {learning.hours / ects:.3g} hours a credit; "
            f"one stands for {least:g} to {most:g}: is one of the two mistaken?"
        )
    if not learning.skills:
        yield "no alignment: nobody can match it with the skills that a framework (ESCO, O*NET, CASE) names; see docs/quality.md"


def _of_issuing(learning: Learning, country: str | None) -> Iterator[Element]:
    yield Element("learner", "Identification of the learner", True, Told.COMES, "the roster's name, and a salted hash of the learner's identifier",
                  "/credentialSubject/identifier")  # fmt: skip
    yield _told("title", "Title of the micro-credential", learning.title, "/name")
    yield _country(country)
    yield Element("awarding-body", "Awarding body", True, Told.COMES, "the issuer's DID and name", "/issuer")
    yield Element("date", "Date of issuing", True, Told.COMES, "validFrom; the roster's date of award, if it has one", "/validFrom")


def _country(country: str | None) -> Element:
    name, where = "Country or region of the issuer", "/issuer/address/addressCountryCode"
    if country is None:
        return Element("country", name, True, Told.COMES, "the issuer's, if `laurea issuer country` was given one", where)
    advice = "" if country else "laurea issuer country CODE, for example AT: every credential from then on has it"
    return Element("country", name, True, Told.THERE if country else Told.MISSING, country, where, advice)


def _of_learning(learning: Learning) -> Iterator[Element]:
    yield _told(
        "outcomes", "Learning outcomes", learning.outcomes, "learningOutcome", '"learningOutcome": ["Writes queries with joins", …]'
    )
    yield _workload(learning)
    level = f"EQF {learning.eqf}" if learning.eqf is not None else learning.nqf
    where = "eqfLevel" if learning.eqf is not None or not level else "nqfLevel"
    yield _told(
        "level", "Level of the learning experience", level, where, '"eqfLevel": 5 (1 to 8), or "nqfLevel" with the name of a national one'
    )
    yield _told(
        "assessment", "Type of assessment", learning.assessment, "assessmentMethodType", '"assessmentMethodType": ["Written examination"]'
    )
    yield _told("participation", "Form of participation", learning.mode, "mode", '"mode": ["online"], or on site, blended, …')
    yield _told("quality-assurance", "Type of quality assurance", learning.quality, "qualityAssurance",
                '"qualityAssurance": ["Internal quality assurance by the ESG (2015)"]')  # fmt: skip


def _workload(learning: Learning) -> Element:
    said = [f"{credit.point:g} {credit.framework or 'credits'}" for credit in learning.credits]
    if learning.hours is not None:
        said.append(counted(learning.hours, "hour"))
    only_unnamed = learning.hours is None and not any(credit.framework for credit in learning.credits)
    advice = '"creditPoint": {"framework": "ECTS", "point": 3}, or "volumeOfLearning": "PT75H" for 75 hours'
    if said and only_unnamed:
        return Element("workload", _WORKLOAD, True, Told.MISSING, "", "", f"{', '.join(said)} of no system that is named: {advice}")
    return _told("workload", _WORKLOAD, said, "creditPoint" if learning.credits else "volumeOfLearning", advice)


_WORKLOAD = "Notional workload, in ECTS credits where possible"


def _where_relevant(learning: Learning, achievement: JsonObject) -> Iterator[Element]:
    yield _told(
        "prerequisites", "Prerequisites to enrol", learning.prerequisites, "entryRequirement", '"entryRequirement": ["…"]', demanded=False
    )
    yield _told("identity", "Supervision and identity verification", learning.identity, "idVerification",
                '"idVerification": "Supervised on site, with a photo identity card"', demanded=False)  # fmt: skip
    graded = achievement.get("resultDescription") or learning.grading
    where = "resultDescription" if achievement.get("resultDescription") else "gradingScheme"
    yield _told("grade", "Grade achieved", "by the roster's column `result`" if graded else "", where,
                '"resultDescription" with what grades there are, and "gradingScheme"', demanded=False)  # fmt: skip
    related = [text(each.get("id")) for each in objects(achievement.get("related"))]
    yield _told("stackability", "Integration and stackability", related, "related",
                '"related" with the achievements that it is a part of or stands beside', demanded=False)  # fmt: skip


def _told(id_: str, name: str, says: str | Sequence[str], member: str, advice: str = "", *, demanded: bool = True) -> Element:
    words = says if isinstance(says, str) else "; ".join(says)
    if not words:
        return Element(id_, name, demanded, Told.MISSING, "", "", f"add {advice}")
    return Element(id_, name, demanded, Told.THERE, words, member if member.startswith("/") else f"{_ACHIEVEMENT}/{member}")
