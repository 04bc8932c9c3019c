"""The points of a report, each as a sign, a word and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from laurea.core.canonical import Json
from laurea.web.wallet.language import N_

# What a check found, in a learner's words, by its id and outcome.
FOUND: Mapping[tuple[str, str], str] = {
    ("format", "passed"): N_("It is written as the standards for credentials say."),
    ("format", "failed"): N_("It is not written as the standards for credentials say."),
    ("integrity", "passed"): N_("Nothing in it was changed since it was issued."),
    ("integrity", "failed"): N_("Something in it was changed after it was issued."),
    ("integrity", "unknown"): N_("It is not anchored, so a change would show by its signature only."),
    ("anchor", "passed"): N_("It is recorded on the public chain, for good."),
    ("anchor", "failed"): N_("The public chain has no record of it."),
    ("anchor", "unknown"): N_("Whether the public chain has a record of it could not be found out."),
    ("revocation", "passed"): N_("The issuer has not taken it back."),
    ("revocation", "failed"): N_("The issuer has taken it back."),
    ("revocation", "unknown"): N_("Whether the issuer has taken it back could not be found out."),
    ("issuer", "passed"): N_("The issuer is who it says, as your trust list or its own domain confirms."),
    ("issuer", "failed"): N_("It does not come from the issuer that it names."),
    ("issuer", "unknown"): N_("Whether the issuer is who it says could not be confirmed."),
    ("signature", "passed"): N_("The issuer's signature is good."),
    ("signature", "failed"): N_("The issuer's signature is wrong."),
    ("signature", "unknown"): N_("The issuer's signature could not be checked."),
    ("signature", "skipped"): N_("It carries no signature that had to be checked."),
    ("validity", "passed"): N_("Its dates are good."),
    ("validity", "failed"): N_("Its dates are not good: it has expired, or has not begun."),
    ("validity", "unknown"): N_("Its dates could not be read."),
    ("holder", "passed"): N_("Its holder has signed."),
    ("holder", "skipped"): N_("That it is yours shows when you present it: then you sign."),
}
NOT_LOOKED_AT = N_("This was not looked at, because of what was found before.")
SIGNS = {"passed": "✓", "failed": "✕", "unknown": "?", "skipped": "·"}
OUTCOMES = {"passed": N_("good"), "failed": N_("bad"), "unknown": N_("unknown"), "skipped": N_("left out")}


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a check: a sign, its meaning, and a sentence as messages; `reason` is the report's own, in English."""

    id: str
    outcome: str
    sentence: str
    reason: str

    @property
    def sign(self) -> str:
        """The outcome as a sign."""
        return SIGNS.get(self.outcome, "?")

    @property
    def word(self) -> str:
        """The outcome as a message."""
        return OUTCOMES.get(self.outcome, N_("unknown"))


def points_of(report: Mapping[str, Json], found_words: Mapping[tuple[str, str], str] = FOUND) -> tuple[Point, ...]:
    """Return the points of a report as JSON, in these words."""
    checks = report.get("checks")
    found = []
    for check in checks if isinstance(checks, list) else []:
        if isinstance(check, dict):
            key = (str(check.get("id")), str(check.get("outcome")))
            found.append(Point(*key, found_words.get(key, NOT_LOOKED_AT), str(check.get("reason"))))
    return tuple(found)
