"""`laurea verify --statement`: what a check found, as a page to print or file."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from laurea.artefacts.report_html import Basis, Digested, Judged, statement
from laurea.artefacts.report_words import TABLE
from laurea.cli import output
from laurea.cli.verifier_source import Opened
from laurea.core.presented import Presented
from laurea.core.report import Reports
from laurea.errors import InputError


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a statement is to be written, in which language, and the trust files that it names."""

    path: Path
    language: str
    trust: tuple[Digested, ...]

    @classmethod
    def of(cls, path: Path, language: str, trust: Sequence[Path]) -> "Wanted":
        """Take the options; raises InputError for a language without words, and for a trust file that is piped, which cannot be read twice."""
        if language not in TABLE:
            raise InputError(f"there is no statement in {language!r}", hint=f"--language is one of {', '.join(TABLE)}")
        if any(str(each) == "-" for each in trust):
            raise InputError("a statement names the trust files, and one from stdin has no name", hint="save it, and name the file")
        return cls(path, language, tuple(Digested.of(each.name, output.read(each)) for each in trust))

    def write(self, opened: Opened, presented: Presented, reports: Reports) -> None:
        """Write the page, readable by its owner only; raises what `output.writing` does."""
        judged = [Judged(shown.credential, report) for shown, report in zip(presented.shown, reports, strict=True)]
        basis = Basis(tuple(Digested.of(name, data) for name, data in opened.files), self.trust, version("laurea"))
        with output.writing(self.path) as file:
            file.write(statement(judged, basis, language=self.language).encode())
        output.talk(f"the statement is in {self.path}")
