"""Reminders: learners are told by mail that a credential ends, once for each of the times before its end that the configuration names."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import is_taken_back
from laurea.services.issuing.renewing import scan
from laurea.storage.issuer.renewals import PART, Notices, Renewals
from laurea.storage.issuer.tables import CredentialRow, NoticeRow


def remind(issuer: Issuer) -> int:
    """Put the notices that are due into the outbox, and return how many; a kill anywhere repeats none."""
    if issuer.reach is None or not issuer.reach.writes or not issuer.reach.reminders:
        return 0
    scan(issuer)
    steps = sorted(set(issuer.reach.reminders))
    return sum(_remind(issuer, earlier, days) for earlier, days in pairwise([0, *steps]))


def is_needed(row: CredentialRow, valid_until: datetime, now: datetime) -> bool:
    """Tell whether a learner is to hear that a credential ends: not when it is taken back, suspended or renewed, or has ended."""
    return not is_taken_back(row) and row.suspended_at is None and row.renewed_at is None and now < valid_until


def _remind(issuer: Issuer, earlier: int, days: int) -> int:
    """Put notices of what ends in so many days or sooner there, but no sooner than in `earlier` days: of that there is another notice."""
    now, ahead = issuer.now(), timedelta(days=days)
    with issuer.database.read() as session:
        found = [
            (row.id, until)
            for row, until in Renewals(session).ending(now + timedelta(days=earlier), now + ahead)
            # Whoever gets a credential for a short time needs no notice with it.
            if row.email is not None and row.enrolled_at < until - ahead
        ]
    count = 0
    for part in (found[start : start + PART] for start in range(0, len(found), PART)):
        with issuer.database.write() as session:
            given = Notices(session).given([uuid for uuid, _ in part], days)
            for uuid, until in part:
                if uuid not in given:
                    count += 1
                    Notices(session).add(
                        NoticeRow(id=str(uuid4()), credential=uuid, days=days, valid_until=until, created_at=now, next_at=now)
                    )
    return count
