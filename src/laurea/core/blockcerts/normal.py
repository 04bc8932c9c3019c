"""What a Merkle proof is over: the SHA-256 of a document in its normal form (RDFC-1.0), with bundled contexts and those that it carries itself.

Blockcerts sets a vocabulary for whatever no context defines, and then refuses a document in which that was of use. Here there is none: an undefined
term is refused, and never dropped. A document may define terms of its own. They must not say anything that the contexts it names say already, nor two
of them the same: or `expires` could go by another name, and the hash would stay. Each is called as its IRI ends, so that none can be renamed, and
none be a prefix, by which an identifier or a term could be written otherwise than it is looked up.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256

from laurea.core import canonical, linked_data
from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.contexts import Contexts, bundled
from laurea.core.linked_data.quads import is_iri
from laurea.core.linked_data.shapes import Shapes
from laurea.core.linked_data.work import Undecidable

OWN = "urn:laurea:own-context:"  # by which PyLD is told a context that stands in the document
MOST_TERMS = 256  # of one document
MOST_KEPT = 32  # different contexts of documents, whose shapes are remembered

_DELIMITERS = re.compile(r"[#/:?=&\[\]@]")  # with which an IRI must end to be a prefix (JSON-LD 1.1, 4.1.5), and what parts a name from it


class Normalizer:
    """Hashes documents. With `shapes` it remembers what JSON-LD makes of those that are alike, which is for many."""

    def __init__(self, *, shapes: bool = False) -> None:
        """Know no document yet."""
        self._remembers = shapes
        self._shapes: dict[str, Shapes] = {}

    def digest(self, document: JsonObject) -> bytes:
        """Return the 32 bytes that a proof is over; raises Undecidable and FormatError as `linked_data.canonical_bytes` does."""
        if document.get("id") is not None and any(each == document["id"] for each in _ids_below(document)):
            raise Undecidable("a part of it has the identifier of the whole, and what is said of which is not signed")
        named, contexts = _apart(document)
        if not self._remembers:
            return sha256(linked_data.canonical_bytes(named, contexts)).digest()
        key = "" if contexts is None else str(named["@context"])
        shapes = self._shapes.get(key)
        if shapes is None:
            shapes = Shapes(contexts)
            if len(self._shapes) < MOST_KEPT:
                self._shapes[key] = shapes
        return sha256(shapes.canonical_bytes(named)).digest()


def _apart(document: JsonObject) -> tuple[JsonObject, Contexts | None]:
    """Return a document with a name in place of each context that it holds itself, and the contexts with those; None where it holds none."""
    found = document.get("@context")
    given = found if isinstance(found, list) else [found]
    if not any(isinstance(each, dict) for each in given):
        return document, None
    urls = [each for each in given if isinstance(each, str)]
    own = [each for each in given if isinstance(each, dict)]
    _check_own(own, urls)
    names = {OWN + sha256(canonical.dump(each)).hexdigest(): each for each in own}
    by_content = {canonical.dump(each): name for name, each in names.items()}
    # What is neither a text nor a context is left where it stands, and refused there.
    replaced: list[Json] = [by_content[canonical.dump(each)] if isinstance(each, dict) else each for each in given]
    return {**document, "@context": replaced}, {**bundled(), **{name: {"@context": each} for name, each in names.items()}}


def _check_own(own: list[JsonObject], urls: list[str]) -> None:
    """Refuse contexts that do more than to define terms of their own; raises Undecidable."""
    known = _vocabulary(tuple(url for url in urls if url in bundled()))
    meant: set[str] = set()
    terms = [(term, definition) for each in own for term, definition in each.items()]
    if len(terms) > MOST_TERMS:
        raise Undecidable(f"it defines more than {MOST_TERMS} terms of its own")
    for term, definition in terms:
        iri = _iri(term, definition, known)
        if term in known.terms or iri in known.iris:
            raise Undecidable(f"it defines the term {term[:60]!r}, or what it stands for, which its contexts define already")
        if _DELIMITERS.split(iri)[-1] != term:
            raise Undecidable(
                f"the term {term[:60]!r} of its own stands for an IRI that ends otherwise, and what it is called is not signed"
            )
        if iri in meant:
            raise Undecidable(f"the term {term[:60]!r} stands for the same as another, and which of them it said is not signed")
        meant.add(iri)


def _iri(term: str, definition: Json, known: "_Known") -> str:
    if (
        isinstance(definition, dict)
        and definition.keys() <= {"@id", "@type"}
        and all(isinstance(each, str) for each in definition.values())
    ):
        definition = definition.get("@id")
    if term.startswith("@") or ":" in term or not isinstance(definition, str):
        raise Undecidable(f"its @context holds a context itself that does more than to define terms ({term[:60]!r})")
    prefix, _, rest = definition.partition(":")
    iri = known.prefixes[prefix] + rest if prefix in known.prefixes and not rest.startswith("//") else definition
    if not is_iri(iri):
        raise Undecidable(f"the term {term[:60]!r} of its own context does not stand for an IRI")
    return iri


class _Known:
    """What some contexts define: terms, what these stand for, and which of them may stand before a colon."""

    def __init__(self, contexts: list[JsonObject]) -> None:
        self.prefixes: dict[str, str] = {}
        self.terms: set[str] = set()
        self.iris: set[str] = set()
        for context in contexts:
            self._take(context.get("@context"))

    def _take(self, value: Json) -> None:
        for context in value if isinstance(value, list) else [value]:
            if isinstance(context, dict):
                self.prefixes |= {term: meant for term, meant in context.items() if isinstance(meant, str) and is_iri(meant)}
                self._define(context)

    def _define(self, context: Mapping[str, Json]) -> None:
        for term, definition in context.items():
            if term.startswith("@"):
                continue
            meant = definition.get("@id") if isinstance(definition, dict) else definition
            self.terms.add(term)
            if isinstance(meant, str):
                prefix, _, rest = meant.partition(":")
                self.iris.add(self.prefixes[prefix] + rest if prefix in self.prefixes and not rest.startswith("//") else meant)
            if isinstance(definition, dict):
                self._take(definition.get("@context"))


@lru_cache(maxsize=MOST_KEPT)
def _vocabulary(urls: tuple[str, ...]) -> _Known:
    return _Known([bundled()[url] for url in urls])


def _ids_below(value: Json, *, top: bool = True) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _ids_below(item, top=False)
    elif isinstance(value, dict):
        if not top and len(value) > 1 and "id" in value:
            yield value["id"]
        for name, item in value.items():
            if name != "@context":
                yield from _ids_below(item, top=False)
