"""Renew: a credential that ends gets another in its place, with another validity; when that one is released, the old one is superseded.

A renewed credential is none that stands any more: its learner and achievement belong to the one in its place. If that is withdrawn before it
is released, the old one stands as before.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.core.drafts import SALT_BYTES
from laurea.core.lenient import moment
from laurea.core.renewal import Renewal, renewed
from laurea.errors import FormatError, InputError
from laurea.services.issuing.drafting import problems_of, shown_profile
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import is_taken_back
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, take_back
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_places import Drawing, Place
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.renewals import PART, Renewals
from laurea.storage.issuer.tables import AT_ONCE, BatchProfile, BatchState, CredentialRow


def renew(issuer: Issuer, credentials: Sequence[str], until: datetime) -> dict[str, str]:
    """Enrol new credentials, valid until a moment, in the place of released ones, all or none; return their UUIDs by those of the old.

    Raises NotFound, InputError for one that cannot be renewed, and FormatError.
    """
    uuids = [require(issuer, credential).id for credential in dict.fromkeys(credentials)]
    found: dict[str, str] = {}
    with issuer.database.write() as session:
        drawing = Drawing(session, issuer)
        for start in range(0, len(uuids), PART):
            rows = list(Credentials(session).some(uuids[start : start + PART]))
            for row in rows:
                _require_renewable(session, issuer, row, until)
            found |= _put(session, issuer, rows, drawing.draw(len(rows)), until)
        if found:
            issuer.record(session, "credentials.renew", f"credentials:{len(found)}", {"count": len(found), "until": format_time(until)})
    return found


def ending(issuer: Issuer, within: timedelta, *, achievement: str | None = None) -> dict[str, datetime]:
    """Return the UUIDs of the released credentials that end within a time from now and stand, with when they end."""
    scan(issuer)
    now = issuer.now()
    with issuer.database.read() as session:
        return {row.id: until for row, until in Renewals(session).ending(now, now + within, achievement=achievement)}


def scan(issuer: Issuer) -> None:
    """Look when the members of released batches end, each batch once; a kill anywhere loses at most a part, which is looked at again."""
    while True:
        with issuer.database.write() as session:
            todo = Renewals(session).unscanned()
            if todo is None:
                return
            batch, start = todo
            rows = Renewals(session).members(batch, start)
            ends = [(row.id, valid_until(row.document)) for row in rows if b'"validUntil"' in row.document]
            size = 0 if (found := Batches(session).get(batch)) is None else found.size
            Renewals(session).note(batch, min(start + PART, size), [(uuid, end) for uuid, end in ends if end is not None])


def supersede(session: Session, issuer: Issuer, batch: int) -> None:
    """Take back, as superseded, what the members of a batch stand in the place of, within the transaction that records their release.

    What has ended by itself needs no revocation, which would cost money and tell the public something.
    """
    now = issuer.now()
    ends = {row.id: valid_until(row.document) for row in Renewals(session).replaced_in(batch)}
    take_back(session, issuer, [uuid for uuid, end in ends.items() if end is None or now < end], Reason.SUPERSEDED)


def valid_until(document: bytes) -> datetime | None:
    """Return until when a credential is valid, None when it has no end."""
    return moment(parsed(document).get("validUntil")) if document else None


def _require_renewable(session: Session, issuer: Issuer, row: CredentialRow, until: datetime) -> None:
    name = f"the credential urn:uuid:{row.id}"
    batch = None if row.batch is None else Batches(session).get(row.batch)
    if is_taken_back(row) or row.suspended_at is not None:
        raise InputError(f"{name} was taken back or is suspended", hint="issue a new one with a roster")
    if row.renewed_at is not None:
        raise InputError(f"{name} is renewed already", hint="renew the one in its place, once that is released")
    if row.profile == BatchProfile.BLOCKCERTS or row.achievement == AT_ONCE:
        raise InputError(f"{name} is none that a roster of Open Badges made", hint="issue a new one the way that this one was issued")
    if batch is None or batch.state != BatchState.RELEASED:
        raise InputError(f"{name} is not released yet", hint="correct it instead, or wait for the next run")
    end = valid_until(row.document)
    if end is None:
        raise InputError(f"{name} has no end: there is nothing to renew")
    if until <= max(end, issuer.now()):
        raise InputError(f"{name} is valid until {format_time(end)} already", hint="pass a later time with --until")


def _put(
    session: Session, issuer: Issuer, rows: Sequence[CredentialRow], places: Sequence[Place | None], until: datetime
) -> dict[str, str]:
    """Put new credentials in the place of others."""
    now = issuer.now()
    profile = shown_profile(issuer).document()
    made = [_made(row, place, profile, now, until) for row, place in zip(rows, places, strict=True)]
    for row in rows:
        row.renewed_at = now
        session.add(row)
    session.flush()  # before those in their place come, which they would stand in the way of
    Credentials(session).add_all(made)
    return {row.id: new.id for row, new in zip(rows, made, strict=True)}


def _made(row: CredentialRow, place: Place | None, profile: JsonObject, now: datetime, until: datetime) -> NewCredential:
    uuid = str(uuid4())
    status = () if place is None else tuple(place.entries())
    renewal = Renewal(f"urn:uuid:{uuid}", profile, now.replace(microsecond=0), until, secrets.token_hex(SALT_BYTES), status)
    document = renewed(parsed(row.document), row.learner, renewal)
    problems = problems_of(document)
    if problems:
        raise FormatError(f"the credential urn:uuid:{row.id} cannot be renewed: {problems[0]}")
    return NewCredential(
        id=uuid,
        learner=row.learner,
        achievement=row.achievement,
        document=canonical.dump(document),
        form=None,
        seed=None,
        committed=None,
        email=row.email,
        holder=row.holder,
        status_list=None if place is None else place.status_list.id,
        status_index=None if place is None else place.index,
        replaces=row.id,
        profile=row.profile,
        enrolled_at=now,
        waits_until=None,  # who was asked for a wallet once is not asked again
    )
