"""`laurea verify` of several files that belong together: a capstone and its parts, each with its own report."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from laurea.cli import output, verifier_table
from laurea.cli.verifier_many import EXIT_CODES
from laurea.cli.verifier_source import opened
from laurea.cli.verifier_words import describe
from laurea.core.composition import compositions
from laurea.core.presentation import MAX_CREDENTIALS
from laurea.core.presented import Presented
from laurea.core.report import Reports
from laurea.errors import InputError
from laurea.services.verifying import Verifying
from laurea.storage.collection import Collection

MAX_FILES = 4 * MAX_CREDENTIALS


def require_single(paths: Sequence[str]) -> None:
    """Refuse what is many by itself, or too many; raises InputError."""
    if len(paths) > MAX_FILES:
        raise InputError(f"{len(paths)} files are named, and {MAX_FILES} are checked together", hint="name their folder")
    for path in paths:
        if Path(path).suffix.lower() in verifier_table.SUFFIXES or Collection.is_one(Path(path)):
            raise InputError(f"{path} is many, and is checked alone", hint="name it by itself, or name files only")
    if paths.count("-") > 1:
        raise InputError("stdin can be read once", hint="save the others, and name the files")


def check(verifying: Verifying, paths: Sequence[str], at: datetime, *, follow: bool, json: bool) -> int:
    """Check files together, say what is found in their order, and return what follows from all: 0 only if each is valid."""
    documents = [(path, opened(path, follow=follow).data) for path in paths]
    each_shows = [Presented.parse(data).shown for _, data in documents]
    names = [path for (path, _), some in zip(documents, each_shows, strict=True) for _ in some]
    shown = [each for some in each_shows for each in some]
    reports = Reports(tuple(report for _, some in verifying.verify_each(documents, at=at) if isinstance(some, Reports) for report in some))
    found = compositions([each.credential for each in shown], reports)
    if json:
        output.document({"files": names, "reports": reports.document(), "parts": [each.document() for each in found]})
        return EXIT_CODES[reports.verdict]
    parts = {each.number: each for each in found}
    for number, (name, report, each) in enumerate(zip(names, reports, shown, strict=True)):
        lines = describe(report, each, place=f"{Path(name).name}: ", composition=parts.get(number))
        output.data("\n".join(map(output.printable, [*([""] if number else []), *lines])))
    return EXIT_CODES[reports.verdict]
