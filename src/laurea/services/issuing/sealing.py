"""Seal what is due: members, order, seeds and root of a batch, in one transaction."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence

from laurea.core import canonical, claims, leaf, tree
from laurea.core.canonical import JsonObject
from laurea.core.claims_form import ClaimsForms
from laurea.core.leaf import Domain
from laurea.errors import FormatError
from laurea.services.issuing.issuer import Issuer
from laurea.storage import levels
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchRow, CredentialRow


def seal(issuer: Issuer, *, checkpoint: Callable[[str], None], achievement: str | None = None) -> int | None:
    """Make one batch of all credentials (of one achievement) that are due and return its number; None when none is due.

    A kill before the commit leaves them all open, and at most a level file that the next batch of that number replaces.
    """
    with issuer.database.write() as session:
        members = Credentials(session).due(issuer.now(), achievement)
        if not members:
            return None
        # A revocation bit is public, so its place must say nothing: alphabetical order would name a person (attack 42).
        secrets.SystemRandom().shuffle(members)
        seeds = [secrets.token_bytes(claims.SEED_BYTES) for _ in members]
        leaves = Leaves(issuer.profile.domain)
        grown = tree.build([leaves.of(member, at, seed) for at, (member, seed) in enumerate(zip(members, seeds, strict=True))])
        row = BatchRow(root=grown.root, size=grown.size, sealed_at=issuer.now().replace(microsecond=0))
        batch = Batches(session).add(row)
        Credentials(session).seal(batch, [(member.id, at, seed) for at, (member, seed) in enumerate(zip(members, seeds, strict=True))])
        levels.write(issuer.directory.level_file(batch), grown)
        checkpoint("sealing-before-commit")
    return batch


def regrow(domain: Domain, batch: BatchRow, members: Sequence[CredentialRow]) -> tree.Levels:
    """Make the tree of a sealed batch again, from the members in their order; raises FormatError when it has another root."""
    leaves = Leaves(domain)
    grown = tree.build([_leaf(leaves, member) for member in members])
    if grown.root != batch.root or grown.size != batch.size:
        raise FormatError(f"the credentials of batch {batch.id} do not make its root: the database was altered")
    return grown


class Leaves:
    """Makes the leaves of a batch; the credentials of one achievement have few forms, and each is looked at once."""

    def __init__(self, domain: Domain) -> None:
        """Make leaves that are bound to a domain."""
        self._domain = domain.digest
        self._forms: defaultdict[str, ClaimsForms] = defaultdict(ClaimsForms)

    def of(self, member: CredentialRow, index: int, seed: bytes) -> bytes:
        """Return the leaf hash of a credential at an index of a batch."""
        found = self._forms[member.achievement].root(member.document, seed)
        return tree.leaf_hash(leaf.leaf_data(self._domain, index, found.count, found.root))


def leaf_of(domain_digest: bytes, index: int, document: JsonObject, seed: bytes) -> bytes:
    """Return the leaf hash of a credential at an index of a batch."""
    found = claims.split(document)
    return tree.leaf_hash(leaf.leaf_data(domain_digest, index, len(found), claims.claims_tree(found, seed).root))


def _leaf(leaves: Leaves, member: CredentialRow) -> bytes:
    if member.erased_at is not None and member.leaf is not None:
        return member.leaf
    return leaves.of(member, *member.place)


def parsed(document: bytes) -> JsonObject:
    """Return a stored credential, which was judged when it was enrolled."""
    value = canonical.parse(document)
    if not isinstance(value, dict):
        raise FormatError("a stored credential is not a JSON object")
    return value
