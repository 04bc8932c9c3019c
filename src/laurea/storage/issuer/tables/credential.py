"""Credentials, and their revocations."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment, RevocationState, one_of, stored

STANDING = text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL")

LISTED = text("status_list IS NOT NULL")
ASKED = text("revocation IS NOT NULL")


class CredentialRow(SQLModel, table=True):
    """One credential: open until it is a member of a batch, with the index and the seed that it got at sealing."""

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("batch", "index", name="one_credential_per_index"),
        CheckConstraint('(batch IS NULL) = (seed IS NULL) AND (batch IS NULL) = ("index" IS NULL)', name="member_of_a_batch"),
        # Issued once: a second one for the same learner and achievement only when the first was taken back.
        Index("one_standing_credential", "learner", "achievement", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
        Index("one_credential_per_status_entry", "status_list", "status_index", unique=True, sqlite_where=LISTED, postgresql_where=LISTED),
        # Of those alone that have one, or SQLite would look for "none" by this index, which says it of nearly all.
        Index("ix_credential_revocation", "revocation", sqlite_where=ASKED, postgresql_where=ASKED),
    )

    id: str = Field(primary_key=True)  # a UUID
    learner: str  # the issuer's own identifier of a person; "" once erased
    email: str | None = None  # where invitations and claim links go
    achievement: str = Field(foreign_key="achievement.id", index=True)
    document: bytes = Field(sa_type=LargeBinary)  # JCS, without `proof`; b"" once erased
    holder: str | None = None  # the DID that the credential is bound to, which is its subject's id
    enrolled_at: datetime = Field(sa_type=Moment)
    waits_until: datetime | None = Field(default=None, sa_type=Moment)  # for an answer to its invitation; None: it is due at once
    replaces: str | None = Field(default=None, foreign_key="credential.id")
    batch: int | None = Field(default=None, foreign_key="batch.id")
    index: int | None = None
    seed: bytes | None = Field(default=None, sa_type=LargeBinary)  # b"" once erased
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)  # before it was released: nobody ever gets it
    revocation: int | None = Field(default=None, foreign_key="revocation.id")  # asked for, done or not
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)  # on the chain
    reason: int | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Moment)  # nothing of the person is left here
    status_list: str | None = None  # the id of the list that it has an entry in, if it has one
    status_index: int | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)  # None: it is not, or not any more
    unsuspended_at: datetime | None = Field(default=None, sa_type=Moment)
    leaf: bytes | None = Field(default=None, sa_type=LargeBinary)  # of an erased member: its tree is made again from it

    @property
    def place(self) -> tuple[int, bytes]:
        """The index and the seed of a credential that is a member of a batch and not erased."""
        return stored(self.index), stored(self.seed)


class RevocationRow(SQLModel, table=True):
    """Credentials of one batch that are revoked together, for one reason, in one transaction."""

    __tablename__ = "revocation"
    __table_args__ = (
        CheckConstraint(one_of("state", RevocationState), name="revocation_state"),
        CheckConstraint('("key" IS NULL) = (nonce IS NULL)', name="revocation_nonce_of_a_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(foreign_key="batch.id", index=True)
    reason: int
    requested_at: datetime = Field(sa_type=Moment)
    state: str = Field(default=RevocationState.REQUESTED, index=True)
    key: bytes | None = Field(default=None, foreign_key="key.address", sa_type=LargeBinary)
    nonce: int | None = Field(default=None, sa_type=BigInteger)
    mined_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    mined_block: int | None = Field(default=None, sa_type=BigInteger)
    error: str = ""

    @property
    def number(self) -> int:
        """The number of a revocation that is in the database."""
        return stored(self.id)
