"""What goes in and out of the API: requests and answers. A row of the database is neither."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from laurea.core.mapping import ColumnMapping
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.enrolment import Enrolled
from laurea.services.issuing.revocation import Reason
from laurea.storage.issuer.tables import Access, BatchState, RevocationState

T = TypeVar("T")

MAX_BULK = 1000  # records in one request: with a thousand each is checked in well under a second
Text = Annotated[str, Field(max_length=1000)]
Id = Annotated[str, Field(pattern=r"^(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", max_length=45)]


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class _Request(_Model):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, strict=True, extra="forbid")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[str] | None = Field(None, description="every single thing that is wrong, with where it is and the fix")


class Page(_Model, Generic[T]):
    """A part of a list; `next` is the cursor of the part after it, if there is one."""

    items: list[T]
    next: str | None = None


class RecordIn(_Request):
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


class RecordsIn(_Request):
    """Several of them, of which all become credentials or none."""

    records: Annotated[list[RecordIn], Field(min_length=1, max_length=MAX_BULK)]
    duplicates: Annotated[Duplicates, Field(strict=False)] = Duplicates.REFUSE


class RevocationIn(_Request):
    """Credentials to take back, and why: the reason is public for ever."""

    credentials: Annotated[list[Id], Field(min_length=1, max_length=MAX_BULK)]
    reason: Annotated[str, Field(json_schema_extra={"enum": [reason.word for reason in Reason]})]


class ReissueIn(_Request):
    """A corrected record for a credential that is taken back as superseded, or withdrawn if nobody has it yet."""

    record: RecordIn


class EnrolledOut(_Model):
    """The ids of new credentials, in the order of the records; nothing about learners, so that the answer can be kept."""

    credentials: list[str]


class ImportedOut(_Model):
    """What became of many records or of a roster: the ids of new, of corrected and of replacing credentials, and how many rows said nothing new."""

    credentials: list[str]
    corrected: list[str]
    replaced: list[str]
    skipped: int

    @classmethod
    def of(cls, enrolled: Enrolled) -> "ImportedOut":
        """Return what the service says."""
        parts = ([f"urn:uuid:{uuid}" for uuid in part] for part in (enrolled.new, enrolled.corrected, enrolled.replaced))
        new, corrected, replaced = parts
        return cls(credentials=new, corrected=corrected, replaced=replaced, skipped=enrolled.skipped)


class MappingIn(_Request):
    """Our columns: those that a roster's columns fill (several are joined with a blank), and those with one value in every row."""

    columns: Annotated[dict[Text, Annotated[list[Text], Field(max_length=10)]], Field(max_length=20)]
    constants: Annotated[dict[Text, Text], Field(max_length=20)] = {}

    def mapping(self) -> ColumnMapping:
        """Return it as the service takes it."""
        return ColumnMapping({ours: tuple(theirs) for ours, theirs in self.columns.items()}, dict(self.constants))


class RosterOut(_Model):
    """A roster that waits to be committed: its columns and first rows, and the mapping, at first a guess."""

    id: str
    format: str
    rows: int
    header: list[str]
    sample: list[list[str]]
    columns: dict[str, list[str]]
    constants: dict[str, str]
    unused: list[str]
    expires_at: datetime


class RowProblem(_Model):
    """One thing that is wrong with a roster, and the fix."""

    row: int | None
    column: str | None
    value: str | None
    problem: str


class ReviewOut(_Model):
    """What a commit would do; nothing, as long as there are problems, of which the first are listed (errors.csv has all)."""

    rows: int
    new: int
    corrected: int
    replaced: int
    skipped: int
    problem_count: int
    problems: list[RowProblem]


class CommitIn(_Request):
    """What becomes of rows whose learner has the achievement already."""

    duplicates: Annotated[Duplicates, Field(strict=False)] = Duplicates.REFUSE


class CredentialOut(_Model):
    """A credential as the issuer sees it."""

    id: str
    learner: str
    achievement: str
    state: str
    holder: str | None
    enrolled_at: datetime
    waits_until: datetime | None
    batch: int | None
    index: int | None
    replaces: str | None
    reason: str | None
    released: bool


class AchievementOut(_Model):
    """An achievement that credentials can be issued for."""

    key: str
    document: dict[str, Any]


class BatchOut(_Model):
    """A batch, and how far its root has come; amounts in wei, as text."""

    batch: int
    state: BatchState
    size: int
    root: str
    sealed_at: datetime
    key: str | None
    nonce: int | None
    transaction: str | None
    block: int | None
    mined_at: datetime | None
    gas_used: int | None
    fee_wei: str | None
    released_at: datetime | None
    error: str | None


class TakenBackOut(_Model):
    """What became of a request to take credentials back: those withdrawn before anybody had them, and revocations to be made on the chain."""

    withdrawn: list[str]
    revocations: list[int]


class RevocationOut(_Model):
    """Credentials of one batch that are revoked in one transaction."""

    revocation: int
    batch: int
    reason: str
    state: RevocationState
    requested_at: datetime
    credentials: int
    transaction: str | None
    error: str | None


class RunOut(_Model):
    """A run of the nightly job."""

    run: int
    began: datetime
    seconds: int | None
    exit_code: int | None
    ended: str
    sealed: int
    released: int
    revoked: int
    mails: int
    gas_used: int
    fee_wei: str
    problem: str | None


class AuditOut(_Model):
    """An entry of the audit log."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, Any]
    hash: str


class AuditCheckOut(_Model):
    """Whether the whole log holds together; keep `hash`, and you will see later if entries were cut off."""

    intact: bool
    first_broken: int | None
    entries: int
    hash: str | None


class IdentityOut(_Model):
    """Who you are."""

    key: str
    access: Access
