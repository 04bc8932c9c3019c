"""JSON-LD 1.1 as RDF, and RDF as the one text that is signed (RDFC-1.0), with bundled contexts alone and with a bound on the work."""

from laurea.core.canonical import JsonObject
from laurea.core.linked_data.contexts import Contexts
from laurea.core.linked_data.expansion import MAX_WORK, quads_of, work_of
from laurea.core.linked_data.rdfc import canonicalize

__all__ = ["MAX_WORK", "canonical_bytes", "work_of"]


def canonical_bytes(document: JsonObject, contexts: Contexts | None = None) -> bytes:
    """Return the canonical N-Quads of a JSON-LD document, by the bundled contexts if no others are given.

    Raises UnknownContext, Poison, and FormatError for whatever would not be in them.
    """
    return canonicalize(quads_of(document, contexts)).encode()
