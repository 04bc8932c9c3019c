"""Many credentials -> the leaves of their batch; in any process, which needs nothing but what it is given."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from laurea.core import leaf, tree
from laurea.core.claims_form import ClaimsForms


class Member(NamedTuple):
    """A credential with its place in a batch: its JCS text without `proof`, the index that it is at and its 32-byte seed.

    Those of one `kind`, such as an achievement, are expected to be of few forms. A plain tuple, as it goes from process to process.
    """

    kind: str
    document: bytes
    at: int
    seed: bytes


class Leaves:
    """Makes the leaves of a batch; each form of credentials is looked at once."""

    def __init__(self, domain_digest: bytes) -> None:
        """Make leaves that are bound to a domain, by its digest."""
        self._domain = domain_digest
        self._forms: defaultdict[str, ClaimsForms] = defaultdict(ClaimsForms)

    def of(self, member: Member) -> bytes:
        """Return the leaf hash of a credential; raises FormatError for what is none."""
        found = self._forms[member.kind].root(member.document, member.seed)
        return tree.leaf_hash(leaf.leaf_data(self._domain, member.at, found.count, found.root))


def leaf_hashes(domain_digest: bytes, members: Iterable[Member]) -> bytes:
    """Return the leaf hashes of credentials, concatenated in the order in which they are given."""
    return b"".join(map(Leaves(domain_digest).of, members))
