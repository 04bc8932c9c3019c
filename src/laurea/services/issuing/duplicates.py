"""What becomes of a row whose learner has the achievement already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from laurea.core.problem import Problem
from laurea.core.roster import Row
from laurea.storage.issuer.tables import CredentialRow


class Duplicates(StrEnum):
    """The policy; in all but the first, a row that says what was issued changes nothing."""

    REFUSE = "refuse"  # nothing is taken
    SKIP = "skip"  # what was issued stays as it is
    CORRECT = "correct"  # a credential that is not sealed yet is corrected; a row for a sealed one is refused
    REPLACE = "replace"  # and a sealed one is taken back as superseded, with a new one in its place


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a roster by what becomes of each; `standing` is the credential that a row corrects or replaces."""

    new: list[Row] = field(default_factory=list)
    corrected: list[tuple[Row, CredentialRow]] = field(default_factory=list)
    replaced: list[tuple[Row, CredentialRow]] = field(default_factory=list)
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def made(self) -> list[Row]:
        """The rows of which new credentials are made, those that replace others behind the rest."""
        return [*self.new, *(row for row, _ in self.replaced)]


def sort(
    rows: Sequence[Row],
    standing: Mapping[tuple[str, str], CredentialRow],
    same: Mapping[tuple[str, str], bool],
    policy: Duplicates,
    noun: str,
) -> Sorted:
    """Sort rows by a policy; `standing` and `same` have, by learner and achievement, what was issued and whether the row says the same."""
    new: list[Row] = []
    corrected: list[tuple[Row, CredentialRow]] = []
    replaced: list[tuple[Row, CredentialRow]] = []
    skipped = 0
    problems: list[Problem] = []
    for row in rows:
        pair = (row.learner, row.achievement)
        issued = standing.get(pair)
        if issued is None:
            new.append(row)
        elif policy is Duplicates.REFUSE:
            problems.append(_refused(row, noun, "this learner has {} already (or revoke that first)"))
        elif policy is Duplicates.SKIP or same[pair]:
            skipped += 1
        elif issued.batch is None:
            corrected.append((row, issued))
        elif policy is Duplicates.CORRECT:
            problems.append(_refused(row, noun, "this learner has another {} that is sealed (or replace it)"))
        else:
            replaced.append((row, issued))
    return Sorted(new, corrected, replaced, skipped, problems)


def _refused(row: Row, noun: str, why: str) -> Problem:
    return Problem(f"remove the {noun}, {why.format(row.achievement)}", row.number, "learner", row.learner, noun)
