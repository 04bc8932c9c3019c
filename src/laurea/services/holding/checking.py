"""The last verification of a credential, kept: which result stays, and how it is told. Nothing is verified here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from laurea.core.canonical import Json
from laurea.core.credential import format_time
from laurea.core.report import Outcome, Verdict
from laurea.storage.wallet import Attempted, Checked, Held

Said = Mapping[str, Json] | Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last verification found, as of when; `verdict` is None when there was none.

    `expired` is when a credential that was valid then has expired since. `tried` is when it was last tried in vain to find out more, and
    `reason` why that failed.
    """

    verdict: Verdict | None = None
    headline: str = ""
    at: datetime | None = None
    expired: datetime | None = None
    tried: datetime | None = None
    reason: str = ""

    @classmethod
    def of(cls, held: Held, valid_until: datetime | None, now: datetime) -> "LastCheck":
        """Return what is told of a credential at a moment, which ceases to hold at `valid_until`."""
        if held.checked is None or held.checked.report.get("verdict") not in set(Verdict):
            return cls()  # or another program wrote what is no report
        verdict = Verdict(str(held.checked.report["verdict"]))
        expired = valid_until if verdict is Verdict.VALID and valid_until is not None and valid_until <= now else None
        found = cls(verdict, str(held.checked.report.get("headline", "")), held.checked.at, expired)
        return found if held.attempted is None else replace(found, tried=held.attempted.at, reason=held.attempted.reason)

    def lines(self) -> Iterator[str]:
        """Give what there is to tell, in English."""
        if self.verdict is None or self.at is None:
            yield "not checked yet"
            return
        on = format_time(self.at)
        if self.expired is not None:
            yield f"was valid when checked on {on}; expired on {format_time(self.expired)}"
        else:
            yield f"{self.verdict} when checked on {on}: {self.headline}"
        if self.tried is not None:
            yield f"could not be checked again on {format_time(self.tried)}: {self.reason}"


def settle(held: Held, report: Said, *, at: datetime, now: datetime | None = None) -> Held:
    """Return a credential with the report of a check at a time if that replaces the one that is kept, else with the note that it was tried.

    A report that comes late changes nothing: by `now` another check may have been made since `at`.
    """
    if held.checked is not None and now is not None and at < held.checked.at <= now:
        return held
    if held.checked is None or held.checked.report.get("verdict") not in set(Verdict) or replaces(held.checked.report, report):
        return replace(held, checked=Checked(at, dict(report)), attempted=None)
    return replace(held, attempted=Attempted(at, str(report.get("headline", ""))))


def replaces(kept: Said, new: Said) -> bool:
    """Tell whether a report takes the place of the one that is kept: unless it is undecided, always; else if nothing is forgotten by it."""
    if new.get("verdict") != Verdict.UNDECIDED:
        return True
    if kept.get("verdict") == Verdict.INVALID:
        # A failure stands until the check that failed has passed.
        return _with(kept, Outcome.FAILED) <= _with(new, Outcome.PASSED)
    # What was answered once is not open again because nobody could be asked now. Of a valid one all was.
    return _with(new, Outcome.UNKNOWN) <= _with(kept, Outcome.UNKNOWN)


def _with(report: Said, outcome: Outcome) -> set[str]:
    checks = report.get("checks")
    return (
        {str(check.get("id")) for check in checks if isinstance(check, dict) and check.get("outcome") == outcome}
        if isinstance(checks, list)
        else set()
    )
