"""Seal what is due of Blockcerts: as `sealing` does, with its trees. Its root is sent as it is, so it must not read as a call of a function."""

import secrets
from collections.abc import Callable, Collection
from concurrent.futures import Executor

from laurea.chain.artefact import FUNCTIONS
from laurea.core import canonical, claims
from laurea.core.badge import salted_anew
from laurea.core.blockcerts import leaf, tree
from laurea.core.drafts import SALT_BYTES
from laurea.core.leaf import COMMITMENT_BYTES
from laurea.services.issuing.crew import WORTH_HELP, Crew, Helpers, gathered
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import order_of, parsed, put_in_places, shuffled
from laurea.storage import levels
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.due import Due, count
from laurea.storage.issuer.tables import BatchProfile, BatchRow

SELECTOR_BYTES = 4
SELECTORS = frozenset(function.selector for function in FUNCTIONS.values())
ORDERS = 8  # that are drawn before a document is changed: one credential has one order


def seal_blockcerts(
    issuer: Issuer,
    *,
    checkpoint: Callable[[str], None],
    achievement: str | None = None,
    helpers: Helpers | None = None,
    selectors: Collection[bytes] = SELECTORS,
) -> int | None:
    """Make one batch of all credentials of Blockcerts (of one achievement) that are due and return its number; None when none is due.

    A root that begins with one of the registry's selectors would be taken for a call and refused, so it is made anew. A kill before the
    commit leaves what one leaves of `sealing.seal`.
    """
    now, profile = issuer.now(), BatchProfile.BLOCKCERTS
    with issuer.database.read() as session:
        expected = count(session, now, achievement, profile, most=WORTH_HELP)
    with gathered(helpers, expected) as executor, issuer.database.write() as session:
        due = Due(session, now, achievement, profile)
        if not due.size:
            due.settle()
            return None
        credentials = Credentials(session)
        _hash_all(credentials, due, executor)
        root, places, leaves = _drawn(credentials, due, selectors)
        batch = Batches(session).add(BatchRow(root=root, size=due.size, sealed_at=now.replace(microsecond=0), profile=profile))
        put_in_places(credentials, due, batch, places)
        levels.grow(issuer.directory.level_file(batch), leaves, tree.levels_above)
        due.settle()
        session.flush()
        checkpoint("sealing-before-commit")
    return batch


def _hash_all(credentials: Credentials, due: Due, executor: Executor | None) -> None:
    """Hash the documents that were not hashed when they were made."""
    crew = Crew(leaf.commitments, executor, is_right=lambda texts, found: leaf.are_right(texts, found, secrets.randbelow(len(texts))))
    for some in due.uncommitted():
        # The seed is not used; every credential in a batch has one.
        credentials.give_seeds([(uuid, secrets.token_bytes(claims.SEED_BYTES)) for uuid in some.values()])
        crew.hand_out([row.document for row in credentials.in_order(some.values())])
        (found,) = crew.rest()
        for number, place in enumerate(some):
            _keep(due, place, found[number * COMMITMENT_BYTES : (number + 1) * COMMITMENT_BYTES])


def _drawn(credentials: Credentials, due: Due, selectors: Collection[bytes]) -> tuple[bytes, "list[int]", bytes]:
    """Return a root that can be sent, the index of every credential, and the leaves."""
    drawn = 0
    while True:
        places = list(shuffled(due.size))
        leaves = leaf.leaves_of(due.committed, order_of(places))
        root = list(tree.levels_above(leaves))[-1]
        if root[:SELECTOR_BYTES] not in selectors:
            return root, places, leaves
        drawn += 1
        if drawn % ORDERS == 0:
            _change_first(credentials, due)


def _change_first(credentials: Credentials, due: Due) -> None:
    """Give one credential another salt, and so another hash."""
    uuid = next(due.parts())[0]
    (row,) = credentials.some([uuid])
    row.write(canonical.dump(salted_anew(parsed(row.document), row.learner, secrets.token_hex(SALT_BYTES))))
    row.seed = secrets.token_bytes(claims.SEED_BYTES)
    _keep(due, 0, leaf.commitments([row.document]))


def _keep(due: Due, place: int, committed: bytes) -> None:
    due.committed[place * COMMITMENT_BYTES : (place + 1) * COMMITMENT_BYTES] = committed
