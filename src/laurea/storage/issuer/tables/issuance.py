"""Wallets that came by OpenID4VCI: what they were let in with, and how far each has come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import LinkPurpose, Moment, one_of


class IssuanceRow(SQLModel, table=True):
    """One credential on its way to one wallet; of the tokens, 256 random bits each, the SHA-256 is kept. Nothing of a person is in it."""

    __tablename__ = "issuance"
    __table_args__ = (CheckConstraint(one_of("purpose", LinkPurpose), name="issuance_purpose"),)

    id: str = Field(primary_key=True)  # the transaction_id, which is worth nothing without the token
    link: bytes = Field(unique=True, sa_type=LargeBinary)  # the hash of the link that the wallet came by: it has one issuance at a time
    credential: str | None = Field(default=None, foreign_key="credential.id", index=True)  # None: it was erased
    purpose: str
    token: bytes = Field(unique=True, sa_type=LargeBinary)
    token_until: datetime = Field(sa_type=Moment)
    handle: bytes | None = Field(default=None, unique=True, sa_type=LargeBinary)  # by which a refresh token is found, whatever it is worth
    refresh: bytes | None = Field(default=None, sa_type=LargeBinary)
    previous: bytes | None = Field(default=None, sa_type=LargeBinary)  # which is good until the one after it is used
    expires_at: datetime = Field(index=True, sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)  # when the wallet has named its key
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)  # first: the same token gets it again, should the answer be lost
