"""Credentials side by side: what each says of level, workload, credits, assessment and quality, and what was found when it was checked.

Nothing is weighed: whether two credentials are worth the same is for people to decide, on what stands in the same row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.checked import Checked
from laurea.core.concept import uri_key
from laurea.core.credential import format_time
from laurea.core.learning import Learning
from laurea.core.plural import counted
from laurea.core.report import CheckId

MOST = 32  # credentials that stand side by side


class Likeness(StrEnum):
    """How what credentials say of one aspect compares."""

    SAME = "same"
    DIFFERS = "differs"
    UNSAID = "not said by all"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One row: a value for each credential, "" where it says nothing."""

    name: str
    values: tuple[str, ...]

    @property
    def likeness(self) -> Likeness:
        """How the values compare."""
        if not all(self.values):
            return Likeness.UNSAID
        return Likeness.SAME if len({value.casefold() for value in self.values}) == 1 else Likeness.DIFFERS


@dataclass(frozen=True, slots=True)
class Comparison:
    """Credentials side by side, by the names of their files; `shared` are the skills that all of them name by the same URI."""

    names: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    shared: tuple[str, ...]


def compare(checked: Sequence[Checked], language: str = "") -> Comparison:
    """Put credentials side by side, in their order."""
    learnt = [each.learning(language) for each in checked]
    said = [Aspect(name, tuple(value(each) for each in learnt)) for name, value in _SAID]
    found = [Aspect(name, tuple(value(each) for each in checked)) for name, value in _FOUND]
    return Comparison(tuple(each.file for each in checked), (*said, *found), _shared(learnt))


def _shared(learnt: Sequence[Learning]) -> tuple[str, ...]:
    named = [{uri_key(skill.url): skill.name for skill in each.skills if skill.url} for each in learnt]
    common = set(named[0]).intersection(*named[1:]) if len(named) > 1 else set()
    return tuple(name for uri, name in named[0].items() if uri in common) if named else ()


def amount(value: float | None, unit: str = "") -> str:
    """Return a number as people read it, "" when there is none."""
    return "" if value is None else f"{value:g} {unit}".rstrip()


def credits_of(learning: Learning) -> str:
    """Return all credits that a credential counts for, each with its system."""
    return "; ".join(amount(credit.point, credit.framework or "(of a system that it does not name)") for credit in learning.credits)


def _hours_a_credit(learning: Learning) -> str:
    ects = learning.ects()
    return amount(learning.hours / ects) if learning.hours is not None and ects else ""


def _several(*values: str) -> str:
    return "; ".join(values)


_SAID: tuple[tuple[str, Callable[[Learning], str]], ...] = (
    ("title", lambda each: each.title),
    ("kind", lambda each: each.kind),
    ("issuer, as it calls itself", lambda each: each.issuer_name),
    ("issuer", lambda each: each.issuer),
    ("country", lambda each: each.country),
    ("EQF level", lambda each: amount(each.eqf)),
    ("national level", lambda each: each.nqf),
    ("workload", lambda each: "" if each.hours is None else counted(each.hours, "hour")),
    ("credits", credits_of),
    ("credits earned", lambda each: amount(each.earned)),
    ("hours for an ECTS credit", _hours_a_credit),
    ("assessment", lambda each: _several(*each.assessment)),
    ("identity was verified by", lambda each: each.identity),
    ("participation", lambda each: _several(*each.mode)),
    ("quality assurance", lambda each: _several(*each.quality)),
    ("grading scheme", lambda each: each.grading),
    ("result", lambda each: each.result),
    ("prerequisites", lambda each: _several(*each.prerequisites)),
    ("learning outcomes", lambda each: _several(*each.outcomes)),
    ("skills", lambda each: _several(*dict.fromkeys(skill.name for skill in each.skills))),
    ("awarded", lambda each: "" if each.awarded is None else format_time(each.awarded)),
    ("valid until", lambda each: "" if each.valid_until is None else format_time(each.valid_until)),
)


def _accreditation(each: Checked) -> str:
    reason = each.report[CheckId.ISSUER].reason
    return {True: reason, False: f"none was needed: {reason}", None: f"not known: {reason}"}[each.accredited]


_FOUND: tuple[tuple[str, Callable[[Checked], str]], ...] = (
    ("accreditation", _accreditation),
    ("verdict", lambda each: each.report.verdict.value),
    ("found", lambda each: each.report.headline),
)
