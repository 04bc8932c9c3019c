"""Rows of the issuer's database, with what a test does not care for filled in."""

from datetime import datetime
from typing import Any

from laurea.storage.issuer.bulk import COLUMNS, NewCredential


def new_credential(name: str, at: datetime, **facts: Any) -> NewCredential:
    """A credential that is not kept yet, whose id and learner are this name."""
    known: dict[str, Any] = {
        "id": name,
        "learner": name,
        "achievement": "sql",
        "document": b"{}",
        "profile": "laurea",
        "enrolled_at": at,
        **facts,
    }
    return NewCredential._make(known.get(column) for column in COLUMNS)
