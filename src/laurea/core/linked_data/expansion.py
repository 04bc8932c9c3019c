"""JSON-LD as RDF, with nothing left out in silence: what the contexts do not define is refused, not dropped.

PyLD has no safe mode: it passes over undefined terms, relative types and the like, and whoever signs what is left has signed less than it says.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Never

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts, UnknownContext, bundled
from laurea.core.linked_data.quads import Quad, iri, is_iri, literal
from laurea.core.linked_data.work import Poison
from laurea.errors import FormatError

MAX_WORK = 20_000  # for which PyLD takes less than a second; a badge is 60 to 500

# What a document may use beside terms. PyLD passes over other keywords, and the direction of a text is in no RDF.
KEYWORDS = {"@context", "@id", "@type", "@value", "@language", "@list"}


def quads_of(document: JsonObject, contexts: Contexts | None = None) -> list[Quad]:
    """Return the RDF dataset of a JSON-LD document, by the bundled contexts if no others are given.

    Raises UnknownContext for a context that is not known or is no URL, Poison for a document that is too large, FormatError for
    whatever would not be in the dataset.
    """
    known = bundled() if contexts is None else contexts
    if work_of(document) > MAX_WORK:
        raise Poison("it has more values, or longer arrays, than JSON-LD is tried with here")
    _check_members(document, known)
    jsonld = _library()
    # Without a base relative IRIs stay what they are, to be refused; with an empty one PyLD makes absolute ones of them.
    options = {"documentLoader": lambda url, _: _loaded(url, known), "base": None, "processingMode": "json-ld-1.1"}
    try:
        processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse_property)
        expanded = processor.expand(_with_integers(document), dict(options))
        _check_expanded(expanded)
        dataset = processor.to_rdf(expanded, dict(options))
    except jsonld.JsonLdError as error:
        raise FormatError(f"it is not JSON-LD: {error.code or error.type}") from error
    return [_quad(triple, graph) for graph, triples in dataset.items() for triple in triples]


@cache
def _library() -> Any:
    # Not at the top: its import takes a third of a second, and most commands need no JSON-LD.
    return import_module("pyld.jsonld")


def _loaded(url: str, known: Contexts) -> dict[str, object]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}


def work_of(value: Json) -> int:
    """Estimate what PyLD has to do: it goes through every value, and compares each of an array with all before it."""
    if isinstance(value, dict):
        return 1 + sum(map(work_of, value.values()))
    return 1 + len(value) ** 2 // 64 + sum(map(work_of, value)) if isinstance(value, list) else 1


def _check_members(value: Json, known: Contexts) -> None:
    """Refuse what PyLD would pass over, before it sees it."""
    if isinstance(value, list):
        _check_items(value)
        for item in value:
            _check_members(item, known)
    if not isinstance(value, dict):
        return
    _check_places(value)
    for name, member in value.items():
        if name == "@context":
            _check_context(member, known)
            continue
        if (name.startswith("@") and name not in KEYWORDS) or name.startswith("_:"):
            raise FormatError(f"the member {name[:80]!r} would not be signed")
        if member is None:
            raise FormatError(f"the member {name[:80]!r} is null, which would not be signed")
        _check_members(member, known)


def _check_items(value: list[Json]) -> None:
    if None in value:
        raise FormatError("a null in an array would not be signed")


def _check_places(value: JsonObject) -> None:
    if ("@language" in value and "@value" not in value) or ("@list" in value and len(value) > 1):
        raise FormatError("a member '@language' or '@list' stands where it would not be signed")


def _check_context(value: Json, known: Contexts) -> None:
    for context in value if isinstance(value, list) else [value]:
        # An inline context could give each name another meaning than people read in it, and the data would be the same.
        if not isinstance(context, str):
            raise UnknownContext("its @context holds a context itself; only URLs are taken")
        if context not in known:
            raise UnknownContext(f"the context {context[:120]} is not known here")


def _refuse_property(name: Any) -> Never:
    raise FormatError(f"the term {str(name)[:80]!r} is not defined by its contexts, so it would not be signed")


def _check_expanded(value: Any) -> None:
    """Refuse types and identifiers that are no IRIs: RDF has no place for them."""
    for node in _nodes(value):
        types = node.get("@type", [])
        for kind in types if isinstance(types, list) else [types]:
            if not isinstance(kind, str) or (not is_iri(kind) and not (kind == "@json" and "@value" in node)):
                raise FormatError(f"the type {str(kind)[:80]!r} is not defined by its contexts, so it would not be signed")
        identifier = node.get("@id")
        if identifier is not None and not identifier.startswith("_:") and not is_iri(identifier):
            raise FormatError(f"{identifier[:80]!r} is not an absolute IRI, so it would not be signed")


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, dict):
        yield value
        if "@value" not in value:
            for name, member in value.items():
                if name not in ("@type", "@id"):
                    yield from _nodes(member)


def _with_integers(value: Json) -> Json:
    """Return a value whose whole numbers are integers, as JSON has it: 3.0 is 3."""
    if isinstance(value, dict):
        return {name: _with_integers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_integers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _quad(triple: Mapping[str, Any], graph: str) -> Quad:
    object_ = triple["object"]
    if object_["type"] == "literal":
        term = literal(object_["value"], object_["datatype"], object_.get("language", ""))
    else:
        term = _node(object_["value"])
    name = "" if graph == "@default" else _node(graph)
    return Quad(_node(triple["subject"]["value"]), iri(triple["predicate"]["value"]), term, name)


def _node(value: str) -> str:
    return value if value.startswith("_:") else iri(value)
