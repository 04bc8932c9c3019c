"""What columns hold: points in time, and words of which there are a few."""

from datetime import UTC, datetime
from enum import IntFlag, StrEnum
from typing import Any, Literal, TypeVar

from sqlalchemy import DateTime, Dialect, TypeDecorator

T = TypeVar("T")

ACCREDITATION = "accreditation:"  # in the place of an achievement: an endorsement of another issuer. No achievement is called so
AT_ONCE = "vc-api:"  # in the place of an achievement: a credential that was handed out when it was asked for, before its batch. No achievement is called so


class Moment(TypeDecorator[datetime]):
    """A point in time: stored in UTC, given back with its zone, which SQLite forgets."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its interface
        """Store in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back in UTC, with the zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def render_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types into a new migration as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


class Role(IntFlag):
    """What a key may do, in the registry's own bits."""

    NONE = 0
    ANCHOR = 1
    REVOKE = 2


class KeyState(StrEnum):
    """Where a key stands: made here, granted its roles on the chain, and how it ended."""

    NEW = "new"
    GRANTED = "granted"
    REMOVED = "removed"
    COMPROMISED = "compromised"


class BatchState(StrEnum):
    """Where a batch stands (DESIGN.md section 5); `services.issuing.anchoring` has the step that leaves each."""

    SEALED = "sealed"
    NONCED = "nonced"
    SIGNED = "signed"
    SENT = "sent"
    MINED = "mined"
    FINAL = "final"
    RELEASED = "released"
    FAILED = "failed"
    SUSPENDED = "suspended"


class BatchProfile(StrEnum):
    """Of which kind the credentials of a batch are, and so its tree and what is anchored of it: ours, or that of Blockcerts."""

    LAUREA = "laurea"
    BLOCKCERTS = "blockcerts"


class RevocationState(StrEnum):
    """Where a revocation stands: asked for, signed (and perhaps sent), in the chain, or refused by the registry."""

    REQUESTED = "requested"
    SIGNED = "signed"
    MINED = "mined"
    FAILED = "failed"


class Access(StrEnum):
    """What a person or a program may do with the service: look, import and revoke, or run it all."""

    AUDITOR = "auditor"
    REGISTRAR = "registrar"
    OPERATOR = "operator"


class LinkPurpose(StrEnum):
    """What a link in a learner's hand is for: to name the wallet that a credential is bound to, or to fetch the credential."""

    BIND = "bind"
    CLAIM = "claim"


class MailState(StrEnum):
    """Where a mail stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class TokenKind(StrEnum):
    """What a token of a learner's consent is for: to read, or to be exchanged for the next."""

    ACCESS = "access"
    REFRESH = "refresh"


def stored(value: T | None) -> T:
    """Return what a row in this state has; raises TypeError when it is not there."""
    if value is None:
        raise TypeError("the row is not where this is known")
    return value


def one_of(column: str, words: type[StrEnum]) -> str:
    """Return the condition that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"
