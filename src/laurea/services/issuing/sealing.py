"""Seal what is due: members, order, seeds and root of a batch, in one transaction."""

import secrets
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import nullcontext, suppress
from pathlib import Path

from laurea.core import canonical, claims, tree
from laurea.core.canonical import JsonObject
from laurea.core.leaf import Domain
from laurea.core.leaves import Leaves, Member, leaf_hashes
from laurea.errors import FormatError
from laurea.services.issuing.issuer import Issuer
from laurea.storage import levels
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.due import Due
from laurea.storage.issuer.tables import BatchRow, CredentialRow

Helpers = Callable[[], Executor]
IN_FLIGHT = 8  # pieces that are handed out at once: bounds the memory
WORTH_HELP = 50_000  # credentials; for fewer, helpers take longer to start than to work


class _Crew:
    """Whoever makes leaves: helpers if there are any, and if they are lost on the way, we."""

    def __init__(self, domain_digest: bytes, executor: Executor | None) -> None:
        self._digest = domain_digest
        self._executor = executor
        self._handed_out: deque[tuple[list[Member], Future[bytes] | None]] = deque()

    def hand_out(self, members: list[Member]) -> None:
        """Let the leaves of these be made."""
        future = None
        with suppress(BrokenExecutor):
            future = None if self._executor is None else self._executor.submit(leaf_hashes, self._digest, members)
        self._handed_out.append((members, future))

    def take_back(self, *, at_most: int) -> Iterator[tuple[list[Member], bytes]]:
        """Give what was handed out first, with its leaf hashes, until at most so many pieces are left."""
        while len(self._handed_out) > at_most:
            members, future = self._handed_out.popleft()
            yield members, self._result(members, future)

    def _result(self, members: list[Member], future: Future[bytes] | None) -> bytes:
        with suppress(BrokenExecutor):
            if future is not None:
                return future.result()
        return leaf_hashes(self._digest, members)


def seal(
    issuer: Issuer, *, checkpoint: Callable[[str], None], achievement: str | None = None, helpers: Helpers | None = None
) -> int | None:
    """Make one batch of all credentials (of one achievement) that are due and return its number; None when none is due.

    `helpers` gives who makes the leaves of large batches, beside whoever reads and writes the database. A kill before the commit leaves
    the credentials all open, and at most a level file that the next batch of that number replaces.
    """
    now = issuer.now()
    with issuer.database.write() as session:
        due = Due(session, now, achievement)
        if not due.size:
            return None
        # The root is known when all leaves are; until then, within this transaction, another one is in its place.
        row = BatchRow(root=secrets.token_bytes(tree.HASH_BYTES), size=due.size, sealed_at=now.replace(microsecond=0))
        batch = Batches(session).add(row)
        with helpers() if helpers is not None and due.size >= WORTH_HELP else nullcontext() as executor:
            leaves = _place(Credentials(session), due, batch, _Crew(issuer.profile.domain.digest, executor))
        row.root = levels.grow(issuer.directory.level_file(batch), leaves)
        session.add(row)
        session.flush()
        checkpoint("sealing-before-commit")
    return batch


def regrow(path: Path, domain: Domain, batch: BatchRow, members: Iterable[CredentialRow]) -> None:
    """Make the tree of a sealed batch again, from the members in their order; raises FormatError when it has another root."""
    leaves = Leaves(domain.digest)
    hashes = b"".join(_leaf(leaves, member) for member in members)
    if len(hashes) != batch.size * tree.HASH_BYTES or list(tree.levels_above(hashes))[-1] != batch.root:
        raise FormatError(f"the credentials of batch {batch.id} do not make its root: the database was altered")
    levels.grow(path, hashes)


def _place(credentials: Credentials, due: Due, batch: int, crew: _Crew) -> bytes:
    """Give every credential that is due its place and its seed, and return the leaf hashes in the order of the places."""
    # A revocation bit is public, so its place must say nothing: alphabetical order would name a person (attack 42).
    order = array("I", range(due.size))
    secrets.SystemRandom().shuffle(order)
    places = iter(order)
    hashes = bytearray(due.size * tree.HASH_BYTES)

    def put(members: list[Member], found: bytes) -> None:
        for number, member in enumerate(members):
            at = member.at * tree.HASH_BYTES
            hashes[at : at + tree.HASH_BYTES] = found[number * tree.HASH_BYTES : (number + 1) * tree.HASH_BYTES]

    for rows in due.parts():
        members = [Member(row.achievement, row.document, next(places), secrets.token_bytes(claims.SEED_BYTES)) for row in rows]
        crew.hand_out(members)
        credentials.seal(batch, [(row.id, member.at, member.seed) for row, member in zip(rows, members, strict=True)])
        for done in crew.take_back(at_most=IN_FLIGHT):
            put(*done)
    for done in crew.take_back(at_most=0):
        put(*done)
    return bytes(hashes)


def _leaf(leaves: Leaves, member: CredentialRow) -> bytes:
    if member.erased_at is not None and member.leaf is not None:
        return member.leaf
    return leaves.of(Member(member.achievement, member.document, *member.place))


def parsed(document: bytes) -> JsonObject:
    """Return a stored credential, which was judged when it was enrolled."""
    value = canonical.parse(document)
    if not isinstance(value, dict):
        raise FormatError("a stored credential is not a JSON object")
    return value
