"""Lists for whoever works with the service: credentials, batches, revocations, runs and the audit log, a part at a time."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from laurea.core.credential import parse_time
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import showing
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.showing import Shown
from laurea.storage.issuer.audit import Audit
from laurea.storage.issuer.credentials import OPEN, REVOKED, WITHDRAWN, Credentials
from laurea.storage.issuer.pages import Pages, Sought
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.tables import AuditRow, BatchRow, BatchState, CredentialRow, RevocationRow

T = TypeVar("T")
STATES = (OPEN, WITHDRAWN, REVOKED, *(state.value for state in BatchState))


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of a list, and the cursor of what comes behind it, None at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revocation, and how many credentials it is about."""

    row: RevocationRow
    credentials: int


def credentials(issuer: Issuer, sought: Sought, *, cursor: str | None, limit: int) -> Part[tuple[CredentialRow, Shown]]:
    """Return credentials in the order in which they were enrolled; raises InputError for a state that is none, and a cursor that is none."""
    if sought.state is not None and sought.state not in STATES:
        raise InputError(f"{sought.state!r} is no state of a credential", hint=f"one of {', '.join(STATES)}")
    with issuer.database.read() as session:
        rows = Pages(session).credentials(sought, after=None if cursor is None else _place(cursor), limit=limit + 1)
    found = [(row, showing.credential(issuer, row)) for row in rows[:limit]]
    return Part(found, _next(rows, limit, lambda row: f"{row.enrolled_at.isoformat()} {row.id}"))


def batches(issuer: Issuer, *, cursor: str | None, limit: int) -> Part[BatchRow]:
    """Return batches, the newest first."""
    with issuer.database.read() as session:
        rows = Pages(session).batches(before=None if cursor is None else _number(cursor), limit=limit + 1)
    return Part(rows[:limit], _next(rows, limit, lambda row: str(row.id)))


def revocations(issuer: Issuer, *, cursor: str | None, limit: int) -> Part[Revocation]:
    """Return revocations, the newest first."""
    with issuer.database.read() as session:
        rows = Pages(session).revocations(before=None if cursor is None else _number(cursor), limit=limit + 1)
        found = [Revocation(row, len(Credentials(session).of_revocation(row.number))) for row in rows[:limit]]
    return Part(found, _next(rows, limit, lambda row: str(row.id)))


def revocation(issuer: Issuer, number: int) -> Revocation:
    """Return one revocation; raises NotFound."""
    with issuer.database.read() as session:
        row = Revocations(session).get(number)
        if row is None:
            raise NotFound(f"there is no revocation {number}")
        return Revocation(row, len(Credentials(session).of_revocation(number)))


def audit(issuer: Issuer, *, cursor: str | None, limit: int) -> Part[AuditRow]:
    """Return the audit log, the newest entry first."""
    with issuer.database.read() as session:
        rows = Audit(session).newest(before=None if cursor is None else _number(cursor), limit=limit + 1)
    return Part(rows[:limit], _next(rows, limit, lambda row: str(row.id)))


def audit_state(issuer: Issuer) -> tuple[int | None, AuditRow | None]:
    """Return the number of the first entry that does not follow from the one before it, if there is one, and the last entry."""
    with issuer.database.read() as session:
        broken = Audit(session).first_broken()
        newest = Audit(session).newest(limit=1)
    return broken, newest[0] if newest else None


def _next(rows: Sequence[T], limit: int, place: Callable[[T], str]) -> str | None:
    """Return the cursor behind the part, if there is anything behind it."""
    return base64.urlsafe_b64encode(place(rows[limit - 1]).encode()).decode().rstrip("=") if len(rows) > limit else None


def _read(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise InputError("the cursor is none of ours", hint="take it from the answer before, as it is") from error


def _number(cursor: str) -> int:
    text = _read(cursor)
    if not text.isdigit() or len(text) > 15:
        raise InputError("the cursor is none of this list's")
    return int(text)


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, uuid = _read(cursor).partition(" ")
    try:
        return parse_time(at), uuid
    except FormatError as error:
        raise InputError("the cursor is none of this list's") from error
