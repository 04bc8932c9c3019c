"""Who may use the service: keys, sessions of the operator's pages, and what a key has asked for already."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Access, Moment, one_of


class AccessKeyRow(SQLModel, table=True):
    """A key to the service, of which only the SHA-256 is kept: the key itself is 256 random bits, which nobody can guess from it."""

    __tablename__ = "access_key"
    __table_args__ = (CheckConstraint(one_of("access", Access), name="access_kind"),)

    id: str = Field(primary_key=True)  # public: it names the key in lists and in the audit log
    name: str = Field(unique=True)  # a role or a program, for example "registrar's office"
    access: str
    hash: bytes = Field(unique=True, sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class SessionRow(SQLModel, table=True):
    """A browser that has signed in with a key; the cookie's 256 bits are kept as their SHA-256."""

    __tablename__ = "session"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    access_key: str = Field(foreign_key="access_key.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class IdempotencyRow(SQLModel, table=True):
    """What was answered to a write that carried an idempotency key, so that the same request again gets the same answer."""

    __tablename__ = "idempotency"

    access_key: str = Field(primary_key=True, foreign_key="access_key.id")
    key: str = Field(primary_key=True)
    request: bytes = Field(sa_type=LargeBinary)  # SHA-256 of method, path and body
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(index=True, sa_type=Moment)
