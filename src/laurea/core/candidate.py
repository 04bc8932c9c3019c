"""Candidates beside requirements: who meets what, in an order that says nothing about who they are.

Of what candidates hand in only credentials count, and of these only what they say of learning and the verdict about them. Rows are ordered by how
much is met, then by a digest of all that everybody handed in: no name, no picture and no date of birth can move a row, and nobody can choose a place.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from laurea.core.checked import Checked, counts
from laurea.core.concept import Frameworks
from laurea.core.matching import Asked, Finding, Fit, asked_of, match_asked
from laurea.core.report import Verdict
from laurea.core.requirement import Requirements

USED = "what credentials that were shown say of learning (skills, achievement, level, workload, credits, result, issuer), and the verdicts about them"
NOT_USED = (
    "names, pictures, dates of birth, gender, nationality, addresses, names of files, and what candidates say of themselves; "
    "rows with the same place are in an order without meaning"
)
SHORTEST_NAME = 2  # letters of a part of a name that is taken out of texts
HIDDEN = "…"

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What somebody handed in: by what name it came, a digest of all of it, the credentials, and what could not be read and why."""

    name: str
    digest: bytes
    shown: tuple[Checked, ...]
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate beside the requirements. `place` begins at 1 and is the same for those who meet as much; `name` is "" in a blind table."""

    place: int
    id: str  # of the candidate, from the digest
    name: str
    findings: tuple[Finding, ...]
    credentials: tuple[str, ...]  # what findings name by their places
    not_counted: tuple[str, ...]  # with the reason
    notes: tuple[str, ...]
    candidate: Candidate

    def count(self, fit: Fit, *, essential: bool) -> int:
        """Return how many essential, or other, requirements are met so far."""
        return sum(each.fit is fit and each.requirement.essential is essential for each in self.findings)


@dataclass(frozen=True, slots=True)
class Table:
    """All candidates beside the requirements, those who meet most first."""

    requirements: Requirements
    rows: tuple[Row, ...]
    blind: bool


def table(
    requirements: Requirements, candidates: Sequence[Candidate], frameworks: Frameworks | None = None, *, blind: bool = False
) -> Table:
    """Put candidates beside requirements; in a blind table nothing tells who they are."""
    everybody = sha256(b"".join(sorted(each.digest for each in candidates))).digest()
    elsewhere = _shown_by_several(candidates)
    asked = asked_of(requirements, frameworks)  # once: of frameworks nothing is asked for each candidate again
    rows = [_row(asked, each, elsewhere, blind=blind) for each in candidates]
    ordered = sorted(rows, key=lambda row: (_merit(row), sha256(everybody + row.candidate.digest).digest()))
    merits = [_merit(row) for row in ordered]
    ids: Counter[str] = Counter()
    placed = []
    for row, merit in zip(ordered, merits, strict=True):
        ids[row.id] += 1
        same = ids[row.id]  # who handed in the very same is another candidate, all the same
        placed.append(replace(row, place=merits.index(merit) + 1, id=row.id if same == 1 else f"{row.id}-{same}"))
    return Table(requirements, tuple(placed), blind)


def _merit(row: Row) -> tuple[int, ...]:
    """Return by what rows are ordered, the most first: essential requirements met, partly met, then the others.

    Only what counts moves a row: anybody can issue to themselves what is then undecided, or valid by an issuer that nobody knows.
    """
    counted = [each for each in row.findings if any(counts(row.candidate.shown[place], each.requirement.issuers) for place in each.by)]
    return tuple(
        -sum(each.fit is fit and each.requirement.essential is essential for each in counted)
        for essential in (True, False)
        for fit in (Fit.MET, Fit.PARTLY)
    )


def _row(asked: Sequence[Asked], candidate: Candidate, elsewhere: Mapping[str, int], *, blind: bool) -> Row:
    told = _Telling(candidate, blind=blind)
    names = told.names()
    findings = match_asked(asked, [each.beside(name) for each, name in zip(candidate.shown, names, strict=True)])
    return Row(
        0,
        f"c-{candidate.digest.hex()[:12]}",
        "" if blind else candidate.name,
        tuple(Finding(each.requirement, each.fit, each.by, told.clean(each.reason)) for each in findings),
        tuple(f"{name}: {told.clean(each.learning().title)}" for each, name in zip(candidate.shown, names, strict=True)),
        tuple(told.not_counted(names)),
        tuple(_notes(candidate, elsewhere)),
        candidate,
    )


class _Telling:
    """How a candidate's files and credentials are called; blind: by numbers, and no text has a part of their name or their id in it."""

    def __init__(self, candidate: Candidate, *, blind: bool) -> None:
        self._candidate = candidate
        self._blind = blind
        words = {word for each in candidate.shown for word in _WORD.findall(each.holder_name)} if blind else set()
        ids = {each.holder for each in candidate.shown} - {""} if blind else set()
        long = sorted({word for word in words if len(word) >= SHORTEST_NAME} | ids, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long))})(?!\w)", re.IGNORECASE) if long else None

    def names(self) -> list[str]:
        if self._blind:
            return [f"credential {number}" for number in range(1, len(self._candidate.shown) + 1)]
        several = Counter(each.file for each in self._candidate.shown)
        seen: Counter[str] = Counter()
        names = []
        for each in self._candidate.shown:
            seen[each.file] += 1
            names.append(f"{each.file} ({seen[each.file]} of {several[each.file]})" if several[each.file] > 1 else each.file)
        return names

    def clean(self, text: str) -> str:
        return text if self._names is None else self._names.sub(HIDDEN, text)

    def not_counted(self, names: Sequence[str]) -> Iterator[str]:
        """Give what does not count, or not in full, and why."""
        for each, name in zip(self._candidate.shown, names, strict=True):
            if each.report.verdict is Verdict.INVALID:
                yield f"{name} is invalid: {self.clean(each.why())}"
            elif each.report.verdict is Verdict.UNDECIDED:
                yield f"{name} is undecided, and meets nothing in full: {self.clean(each.why())}"
            elif each.own_word:
                yield f"{name} is {each.why()}: it meets nothing in full"
            elif not each.learning().skills and not each.learning().achievement:
                yield f"{name} is valid, but shows neither a skill nor which achievement it is"
        for number, (file, reason) in enumerate(self._candidate.unread, 1):
            yield f"file {number} was not read" if self._blind else f"{file} was not read: {reason}"


def _notes(candidate: Candidate, elsewhere: Mapping[str, int]) -> Iterator[str]:
    """Give what whoever decides should know: whether it is clear that the credentials are the candidate's own."""
    counted = [each for each in candidate.shown if each.report.verdict is not Verdict.INVALID]
    if counted and not all(each.held for each in counted):
        yield "that whoever handed it in is the holder was not checked: demand --audience and --challenge"
    if len({each.holder for each in counted} - {""}) > 1:
        yield "its credentials are about different holders"
    if any(elsewhere[each.id] > 1 for each in counted if each.id):
        yield "another candidate handed in the same credential"


def _shown_by_several(candidates: Sequence[Candidate]) -> Counter[str]:
    return Counter(name for candidate in candidates for name in {each.id for each in candidate.shown if each.id})
