"""The audit log: append-only, each entry bound to the one before it by a hash, so that none can be changed or left out unseen."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from laurea.core import canonical
from laurea.core.canonical import Json
from laurea.core.credential import format_time
from laurea.storage.issuer.tables import AuditRow

BEGINNING = bytes(32)  # what the first entry has for the hash of the one before it


class Audit:
    """What was done, by whom, to what: ids, counts and states, and nothing about a person."""

    def __init__(self, session: Session) -> None:
        """Query in this session; entries are kept or lost with all else that its transaction does."""
        self._session = session

    def append(self, at: datetime, *, actor: str, action: str, target: str, detail: Mapping[str, Json] | None = None) -> None:
        """Add an entry: `action` is "noun.verb", `target` "noun:id"."""
        last = self._session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
        number, previous = (1, BEGINNING) if last is None else ((last.id or 0) + 1, last.hash)
        row = AuditRow(
            id=number,
            at=at.replace(microsecond=0),
            actor=actor,
            action=action,
            target=target,
            detail=json.dumps(dict(detail or {}), sort_keys=True),
            previous=previous,
            hash=b"",
        )
        row.hash = entry_hash(row)
        self._session.add(row)
        self._session.flush()

    def entries(self, *, after: int = 0, limit: int | None = None) -> Iterator[AuditRow]:
        """Give the entries behind number `after`, oldest first."""
        query = select(AuditRow).where(col(AuditRow.id) > after).order_by(col(AuditRow.id)).limit(limit)
        return iter(self._session.exec(query))

    def newest(self, *, before: int | None = None, limit: int) -> list[AuditRow]:
        """Return the newest entries, those before number `before` if it is given."""
        query = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
        return list(self._session.exec(query if before is None else query.where(col(AuditRow.id) < before)))

    def first_broken(self) -> int | None:
        """Return the number of the first entry that does not follow from the one before it; None when the whole log holds together.

        That nothing was cut off at the end only somebody can tell who has kept a later hash.
        """
        previous = BEGINNING
        for number, row in enumerate(self.entries(), start=1):
            if row.id != number or row.previous != previous or row.hash != entry_hash(row):
                return number
            previous = row.hash
        return None


def entry_hash(row: AuditRow) -> bytes:
    """Return the hash of an entry: SHA-256 over the JCS form of [number, time, actor, action, target, detail, previous hash]."""
    content: list[Json] = [row.id, format_time(row.at), row.actor, row.action, row.target, row.detail, row.previous.hex()]
    return sha256(canonical.dump(content)).digest()
