"""One's own framework: a table in CSV with the columns uri and label, and, where wanted, alternatives, broader, related, code, kind, description, language.

`alternatives`, `broader` and `related` list several, one a line or parted by `|`. A concept may have a row for each language.
"""

from collections.abc import Sequence

from laurea.core.concept import Concept
from laurea.core.frameworks.framework import Entry, Framework, Given, Label, Link, Row, Source, check_count, lines, rows
from laurea.core.lenient import link
from laurea.errors import FormatError

COLUMNS = frozenset({"uri", "label", "alternatives", "broader", "related", "code", "kind", "description", "language"})
NEEDED = frozenset({"uri", "label"})


def read(sources: Sequence[Source], given: Given) -> Framework:
    """Read one's own tables; raises FormatError for a column that is missing or unknown, and for a row without URI or label."""
    if not given.name:
        raise FormatError("a framework of one's own needs a name", hint="pass --name")
    first: dict[str, Row] = {}
    labels: dict[str, list[Label]] = {}
    links: list[Link] = []
    for source in sources:
        for number, row in enumerate(rows(source), start=2):
            _check(source, number, row)
            uri, language = row["uri"], row.get("language", "") or given.language
            first.setdefault(uri, row)
            labels.setdefault(uri, []).append(Label(row["label"], language, preferred=True))
            labels[uri] += [Label(text, language) for text in lines(row.get("alternatives", ""))]
            links += [Link(uri, target, relation) for relation in ("broader", "related") for target in lines(row.get(relation, ""))]
        check_count(len(first))
    entries = [
        Entry(
            Concept(uri, row["label"], given.name, given.version, row.get("code", ""), row.get("kind", ""), row.get("description", "")),
            tuple(labels[uri]),
        )
        for uri, row in first.items()
    ]
    return Framework(given.name, given.version, entries, links)


def _check(source: Source, number: int, row: Row) -> None:
    unknown = sorted(row.keys() - COLUMNS)
    if unknown or not row.keys() >= NEEDED:
        raise FormatError(
            f"{source.name} has {'no column uri or label' if not unknown else 'the unknown column ' + unknown[0]}",
            hint=f"the columns are {', '.join(sorted(COLUMNS))}; uri and label must be there",
        )
    if not row["label"] or not (link(row["uri"]) or row["uri"].startswith("urn:")):
        raise FormatError(f"{source.name}, row {number}: each concept needs a label, and a URI that begins with https:, http: or urn:")
