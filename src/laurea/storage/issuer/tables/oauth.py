"""Who fetches learners' credentials with their consent (OAuth 2.0): programs, requests that wait for a learner, grants and their tokens.

Of every secret the SHA-256 alone is kept.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment, TokenKind, one_of


class ClientRow(SQLModel, table=True):
    """A program that has registered itself: nothing that it says of itself was checked."""

    __tablename__ = "oauth_client"

    id: str = Field(primary_key=True)
    secret: bytes = Field(sa_type=LargeBinary)
    registered: str  # what it said of itself, a JSON object
    created_at: datetime = Field(sa_type=Moment, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)  # when a learner last let it in; None: nobody did


class AskRow(SQLModel, table=True):
    """A program's request that a learner is looking at, in the browser that has the token of this; or their wish to see what they granted."""

    __tablename__ = "oauth_ask"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    client: str | None = Field(default=None, foreign_key="oauth_client.id", index=True)  # None: the learner asks on their own
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    challenge: str = ""
    email: str | None = None  # as it was typed; as it is known here, once a code was mailed
    link: bytes | None = Field(default=None, sa_type=LargeBinary)  # the hash of the claim link that was shown instead
    code: bytes | None = Field(default=None, sa_type=LargeBinary)  # of the code that was mailed; None: none was
    tries: int = 0  # wrong codes
    mailings: int = 0  # attempts to mail the code
    next_at: datetime | None = Field(default=None, sa_type=Moment, index=True)  # of which the next is due; None: none is
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    proven_at: datetime | None = Field(default=None, sa_type=Moment)  # when it was seen who the learner is


class GrantRow(SQLModel, table=True):
    """A learner's consent, with the code that a program takes it up by; all tokens of it end with it."""

    __tablename__ = "oauth_grant"
    __table_args__ = (CheckConstraint("(email IS NULL) <> (credential IS NULL)", name="grant_of_one_kind"),)

    id: str = Field(primary_key=True)
    client: str = Field(foreign_key="oauth_client.id", index=True)
    email: str | None = Field(default=None, index=True)  # all credentials of this address
    credential: str | None = Field(default=None, foreign_key="credential.id", index=True)  # or this one
    scope: str
    redirect_uri: str
    challenge: str
    code: bytes = Field(unique=True, sa_type=LargeBinary)
    code_expires_at: datetime = Field(sa_type=Moment)
    code_used_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class TokenRow(SQLModel, table=True):
    """A token of a grant: one to read with, or one that is exchanged once for the next two."""

    __tablename__ = "oauth_token"
    __table_args__ = (CheckConstraint(one_of("kind", TokenKind), name="token_kind"),)

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    grant: str = Field(foreign_key="oauth_grant.id", index=True)
    kind: str
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)  # exchanged, or revoked
