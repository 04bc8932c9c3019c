"""Accreditations of the issuer by others."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment


class AccreditationRow(SQLModel, table=True):
    """An endorsement of the issuer, which its credentials carry."""

    __tablename__ = "accreditation"

    id: str = Field(primary_key=True)  # the id of the credential
    document: bytes = Field(sa_type=LargeBinary)  # as JSON text, with its proofs
    added_at: datetime = Field(sa_type=Moment)
