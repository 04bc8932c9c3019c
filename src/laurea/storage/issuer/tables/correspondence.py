"""What goes to learners: links with which they answer, and the mails that carry them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import LinkPurpose, MailState, Moment, one_of


class LinkRow(SQLModel, table=True):
    """A link that works once; of its token, 256 random bits, the SHA-256 is kept."""

    __tablename__ = "link"
    __table_args__ = (CheckConstraint(one_of("purpose", LinkPurpose), name="link_purpose"),)

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    credential: str = Field(foreign_key="credential.id", index=True)
    purpose: str
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class MailRow(SQLModel, table=True):
    """A mail to be sent about a credential; its link is made when it is sent, so that no token is ever kept."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint(one_of("purpose", LinkPurpose), name="mail_purpose"),
        CheckConstraint(one_of("state", MailState), name="mail_state"),
    )

    id: str = Field(primary_key=True)  # a UUID, and the same Message-ID at every attempt
    credential: str = Field(foreign_key="credential.id", index=True)
    purpose: str
    state: str = Field(default=MailState.WAITING, index=True)
    attempts: int = 0
    created_at: datetime = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str = ""  # the server's code and our words: never an address
