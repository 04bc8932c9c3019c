"""Credentials as they were checked, with whatever verdict a test needs: no chain, no keys."""

from collections.abc import Sequence
from datetime import UTC, datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.checked import Checked
from laurea.core.credential import Credential
from laurea.core.part import Part
from laurea.core.report import ORDER, Check, CheckId, Outcome, Report, Verdict

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SQL = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
ACHIEVEMENT: JsonObject = {
    "id": "https://issuer.example/sql",
    "name": "SQL for analysts",
    "eqfLevel": 6,
    "volumeOfLearning": "PT75H",
    "creditPoint": [{"framework": "ECTS", "point": 3}],
    "assessmentMethodType": ["Project"],
    "qualityAssurance": ["ESG"],
    "alignment": [{"targetName": "SQL", "targetUrl": SQL, "targetFramework": "ESCO"}],
}
LISTED = {"issuer": "the trust list names Example (did:web:issuer.example), as of 2026-11-20T09:30:00Z"}
_OUTCOMES = {Verdict.VALID: Outcome.PASSED, Verdict.INVALID: Outcome.FAILED, Verdict.UNDECIDED: Outcome.UNKNOWN}


def report(verdict: Verdict, *, holder: bool = False, headline: str = "", **reasons: str) -> Report:
    """A report whose check of revocation makes the verdict."""
    outcomes = dict.fromkeys(ORDER, Outcome.PASSED) | {CheckId.REVOCATION: _OUTCOMES[verdict]}
    outcomes[CheckId.HOLDER] = Outcome.PASSED if holder else Outcome.SKIPPED
    checks = tuple(Check(name, outcome, (LISTED | reasons).get(name.value, "as it should be")) for name, outcome in outcomes.items())
    return Report(NOON, checks, headline or f"it is {verdict}")


def checked(
    verdict: Verdict = Verdict.VALID,
    *,
    file: str = "a.json",
    achievement: JsonObject | None = None,
    subject: JsonObject | None = None,
    holder: bool = False,
    headline: str = "",
    parts: Sequence[Part] = (),
    **reasons: str,
) -> Checked:
    about: dict[str, Json] = {**(subject or {}), "achievement": {**ACHIEVEMENT, **(achievement or {})}}
    document: JsonObject = {"id": f"urn:{file}", "issuer": {"id": "did:web:issuer.example", "name": "Example"}, "credentialSubject": about}
    document |= {"evidence": [part.evidence() for part in parts]} if parts else {}
    return Checked(file, Credential(document, ()), report(verdict, holder=holder, headline=headline, **reasons))
