"""RDFC-1.0: names for blank nodes that depend on nothing but the data (RDF Dataset Canonicalization 1.0, section 4).

Our own and not PyLD's, whose N-Quads leave control characters unescaped and whose work has no bound.
"""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from itertools import permutations

from laurea.core.linked_data.quads import Quad
from laurea.core.linked_data.work import Poison

MAX_WORK = 4_000  # steps of the search among blank nodes that look alike: an honest document takes a few dozen
MAX_DEPTH = 100  # of that search: a chain of nodes that look alike

ENDLESS = "its blank nodes are so much alike that telling them apart takes too much work"

Names = dict[str, str]
"""What an issuer of identifiers has issued, in the order in which it did (4.6)."""


def canonicalize(quads: Iterable[Quad]) -> str:
    """Return the canonical N-Quads of a dataset, whatever its blank nodes are called; raises Poison when that is too much work."""
    distinct = list(dict.fromkeys(quads))
    return text(distinct, _Search(distinct).names())


def text(quads: Iterable[Quad], names: Names) -> str:
    """Return the sorted lines of quads whose blank nodes get these names."""
    return "".join(sorted(_renamed(quad, names).line() for quad in quads))


def _renamed(quad: Quad, names: Names) -> Quad:
    subject, predicate, object_, graph = quad
    return Quad(names.get(subject, subject), predicate, names.get(object_, object_), names.get(graph, graph))


def is_blank(term: str) -> bool:
    """Tell whether a term is a blank node."""
    return term.startswith("_:")


def first_degree_hash(node: str, quads: Iterable[Quad]) -> str:
    """Return the hash of a node by the quads that it is in, where it is _:a and every other blank node is _:z (4.7.3)."""

    def named(term: str) -> str:
        return ("_:a" if term == node else "_:z") if is_blank(term) else term

    lines = sorted(Quad(named(quad.subject), quad.predicate, named(quad.object), named(quad.graph)).line() for quad in quads)
    return sha256("".join(lines).encode()).hexdigest()


class _Search:
    """Names for the blank nodes of one dataset."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._quads: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in {term for term in (quad.subject, quad.object, quad.graph) if is_blank(term)}:
                self._quads[node].append(quad)
        self._first = {node: first_degree_hash(node, found) for node, found in self._quads.items()}
        self._names: Names = {}
        self._work = 0
        self._depth = 0

    def names(self) -> Names:
        """Return the canonical name of every blank node (4.4.3)."""
        alike: dict[str, list[str]] = defaultdict(list)
        for node, digest in self._first.items():
            alike[digest].append(node)
        for digest in sorted(alike):
            if len(alike[digest]) == 1:
                self._name(alike[digest][0])
        for digest in sorted(alike):
            self._name_alike(alike[digest])
        return self._names

    def _name(self, node: str) -> None:
        self._names.setdefault(node, f"_:c14n{len(self._names)}")

    def _name_alike(self, nodes: list[str]) -> None:
        """Name nodes with one first degree hash, in the order of the hashes of all that they lead to."""
        results = [self._hash(node, {node: "_:b0"}) for node in nodes if node not in self._names]
        for _, issued in sorted(results, key=lambda result: result[0]):
            for node in issued:
                self._name(node)

    def _hash(self, node: str, issued: Names) -> tuple[str, Names]:
        """Return the hash of a node by all that it leads to, and the names issued on the way (4.9.3, Hash N-Degree Quads)."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Poison(ENDLESS)
        related = self._related(node, issued)
        data = ""
        for digest in sorted(related):
            path, issued = self._shortest(related[digest], issued)
            data += digest + path
        self._depth -= 1
        return sha256(data.encode()).hexdigest(), issued

    def _related(self, node: str, issued: Names) -> dict[str, list[str]]:
        """Return the neighbours of a node by the hash of how they are related to it (4.9.3, step 3)."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._quads[node]:
            for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if is_blank(term) and term != node:
                    self._spend()
                    found[self._related_hash(term, quad, issued, position)].append(term)
        return found

    def _related_hash(self, related: str, quad: Quad, issued: Names, position: str) -> str:
        name = self._names.get(related) or issued.get(related) or self._first[related]
        predicate = "" if position == "g" else quad.predicate
        return sha256(f"{position}{predicate}{name}".encode()).hexdigest()

    def _shortest(self, nodes: list[str], issued: Names) -> tuple[str, Names]:
        """Return the least path through nodes that are related alike, over all orders, and the names issued along it (step 5.4)."""
        chosen, result = "", issued
        for order in permutations(nodes):
            self._spend()
            path, names = self._path(order, dict(issued), chosen)
            if not chosen or (path and path < chosen):
                chosen, result = path, names
        return chosen, result

    def _path(self, order: tuple[str, ...], issued: Names, chosen: str) -> tuple[str, Names]:
        """Return the path through nodes in one order; "" as soon as it cannot become less than the one chosen so far."""
        path, unexplored = "", []
        for node in order:
            name = self._names.get(node)
            if name is None:
                if node not in issued:
                    unexplored.append(node)
                name = issued.setdefault(node, f"_:b{len(issued)}")
            path += name
            if _is_worse(path, chosen):
                return "", issued
        for node in unexplored:
            digest, issued = self._hash(node, issued)
            path += f"{issued[node]}<{digest}>"
            if _is_worse(path, chosen):
                return "", issued
        return path, issued

    def _spend(self) -> None:
        self._work += 1
        if self._work > MAX_WORK:
            raise Poison(ENDLESS)


def _is_worse(path: str, chosen: str) -> bool:
    return bool(chosen) and len(path) >= len(chosen) and path > chosen
