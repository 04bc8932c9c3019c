"""Seal what is due: members, order, seeds and root of a batch, in one transaction."""

import secrets
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from laurea.core import canonical, claims, tree
from laurea.core.blockcerts import tree as blockcerts_tree
from laurea.core.blockcerts.leaf import Hashes
from laurea.core.canonical import JsonObject
from laurea.core.leaf import COMMITMENT_BYTES, Domain
from laurea.core.leaves import SUBTREE, Content, Leaves, Range, are_right, commitments, is_right, subtree
from laurea.errors import FormatError
from laurea.services.issuing.crew import WORTH_HELP, Crew, Helpers, gathered
from laurea.services.issuing.issuer import Issuer
from laurea.storage import levels
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.due import Due, count
from laurea.storage.issuer.tables import BatchProfile, BatchRow, CredentialRow
from laurea.storage.levels import Growing

# Credentials that have few orders, of which any makes the same root as before when a backup that has them open is restored and sealed again.
FEW = 32
DRAWN = 1 << 14  # numbers that are drawn at once


def seal(
    issuer: Issuer, *, checkpoint: Callable[[str], None], achievement: str | None = None, helpers: Helpers | None = None
) -> int | None:
    """Make one batch of all credentials (of one achievement) that are due and return its number; None when none is due.

    `helpers` gives who makes the leaves of large batches, beside whoever reads and writes the database. A kill before the commit leaves
    the credentials all open, and at most a level file that the next batch of that number replaces.
    """
    now = issuer.now()
    with issuer.database.read() as session:
        expected = count(session, now, achievement, BatchProfile.LAUREA, most=WORTH_HELP)
    # Before the database is held: it may take a while until they are there.
    with gathered(helpers, expected) as executor, issuer.database.write() as session:
        due = Due(session, now, achievement)
        if not due.size:
            due.settle()
            return None
        if due.size < FEW:
            due.forget()
        # The root is known when all leaves are; until then, within this transaction, another one is in its place.
        row = BatchRow(root=secrets.token_bytes(tree.HASH_BYTES), size=due.size, sealed_at=now.replace(microsecond=0))
        batch = Batches(session).add(row)
        _commit_to_all(Credentials(session), due, executor)
        places = shuffled(due.size)
        ranges = _ranges(issuer.profile.domain.digest, due.committed, order_of(places))
        # The tree grows beside, for the helpers have nothing else to do while the places are written.
        with levels.growing(issuer.directory.level_file(batch), due.size) as growing, ThreadPoolExecutor(1) as beside:
            root = beside.submit(_grow, growing, ranges, executor)
            put_in_places(Credentials(session), due, batch, places)
            row.root = root.result()
        due.settle()
        session.add(row)
        session.flush()
        checkpoint("sealing-before-commit")
    return batch


def regrow(path: Path, domain: Domain, batch: BatchRow, members: Iterable[CredentialRow]) -> None:
    """Make the tree of a sealed batch again, from the members in their order; raises FormatError when it has another root."""
    levels_above = blockcerts_tree.levels_above if batch.is_blockcerts else tree.levels_above
    leaf_of = _hash_of(Hashes()) if batch.is_blockcerts else _leaf_of(Leaves(domain.digest))
    # Of an erased member there is nothing but its leaf.
    hashes = b"".join(member.leaf if member.erased_at is not None and member.leaf is not None else leaf_of(member) for member in members)
    if len(hashes) != batch.size * tree.HASH_BYTES or list(levels_above(hashes))[-1] != batch.root:
        raise FormatError(f"the credentials of batch {batch.id} do not make its root: the database was altered")
    levels.grow(path, hashes, levels_above)


def _commit_to_all(credentials: Credentials, due: Due, executor: Executor | None) -> None:
    """Draw the seeds that were not drawn with the documents, and make what the leaves of those will say."""
    crew = Crew(commitments, executor, is_right=lambda contents, found: are_right(contents, found, secrets.randbelow(len(contents))))
    waiting: deque[list[int]] = deque()
    size = COMMITMENT_BYTES

    def put(results: Iterator[bytes]) -> None:
        for found in results:
            for number, place in enumerate(waiting.popleft()):
                due.committed[place * size : (place + 1) * size] = found[number * size : (number + 1) * size]

    for some in due.uncommitted():
        rows = credentials.in_order(some.values())
        contents = [Content(row.achievement, row.document, secrets.token_bytes(claims.SEED_BYTES)) for row in rows]
        credentials.give_seeds([(uuid, content.seed) for uuid, content in zip(some.values(), contents, strict=True)])
        waiting.append(list(some))
        crew.hand_out(contents)
        put(crew.some())
    put(crew.rest())


def put_in_places(credentials: Credentials, due: Due, batch: int, places: Sequence[int]) -> None:
    """Give every credential that is due its index in a batch."""
    credentials.seal(batch, zip(places, chain.from_iterable(due.last_parts()), strict=True))


def order_of(places: Sequence[int]) -> "array[int]":
    """Return which credential each index is of."""
    order = array("I", bytes(array("I").itemsize * len(places)))
    for number, index in enumerate(places):
        order[index] = number
    return order


def shuffled(size: int) -> "array[int]":
    """Return the numbers below `size` in an order that nobody can guess.

    A revocation bit is public, so its place must say nothing: alphabetical order would name a person (attack 42).
    """
    order = array("I", range(size))
    for end in range(size, 0, -DRAWN):
        drawn = array("Q", secrets.token_bytes(8 * min(DRAWN, end)))  # at once, which takes a tenth of the time
        for last, number in zip(reversed(range(end)), drawn, strict=False):
            other = number % (last + 1)  # of the 2^64 numbers a few more lead to one than to another: no more than 1 in 2^32
            order[last], order[other] = order[other], order[last]
    return order


def _ranges(domain_digest: bytes, committed: bytearray, order: Sequence[int]) -> Iterator[Range]:
    size = COMMITMENT_BYTES
    for start in range(0, len(order), SUBTREE):
        found = b"".join([committed[place * size : (place + 1) * size] for place in order[start : start + SUBTREE]])
        yield Range(domain_digest, start, found)


def _grow(growing: Growing, ranges: Iterable[Range], executor: Executor | None) -> bytes:
    """Make the subtrees, join them and return the root."""
    size = COMMITMENT_BYTES
    crew = Crew(subtree, executor, is_right=lambda leaves, made: is_right(leaves, made, secrets.randbelow(len(leaves.committed) // size)))
    for leaves in ranges:
        crew.hand_out(leaves)
        for made in crew.some():
            growing.put(made)
    for made in crew.rest():
        growing.put(made)
    return growing.join()


def _leaf_of(leaves: Leaves) -> Callable[[CredentialRow], bytes]:
    def leaf(member: CredentialRow) -> bytes:
        index, seed = member.place
        return leaves.of(Content(member.achievement, member.document, seed), index)

    return leaf


def _hash_of(hashes: Hashes) -> Callable[[CredentialRow], bytes]:
    return lambda member: hashes.of(member.document)


def parsed(document: bytes) -> JsonObject:
    """Return a stored credential, which was judged when it was enrolled."""
    value = canonical.parse(document)
    if not isinstance(value, dict):
        raise FormatError("a stored credential is not a JSON object")
    return value
