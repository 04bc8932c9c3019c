"""Many credentials -> the leaves of their batch and the subtrees over them; in any process, which needs nothing but what it is given."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from laurea.core import leaf, tree
from laurea.core.claims_form import ClaimsForms

SUBTREE = 1 << 14  # leaves of a subtree that is made at once: of an aligned range, so that its root is a node of the tree


class Content(NamedTuple):
    """A credential with its 32-byte seed, as its JCS text without `proof`.

    Those of one `kind`, such as an achievement, are expected to be of few forms. A plain tuple, as it goes from process to process.
    """

    kind: str
    document: bytes
    seed: bytes


class Range(NamedTuple):
    """Leaves side by side: the digest of their domain, the index of the first, and what each says of its credential, concatenated."""

    domain: bytes
    start: int
    committed: bytes


class Leaves:
    """Makes the leaves of a batch; each form of credentials is looked at once."""

    def __init__(self, domain_digest: bytes) -> None:
        """Make leaves that are bound to a domain, by its digest."""
        self._domain = domain_digest
        self._forms: defaultdict[str, ClaimsForms] = defaultdict(ClaimsForms)

    def commitment(self, content: Content) -> bytes:
        """Return what a leaf says of a credential; raises FormatError for what is none."""
        found = self._forms[content.kind].root(content.document, content.seed)
        return leaf.commitment(found.claim_count, found.root)

    def of(self, content: Content, index: int) -> bytes:
        """Return the leaf hash of a credential at an index; raises FormatError for what is none."""
        return tree.leaf_hash(leaf.leaf_data(self._domain, index, self.commitment(content)))


def commitments(contents: Sequence[Content]) -> bytes:
    """Return what leaves say of credentials, concatenated in the order in which they are given."""
    return b"".join(map(Leaves(b"").commitment, contents))


def are_right(contents: Sequence[Content], found: bytes, at: int) -> bool:
    """Tell whether what a leaf says of one of the credentials is what we find: so that another version of this, elsewhere, is noticed."""
    size = leaf.COMMITMENT_BYTES
    return len(found) == size * len(contents) and found[at * size : (at + 1) * size] == commitments(contents[at : at + 1])


def is_right(leaves: Range, levels: Sequence[bytes], at: int) -> bool:
    """Tell whether one of the leaves is what we make of it and leads to the root, on levels that are as long as they are to be."""
    size = leaf.COMMITMENT_BYTES
    count = len(leaves.committed) // size
    if [len(level) // tree.HASH_BYTES for level in levels] != [nodes for _, nodes in tree.layout(count)]:
        return False
    alone = Range(leaves.domain, leaves.start + at, leaves.committed[at * size : (at + 1) * size])
    grown = tree.Levels(b"".join(levels), count)
    found = grown.leaf(at)
    return found == subtree(alone)[0] and tree.root_from_path(found, at, count, grown.path(at)) == grown.root


def subtree(leaves: Range) -> list[bytes]:
    """Return the levels of the tree over some leaves: their hashes first, the root last, each level as concatenated nodes."""
    size = leaf.COMMITMENT_BYTES
    hashes = [
        tree.leaf_hash(leaf.leaf_data(leaves.domain, leaves.start + number, leaves.committed[at : at + size]))
        for number, at in enumerate(range(0, len(leaves.committed), size))
    ]
    return list(tree.levels_above(b"".join(hashes)))
