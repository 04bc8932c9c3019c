"""What goes into the API."""

from typing import Annotated, Any

from pydantic import Field

from laurea.core.mapping import ColumnMapping
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.revocation import Reason
from laurea.web.schemas.base import Requested

MAX_BULK = 1000  # records in one request: with a thousand each is checked in well under a second
Text = Annotated[str, Field(max_length=1000)]
Id = Annotated[str, Field(pattern=r"^(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", max_length=45)]


class RecordIn(Requested):
    """One achievement of one learner, as a row of a roster has it (docs/roster.md)."""

    learner: Text
    name: Text
    achievement: Text
    result: Text | None = None
    evidence: Text | None = None
    evidence_name: Text | None = None
    holder: Text | None = None
    awarded: Text | None = None
    valid_until: Text | None = None
    email: Text | None = None

    def texts(self) -> dict[str, str]:
        """Return the texts by the columns of a roster."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class RecordsIn(Requested):
    """Several of them, of which all become credentials or none."""

    records: Annotated[list[RecordIn], Field(min_length=1, max_length=MAX_BULK)]
    duplicates: Annotated[Duplicates, Field(strict=False)] = Duplicates.REFUSE


class RevocationIn(Requested):
    """Credentials to take back, and why: the reason is public for ever."""

    credentials: Annotated[list[Id], Field(min_length=1, max_length=MAX_BULK)]
    reason: Annotated[str, Field(json_schema_extra={"enum": [reason.word for reason in Reason]})]


class SuspensionIn(Requested):
    """Credentials to suspend, or whose suspension is to end."""

    credentials: Annotated[list[Id], Field(min_length=1, max_length=MAX_BULK)]
    suspended: bool


class ReissueIn(Requested):
    """A corrected record for a credential that is taken back as superseded, or withdrawn if nobody has it yet."""

    record: RecordIn


class MappingIn(Requested):
    """Our columns: those that a roster's columns fill (several are joined with a blank), and those with one value in every row."""

    columns: Annotated[dict[Text, Annotated[list[Text], Field(max_length=10)]], Field(max_length=20)]
    constants: Annotated[dict[Text, Text], Field(max_length=20, default_factory=dict)]

    def mapping(self) -> ColumnMapping:
        """Return it as the service takes it."""
        return ColumnMapping({ours: tuple(theirs) for ours, theirs in self.columns.items()}, dict(self.constants))


class CommitIn(Requested):
    """What becomes of rows whose learner has the achievement already."""

    duplicates: Annotated[Duplicates, Field(strict=False)] = Duplicates.REFUSE


class ExchangeIn(Requested):
    """What a wallet says: nothing at first, then a presentation by which its holder proves to have their key."""

    verifiable_presentation: dict[str, Any] | None = None
