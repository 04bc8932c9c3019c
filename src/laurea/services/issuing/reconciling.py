"""Compare the registry with the database: an anchor of ours that the database lacks means that it was restored from an old backup.

Until each such batch is settled nothing is sealed, or credentials that are in it would be sealed a second time (fault 29).
"""

from dataclasses import dataclass
from datetime import timedelta

from laurea.chain.recorded import Recorded, first_block_since, recorded
from laurea.chain.tips import agree_on_tips
from laurea.errors import InputError, NotFound
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.seen_revoked import mark_revoked
from laurea.storage.issuer.batches import Batches, LostBatches
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import LostBatchRow

CLOCK_SKEW = timedelta(hours=1)  # between this machine's clock, by which the issuer was made, and the chain's


@dataclass(frozen=True, slots=True)
class Lost:
    """A batch that the registry has and the database has not."""

    root: bytes
    size: int
    key: bytes
    block: int


def find_lost(issuer: Issuer, chain: Chain, *, keep: bool = True) -> list[Lost]:
    """Return every anchor of this issuer that the database does not know and nobody has settled.

    What is final is looked at once, unless nothing is to be kept; the blocks after that at every call. Raises Refused or Unreachable when no majority of nodes says what
    there is: then nothing may be sealed either.
    """
    tips, _ = agree_on_tips(chain.pool.quorum(), chain.domain.chain_id)
    first = _first_block(issuer, chain, tips.latest.number)
    for piece in recorded(chain.pool, chain.domain, first, tips.finalized.number if keep else -1):
        _keep(issuer, piece)
        first = piece.last + 1
    passing = [each for piece in recorded(chain.pool, chain.domain, first, tips.latest.number) for each in piece.anchors]
    with issuer.database.read() as session:
        known = Batches(session).known(each.root for each in passing)
        kept = [Lost(row.root, row.size, row.key, row.block) for row in LostBatches(session).unsettled()]
        settled = {each.root for each in passing if LostBatches(session).get(each.root) is not None}
    return kept + [Lost(each.root, each.size, each.key, each.block) for each in passing if each.root not in known | settled]


def accept(issuer: Issuer, root: bytes) -> None:
    """Let sealing go on in spite of a lost batch: the operator knows that nothing that is open is in it. Raises NotFound."""
    with issuer.database.write() as session:
        row = LostBatches(session).get(root)
        if row is None:
            raise NotFound(
                f"no lost batch has the root 0x{root.hex()}",
                hint="`laurea issuer reconcile` lists them; one that is not final yet cannot be settled",
            )
        if row.settled_at is None:
            row.settled_at = issuer.now()
            issuer.record(session, "batch.accept", f"root:0x{root.hex()}", {"size": row.size})


def parse_root(text: str) -> bytes:
    """Return the root that a text names; raises InputError."""
    try:
        root = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        root = b""
    if len(root) != 32:
        raise InputError(f"{text!r} is no root", hint="a root is 0x and 64 hexadecimal digits")
    return root


def _first_block(issuer: Issuer, chain: Chain, latest: int) -> int:
    with issuer.database.read() as session:
        row = Profiles(session).issuer()
    if row is None:  # pragma: no cover - an open issuer has its row
        raise RuntimeError("the issuer has no row")
    if row.scanned_block is not None:
        return row.scanned_block + 1
    # Nothing of ours can be older than our keys.
    return first_block_since(chain.pool, row.created_at - CLOCK_SKEW, latest)


def _keep(issuer: Issuer, piece: Recorded) -> None:
    with issuer.database.write() as session:
        known = Batches(session).known(each.root for each in piece.anchors)
        for each in piece.anchors:
            if each.root not in known:
                LostBatches(session).add(
                    LostBatchRow(root=each.root, size=each.size, key=each.key, block=each.block, found_at=issuer.now())
                )
        for revoked in piece.revocations:
            mark_revoked(session, issuer, revoked)
        row = Profiles(session).issuer()
        if row is not None:
            row.scanned_block = max(piece.last, row.scanned_block or 0)
