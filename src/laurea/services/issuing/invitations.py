"""Invitations: a credential of no wallet yet asks its learner which one it is to be bound to."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from laurea.storage.issuer.correspondence import Mails
from laurea.storage.issuer.tables import CredentialRow, LinkPurpose, MailRow


def invite(session: Session, credentials: Iterable[CredentialRow], now: datetime) -> None:
    """Put an invitation into the outbox for every credential that waits for an answer and says where to write to."""
    for credential in credentials:
        if credential.waits_until is not None and credential.email is not None:
            Mails(session).add(MailRow(id=str(uuid4()), credential=credential.id, purpose=LinkPurpose.BIND, created_at=now, next_at=now))
