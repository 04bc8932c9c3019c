"""A batch between two steps: read it, and write the next state down."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from laurea.chain.sighting import Sighting
from laurea.errors import Busy, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.batches import Batches, Transactions
from laurea.storage.issuer.tables import BatchRow, BatchState, TransactionRow

NOT_MINED: Mapping[str, None] = {"mined_hash": None, "mined_block": None, "mined_at": None, "gas_used": None, "fee_wei": None}


def load(issuer: Issuer, batch: int) -> BatchRow:
    """Return a batch as the database has it; raises NotFound."""
    with issuer.database.read() as session:
        row = Batches(session).get(batch)
    if row is None:
        raise NotFound(f"there is no batch {batch}")
    return row


def move(
    issuer: Issuer,
    batch: BatchRow,
    to: BatchState,
    *,
    signed: TransactionRow | None = None,
    also: Callable[[Session], None] | None = None,
    **facts: Any,
) -> None:
    """Write down that a batch is in another state, with the facts and acts that belong to it, in one transaction.

    Raises Busy when the batch is not where it was read: then somebody else has moved it, and their step stands.
    """
    with issuer.database.write() as session:
        row = Batches(session).get(batch.number)
        if row is None or (row.state, row.key, row.nonce) != (batch.state, batch.key, batch.nonce):
            raise Busy(f"batch {batch.id} was moved by somebody else")
        row.state = to
        for name, value in facts.items():
            setattr(row, name, value)
        if signed is not None:
            Transactions(session).add(signed)
        if also is not None:
            also(session)


def witnesses(issuer: Issuer, batch: BatchRow) -> list[TransactionRow]:
    """Return the transactions that may have anchored a batch; of one of Blockcerts, whose proofs name it, all that were ever signed for it."""
    if not batch.is_blockcerts:
        return signed_for(issuer, batch)
    with issuer.database.read() as session:
        return Transactions(session).ever_of_batch(batch.number)


def signed_for(issuer: Issuer, batch: BatchRow) -> list[TransactionRow]:
    """Return every transaction signed for a batch with the nonce that it holds now, the latest last."""
    if batch.key is None or batch.nonce is None:
        return []
    with issuer.database.read() as session:
        return Transactions(session).of_batch(batch.number, key=batch.key, nonce=batch.nonce)


def facts_seen(seen: Sighting) -> dict[str, Any]:
    """Return what a batch keeps of the transaction that anchored it; nothing when that is none of those it knows."""
    if seen.receipt is None or not seen.receipt.success:
        return {**NOT_MINED}
    return {
        "mined_hash": seen.receipt.hash,
        "mined_block": seen.receipt.block_number,
        "mined_at": seen.receipt.block_time,
        "gas_used": seen.receipt.gas_used,
        "fee_wei": str(seen.receipt.fee),
    }


def facts_of(batch: BatchRow) -> dict[str, Any]:
    """Return what a batch keeps of it now."""
    return {name: getattr(batch, name) for name in NOT_MINED}
