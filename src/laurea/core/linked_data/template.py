"""The RDF of one shape of documents, with places for their texts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter

from laurea.core.linked_data.quads import Quad, escape
from laurea.core.linked_data.rdfc import canonicalize, is_blank

PREFIX = "urn:x-laurea-marker:"
MARKER = PREFIX + "{}:"  # an IRI that stays what it is, and a text like any other
DOUBLE = "^^<http://www.w3.org/2001/XMLSchema#double>"  # the one kind of literal of which JSON-LD writes the text anew
_WHOLE = re.compile(r'(?:<urn:x-laurea-marker:(\d+):>|"urn:x-laurea-marker:(\d+):"(|@[A-Za-z0-9-]+|\^\^<[^>]*>))')
_ANY = re.compile(r"urn:x-laurea-marker:(\d+):")


Places = dict[tuple[int, str], int]
Filler = Callable[[Sequence[str]], str]


class Template:
    """Quads with places in them; a place is a text's number and what stands around it."""

    def __init__(self, quads: Iterable[Quad], texts: int, stays: Callable[[str], bool]) -> None:
        """Read the quads of a document with markers in it, which had so many texts; `stays` tells whether JSON-LD leaves an IRI as it is."""
        self._quads = tuple(dict.fromkeys(quads))
        self._stays = stays
        terms = [term for quad in self._quads for term in quad]
        self._places: Places = {}  # "<" stands around an IRI; around a literal, what follows the quoted text
        for place in filter(None, map(_place, terms)):
            self._places.setdefault(place, len(self._places))
        partly = {int(text) for term in terms if _place(term) is None for text in _ANY.findall(term)}
        rewritten = {text for text, around in self._places if around == DOUBLE}
        self.lost = (set(range(texts)) - {text for text, _ in self._places}) | partly | rewritten
        """The texts that did not come out as they went in."""
        self.iris = {text for text, around in self._places if around == "<"}
        """The texts that came out as IRIs."""
        nodes = list(dict.fromkeys(term for term in terms if is_blank(term)))
        names = {node: len(self._places) + number for number, node in enumerate(nodes)}
        self._lines = [_filler(quad, self._places, names) for quad in self._quads]
        self._last: tuple[Sequence[str], str] = ((), "")  # the options of a proof are the same for all of a batch
        self._nodes = [[_filler(_seen_from(node, quad), self._places, {}) for quad in self._quads if node in quad] for node in nodes]

    def fill(self, texts: Sequence[str]) -> str | None:
        """Return the canonical N-Quads with these texts; None when one of them would not stay as it is."""
        if texts == self._last[0] and self._last[1]:
            return self._last[1]
        if not all(self._stays(texts[at]) for at in self.iris):
            return None
        terms = [f"<{texts[at]}>" if around == "<" else f'"{escape(texts[at])}"{around}' for at, around in self._places]
        hashes = [sha256("".join(sorted([line(terms) for line in lines])).encode()).digest() for lines in self._nodes]
        rank = {digest: number for number, digest in enumerate(sorted(hashes))}
        named = [*terms, *[f"_:c14n{rank[digest]}" for digest in hashes]]
        lines = sorted([line(named) for line in self._lines])
        # Blank nodes that look alike, or a quad that is there twice: the long way, but for JSON-LD.
        unsure = len(rank) < len(hashes) or len(set(lines)) < len(lines)
        form = canonicalize(self._filled(terms)) if unsure else "".join(lines)
        self._last = (texts, form)
        return form

    def _filled(self, terms: Sequence[str]) -> list[Quad]:
        def filled(term: str) -> str:
            place = _place(term)
            return term if place is None else terms[self._places[place]]

        return [Quad(*map(filled, quad)) for quad in self._quads]


def _place(term: str) -> tuple[int, str] | None:
    match = _WHOLE.fullmatch(term)
    if match is None:
        return None
    return (int(match[1]), "<") if match[1] is not None else (int(match[2]), match[3])


def _seen_from(node: str, quad: Quad) -> Quad:
    """Return a quad as the hash of a blank node sees it (RDFC-1.0, 4.7.3)."""
    named = ["_:a" if term == node else "_:z" if is_blank(term) else term for term in quad]
    return Quad(*named)


def _filler(quad: Quad, at: Places, names: Mapping[str, int]) -> Filler:
    """Return what makes the line of a quad of the terms that go into its places, and the names of its blank nodes behind them."""
    places: list[int] = []

    def written(term: str) -> str:
        place = _place(term)
        number = names.get(term) if place is None else at[place]
        if number is None:
            return term.replace("%", "%%")
        places.append(number)
        return "%s"

    line = Quad(*map(written, quad)).line()
    if not places:
        constant = line % ()
        return lambda _: constant
    pick = itemgetter(*places)
    return lambda terms: line % pick(terms)
