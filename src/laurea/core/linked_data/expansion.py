"""JSON-LD as RDF, with nothing left out in silence: what the contexts do not define is refused, not dropped.

PyLD has no safe mode: it passes over undefined terms, relative types and the like, and whoever signs what is left has signed less than it says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any, Never

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts, UnknownContext, bundled
from laurea.core.linked_data.inline import check_inline
from laurea.core.linked_data.quads import Quad, iri, is_iri, literal
from laurea.core.linked_data.work import Poison, Undecidable
from laurea.errors import FormatError

MAX_WORK = 20_000  # for which PyLD takes less than a second; a badge is 60 to 500
CONTEXT_WORK = 200  # of one context: PyLD takes milliseconds for it wherever it is named
MAX_CHARACTERS = 4 << 20  # of all terms of all quads: a long identifier stands in each quad of its node

# PyLD keeps contexts in caches that all threads share, and that threads break: then it breaks down, over a good document, too.
_ONE_AT_A_TIME = Lock()

# What may stand beside a text, a list or a context. PyLD passes over other keywords, and over these in any other place.
VALUE = ({"@value"}, {"@value", "@language"}, {"@value", "@type"})
LIST = {"@list"}


def quads_of(document: JsonObject, contexts: Contexts | None = None) -> list[Quad]:
    """Return the RDF dataset of a JSON-LD document, by the bundled contexts if no others are given.

    Raises Undecidable for what it might mean something else by than people read in it (UnknownContext) and for what is too much work
    (Poison), FormatError for what would not be in the dataset.
    """
    known = bundled() if contexts is None else contexts
    if work_of(document) > MAX_WORK:
        raise Poison("it has more values, contexts, or longer arrays, than JSON-LD is tried with here")
    _check_members(document, known)
    jsonld = _library()
    # Without a base relative IRIs stay what they are, to be refused; with an empty one PyLD makes absolute ones of them.
    options = {"documentLoader": lambda url, _: _loaded(url, known), "base": None, "processingMode": "json-ld-1.1"}
    try:
        processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse_property)
        with _ONE_AT_A_TIME:
            expanded = processor.expand(_with_integers(document), dict(options))
            _check_expanded(expanded)
            dataset = processor.to_rdf(expanded, dict(options))
    except jsonld.JsonLdError as error:
        raise FormatError(f"it is not JSON-LD: {error.code or error.type}") from error
    except (TypeError, KeyError, AttributeError, ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        raise Undecidable("JSON-LD's processor broke down over it") from error
    return _bounded(_quad(triple, graph) for graph, triples in dataset.items() for triple in triples)


def _bounded(quads: Iterator[Quad]) -> list[Quad]:
    found, characters = [], 0
    for quad in quads:
        characters += sum(map(len, quad))
        if characters > MAX_CHARACTERS:
            raise Poison("its identifiers are too long for how often they are used")
        found.append(quad)
    return found


@cache
def _library() -> Any:
    # Not at the top: its import takes a third of a second, and most commands need no JSON-LD.
    return import_module("pyld.jsonld")


def _loaded(url: str, known: Contexts) -> dict[str, object]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}


def work_of(value: Json) -> int:
    """Estimate what PyLD has to do: it goes through every value and context, and compares each of an array with all before it."""
    if isinstance(value, dict):
        contexts = value.get("@context", [])
        named = CONTEXT_WORK * (len(contexts) if isinstance(contexts, list) else 1)
        return 1 + named + sum(map(work_of, value.values()))
    return 1 + len(value) ** 2 // 64 + sum(map(work_of, value)) if isinstance(value, list) else 1


def _check_members(value: Json, known: Contexts) -> None:
    """Refuse what PyLD would pass over, and what is called otherwise than people and programs read it, before PyLD sees it."""
    if isinstance(value, list):
        for item in value:
            _check_members(item, known)
    elif isinstance(value, dict):
        _check_names(value, known)
        for name, member in value.items():
            if name != "@context":
                _check_members(member, known)
    elif value is None:
        raise Undecidable("it has a null, which would not be signed")


def _check_names(value: JsonObject, known: Contexts) -> None:
    if "@context" in value:
        _check_context(value["@context"], known)
    names = value.keys() - {"@context"}
    if names in VALUE or names == LIST:
        return
    for name in names:
        # `@id`, IRIs, and classes (in Open Badges `Achievement` has the IRI of `achievement`), where there are terms for them: the data would
        # be the same, and whoever reads `validUntil` would not find it.
        if name.startswith("@") or ":" in name or name[:1].isupper():
            raise Undecidable(f"the member {name[:80]!r} is no term, or not one to stand there; only terms are taken")


def _check_context(value: Json, known: Contexts) -> None:
    for context in value if isinstance(value, list) else [value]:
        if isinstance(context, dict):
            check_inline(context, known)
        elif not isinstance(context, str):
            raise UnknownContext("its @context holds what is neither a URL nor a context")
        elif context not in known:
            raise UnknownContext(f"the context {context[:120]} is not known here")


def _refuse_property(name: Any) -> Never:
    raise FormatError(f"the term {str(name)[:80]!r} is not defined by its contexts, so it would not be signed")


def _check_expanded(value: Any) -> None:
    """Refuse types and identifiers that are no IRIs, for RDF has no place for them, and nodes of too many parts."""
    merged: Counter[tuple[str, str]] = Counter()
    for node in _nodes(value):
        types = node.get("@type", [])
        for kind in types if isinstance(types, list) else [types]:
            if not isinstance(kind, str) or (not is_iri(kind) and not (kind == "@json" and "@value" in node)):
                raise FormatError(f"the type {str(kind)[:80]!r} is not defined by its contexts, so it would not be signed")
        identifier = node.get("@id")
        if isinstance(identifier, str) and identifier.startswith("_:"):
            raise Undecidable(f"the identifier {identifier[:80]!r} is a label of the document alone, which is not signed")
        if identifier is not None and not is_iri(identifier):
            raise FormatError(f"{identifier[:80]!r} is not an absolute IRI, so it would not be signed")
        merged.update({(identifier, name): len(member) for name, member in node.items() if identifier and isinstance(member, list)})
    if sum(count**2 // 64 for count in merged.values()) > MAX_WORK:  # PyLD puts the parts of a node together, and compares them all
        raise Poison("it says more of one identifier than JSON-LD is tried with here")


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
