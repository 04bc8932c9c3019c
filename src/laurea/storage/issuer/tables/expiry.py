"""When credentials end, and the notices of it that go to learners."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import MailState, Moment, one_of


class ExpiryRow(SQLModel, table=True):
    """When a released credential ends, as its document says; without a reference, which would be looked up for each."""

    __tablename__ = "expiry"

    credential: str = Field(primary_key=True)
    valid_until: datetime = Field(sa_type=Moment, index=True)


class ExpiryScanRow(SQLModel, table=True):
    """How much of a released batch was looked at for when its members end: all places below `scanned`."""

    __tablename__ = "expiry_scan"

    batch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    scanned: int


class NoticeRow(SQLModel, table=True):
    """A notice that a credential ends, in the outbox: one for each of the times before its end that the configuration names."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("credential", "days", name="one_notice_of_a_kind"),
        CheckConstraint(one_of("state", MailState), name="notice_state"),
    )

    id: str = Field(primary_key=True)  # a UUID, and the same Message-ID at every attempt
    credential: str = Field(foreign_key="credential.id")
    days: int  # before the end
    valid_until: datetime = Field(sa_type=Moment)
    state: str = Field(default=MailState.WAITING, index=True)
    attempts: int = 0
    created_at: datetime = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str = ""  # the server's code and our words: never an address
