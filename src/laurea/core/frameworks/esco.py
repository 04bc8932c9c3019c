"""ESCO: the tables of skills that its portal gives away as CSV, one file a language (skills_en.csv, skills_de.csv, …), and their relations.

Each file is known by its header: what has another header is refused, so that nothing is silently left out.
"""

import re
from collections.abc import Iterator, Sequence

from laurea.core.concept import Concept
from laurea.core.frameworks.framework import Entry, Framework, Given, Label, Link, Row, Source, check_count, header, lines, rows
from laurea.errors import FormatError

NAME = "ESCO"
MAIN_LANGUAGE = "en"  # its label is the one that is shown, if it is there

_LANGUAGE = re.compile(r"_([a-z]{2,3})(?:-[a-z]+)?\.csv", re.IGNORECASE)
_CONCEPTS = {"conceptUri", "preferredLabel"}
_BROADER = {"conceptUri", "broaderUri"}
_RELATED = {"originalSkillUri", "relatedSkillUri"}


def read(sources: Sequence[Source], given: Given) -> Framework:
    """Read the files of the portal; raises FormatError for one that is something else, and when none names skills."""
    tables: list[tuple[str, Source]] = []
    links: list[Link] = []
    for source in sources:
        columns = header(source)
        if columns >= _BROADER:
            links += [Link(row["conceptUri"], row["broaderUri"], "broader") for row in rows(source) if row.get("broaderUri")]
        elif columns >= _RELATED:
            links += [
                Link(row["originalSkillUri"], row["relatedSkillUri"], "related") for row in rows(source) if row.get("relatedSkillUri")
            ]
        elif columns >= _CONCEPTS:
            tables.append((_language(source, given), source))
        else:
            raise FormatError(
                f"{source.name} is no table of ESCO's skills",
                hint="give skills_….csv, skillGroups_….csv, broaderRelationsSkillPillar_….csv or skillSkillRelations_….csv of the ESCO portal",
            )
    if not tables:
        raise FormatError("none of the files names skills", hint="give skills_en.csv, or that of another language, too")
    tables.sort(key=lambda table: table[0] != MAIN_LANGUAGE)
    return Framework(given.name or NAME, given.version, list(_entries(tables, given)), links)


def _language(source: Source, given: Given) -> str:
    found = _LANGUAGE.search(source.name)
    return found[1].lower() if found else given.language


def _entries(tables: Sequence[tuple[str, Source]], given: Given) -> Iterator[Entry]:
    seen: dict[str, tuple[Row, list[Label]]] = {}
    for language, source in tables:
        for row in rows(source):
            if not (row.get("conceptUri") and row.get("preferredLabel")) or row.get("status", "released") not in {"released", ""}:
                continue
            _, labels = seen.setdefault(row["conceptUri"], (row, []))
            labels.append(Label(row["preferredLabel"], language, preferred=True))
            labels += [Label(text, language) for text in lines(row.get("altLabels", "")) + lines(row.get("hiddenLabels", ""))]
        check_count(len(seen))
    for uri, (row, labels) in seen.items():
        concept = Concept(
            uri,
            row["preferredLabel"],
            given.name or NAME,
            given.version,
            row.get("code", ""),
            row.get("skillType", "") or row.get("conceptType", ""),
            row.get("description", "") or row.get("definition", ""),
        )
        yield Entry(concept, tuple(labels))
