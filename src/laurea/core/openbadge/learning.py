"""What a micro-credential tells beyond Open Badges: workload, level, assessment, quality (Council Recommendation 2022/C 243/02, annex I).

The terms are those of the European Learning Model 3 and of CTDL; a credential that uses some defines them in its own `@context`, so that
whoever checks it needs nothing but the contexts of VC 2.0 and Open Badges 3.0.
"""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import PlainValidator

from laurea.core.canonical import Json, JsonObject
from laurea.core.openbadge.achievement import Achievement
from laurea.core.openbadge.values import ClosedThing, Several, Text, wrong

_ELM = "http://data.europa.eu/snb/model/elm/"
_CTDL = "https://purl.org/ctdl/terms/"
_OURS = "urn:laurea:terms:"  # neither has a word for it

TERMS: Mapping[str, str] = {
    "assessmentMethodType": _CTDL + "assessmentMethodType",
    "creditPoint": _ELM + "creditPoint",
    "entryRequirement": _ELM + "entryRequirement",
    "eqfLevel": _ELM + "eqfLevel",
    "framework": _ELM + "framework",
    "gradingScheme": _ELM + "gradingScheme",
    "idVerification": _ELM + "idVerification",
    "learningOutcome": _ELM + "learningOutcome",
    "mode": _ELM + "mode",
    "nqfLevel": _ELM + "nqfLevel",
    "point": _ELM + "point",
    "qualityAssurance": _OURS + "qualityAssurance",
    "volumeOfLearning": _ELM + "volumeOfLearning",
}
"""Members of an achievement that Open Badges does not define, and the IRIs that they stand for."""

EQF_LEVELS = range(1, 9)

_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?", re.ASCII)


def _eqf(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value in EQF_LEVELS:
        return value
    raise wrong("give a level of the European Qualifications Framework, a number from 1 to 8")


def _duration(value: object) -> str:
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return value
    raise wrong("give a duration of ISO 8601, like PT125H for 125 hours")


class CreditPoint(ClosedThing):
    """How many credits, and of what system: ECTS, or another by its name."""

    framework: Text
    point: float


class LearningAchievement(Achievement):
    """An achievement of a micro-credential: what Open Badges says of it, and what the recommendation asks for."""

    assessment_method_type: Annotated[tuple[Text, ...], Several] = ()
    credit_point: Annotated[tuple[CreditPoint, ...], Several] = ()
    entry_requirement: Annotated[tuple[Text, ...], Several] = ()
    eqf_level: Annotated[int, PlainValidator(_eqf)] | None = None
    grading_scheme: Text | None = None
    id_verification: Text | None = None
    learning_outcome: Annotated[tuple[Text, ...], Several] = ()
    mode: Annotated[tuple[Text, ...], Several] = ()
    nqf_level: Text | None = None
    quality_assurance: Annotated[tuple[Text, ...], Several] = ()
    volume_of_learning: Annotated[str, PlainValidator(_duration)] | None = None


def terms_of(achievement: JsonObject) -> JsonObject:
    """Return the context, {"term": "https://…/term", …}, that an achievement needs beside those of Open Badges; {} when none."""
    used = set(achievement)
    for each in _objects(achievement.get("creditPoint")):
        used |= set(each)
    return {name: TERMS[name] for name in sorted(used & TERMS.keys())}


def _objects(value: Json) -> list[JsonObject]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
