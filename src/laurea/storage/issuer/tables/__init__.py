"""The issuer's tables. A row never leaves `services`; documents are kept as the exact bytes that are signed and hashed."""

from laurea.storage.issuer.tables.access import AccessKeyRow, IdempotencyRow, SessionRow
from laurea.storage.issuer.tables.batch import BatchRow, LostBatchRow, TransactionRow
from laurea.storage.issuer.tables.correspondence import LinkRow, MailRow
from laurea.storage.issuer.tables.credential import STANDING, CredentialRow, FormRow, MemberRow, RevocationRow
from laurea.storage.issuer.tables.identity import AchievementRow, IssuerRow, KeyRow, SigningKeyRow
from laurea.storage.issuer.tables.issuance import IssuanceRow
from laurea.storage.issuer.tables.kinds import (
    AT_ONCE,
    Access,
    BatchProfile,
    BatchState,
    KeyState,
    LinkPurpose,
    MailState,
    Moment,
    RevocationState,
    Role,
    TokenKind,
    render_type,
    stored,
)
from laurea.storage.issuer.tables.oauth import AskRow, ClientRow, GrantRow, TokenRow
from laurea.storage.issuer.tables.record import AuditRow, RunRow, UploadRow
from laurea.storage.issuer.tables.stack import AwardPartRow, AwardRow, ExpiredPartRow, StackPartRow, StackRow
from laurea.storage.issuer.tables.status_list import StatusListRow

__all__ = [
    "AT_ONCE",
    "STANDING",
    "Access",
    "AccessKeyRow",
    "AchievementRow",
    "AskRow",
    "AuditRow",
    "AwardPartRow",
    "AwardRow",
    "BatchProfile",
    "BatchRow",
    "BatchState",
    "ClientRow",
    "CredentialRow",
    "ExpiredPartRow",
    "FormRow",
    "GrantRow",
    "IdempotencyRow",
    "IssuanceRow",
    "IssuerRow",
    "KeyRow",
    "KeyState",
    "LinkPurpose",
    "LinkRow",
    "LostBatchRow",
    "MailRow",
    "MailState",
    "MemberRow",
    "Moment",
    "RevocationRow",
    "RevocationState",
    "Role",
    "RunRow",
    "SessionRow",
    "SigningKeyRow",
    "StackPartRow",
    "StackRow",
    "StatusListRow",
    "TokenKind",
    "TokenRow",
    "TransactionRow",
    "UploadRow",
    "render_type",
    "stored",
]
