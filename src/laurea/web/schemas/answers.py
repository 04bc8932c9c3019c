"""What comes out of the API; a row of the database never does."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import Field

from laurea.services.issuing.keeping import Enrolled
from laurea.storage.issuer.tables import Access, BatchState, LinkPurpose, RevocationState
from laurea.web.model import Model

T = TypeVar("T")


class Page(Model, Generic[T]):
    """A part of a list; `next` is the cursor of the part after it, if there is one."""

    items: list[T]
    next: str | None = None


class EnrolledOut(Model):
    """The ids of new credentials, in the order of the records; nothing about learners, so that the answer can be kept."""

    credentials: list[str]


class ImportedOut(Model):
    """What became of many records or of a roster: the ids of new, of corrected and of replacing credentials, and how many rows said nothing new."""

    credentials: list[str]
    corrected: list[str]
    replaced: list[str]
    skipped: int
    waiting: int  # of the new ones, those whose learners are asked for their wallet first

    @classmethod
    def of(cls, enrolled: Enrolled) -> "ImportedOut":
        """Return what the service says."""
        parts = ([f"urn:uuid:{uuid}" for uuid in part] for part in (enrolled.new, enrolled.corrected, enrolled.replaced))
        new, corrected, replaced = parts
        return cls(
            credentials=new, corrected=corrected, replaced=replaced, skipped=enrolled.counts.skipped, waiting=enrolled.counts.waiting
        )


class RosterOut(Model):
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


class RowProblem(Model):
    """One thing that is wrong with a roster, and the fix."""

    row: int | None
    column: str | None
    value: str | None
    problem: str


class ReviewOut(Model):
    """What a commit would do; nothing, as long as there are problems, of which the first are listed (errors.csv has all)."""

    rows: int
    new: int
    corrected: int
    replaced: int
    skipped: int
    problem_count: int
    problems: list[RowProblem]


class LinkOut(Model):
    """A link for a learner, shown this once, and the same as a QR code (SVG)."""

    url: str
    purpose: LinkPurpose
    expires_at: datetime
    qr: str


class MailOut(Model):
    """A mail that is on its way."""

    purpose: LinkPurpose


class CredentialOut(Model):
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
    suspended: bool
    status_waits: bool = Field(description="the published status list is yet to say so; the next run signs it")


class AchievementOut(Model):
    """An achievement that credentials can be issued for."""

    key: str
    document: dict[str, Any]


class BatchOut(Model):
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


class TakenBackOut(Model):
    """What became of a request to take credentials back: those withdrawn before anybody had them, and revocations to be made on the chain.

    `listed` are those of Blockcerts, which are in its revocation list from now on.
    """

    withdrawn: list[str]
    revocations: list[int]
    listed: list[str]


class SuspensionOut(Model):
    """The credentials whose suspension began or ended; the others were as wanted already. The next run signs the list that says so."""

    changed: list[str]


class RevocationOut(Model):
    """Credentials of one batch that are revoked in one transaction."""

    revocation: int
    batch: int
    reason: str
    state: RevocationState
    requested_at: datetime
    credentials: int
    transaction: str | None
    error: str | None


class RunOut(Model):
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


class AuditOut(Model):
    """An entry of the audit log."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, Any]
    hash: str


class AuditCheckOut(Model):
    """Whether the whole log holds together; keep `hash`, and you will see later if entries were cut off."""

    intact: bool
    first_broken: int | None
    entries: int
    hash: str | None


class IdentityOut(Model):
    """Who you are."""

    key: str
    access: Access
