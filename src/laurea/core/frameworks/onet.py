"""O*NET: the text files of its database, parted by tabs, like Content Model Reference, Skills and Technology Skills.

An element's URI is its page at O*NET OnLine, and so is that of a technology; both are what credentials are aligned to.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote_plus

from laurea.core.concept import Concept
from laurea.core.frameworks.framework import Entry, Framework, Given, Label, Link, Source, check_count, header, rows
from laurea.errors import FormatError

NAME = "O*NET"
ELEMENT = "https://www.onetonline.org/find/descriptor/result/"
TECHNOLOGY = "https://www.onetonline.org/search/tech/example?e="
LANGUAGE = "en"

_TAB = "\t"
_KINDS = {
    "1.A": "Ability",
    "1.B": "Interest or value",
    "1.C": "Work style",
    "2.A": "Skill",
    "2.B": "Skill",
    "2.C": "Knowledge",
    "4.A": "Work activity",
}


def read(sources: Sequence[Source], given: Given) -> Framework:
    """Read files of the database; raises FormatError for one that names neither elements nor technologies."""
    entries: dict[str, Entry] = {}
    for source in sources:
        columns = header(source, delimiter=_TAB)
        if columns >= {"Element ID", "Element Name"}:
            found = _elements(source, given)
        elif columns >= {"Example", "Commodity Title"}:
            found = _technologies(source, given)
        else:
            raise FormatError(
                f"{source.name} names neither elements nor technologies of O*NET",
                hint="give Content Model Reference.txt, Skills.txt, Knowledge.txt or Technology Skills.txt of its database",
            )
        for entry in found:
            # The reference describes what other files but name.
            if not entries.get(entry.concept.uri) or entry.concept.description:
                entries[entry.concept.uri] = entry
        check_count(len(entries))
    return Framework(given.name or NAME, given.version, list(entries.values()), list(_links(entries)))


def _elements(source: Source, given: Given) -> Iterator[Entry]:
    seen: set[str] = set()
    for row in rows(source, delimiter=_TAB):
        code, label = row.get("Element ID", ""), row.get("Element Name", "")
        if code and label and code not in seen:
            seen.add(code)
            kind, about = _KINDS.get(code[:3], ""), row.get("Description", "")
            concept = Concept(ELEMENT + code, label, given.name or NAME, given.version, code, kind, about)
            yield Entry(concept, (Label(label, LANGUAGE, preferred=True),))


def _technologies(source: Source, given: Given) -> Iterator[Entry]:
    seen: set[str] = set()
    for row in rows(source, delimiter=_TAB):
        label = row.get("Example", "")
        if label and label not in seen:
            seen.add(label)
            kind, about = "Technology", row.get("Commodity Title", "")
            concept = Concept(
                TECHNOLOGY + quote_plus(label), label, given.name or NAME, given.version, row.get("Commodity Code", ""), kind, about
            )
            yield Entry(concept, (Label(label, LANGUAGE, preferred=True),))


def _links(entries: dict[str, Entry]) -> Iterator[Link]:
    # 2.A.1.a is below 2.A.1
    for uri in entries:
        above = uri.rpartition(".")[0]
        if uri.startswith(ELEMENT) and above in entries:
            yield Link(uri, above, "broader")
