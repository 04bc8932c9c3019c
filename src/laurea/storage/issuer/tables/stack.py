"""Stacks: the rules by which credentials make capstones, and the capstones that were awarded by them, with their parts."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment


class StackRow(SQLModel, table=True):
    """A rule; one for each achievement that is a capstone."""

    __tablename__ = "stack"

    capstone: str = Field(primary_key=True, foreign_key="achievement.id")
    document: bytes = Field(sa_type=LargeBinary)  # as `core.stack` reads it
    added_at: datetime = Field(sa_type=Moment)


class StackPartRow(SQLModel, table=True):
    """An achievement that counts for a capstone, and how many credits it adds; 0 where the rule asks for none."""

    __tablename__ = "stack_part"

    capstone: str = Field(primary_key=True, foreign_key="stack.capstone")
    achievement: str = Field(primary_key=True, foreign_key="achievement.id", index=True)
    credits: float = 0.0


class AwardRow(SQLModel, table=True):
    """A capstone that was awarded by its rule. One that lapsed was withdrawn with a part of it, and may be awarded again."""

    __tablename__ = "award"

    credential: str = Field(primary_key=True, foreign_key="credential.id")
    capstone: str  # the achievement: the rule may be gone
    awarded_at: datetime = Field(sa_type=Moment)
    lapsed_at: datetime | None = Field(default=None, sa_type=Moment)


class AwardPartRow(SQLModel, table=True):
    """A credential that a capstone was awarded for. Without references, as `member` is: whoever awards has just read the parts."""

    __tablename__ = "award_part"

    credential: str = Field(primary_key=True)
    part: str = Field(primary_key=True, index=True)


class ExpiredPartRow(SQLModel, table=True):
    """A credential that was looked at for a capstone and had expired: its document need not be read every night."""

    __tablename__ = "expired_part"

    credential: str = Field(primary_key=True)
