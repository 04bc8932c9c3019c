"""`laurea verify` of a folder or a zip: every file of it, one after the other."""

from collections import Counter
from datetime import datetime

from laurea.cli import output
from laurea.cli.verifier_documents import Documents
from laurea.core.canonical import JsonObject
from laurea.core.report import Reports, Verdict
from laurea.errors import InputError
from laurea.services.verifying import Verifying
from laurea.storage.collection import Collection

EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNDECIDED: 3}
UNREADABLE = "unreadable"  # beside the verdicts: there is no report


def check(verifying: Verifying, collection: Collection, at: datetime, *, json: bool) -> int:
    """Check every file, say what is found in the order of their names, and return what follows from all: 0 only if each is valid."""
    found: Counter[str] = Counter()
    with Documents() as documents:
        files = ((name, documents.of(data)) for name, data in collection.files())
        for name, reports in verifying.verify_each(files, at=at):
            found[UNREADABLE if isinstance(reports, InputError) else reports.verdict] += 1
            if json:
                output.line({"file": name, **answer(reports)})
            else:
                output.data("\n".join(map(output.printable, _lines(name, reports))))
    left_out = "".join(f"; left out: {count:,} {reason}" for reason, count in sorted(collection.left_out.items()))
    if not found:
        raise InputError(f"there is no file to check{left_out}")
    return conclude(found, "files", left_out)


def answer(reports: Reports | InputError) -> JsonObject:
    """Return what a line of JSON says of one file: its report, its reports when it shows several credentials, or why there is none."""
    if isinstance(reports, InputError):
        return {"error": str(reports)}
    return {"reports": reports.document()} if len(reports) > 1 else {"report": next(iter(reports)).document()}


def _lines(name: str, reports: Reports | InputError) -> list[str]:
    if isinstance(reports, InputError):
        return [f"{UNREADABLE.upper():10} {name}: {reports}"]
    count = len(reports)
    return [
        f"{report.verdict.upper():10} {name}{f' ({number} of {count})' if count > 1 else ''}: {report.headline}"
        for number, report in enumerate(reports, 1)
    ]


def conclude(found: Counter[str], noun: str, more: str = "") -> int:
    """Say how many there were of each verdict, and return the exit code: 1 when any is invalid, 0 when all are valid, else 3."""
    counts = [f"{found[word]:,} {word}" for word in (*Verdict, UNREADABLE) if found[word]]
    output.talk(f"{found.total():,} {noun}: {', '.join(counts)}{more}")
    if found[Verdict.INVALID]:
        return EXIT_CODES[Verdict.INVALID]
    return EXIT_CODES[Verdict.VALID if found[Verdict.VALID] == found.total() else Verdict.UNDECIDED]
