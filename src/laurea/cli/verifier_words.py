"""What `laurea verify` says on a terminal of each credential, and of the parts of one."""

from collections.abc import Iterator

from laurea.cli import output
from laurea.core.assertion import as_credential
from laurea.core.claims import ENVELOPE, split
from laurea.core.composition import Composition, Found
from laurea.core.presentation import Presentation
from laurea.core.report import CheckId, Outcome, Report

MAX_SHOWN = 200  # characters of a value on a line


def describe(report: Report, shown: Presentation, *, place: str = "", composition: Composition | None = None) -> Iterator[str]:
    """Give the lines about one credential; `place` says which of several it is."""
    yield f"{place}{report.verdict.upper()}: {report.headline}"
    yield ""
    for check in report.checks:
        yield f"  {check.outcome:8} {check.id:11} {check.reason}"
    if report[CheckId.INTEGRITY].outcome is Outcome.PASSED:
        yield from ("", "  what is shown:", *_claims(shown))
    if composition is not None:
        yield from ("", *_parts(composition))


def _claims(shown: Presentation) -> list[str]:
    claims = split(as_credential(shown.credential.document))
    values = {claim.pointer: output.compact(claim.value) for claim in claims if claim.pointer != ENVELOPE}
    return [f"    {pointer}: {value if len(value) <= MAX_SHOWN else value[:MAX_SHOWN] + '…'}" for pointer, value in values.items()]


def _parts(composition: Composition) -> Iterator[str]:
    shown = len(composition.parts) - composition.count(Found.NOT_SHOWN)
    yield f"  its parts, each judged by itself ({shown} of {len(composition.parts)} are shown, {composition.count(Found.VALID)} are valid):"
    for each in composition.parts:
        yield f"    {each.found:9}  {each.part.name or each.part.achievement} ({each.part.id}): {each.reason}"
