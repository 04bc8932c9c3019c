"""CASE (1EdTech Competencies and Academic Standards Exchange 1.0, 1.1): a CFPackage, as its service gives it out."""

from collections.abc import Iterator, Sequence

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.concept import Concept
from laurea.core.frameworks.framework import MAX_BYTES, MAX_TEXT, Entry, Framework, Given, Label, Link, Source, check_count
from laurea.errors import FormatError

MAX_LABEL = 300  # characters: a statement may be a page, and a label is for one line

_RELATIONS = {"isChildOf": "broader", "isPartOf": "broader", "isRelatedTo": "related", "isPeerOf": "related", "exactMatchOf": "related"}


def read(sources: Sequence[Source], given: Given) -> Framework:
    """Read packages; the title of the first document is the framework's name. Raises FormatError for what is none."""
    packages = [_package(source) for source in sources]
    document = _object(packages[0].get("CFDocument")) if packages else {}
    name = given.name or _text(document, "title") or "CASE"
    version = given.version or _text(document, "version")
    entries: list[Entry] = []
    links: list[Link] = []
    for package in packages:
        language = given.language or _text(_object(package.get("CFDocument")), "language")
        entries += [entry for item in _objects(package.get("CFItems")) if (entry := _entry(item, name, version, language))]
        links += _links(package)
        check_count(len(entries))
    return Framework(name, version, entries, links)


def _package(source: Source) -> JsonObject:
    try:
        value = canonical.parse(source.data, max_bytes=MAX_BYTES)
    except FormatError as error:
        raise FormatError(f"{source.name}: {error}", hint=error.hint) from error
    if not isinstance(value, dict) or not isinstance(value.get("CFItems"), list):
        raise FormatError(
            f"{source.name} is no CFPackage: it has no CFItems", hint="fetch …/ims/case/v1p0/CFPackages/{id} of the framework's service"
        )
    return value


def _entry(item: JsonObject, name: str, version: str, language: str) -> Entry | None:
    uri, statement = _text(item, "uri"), _text(item, "fullStatement")
    if not uri or not statement:
        return None
    short = _text(item, "abbreviatedStatement") or statement
    language = _text(item, "language") or language
    others = [text for text in (statement, _text(item, "alternativeLabel")) if text and text != short and len(text) <= MAX_LABEL]
    about = _text(item, "notes") if short == statement else statement
    concept = Concept(uri, short[:MAX_LABEL], name, version, _text(item, "humanCodingScheme"), _text(item, "CFItemType"), about)
    return Entry(concept, (Label(concept.label, language, preferred=True), *(Label(text, language) for text in others)))


def _links(package: JsonObject) -> Iterator[Link]:
    for each in _objects(package.get("CFAssociations")):
        origin, target = (_text(_object(each.get(end)), "uri") for end in ("originNodeURI", "destinationNodeURI"))
        relation = _RELATIONS.get(_text(each, "associationType"))
        if origin and target and relation:
            yield Link(origin, target, relation)


def _text(value: JsonObject, name: str) -> str:
    found = value.get(name)
    return " ".join(found[:MAX_TEXT].split()) if isinstance(found, str) else ""


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> Iterator[JsonObject]:
    return (item for item in (value if isinstance(value, list) else []) if isinstance(item, dict))
