"""Batches, and every transaction ever signed for one or for a revocation."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import BatchProfile, BatchState, Moment, one_of, stored


class BatchRow(SQLModel, table=True):
    """A sealed set of credentials and how far its root has come. One nonce a batch, so at most one transaction mines."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("key", "nonce", name="one_batch_per_nonce"),
        CheckConstraint(one_of("state", BatchState), name="batch_state"),
        CheckConstraint('("key" IS NULL) = (nonce IS NULL)', name="nonce_of_a_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    state: str = Field(default=BatchState.SEALED, index=True)
    root: bytes = Field(sa_type=LargeBinary, unique=True)
    size: int
    sealed_at: datetime = Field(sa_type=Moment)
    key: bytes | None = Field(default=None, foreign_key="key.address", sa_type=LargeBinary)
    nonce: int | None = Field(default=None, sa_type=BigInteger)
    mined_hash: bytes | None = Field(default=None, sa_type=LargeBinary)  # None in `mined`: the registry had the root before we sent it
    mined_block: int | None = Field(default=None, sa_type=BigInteger)
    mined_at: datetime | None = Field(default=None, sa_type=Moment)  # the time of that block
    gas_used: int | None = Field(default=None, sa_type=BigInteger)
    fee_wei: str | None = None  # decimal, as are all amounts in wei: they may be beyond what an SQL integer holds
    released_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str = ""
    profile: str = Field(default=BatchProfile.LAUREA, sa_column_kwargs={"server_default": BatchProfile.LAUREA.value})

    @property
    def number(self) -> int:
        """The number of a batch that is in the database."""
        return stored(self.id)

    @property
    def is_blockcerts(self) -> bool:
        """Whether it is a batch of Blockcerts: its root alone is sent."""
        return self.profile == BatchProfile.BLOCKCERTS

    @property
    def anchored_size(self) -> int:
        """The size that the registry holds of it: 0 where the root alone is sent."""
        return 0 if self.is_blockcerts else self.size

    @property
    def reserved(self) -> tuple[bytes, int]:
        """The key and the nonce of a batch that holds a nonce."""
        return stored(self.key), stored(self.nonce)


class TransactionRow(SQLModel, table=True):
    """Every transaction ever signed for a batch or a revocation, stored before it is sent."""

    __tablename__ = "transaction"
    __table_args__ = (UniqueConstraint("key", "nonce", "hash", name="one_row_per_signature"),)

    id: int | None = Field(default=None, primary_key=True)
    batch: int | None = Field(default=None, foreign_key="batch.id", index=True)
    revocation: int | None = Field(default=None, foreign_key="revocation.id", index=True)
    key: bytes = Field(foreign_key="key.address", sa_type=LargeBinary)
    nonce: int = Field(sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)
    raw: bytes = Field(sa_type=LargeBinary)
    signed_at: datetime = Field(sa_type=Moment)


class LostBatchRow(SQLModel, table=True):
    """An anchor of ours that the database did not know: it was made after the backup that this database was restored from."""

    __tablename__ = "lost_batch"

    root: bytes = Field(primary_key=True, sa_type=LargeBinary)
    size: int
    key: bytes = Field(sa_type=LargeBinary)
    block: int = Field(sa_type=BigInteger)
    found_at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)  # by the operator, or by taking its credentials back in
