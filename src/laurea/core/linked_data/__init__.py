"""JSON-LD 1.1 as RDF, and RDF as the one text that is signed (RDFC-1.0), with bundled contexts alone and with a bound on the work."""

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts
from laurea.core.linked_data.expansion import MAX_WORK, quads_of, work_of
from laurea.core.linked_data.rdfc import canonicalize

__all__ = ["MAX_WORK", "canonical_bytes", "check", "work_of"]

_DIRECTION = "@direction"


def canonical_bytes(document: JsonObject, contexts: Contexts | None = None) -> bytes:
    """Return the canonical N-Quads of a JSON-LD document, by the bundled contexts if no others are given.

    Raises UnknownContext, Poison, and FormatError for whatever would not be in them.
    """
    return canonicalize(quads_of(document, contexts)).encode()


def check(document: JsonObject, contexts: Contexts | None = None) -> None:
    """Raise what `canonical_bytes` does for a document that would lose something, but take the direction of a text.

    RDF has no place for that (VC 2.0, 11.1): an rdfc suite cannot sign it, a jcs suite can.
    """
    quads_of({name: _undirected(value) for name, value in document.items()}, contexts)


def _undirected(value: Json) -> Json:
    if isinstance(value, list):
        return [_undirected(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _undirected(member) for name, member in value.items() if name != _DIRECTION or "@value" not in value}
