"""Credentials, their places in batches, and their revocations."""

from datetime import datetime
from typing import Optional

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field, Relationship, SQLModel

from laurea.core.form import form_of
from laurea.storage.issuer.tables.kinds import BatchProfile, Moment, RevocationState, one_of, stored

STANDING = text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL AND renewed_at IS NULL")
TAKEN_BACK = text("withdrawn_at IS NOT NULL OR revoked_at IS NOT NULL OR revocation IS NOT NULL OR erased_at IS NOT NULL")

LISTED = text("status_list IS NOT NULL")
ASKED = text("revocation IS NOT NULL")
WRITTEN_TO = text("email IS NOT NULL")


class FormRow(SQLModel, table=True):
    """What the documents of many credentials have in common (`core.form`); nothing of a person is in it."""

    __tablename__ = "form"

    id: int | None = Field(default=None, primary_key=True)
    digest: bytes = Field(unique=True, sa_type=LargeBinary)  # SHA-256 of the text
    text: bytes = Field(sa_type=LargeBinary)


class MemberRow(SQLModel, table=True):
    """The place of a credential in its batch: in a table of its own, since a row of `credential` costs ten times as much to write again.

    Without references, which PostgreSQL looks up one by one: whoever seals has just read the credentials, and made the batch.
    """

    __tablename__ = "member"

    batch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    credential: str = Field(unique=True)


class CredentialRow(SQLModel, table=True):
    """One credential: open until it is a member of a batch."""

    __tablename__ = "credential"
    __table_args__ = (
        # Issued once: a second one for the same learner and achievement only when the first was taken back, or is renewed by it.
        Index("one_standing_credential", "learner", "achievement", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
        # What somebody had once, and which is few: it is looked for wherever a capstone may be awarded.
        Index("ix_credential_taken_back", "learner", "achievement", sqlite_where=TAKEN_BACK, postgresql_where=TAKEN_BACK),
        Index("one_credential_per_status_entry", "status_list", "status_index", unique=True, sqlite_where=LISTED, postgresql_where=LISTED),
        # Of those alone that have one, or SQLite would look for "none" by this index, which says it of nearly all.
        Index("ix_credential_revocation", "revocation", sqlite_where=ASKED, postgresql_where=ASKED),
        Index("ix_credential_email", "email", sqlite_where=WRITTEN_TO, postgresql_where=WRITTEN_TO),
    )

    id: str = Field(primary_key=True)  # a UUID
    learner: str  # the issuer's own identifier of a person; "" once erased
    email: str | None = None  # where invitations and claim links go
    achievement: str  # which is never removed, and of which a roster was read: no reference, which would be looked up for each
    form: int | None = None  # the id of the form of the document, if it has one
    kept: bytes = Field(sa_column=Column("document", LargeBinary, nullable=False))  # see `document`; b"" once erased
    seed: bytes | None = Field(default=None, sa_type=LargeBinary)  # drawn with the document, or at sealing; b"" once erased
    committed: bytes | None = Field(
        default=None, sa_type=LargeBinary
    )  # be32(claimCount) || claimsRoot, if made with the document; 0 || hash
    holder: str | None = None  # the DID that the credential is bound to, which is its subject's id
    enrolled_at: datetime = Field(sa_type=Moment, index=True)
    waits_until: datetime | None = Field(default=None, sa_type=Moment)  # for an answer to its invitation; None: it is due at once
    replaces: str | None = Field(default=None, foreign_key="credential.id")
    renewed_at: datetime | None = Field(
        default=None, sa_type=Moment
    )  # there is another in its place, which takes it back when it is released
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)  # before it was released: nobody ever gets it
    revocation: int | None = Field(default=None, foreign_key="revocation.id")  # asked for, done or not
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)  # on the chain
    reason: int | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Moment)  # nothing of the person is left here
    status_list: str | None = None  # the id of the list that it has an entry in, if it has one
    status_index: int | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)  # None: it is not, or not any more
    unsuspended_at: datetime | None = Field(default=None, sa_type=Moment)
    profile: str = Field(default=BatchProfile.LAUREA, sa_column_kwargs={"server_default": BatchProfile.LAUREA.value})
    leaf: bytes | None = Field(default=None, sa_type=LargeBinary)  # of an erased member: its tree is made again from it

    member: Optional["MemberRow"] = Relationship(
        sa_relationship_kwargs={
            "lazy": "joined",
            "uselist": False,
            "primaryjoin": "CredentialRow.id == foreign(MemberRow.credential)",
            "passive_deletes": "all",
        }
    )
    common: FormRow | None = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "primaryjoin": "foreign(CredentialRow.form) == FormRow.id", "viewonly": True}
    )

    @property
    def document(self) -> bytes:
        """The JCS text without `proof`; b"" once erased."""
        return self.kept if self.form is None else form_of(stored(self.common).text).fill(self.kept)

    def write(self, document: bytes) -> None:
        """Give the credential a document in the place of the one it has; it gets another seed when it is sealed."""
        self.form, self.kept, self.seed, self.committed = None, document, None, None

    @property
    def batch(self) -> int | None:
        """The batch that the credential is a member of."""
        return None if self.member is None else self.member.batch

    @property
    def index(self) -> int | None:
        """The index of the credential in its batch."""
        return None if self.member is None else self.member.index

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
