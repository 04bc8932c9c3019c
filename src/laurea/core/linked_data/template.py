"""The RDF of one shape of documents, with places for their texts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from laurea.core.linked_data.lines import NOTHING, Alike, Block, Line, Writer, merged, writer
from laurea.core.linked_data.quads import Quad, escape_bytes
from laurea.core.linked_data.rdfc import canonicalize, is_blank

PREFIX = "urn:x-laurea-marker:"
MARKER = PREFIX + "{}:"  # an IRI that stays what it is, and a text like any other
MARKS = re.compile(re.escape(MARKER.encode()).replace(rb"\{\}", rb"(\d+)"))  # as they stand in JCS, with their numbers
DOUBLE = "^^<http://www.w3.org/2001/XMLSchema#double>"  # the one kind of literal of which JSON-LD writes the text anew
_WHOLE = re.compile(r'(?:<urn:x-laurea-marker:(\d+):>|"urn:x-laurea-marker:(\d+):"(|@[A-Za-z0-9-]+|\^\^<[^>]*>))')
_ANY = re.compile(r"urn:x-laurea-marker:(\d+):")
_NAMED = b"_:c14n"  # and a number: a blank node in the canonical form

Texts = Sequence[bytes] | Mapping[int, bytes]
"""The texts of a document in UTF-8, by their numbers."""
_Place = tuple[int, bool]
"""The number of a text, and whether it is an IRI."""


class Template:
    """Quads with places in them; a place is a text's number and what stands around it."""

    def __init__(self, quads: Iterable[Quad], texts: int, stays: Callable[[str], bool]) -> None:
        """Read the quads of a document with markers in it, which had so many texts; `stays` tells whether JSON-LD leaves an IRI as it is."""
        self._quads = tuple(dict.fromkeys(quads))
        self._stays = stays
        terms = [term for quad in self._quads for term in quad]
        found = {term: match for term in terms if (match := _WHOLE.fullmatch(term))}
        self._places = list(dict.fromkeys(_place(match) for match in found.values()))
        partly = {int(text) for term in terms if term not in found for text in _ANY.findall(term)}
        rewritten = {_place(match)[0] for match in found.values() if match[3] == DOUBLE}
        self.lost = (set(range(texts)) - {text for text, _ in self._places}) | partly | rewritten
        """The texts that did not come out as they went in."""
        self.iris = {text for text, is_iri in self._places if is_iri}
        """The texts that came out as IRIs."""
        nodes = list(dict.fromkeys(term for term in terms if is_blank(term)))
        self._last: tuple[Texts, bytes] | None = None  # the options of a proof are the same for all of a batch
        self._numbers = [b"%d" % number for number in range(len(nodes))]
        self._by_name = sorted(range(len(nodes)), key=lambda number: b"%d " % number)
        names = {node: len(self._places) + number for number, node in enumerate(nodes)}
        self._hashes = [self._hash(node) for node in nodes]
        self._nodes = [self._about(node, names) for node in nodes]
        subjects = dict.fromkeys(quad.subject for quad in self._quads if not is_blank(quad.subject))
        self._subjects = [(writer(self._line([subject, " "], {})), self._about(subject, names)) for subject in subjects]

    def fill(self, texts: Texts) -> bytes | None:
        """Return the canonical N-Quads with these texts; None when one of them would not stay as it is."""
        if self._last is not None and texts == self._last[0]:
            return self._last[1]
        if not all(self._stays(texts[at].decode()) for at in self.iris):
            return None
        terms = [texts[at] if is_iri else escape_bytes(texts[at]) for at, is_iri in self._places]
        try:
            form = self._written(terms)
        except Alike:  # blank nodes that look alike, or a quad that is there twice: the long way, but for JSON-LD
            form = canonicalize(self._filled(terms)).encode()
        self._last = (texts, form)
        return form

    def _written(self, terms: Sequence[bytes]) -> bytes:
        hashes = [digest(terms) for digest in self._hashes]
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        names = dict(zip(order, self._numbers, strict=True))
        named = [*terms, *map(names.__getitem__, range(len(order)))]
        if len(set(hashes)) < len(hashes):
            raise Alike
        about: dict[bytes, bytes] = {}
        for subject, block in self._subjects:
            term, lines = subject(terms), block.write(named)
            about[term] = merged(about[term], lines) if term in about else lines
        written = [about[term] for term in sorted(about)]  # "<" comes before "_"
        written += [self._nodes[order[number]].write(named) for number in self._by_name]
        return b"".join(written)

    def _hash(self, node: str) -> Writer:
        """Return what makes the hash of a blank node (RDFC-1.0, 4.7.3)."""
        seen = [self._line(_tokens(_seen_from(node, quad)), {}) for quad in self._quads if node in quad]
        block = Block(seen, repeats=True)
        if block.constant:
            digest = sha256(block.write(())).digest()
            return lambda _: digest
        return lambda terms: sha256(block.write(terms)).digest()

    def _about(self, subject: str, names: Mapping[str, int]) -> Block:
        """Return the lines about a subject: it is called the same in all of them, so they stand together."""
        lines = [self._line(_tokens(quad)[1:], names) for quad in self._quads if quad.subject == subject]
        return Block(lines, self._line([subject], names))

    def _line(self, tokens: Iterable[str], names: Mapping[str, int]) -> Line:
        """Return a line of terms and of what is between them; in `names`, which terms the names of the blank nodes are."""
        line = NOTHING
        for token in tokens:
            match = _WHOLE.fullmatch(token)
            if match is not None:
                at = self._places.index(_place(match))
                line = line.then(Line((token[0].encode(), b">" if match[1] else b'"' + match[3].encode()), (at,)))
            elif token in names:
                line = line.then(Line((_NAMED, b""), (names[token],)))
            else:
                line = line.then(Line((token.encode(),)))
        return line

    def _filled(self, terms: Sequence[bytes]) -> list[Quad]:
        def filled(term: str) -> str:
            return writer(self._line([term], {}))(terms).decode()

        return [Quad(*map(filled, quad)) for quad in self._quads]


def _place(match: re.Match[str]) -> _Place:
    return (int(match[1]), True) if match[1] is not None else (int(match[2]), False)


def _tokens(quad: Quad) -> list[str]:
    """Return what `Quad.line` puts together, the subject first."""
    graph = [" ", quad.graph] if quad.graph else []
    return [quad.subject, " ", quad.predicate, " ", quad.object, *graph, " .\n"]


def _seen_from(node: str, quad: Quad) -> Quad:
    """Return a quad as the hash of a blank node sees it (RDFC-1.0, 4.7.3)."""
    named = ["_:a" if term == node else "_:z" if is_blank(term) else term for term in quad]
    return Quad(*named)
