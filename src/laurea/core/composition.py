"""What became of the parts of a credential: each that was shown with it, by its own report; of the others nothing is known.

The verdict about the whole stays that of its own checks: whether a part that was taken back matters, whoever relies on it decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from laurea.core import clr
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.part import Part, distinct, parts_of
from laurea.core.renewal import replaced
from laurea.core.report import CheckId, Outcome, Report, Verdict


class Found(StrEnum):
    """How a part was found: by the verdict about it, or not shown at all, of which nothing follows."""

    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"
    NOT_SHOWN = "not shown"


_BY_VERDICT = {Verdict.VALID: Found.VALID, Verdict.UNDECIDED: Found.UNDECIDED, Verdict.INVALID: Found.INVALID}
_BEST_FIRST = (*_BY_VERDICT.values(), Found.NOT_SHOWN)
NOT_SHOWN = "it was not shown, so nothing is known about it"


@dataclass(frozen=True, slots=True)
class FoundPart:
    """One part, how it was found, and why in words."""

    part: Part
    found: Found
    reason: str

    def document(self) -> JsonObject:
        """Return it as JSON."""
        part = self.part
        about: JsonObject = {"id": part.id, "issuer": part.issuer, "achievement": part.achievement, "name": part.name}
        return {**about, "found": self.found.value, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts of one credential; `number` is its place among those that were shown, from 0."""

    number: int
    credential: str
    parts: tuple[FoundPart, ...]

    def count(self, *wanted: Found) -> int:
        """Return how many parts were found so."""
        return sum(each.found in wanted for each in self.parts)

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {"credential": self.credential, "number": self.number + 1, "parts": [each.document() for each in self.parts]}


def is_readable(report: Report) -> bool:
    """Tell whether what a credential says is known to be what was issued: by its anchor, or at least by its signature."""
    integrity, signature = report[CheckId.INTEGRITY].outcome, report[CheckId.SIGNATURE].outcome
    return integrity is Outcome.PASSED or (integrity is Outcome.UNKNOWN and signature is Outcome.PASSED)


def compositions(shown: Sequence[Credential], reports: Iterable[Report]) -> tuple[Composition, ...]:
    """Return the parts of each credential that has some, given all that was shown and the report about each. Never raises.

    Of a credential that may have been altered no part is believed.
    """
    judged = list(zip(shown, reports, strict=True))
    by_id: dict[tuple[str, str], list[tuple[Credential, Report]]] = {}
    for credential, report in judged:
        # Only what is valid may speak for another: a forged one would say of a part that it is invalid.
        stands_for = replaced(credential.document) if report.verdict is Verdict.VALID else ()
        for name in dict.fromkeys((credential.id or "", *stands_for)):
            by_id.setdefault((name, credential.issuer), []).append((credential, report))
    found = []
    for number, (credential, report) in enumerate(judged):
        parts = _named(credential) if is_readable(report) else ()
        if parts:
            each = tuple(_found(part, by_id.get((part.id, part.issuer), [])) for part in parts)
            found.append(Composition(number, credential.id or "", each))
    return tuple(found)


def achievement_of(document: JsonObject) -> tuple[str, str]:
    """Return the id and the name of the achievement that a credential shows; "" for what is hidden."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    return (_text(achievement.get("id")), _text(achievement.get("name"))) if isinstance(achievement, dict) else ("", "")


def _named(credential: Credential) -> tuple[Part, ...]:
    held = [each for each in clr.held_by(credential.document) if isinstance(each, dict)]
    return distinct(map(_held, held)) if held else parts_of(credential.document)


def _held(document: JsonObject) -> Part:
    return Part(_text(document.get("id")), Credential(document, ()).issuer, *achievement_of(document))


def _found(part: Part, shown: Sequence[tuple[Credential, Report]]) -> FoundPart:
    each = [_as_shown(part, credential, report) for credential, report in shown]
    # Whoever shows a forged copy beside the part itself takes nothing from it.
    return min(each, key=lambda found: _BEST_FIRST.index(found.found), default=FoundPart(part, Found.NOT_SHOWN, NOT_SHOWN))


def _as_shown(part: Part, credential: Credential, report: Report) -> FoundPart:
    achievement, _ = achievement_of(credential.document)
    if credential.id != part.id and achievement != part.achievement:
        return FoundPart(part, Found.NOT_SHOWN, NOT_SHOWN)
    if achievement and part.achievement and achievement != part.achievement:
        return FoundPart(part, Found.INVALID, "what was shown under its id is about another achievement")
    renewed = "" if credential.id == part.id else f"renewed, {credential.id} stands in its place: "
    return FoundPart(part, _BY_VERDICT[report.verdict], renewed + report.headline)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
