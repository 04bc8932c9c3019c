"""Queries about batches and the transactions that were signed for them."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import BatchRow, BatchState, KeyRow, KeyState, TransactionRow

UNFINISHED = (BatchState.SEALED, BatchState.NONCED, BatchState.SIGNED, BatchState.SENT, BatchState.MINED, BatchState.FINAL)


class Batches:
    """The batches, in the order in which they were sealed."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: BatchRow) -> int:
        """Keep a new batch and return its number."""
        self._session.add(row)
        self._session.flush()
        return row.number

    def get(self, batch: int) -> BatchRow | None:
        """Return one batch."""
        return self._session.get(BatchRow, batch)

    def all(self) -> list[BatchRow]:
        """Return every batch."""
        return list(self._session.exec(select(BatchRow).order_by(col(BatchRow.id))))

    def in_states(self, states: Sequence[BatchState]) -> list[int]:
        """Return the numbers of the batches in any of these states, ascending."""
        query = select(BatchRow.id).where(col(BatchRow.state).in_(states)).order_by(col(BatchRow.id))
        return [number for number in self._session.exec(query) if number is not None]

    def endangered(self, *, newest: int) -> list[int]:
        """Return the released batches that may have lost their anchor: the `newest` so many, and all of compromised keys."""
        released = select(BatchRow.id).where(BatchRow.state == BatchState.RELEASED)
        compromised = select(KeyRow.address).where(KeyRow.state == KeyState.COMPROMISED)
        late = self._session.exec(released.order_by(col(BatchRow.id).desc()).limit(newest))
        doubtful = self._session.exec(released.where(col(BatchRow.key).in_(compromised)))
        return sorted({number for number in (*late, *doubtful) if number is not None})

    def of_key(self, key: bytes, states: Sequence[BatchState]) -> list[int]:
        """Return the numbers of the batches that hold a nonce of this key and are in any of these states."""
        query = select(BatchRow.id).where(BatchRow.key == key, col(BatchRow.state).in_(states)).order_by(col(BatchRow.id))
        return [number for number in self._session.exec(query) if number is not None]

    def next_nonce(self, key: bytes) -> int:
        """Return the lowest nonce above all that batches of this key hold, 0 when none does."""
        highest = self._session.exec(select(func.max(BatchRow.nonce)).where(BatchRow.key == key)).one()
        return 0 if highest is None else highest + 1


class Transactions:
    """Every transaction ever signed, the latest last."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: TransactionRow) -> None:
        """Keep a signed transaction; its bytes may be sent once this is committed."""
        self._session.add(row)

    def of_batch(self, batch: int, *, key: bytes, nonce: int) -> list[TransactionRow]:
        """Return what was signed for a batch with one nonce of a key."""
        query = select(TransactionRow).where(TransactionRow.batch == batch, TransactionRow.key == key, TransactionRow.nonce == nonce)
        return list(self._session.exec(query.order_by(col(TransactionRow.id))))

    def of_revocation(self, revocation: int) -> list[TransactionRow]:
        """Return what was signed for a revocation."""
        query = select(TransactionRow).where(TransactionRow.revocation == revocation)
        return list(self._session.exec(query.order_by(col(TransactionRow.id))))
