"""Contexts within a document: only those that cannot give a name another meaning than people read in it.

An rdfc suite signs the IRIs that names stand for, and not the names: whoever may rename and define anew says something else under the same
signature. So a term is taken only if its name is how its IRI ends, and if no known context calls that IRI otherwise.
"""

import re
from collections.abc import Iterator

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts, UnknownContext
from laurea.core.linked_data.quads import is_iri

MAX_TERMS = 256  # of one context: each is work for JSON-LD wherever the context is named

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_KEYWORDS = {"id", "type"}  # by the contexts of VC 2.0; in others they might be free


def check_inline(context: JsonObject, known: Contexts) -> None:
    """Refuse a context within a document, {"term": "https://…/term", …}, that is anything else; raises UnknownContext."""
    terms = context["@context"] if context.keys() == {"@context"} else context
    if not isinstance(terms, dict) or len(terms) > MAX_TERMS:
        raise UnknownContext("its @context holds a context itself that is nested, or has too many terms")
    called = _names(known)
    for name, meaning in terms.items():
        if name == "@protected" and isinstance(meaning, bool):
            continue
        if not _fits(name, meaning) or not called.get(str(meaning), {name}) <= {name}:
            raise UnknownContext(f"its @context gives {name[:80]!r} a meaning itself, other than an IRI that ends with that name")


def _fits(name: str, meaning: Json) -> bool:
    """Tell whether a name is all of what its IRI says behind the last delimiter."""
    if not isinstance(meaning, str) or _TERM.fullmatch(name) is None or name in _KEYWORDS or not is_iri(meaning):
        return False
    return re.split(r"[#/:?=&]", meaning)[-1] == name


def _names(known: Contexts) -> dict[str, set[str]]:
    """Return the terms that known contexts, scoped ones, too, have for each IRI."""
    found: dict[str, set[str]] = {}
    for document in known.values():
        terms = [*_terms(document)]
        prefixes = dict(terms)
        for name, text in terms:
            prefix, _, rest = text.partition(":")
            iri = prefixes[prefix] + rest if prefix in prefixes and not rest.startswith("//") else text
            found.setdefault(iri, set()).add(name)
    return found


def _terms(value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _terms(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            iri = member.get("@id") if isinstance(member, dict) else member
            if isinstance(iri, str) and not name.startswith("@"):
                yield name, iri
            yield from _terms(member)
