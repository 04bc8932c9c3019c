"""The issuer's tables. A row never leaves `services`; documents are kept as the exact bytes that are signed and hashed."""

from datetime import UTC, datetime
from enum import IntFlag, StrEnum
from typing import Any, Literal, TypeVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Dialect, Index, LargeBinary, TypeDecorator, UniqueConstraint, text
from sqlmodel import Field, SQLModel

T = TypeVar("T")

STANDING = text("withdrawn_at IS NULL AND revoked_at IS NULL")


class Moment(TypeDecorator[datetime]):
    """A point in time: stored in UTC, given back with its zone, which SQLite forgets."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its interface
        """Store in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back in UTC, with the zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def render_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types into a new migration as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


class Role(IntFlag):
    """What a key may do, in the registry's own bits."""

    NONE = 0
    ANCHOR = 1
    REVOKE = 2


class KeyState(StrEnum):
    """Where a key stands: made here, granted its roles on the chain, and how it ended."""

    NEW = "new"
    GRANTED = "granted"
    REMOVED = "removed"
    COMPROMISED = "compromised"


class BatchState(StrEnum):
    """Where a batch stands (DESIGN.md section 5); `services.issuing.anchoring` has the step that leaves each."""

    SEALED = "sealed"
    NONCED = "nonced"
    SIGNED = "signed"
    SENT = "sent"
    MINED = "mined"
    FINAL = "final"
    RELEASED = "released"
    FAILED = "failed"
    SUSPENDED = "suspended"


def _stored(value: T | None) -> T:
    if value is None:
        raise TypeError("the row is not where this is known")
    return value


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


class IssuerRow(SQLModel, table=True):
    """The issuer whose directory this is: one row. The salt is written down before createIssuer is sent, and makes its id."""

    __tablename__ = "issuer"
    __table_args__ = (CheckConstraint("id = 1", name="one_issuer"),)

    id: int = Field(default=1, primary_key=True)
    did: str
    name: str
    url: str | None = None
    chain_id: str  # decimal: it may be beyond what an SQL integer holds
    registry_address: bytes = Field(sa_type=LargeBinary)
    salt: bytes = Field(sa_type=LargeBinary)
    issuer_id: bytes = Field(sa_type=LargeBinary)
    admin: bytes = Field(sa_type=LargeBinary)  # address of the keystore "admin"
    signing_public: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    registered_at: datetime | None = Field(default=None, sa_type=Moment)


class KeyRow(SQLModel, table=True):
    """An account that anchors or revokes for the issuer; its keystore is `keys/<name>.json`."""

    __tablename__ = "key"
    __table_args__ = (CheckConstraint(_one_of("state", KeyState), name="key_state"),)

    address: bytes = Field(primary_key=True, sa_type=LargeBinary)
    name: str = Field(unique=True)
    roles: int
    until: datetime | None = Field(default=None, sa_type=Moment)
    state: str = KeyState.NEW
    created_at: datetime = Field(sa_type=Moment)
    compromised_from: datetime | None = Field(default=None, sa_type=Moment)


class AchievementRow(SQLModel, table=True):
    """A template that credentials are instances of."""

    __tablename__ = "achievement"

    id: str = Field(primary_key=True)
    document: bytes = Field(sa_type=LargeBinary)  # the file as it was added
    added_at: datetime = Field(sa_type=Moment)


class BatchRow(SQLModel, table=True):
    """A sealed set of credentials and how far its root has come. One nonce a batch, so at most one transaction mines."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("key", "nonce", name="one_batch_per_nonce"),
        CheckConstraint(_one_of("state", BatchState), name="batch_state"),
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
    error: str = ""

    @property
    def number(self) -> int:
        """The number of a batch that is in the database."""
        return _stored(self.id)

    @property
    def reserved(self) -> tuple[bytes, int]:
        """The key and the nonce of a batch that holds a nonce."""
        return _stored(self.key), _stored(self.nonce)


class CredentialRow(SQLModel, table=True):
    """One credential: open until it is a member of a batch, with the index and the seed that it got at sealing."""

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("batch", "index", name="one_credential_per_index"),
        CheckConstraint('(batch IS NULL) = (seed IS NULL) AND (batch IS NULL) = ("index" IS NULL)', name="member_of_a_batch"),
        # Issued once: a second one for the same learner and achievement only when the first was taken back.
        Index("one_standing_credential", "learner", "achievement", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
    )

    id: str = Field(primary_key=True)  # a UUID
    learner: str
    achievement: str = Field(foreign_key="achievement.id")
    document: bytes = Field(sa_type=LargeBinary)  # JCS, without `proof`
    holder: str | None = None
    enrolled_at: datetime = Field(sa_type=Moment)
    batch: int | None = Field(default=None, foreign_key="batch.id")
    index: int | None = None
    seed: bytes | None = Field(default=None, sa_type=LargeBinary)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)  # before it was released: nobody ever gets it
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)  # on the chain
    reason: int | None = None

    @property
    def place(self) -> tuple[int, bytes]:
        """The index and the seed of a credential that is a member of a batch."""
        return _stored(self.index), _stored(self.seed)


class TransactionRow(SQLModel, table=True):
    """Every transaction ever signed for a batch or a revocation, stored before it is sent."""

    __tablename__ = "transaction"
    __table_args__ = (UniqueConstraint("key", "nonce", "hash", name="one_row_per_signature"),)

    id: int | None = Field(default=None, primary_key=True)
    batch: int | None = Field(default=None, foreign_key="batch.id", index=True)
    credential: str | None = Field(default=None, foreign_key="credential.id", index=True)
    key: bytes = Field(foreign_key="key.address", sa_type=LargeBinary)
    nonce: int = Field(sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)
    raw: bytes = Field(sa_type=LargeBinary)
    signed_at: datetime = Field(sa_type=Moment)
