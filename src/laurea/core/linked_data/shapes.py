"""The canonical form of many documents of few shapes: each shape goes through JSON-LD once, and the values of the others are filled in.

What JSON-LD makes of a document depends on its members, its types and its contexts, and hardly on the texts in it: those end up in the RDF as they
are. So a document is expanded with a marker in place of each text; where the markers come out, the texts of any other document of that shape
go. Whatever does not come out as it went in is taken for a part of the shape.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data import rdfc
from laurea.core.linked_data.contexts import Contexts, bundled
from laurea.core.linked_data.expansion import quads_of
from laurea.core.linked_data.quads import is_iri
from laurea.core.linked_data.template import MARKER, PREFIX, Template
from laurea.errors import FormatError

MOST_SHAPES = 256  # that are kept; a document of another goes the long way
MOST_TEXT = 16 << 20  # characters and members of the documents that were learnt from, which templates hold most of
SHAPE = frozenset({"type", "@type", "@context", "@language"})  # members whose texts are a part of the shape


class Apart(NamedTuple):
    """A document taken apart: everything but its texts, and the texts in their order."""

    shape: tuple[object, ...]
    texts: list[str]


@dataclass(slots=True)
class _Shape:
    """What is known of one shape: which of the texts are a part of it, and a template for each set of those; None where it goes the long way."""

    fixed: tuple[int, ...]
    templates: dict[tuple[str, ...], Template | None]


class Shapes:
    """Canonicalises documents, and remembers their shapes."""

    def __init__(self, contexts: Contexts | None = None) -> None:
        """Know no shape yet; the contexts are the bundled ones if no others are given."""
        self._contexts = bundled() if contexts is None else contexts
        self._prefixes = {term for context in self._contexts.values() for term in _terms(context)}
        self._shapes: dict[tuple[object, ...], _Shape] = {}
        self._held = 0

    def canonical_bytes(self, document: JsonObject) -> bytes:
        """Return the canonical N-Quads of a document, the same bytes as `linked_data.canonical_bytes`; raises what that does."""
        shape, texts = take_apart(document)
        template = self._template(shape, texts, document)
        filled = None if template is None else template.fill([text.encode() for text in texts])
        return self._long_way(document) if filled is None else filled

    def fixed(self, document: JsonObject) -> frozenset[int] | None:
        """Return the numbers of the texts that are a part of the document's shape; None when it goes the long way whatever is in its texts."""
        shape, texts = take_apart(document)
        template = self._template(shape, texts, document)
        return None if template is None else frozenset(self._shapes[shape].fixed)

    def template(self, document: JsonObject, differing: Collection[int]) -> Template | None:
        """Return a template for documents that are as this one but for some of their texts; None when there is none."""
        texts = take_apart(document).texts
        return self._made(document, texts, set(range(len(texts))).difference(differing))

    def _template(self, shape: tuple[object, ...], texts: list[str], document: JsonObject) -> Template | None:
        known = self._shapes.get(shape)
        own = None if known is None else tuple([texts[at] for at in known.fixed])
        if known is not None and own in known.templates:
            return known.templates[own]
        if PREFIX in repr(document):  # it could not be told from a marker
            return None
        return self._learn(shape, texts, document, known)

    def _learn(self, shape: tuple[object, ...], texts: list[str], document: JsonObject, known: _Shape | None) -> Template | None:
        """Learn a shape, or a template for what is fixed in it; None, and nothing kept, when there are too many."""
        size = len(shape) + sum(map(len, texts))
        if self._held + size > MOST_TEXT:
            return None
        if known is None:
            if len(self._shapes) >= MOST_SHAPES:
                return None
            known = self._shapes[shape] = _Shape(self._fixed(document, texts), {})
        if len(known.templates) >= MOST_SHAPES:
            return None
        self._held += size
        own = tuple([texts[at] for at in known.fixed])
        known.templates[own] = self._made(document, texts, set(known.fixed))
        return known.templates[own]

    def _fixed(self, document: JsonObject, texts: list[str]) -> tuple[int, ...]:
        """Return which of the texts do not come out as they went in: all of them when the document is none with markers in it."""
        template = self._marked(document, len(texts), set())
        if template is None:
            return tuple(range(len(texts)))
        return tuple(at for at, text in enumerate(texts) if at in template.lost or (at in template.iris and not self._stays(text)))

    def _made(self, document: JsonObject, texts: list[str], fixed: set[int]) -> Template | None:
        template = self._marked(document, len(texts), fixed)
        if template is None or template.lost - fixed:
            return None
        # Tried on the document that it was learnt from, so that a mistake of ours costs time and no signature.
        return template if template.fill([text.encode() for text in texts]) == self._long_way(document) else None

    def _long_way(self, document: JsonObject) -> bytes:
        return rdfc.canonicalize(quads_of(document, self._contexts)).encode()

    def _marked(self, document: JsonObject, texts: int, fixed: set[int]) -> Template | None:
        try:
            return Template(quads_of(marked(document, fixed), self._contexts), texts, self._stays)
        except FormatError:
            return None

    def _stays(self, text: str) -> bool:
        """Tell whether JSON-LD leaves an IRI as it is: absolute, and not with a term in place of its scheme."""
        scheme, _, rest = text.partition(":")
        return is_iri(text) and (rest.startswith("//") or scheme not in self._prefixes)


def take_apart(document: JsonObject) -> Apart:
    """Return the shape of a document and its texts."""
    shape: list[object] = []
    texts: list[str] = []
    _take(document, shape, texts)
    return Apart(tuple(shape), texts)


def _take(value: Json, shape: list[object], texts: list[str]) -> None:
    if isinstance(value, str):
        shape.append(str)
        texts.append(value)
    elif isinstance(value, dict):
        shape.append(len(value))
        for name, member in value.items():
            shape.append(name)
            if name in SHAPE:
                shape.append(repr(member))
            elif isinstance(member, str):  # most are: a call for each would be a third of the work
                shape.append(str)
                texts.append(member)
            else:
                _take(member, shape, texts)
    elif isinstance(value, list):
        shape.append(-1 - len(value))
        for item in value:
            _take(item, shape, texts)
    else:
        shape.append(repr(value))


def marked(document: JsonObject, fixed: Collection[int]) -> JsonObject:
    """Return a document with a marker in place of every text that is not fixed."""
    numbers = iter(range(1 << 30))

    def mark(value: Json) -> Json:
        if isinstance(value, str):
            at = next(numbers)
            return value if at in fixed else MARKER.format(at)
        if isinstance(value, list):
            return [mark(item) for item in value]
        if not isinstance(value, dict):
            return value
        return members(value)

    def members(value: JsonObject) -> JsonObject:
        return {name: member if name in SHAPE else mark(member) for name, member in value.items()}

    return members(document)


def _terms(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from _terms(member)
    elif isinstance(value, list):
        for item in value:
            yield from _terms(item)
