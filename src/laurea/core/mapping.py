"""A mapping: which column of somebody's spreadsheet is which of ours. A first one is guessed; people correct it."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from laurea.core.canonical import JsonObject
from laurea.core.problem import Problem, shown

MAX_JOINED = 3

COLUMNS = ("learner", "name", "achievement", "result", "evidence", "evidence_name", "holder", "awarded", "valid_until", "email")
REQUIRED = ("learner", "name", "achievement")

# How spreadsheets call our columns, in lower case without blanks and marks; the earlier a name stands, the surer it is.
NAMES: Mapping[str, tuple[str, ...]] = {
    "learner": (
        *("learner", "learnerid", "studentid", "studentnumber", "studentno", "matriculationnumber", "matrikelnummer", "matrnr"),
        *("personid", "employeeid", "participantid", "uid", "userid", "id", "number"),
    ),
    "name": ("name", "fullname", "learnername", "studentname", "participantname", "participant", "student", "vollstandigername"),
    "achievement": ("achievement", "achievementid", "badge", "coursecode", "course", "modulecode", "module", "kurs", "modul"),
    "result": ("result", "grade", "finalgrade", "score", "mark", "points", "note", "ergebnis", "punkte"),
    "evidence": ("evidence", "evidenceurl", "evidencelink", "portfolio", "link", "url"),
    "evidence_name": ("evidencename", "evidencetitle", "project", "projecttitle"),
    "holder": ("holder", "holderdid", "did", "walletdid", "wallet"),
    "awarded": ("awarded", "awardedon", "dateawarded", "completed", "completedon", "completiondate", "issuedon", "date", "datum"),
    "valid_until": ("validuntil", "expires", "expireson", "expirydate", "expirationdate", "gultigbis"),
    "email": ("email", "emailaddress", "mail", "mailaddress", "studentemail"),
}
GIVEN_NAMES = ("givenname", "givennames", "firstname", "forename", "vorname")
FAMILY_NAMES = ("familyname", "lastname", "surname", "nachname")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Our columns: those filled from the roster's, of which several are joined with a blank, and those with one value in every row."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def problems(self, header: Sequence[str]) -> Iterator[Problem]:
        """Give what keeps the mapping from being used with a roster that has this header."""
        for column in (*self.columns, *self.constants):
            if column not in COLUMNS:
                yield Problem(f"map one of {', '.join(COLUMNS)}", column=shown(column))
            elif column in self.columns and column in self.constants:
                yield Problem("fill the column from the roster or with one value, not both", column=column)
        for column, sources in self.columns.items():
            yield from _source_problems(column, sources, header)
        for column in REQUIRED:
            if column not in self.columns and column not in self.constants:
                yield Problem("say which column of the roster it is, it is required", column=column)

    def reader(self, header: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
        """Return what makes of a row under this header the texts by our columns, in the order of COLUMNS; it may change the row."""
        places = [[header.index(source) for source in self.columns.get(column, ())] for column in COLUMNS]
        added = [self.constants.get(column, "") for column in COLUMNS]  # behind the row: what is one value in every row, or empty
        joined = {ours: theirs for ours, theirs in enumerate(places) if len(theirs) > 1}
        pick = itemgetter(*(theirs[0] if len(theirs) == 1 else len(header) + ours for ours, theirs in enumerate(places)))

        def texts_of(row: list[str]) -> tuple[str, ...]:
            row += added
            for ours, theirs in joined.items():
                row[len(header) + ours] = " ".join(row[place].strip() for place in theirs if row[place].strip())
            texts: tuple[str, ...] = pick(row)
            return texts

        return texts_of

    def label(self, column: str) -> str:
        """Return how the roster calls one of our columns, and how we do."""
        sources = self.columns.get(column, (column,))
        return column if sources == (column,) else f"{' + '.join(sources)} ({column})"

    def unused(self, header: Sequence[str]) -> list[str]:
        """Return the roster's columns that nothing is taken from."""
        used = {source for sources in self.columns.values() for source in sources}
        return [column for column in header if column not in used]

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {"columns": {column: list(sources) for column, sources in self.columns.items()}, "constants": dict(self.constants)}


def guess(header: Sequence[str], achievements: Sequence[str]) -> ColumnMapping:
    """Return the mapping that the names of a roster's columns suggest; a single achievement is that of all rows if no column says it."""
    plain = {column: _plain(column) for column in header if header.count(column) == 1}
    columns: dict[str, tuple[str, ...]] = {}
    free = dict(plain)
    for ours, names in NAMES.items():
        found = [column for name in names for column, word in free.items() if word == name]
        if found:
            columns[ours] = (found[0],)
            del free[found[0]]
    given = [column for column, word in free.items() if word in GIVEN_NAMES]
    family = [column for column, word in free.items() if word in FAMILY_NAMES]
    if given and family and (columns.get("name") is None or plain[columns["name"][0]] == "name"):
        columns["name"] = (given[0], family[0])
    if "learner" not in columns and "email" in columns:
        columns["learner"] = columns["email"]
    constants = {"achievement": achievements[0]} if "achievement" not in columns and len(achievements) == 1 else {}
    return ColumnMapping(columns, constants)


def header_problems(header: Sequence[str]) -> Iterator[Problem]:
    """Give what keeps a roster with this header from having our columns."""
    if not header:
        yield Problem(f"begin the roster with a header, like {','.join(COLUMNS)}", 1)
        return
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        yield Problem("save the file as CSV with commas between the cells", 1, value=header[0])
        return
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            yield Problem(f"remove the column or name it one of {', '.join(COLUMNS)}", 1, shown(column))
        elif header.count(column) > 1:
            yield Problem(f"keep one, the column stands {header.count(column)} times", 1, column)
    for column in REQUIRED:
        if column not in header:
            yield Problem("add the column, it is required", 1, column)


def _source_problems(column: str, sources: Sequence[str], header: Sequence[str]) -> Iterator[Problem]:
    if not 1 <= len(sources) <= MAX_JOINED:
        yield Problem(f"name 1 to {MAX_JOINED} columns of the roster", column=column)
    for source in sources:
        if source not in header:
            yield Problem("name a column of the roster", 1, column, source)
        elif header.count(source) > 1:
            yield Problem(f"give each column another name, {header.count(source)} have this one", 1, column, source)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name).casefold())
