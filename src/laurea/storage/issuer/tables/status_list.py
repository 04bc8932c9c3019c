"""Status lists, in which credentials have their entries."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import Moment


class StatusListRow(SQLModel, table=True):
    """A list of statuses, of which there is one for each of its purposes; what is set in them follows from the credentials."""

    __tablename__ = "status_list"

    id: str = Field(primary_key=True)  # 128 random bits: a database restored from an old backup never makes one that exists
    url: str  # of the folder that it is published in, as it stands in credentials
    purposes: str  # words with blanks between
    created_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)  # no more credentials get an entry in it
    published_at: datetime | None = Field(default=None, sa_type=Moment)  # the moment whose statuses were last published

    def file_name(self, purpose: str) -> str:
        """The name of the file that it is in for one purpose."""
        return f"{self.id}-{purpose}.json"

    def url_of(self, purpose: str) -> str:
        """Where it is for one purpose."""
        return f"{self.url}/{self.file_name(purpose)}"
