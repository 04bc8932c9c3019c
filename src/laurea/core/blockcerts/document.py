"""A badge as a document of Blockcerts v3: the same content, under contexts that its verifiers have with them.

Those know no context of Open Badges 3.0 and would fetch it, so that the terms which a document uses of it are defined in the document itself.
"""

from collections.abc import Iterator
from functools import cache

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import bundled
from laurea.errors import FormatError

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
CONTEXT = "https://w3id.org/blockcerts/v3.2"
TYPES = ("VerifiableCredential", "BlockcertsCredential")
BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
VOCABULARY = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"


def of_badge(badge: JsonObject) -> JsonObject:
    """Return an Open Badges 3.0 credential without proofs as what Blockcerts takes; its issuer's id is to be the URL of the issuer's profile.

    Raises FormatError when it has a member that neither defines, or that Blockcerts defines as something else.
    """
    own = _own_terms(badge.get("@context"))
    terms: JsonObject = {term: own.get(term, VOCABULARY + term) for term in sorted(_used(badge) - _defined(VC_CONTEXT, CONTEXT))}
    unknown = terms.keys() - _defined(BADGE_CONTEXT) - own.keys()
    if unknown:
        raise FormatError(f"no context defines {', '.join(map(repr, sorted(unknown)))}")
    return {**badge, "@context": [VC_CONTEXT, CONTEXT, terms], "type": [*TYPES]}


def is_of_badge(document: JsonObject) -> bool:
    """Tell whether a document is one that `of_badge` made."""
    contexts = document.get("@context")
    return document.get("type") == [*TYPES] and isinstance(contexts, list) and contexts[:2] == [VC_CONTEXT, CONTEXT]


def _own_terms(contexts: Json) -> JsonObject:
    """Return the terms that a document defines itself."""
    each = contexts if isinstance(contexts, list) else [contexts]
    return {term: iri for context in each if isinstance(context, dict) for term, iri in context.items()}


def _used(value: Json, *, top: bool = True) -> set[str]:
    """Return the members and types that a document names, but for its own types, which are others here."""
    if isinstance(value, list):
        return {name for item in value for name in _used(item, top=False)}
    if not isinstance(value, dict):
        return set()
    found = set(value) - {"@context"}
    types = [] if top else value.get("type", [])
    found |= {kind for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)}
    return found.union(*(_used(member, top=False) for name, member in value.items() if name != "@context"))


@cache
def _defined(*urls: str) -> frozenset[str]:
    """Return the terms of contexts, at whatever depth they define them."""
    return frozenset(term for url in urls for term in _terms(bundled()[url]["@context"]))


def _terms(context: Json) -> Iterator[str]:
    for each in context if isinstance(context, list) else [context]:
        for term, definition in each.items() if isinstance(each, dict) else ():
            if not term.startswith("@"):
                yield term
            if isinstance(definition, dict) and "@context" in definition:
                yield from _terms(definition["@context"])
