"""The answer to "is this credential good?": every check once, in order, and the verdict that follows (DESIGN.md section 4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.errors import VerificationFailed

VERSION = 1
MAX_NAMED = 5  # problems that one reason names


class CheckId(StrEnum):
    """What is checked, in this order; the names are public."""

    FORMAT = "format"
    INTEGRITY = "integrity"
    ANCHOR = "anchor"
    REVOCATION = "revocation"
    ISSUER = "issuer"
    SIGNATURE = "signature"
    VALIDITY = "validity"
    HOLDER = "holder"


class Outcome(StrEnum):
    """How a check ended; `skipped` means that it did not run."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What follows from all checks together."""

    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"


ORDER = tuple(CheckId)
OPTIONAL = {CheckId.SIGNATURE, CheckId.HOLDER}  # may be skipped, when there is none to check


@dataclass(frozen=True, slots=True)
class Check:
    """One answer and the reason for it, in words."""

    id: CheckId
    outcome: Outcome
    reason: str


def passed(check_id: CheckId, reason: str) -> Check:
    """Answer that a check passed."""
    return Check(check_id, Outcome.PASSED, reason)


def failed(check_id: CheckId, reason: str) -> Check:
    """Answer that a check failed."""
    return Check(check_id, Outcome.FAILED, reason)


def unknown(check_id: CheckId, reason: str) -> Check:
    """Answer that a check could not be decided."""
    return Check(check_id, Outcome.UNKNOWN, reason)


def skipped(check_id: CheckId, reason: str) -> Check:
    """Answer that a check did not run."""
    return Check(check_id, Outcome.SKIPPED, reason)


def few(reasons: Sequence[str]) -> str:
    """Return different reasons as one, as many as people read."""
    different = list(dict.fromkeys(reasons))
    more = f" (and {len(different) - MAX_NAMED} more)" if len(different) > MAX_NAMED else ""
    return "; ".join(different[:MAX_NAMED]) + more


@dataclass(frozen=True, slots=True)
class Report:
    """Every answer about one credential, as of `at`; true only when it is valid."""

    at: datetime
    checks: tuple[Check, ...]
    headline: str
    facts: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a report that lacks an answer, or lets a check that did not run pass for a good one."""
        if tuple([check.id for check in self.checks]) != ORDER:
            raise ValueError("a report answers every check once, in order")
        skipped = {check.id for check in self.checks if check.outcome is Outcome.SKIPPED}
        if skipped - OPTIONAL and Outcome.FAILED not in {check.outcome for check in self.checks}:
            raise ValueError("only a check that failed lets the checks after it be skipped")

    @property
    def verdict(self) -> Verdict:
        """Any failed: invalid; else any unknown: undecided; else valid."""
        return verdict_of(self.checks)

    def __bool__(self) -> bool:
        """Whether the verdict is valid."""
        return self.verdict is Verdict.VALID

    def __getitem__(self, check_id: CheckId) -> Check:
        """Return the answer to one check."""
        return self.checks[ORDER.index(check_id)]

    def require(self) -> "Report":
        """Return the report when it is valid; raises VerificationFailed otherwise."""
        if not self:
            raise VerificationFailed(f"{self.verdict}: {self.headline}")
        return self

    def document(self) -> JsonObject:
        """Return the report as JSON (docs/report.schema.json)."""
        return {
            "version": VERSION,
            "verdict": self.verdict.value,
            "headline": self.headline,
            "at": format_time(self.at),
            "checks": [{"id": check.id.value, "outcome": check.outcome.value, "reason": check.reason} for check in self.checks],
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports about all credentials of one presentation, in its order; true only when each is valid."""

    reports: tuple[Report, ...]

    def __post_init__(self) -> None:
        """Refuse no report at all, from which nothing follows."""
        if not self.reports:
            raise ValueError("a presentation has at least one report")

    @property
    def verdict(self) -> Verdict:
        """The worst: any invalid: invalid; else any undecided: undecided; else valid."""
        return verdict_of(tuple(check for report in self.reports for check in report.checks))

    def __bool__(self) -> bool:
        """Whether each is valid."""
        return self.verdict is Verdict.VALID

    def __iter__(self) -> Iterator[Report]:
        """Give each report."""
        return iter(self.reports)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.reports)

    def require(self) -> "Reports":
        """Return the reports when each is valid; raises VerificationFailed for the first that is not."""
        for report in self.reports:
            report.require()
        return self

    def document(self) -> list[Json]:
        """Return the reports as JSON, each as it is published."""
        return [report.document() for report in self.reports]


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """Return the verdict that follows from some checks."""
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        return Verdict.INVALID
    return Verdict.UNDECIDED if Outcome.UNKNOWN in outcomes else Verdict.VALID
