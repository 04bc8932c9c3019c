"""Contexts within a document: only those that cannot give a name another meaning than people read in it.

An rdfc suite signs the IRIs that names stand for, and not the names: whoever may rename and define anew says something else under the same
signature. So a term is taken only if its name is how its IRI ends, and if no known context has a term for that IRI.
"""

import re
from collections.abc import Iterator

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts, UnknownContext
from laurea.core.linked_data.quads import is_iri

MAX_TERMS = 256  # of one context: each is work for JSON-LD wherever the context is named

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_KEYWORDS = {"id", "type"}  # by the contexts of VC 2.0; in others they might be free
_IGNORED = {"@version", "@protected"}


def check_inline(context: JsonObject, known: Contexts) -> None:
    """Refuse a context within a document, {"term": "https://…/term", …}, that is anything else; raises UnknownContext."""
    terms = context["@context"] if context.keys() == {"@context"} else context
    if not isinstance(terms, dict) or len(terms) > MAX_TERMS:
        raise UnknownContext("its @context holds a context itself that is nested, or has too many terms")
    taken = {iri for each in known.values() for iri in _defined(each)}
    for name, meaning in terms.items():
        if name == "@protected" and isinstance(meaning, bool):
            continue
        if not _fits(name, meaning) or meaning in taken:
            raise UnknownContext(
                f"its @context gives {name[:80]!r} a meaning itself, other than an IRI of its own that ends with that name"
            )


def _fits(name: str, meaning: Json) -> bool:
    """Tell whether a name is all of what its IRI says behind the last delimiter."""
    if not isinstance(meaning, str) or _TERM.fullmatch(name) is None or name in _KEYWORDS or not is_iri(meaning):
        return False
    return re.split(r"[#/:?=&]", meaning)[-1] == name


def _defined(document: JsonObject) -> Iterator[str]:
    """Return the IRIs that a context document has terms for, those of scoped contexts, too."""
    prefixes: dict[str, str] = {}
    found: list[str] = []
    _collect(document, prefixes, found)
    for text in found:
        prefix, _, rest = text.partition(":")
        yield prefixes[prefix] + rest if prefix in prefixes and not rest.startswith("//") else text


def _collect(value: Json, prefixes: dict[str, str], found: list[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, prefixes, found)
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and name not in _IGNORED:
                prefixes[name] = member
                found.append(member)
            else:
                _collect(member, prefixes, found)
