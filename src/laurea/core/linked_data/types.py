"""What a credential's types are: the terms that it writes, and the IRIs that its contexts make of them."""

from laurea.core.canonical import JsonObject
from laurea.core.linked_data.expansion import expanded_types
from laurea.errors import FormatError

MAX_TYPES = 64


def types_of(document: JsonObject) -> frozenset[str]:
    """Return the types of a credential both ways, for verifiers ask in both; the terms alone when its contexts are not known here."""
    given = document.get("type")
    terms = [each for each in (given if isinstance(given, list) else [given])[:MAX_TYPES] if isinstance(each, str)]
    try:
        return frozenset([*terms, *expanded_types(document.get("@context"), terms)])
    except FormatError:
        return frozenset(terms)
