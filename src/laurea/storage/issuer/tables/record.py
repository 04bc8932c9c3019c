"""What was done: the audit log, the runs, and rosters on their way in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment, stored


class AuditRow(SQLModel, table=True):
    """One entry of the audit log: append-only, each with the hash of the one before it, and nothing about a person."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    actor: str  # "key:<id of an access key>", "cli" or "run"
    action: str  # for example "credential.revoke"
    target: str  # for example "credential:<uuid>"
    detail: str  # a JSON object: counts, states, reasons; ids and no names
    previous: bytes = Field(unique=True, sa_type=LargeBinary)
    hash: bytes = Field(unique=True, sa_type=LargeBinary)


class RunRow(SQLModel, table=True):
    """One run of the nightly job: when, how it ended, and what it did."""

    __tablename__ = "run"
    __table_args__ = (CheckConstraint("(ended_at IS NULL) = (exit_code IS NULL)", name="run_ended"),)

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)  # None: it is at work, or was killed
    exit_code: int | None = None
    sealed: int = 0  # credentials
    released: int = 0
    revoked: int = 0
    mails: int = 0
    gas_used: int = 0
    fee_wei: str = "0"
    problem: str = ""  # why it did not do all, in words

    @property
    def number(self) -> int:
        """The number of a run that is in the database."""
        return stored(self.id)


class UploadRow(SQLModel, table=True):
    """A roster that was uploaded and is being mapped to our columns; its file is `uploads/<id>`, until it is committed or expires."""

    __tablename__ = "upload"

    id: str = Field(primary_key=True)  # a UUID
    format: str  # "csv" or "xlsx"
    mapping: str  # a JSON object: our column -> the roster's
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    committed_at: datetime | None = Field(default=None, sa_type=Moment)
    enrolled: int | None = None  # credentials, once committed
