"""Does a document follow the data model? W3C VC 2.0 for every credential, Open Badges 3.0 for badges and endorsements.

Credentials of VC 1.1 are judged by that, and badges among them by what Open Badges says of their subject.
"""

from collections.abc import Iterator
from itertools import islice

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from laurea.core import claims
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.openbadge.achievement import (
    ACHIEVEMENT_CREDENTIALS,
    ACHIEVEMENT_SUBJECT,
    STATUSES,
    Achievement,
    AchievementCredential,
    ResultDescription,
)
from laurea.core.openbadge.learning import TERMS, LearningAchievement, terms_of
from laurea.core.openbadge.legacy import LegacyBadge, LegacyCredential
from laurea.core.openbadge.presentation import Frame
from laurea.core.openbadge.profile import BADGE_CONTEXT, ENDORSEMENT_CREDENTIAL, EndorsementCredential
from laurea.core.openbadge.values import WRONG, Thing, is_url
from laurea.core.openbadge.vc import CONTEXT, VerifiableCredential

__all__ = [
    "BADGE_CONTEXT",
    "CONTEXT",
    "ENDORSEMENT_CREDENTIAL",
    "STATUSES",
    "TERMS",
    "Achievement",
    "EndorsementCredential",
    "LearningAchievement",
    "ResultDescription",
    "Thing",
    "frame_problems",
    "is_url",
    "problems",
    "problems_of",
    "terms_of",
]

Location = tuple[int | str, ...]  # where a model stumbled: its members and indices, from the top

MAX_PROBLEMS = 100  # more than anybody corrects at a time; bounds what hostile input makes us say
_SUBJECT = "credentialSubject"
_FIXES = {
    "missing": "add this member, it is required",
    "extra_forbidden": "remove this member, Open Badges allows no others here",
    "model_type": "give an object",
    "list_type": "give an array",
    "float_type": "give a number",
    "bool_type": "give true or false",
}


def problems(document: JsonObject, *, partial: bool = False) -> list[str]:
    """Return one line for each place where a credential without its proofs breaks the data model; empty when it is fine.

    A line names the JSON pointer and the fix; there are at most 100. A partial credential may lack what its holder can have hidden:
    `credentialSubject`, and members below it that are claims of their own (DESIGN.md section 2, "Claims"); nothing else.
    """
    return problems_of(_model(document), document, partial=partial)


def frame_problems(document: JsonObject) -> list[str]:
    """Return what `problems` does, for a presentation, whatever it holds."""
    return problems_of(Frame, document)


def problems_of(model: type[Thing], document: JsonObject, *, partial: bool = False) -> list[str]:
    """Return what `problems` does, for one model of the data model."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        counted = (item for item in found if not (partial and item["type"] == "missing" and _hideable(document, item["loc"])))
        return [_line(document, item) for item in islice(counted, MAX_PROBLEMS)]
    return []


def _model(document: JsonObject) -> type[Thing]:
    types = _types(document)
    legacy = Credential(document, ()).is_legacy
    # A badge stays a badge under another name: the subject's type tells, too.
    if not types.isdisjoint(ACHIEVEMENT_CREDENTIALS) or ACHIEVEMENT_SUBJECT in _types(document.get(_SUBJECT)):
        return LegacyBadge if legacy else AchievementCredential
    if legacy:
        return LegacyCredential
    return EndorsementCredential if ENDORSEMENT_CREDENTIAL in types else VerifiableCredential


def _types(value: Json) -> set[str]:
    types = value.get("type") if isinstance(value, dict) else None
    return {name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)}


def _line(document: JsonObject, error: ErrorDetails) -> str:
    kind, message = error["type"], error["msg"]
    fix = message if kind == WRONG else _FIXES.get(kind, message[:1].lower() + message[1:])
    return f"{_pointer(document, error['loc']) or 'the document'}: {fix}"


def _pointer(document: JsonObject, location: Location) -> str:
    return "".join(f"/{step}" for step, _ in _steps(document, location))


def _hideable(document: JsonObject, location: Location) -> bool:
    """Tell whether what is missing at a location may have been a claim: each object above it is opened into claims."""
    above = [value for _, value in _steps(document, location)][:-1]
    return location[0] == _SUBJECT and not any(claims.is_atomic(value) for value in above)


def _steps(document: JsonObject, location: Location) -> Iterator[tuple[int | str, Json]]:
    """Follow a location through the document; a model may have seen an array or an object where a bare value stands."""
    value: Json = document
    for step in location:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
            yield step, value
        elif isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
            yield step, value
