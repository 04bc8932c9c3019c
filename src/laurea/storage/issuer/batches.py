"""Queries about batches and the transactions that were signed for them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import (
    BatchRow,
    BatchState,
    KeyRow,
    KeyState,
    LostBatchRow,
    RevocationRow,
    RevocationState,
    TransactionRow,
)

UNFINISHED = (BatchState.SEALED, BatchState.NONCED, BatchState.SIGNED, BatchState.SENT, BatchState.MINED, BatchState.FINAL)


class Batches:
    """The batches, in the order in which they were sealed."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: BatchRow) -> int:
        """Keep a new batch and return its number."""
        # Not a sequence's, which loses a number with every transaction that is rolled back: the number of a batch is that of its file.
        row.id = self._session.exec(select(func.coalesce(func.max(BatchRow.id), 0) + 1)).one()
        self._session.add(row)
        self._session.flush()
        return row.number

    def get(self, batch: int) -> BatchRow | None:
        """Return one batch."""
        return self._session.get(BatchRow, batch)

    def last_gas(self) -> int | None:
        """Return what the latest anchor took, None when there is none."""
        query = select(BatchRow.gas_used).where(col(BatchRow.gas_used).is_not(None)).order_by(col(BatchRow.id).desc()).limit(1)
        return self._session.exec(query).first()

    def known(self, roots: Iterable[bytes]) -> set[bytes]:
        """Return those of these roots that are a batch's."""
        return {root for root in roots if self._session.exec(select(BatchRow.id).where(BatchRow.root == root)).first() is not None}

    def with_root(self, root: bytes) -> BatchRow | None:
        """Return the batch with a root."""
        return self._session.exec(select(BatchRow).where(BatchRow.root == root)).one_or_none()

    def all(self) -> list[BatchRow]:
        """Return every batch."""
        return list(self._session.exec(select(BatchRow).order_by(col(BatchRow.id))))

    def in_states(self, states: Sequence[BatchState]) -> list[int]:
        """Return the numbers of the batches in any of these states, ascending."""
        query = select(BatchRow.id).where(col(BatchRow.state).in_(states)).order_by(col(BatchRow.id))
        return [number for number in self._session.exec(query) if number is not None]

    def waits_for(self, key: bytes, nonce: int) -> bool:
        """Tell whether a batch or a revocation still waits for what was signed with a nonce of a key."""
        waiting = (BatchState.SIGNED, BatchState.SENT)
        batches = select(BatchRow.id).where(BatchRow.key == key, BatchRow.nonce == nonce, col(BatchRow.state).in_(waiting))
        revocations = select(RevocationRow.id).where(
            RevocationRow.key == key, RevocationRow.nonce == nonce, RevocationRow.state == RevocationState.SIGNED
        )
        return any(self._session.exec(query).first() is not None for query in (batches, revocations))

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


class LostBatches:
    """Anchors of ours that the database did not know."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: LostBatchRow) -> None:
        """Keep one, unless it is known."""
        if self._session.get(LostBatchRow, row.root) is None:
            self._session.add(row)

    def get(self, root: bytes) -> LostBatchRow | None:
        """Return one."""
        return self._session.get(LostBatchRow, root)

    def unsettled(self) -> list[LostBatchRow]:
        """Return those that nobody has settled yet, in the order of their blocks."""
        query = select(LostBatchRow).where(col(LostBatchRow.settled_at).is_(None))
        return list(self._session.exec(query.order_by(col(LostBatchRow.block), col(LostBatchRow.root))))


class Transactions:
    """Every transaction ever signed, the latest last."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: TransactionRow) -> None:
        """Keep a signed transaction; its bytes may be sent once this is committed."""
        row.id = self._session.exec(select(func.coalesce(func.max(TransactionRow.id), 0) + 1)).one()  # as for batches
        self._session.add(row)
        self._session.flush()

    def of_batch(self, batch: int, *, key: bytes, nonce: int) -> list[TransactionRow]:
        """Return what was signed for a batch with one nonce of a key."""
        query = select(TransactionRow).where(TransactionRow.batch == batch, TransactionRow.key == key, TransactionRow.nonce == nonce)
        return list(self._session.exec(query.order_by(col(TransactionRow.id))))

    def ever_of_batch(self, batch: int) -> list[TransactionRow]:
        """Return what was signed for a batch, with whatever nonces."""
        return list(self._session.exec(select(TransactionRow).where(TransactionRow.batch == batch).order_by(col(TransactionRow.id))))

    def senders(self) -> dict[bytes, bytes]:
        """Return the key of every transaction, by its hash."""
        return dict(self._session.exec(select(TransactionRow.hash, TransactionRow.key)).all())

    def nonces(self, key: bytes, *, at_least: int) -> set[int]:
        """Return the nonces of a key, from one on, that a batch or a revocation holds or that anything was signed with."""
        found: set[int] = set()
        for row in (TransactionRow, BatchRow, RevocationRow):
            held = self._session.exec(select(row.nonce).where(row.key == key, col(row.nonce) >= at_least))
            found.update(nonce for nonce in held if nonce is not None)
        return found

    def with_nonce(self, key: bytes, nonce: int) -> list[TransactionRow]:
        """Return everything that was signed with a nonce of a key."""
        query = select(TransactionRow).where(TransactionRow.key == key, TransactionRow.nonce == nonce)
        return list(self._session.exec(query.order_by(col(TransactionRow.id))))

    def of_revocation(self, revocation: int) -> list[TransactionRow]:
        """Return what was signed for a revocation."""
        query = select(TransactionRow).where(TransactionRow.revocation == revocation)
        return list(self._session.exec(query.order_by(col(TransactionRow.id))))
