"""What a holder says in a presentation, as `laurea verify` tells it, and the files that came with it, compared with what was signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from laurea.core.canonical import JsonObject
from laurea.core.presented import Presented
from laurea.core.statement import Found
from laurea.storage import files

MAX_FILE = 64 << 20  # bytes of a file that came along
DIFFERS, MISSING = 1, 3  # exit codes: as of an invalid credential, and of an undecided one


@dataclass(frozen=True, slots=True)
class Compared:
    """How each file that the holder named was found; `problem` says why nothing that they name counts."""

    found: tuple[tuple[str, Found], ...]
    problem: str = ""

    @property
    def exit_code(self) -> int:
        """What follows: 1 when a file differs or nobody signed for it, 3 when one is missing or none is named, else 0."""
        outcomes = {outcome for _, outcome in self.found}
        if self.problem or Found.DIFFERS in outcomes:
            return DIFFERS
        return 0 if outcomes == {Found.MATCHES} else MISSING

    def document(self) -> JsonObject:
        """Return it as JSON, beside the reports."""
        return {"files": [{"name": name, "outcome": outcome.value} for name, outcome in self.found], "filesProblem": self.problem}


def compare(presented: Presented, folder: Path) -> Compared:
    """Compare the files of a folder with what the holder of a presentation signed; raises InputError for one that cannot be read."""
    # A name is one that `file_names.plain` leaves as it is: it leads nowhere else.
    found = tuple((file.name, file.found(_bytes(folder / file.name))) for file in presented.statement.files)
    return Compared(found, presented.statement_problem() if found or presented.trouble else "")


def said(presented: Presented, compared: Compared | None) -> Iterator[str]:
    """Give the lines about what the holder says."""
    if presented.says:
        problem = presented.statement_problem()
        yield ""
        yield f"  said by nobody known ({problem}):" if problem else "  said by the holder alone, and signed (self-asserted):"
    statement = presented.statement
    if statement.purpose:
        yield f"    purpose: {statement.purpose}"
    for note in statement.notes:
        yield f"    note{f' on {note.about}' if note.about else ''}: {note.text}"
    outcomes = dict(compared.found) if compared else {}
    for file in statement.files:
        yield f"    file {file.name}: {outcomes.get(file.name, 'not compared; give its folder: --files DIR')}"
    if compared is not None and not compared.found:
        yield "  no file was named by the holder: there is nothing to compare"


def _bytes(path: Path) -> bytes | None:
    return files.read(path, limit=MAX_FILE) if path.is_file() else None
