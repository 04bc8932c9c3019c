"""Suspend credentials for a while, and end that: said by a status list, since the chain knows what is for ever only."""

from collections.abc import Sequence

from sqlmodel import Session

from laurea.core import bitstring
from laurea.core.signature import check
from laurea.core.status_list import SUSPENSION, StatusList
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, lapse
from laurea.services.issuing.signing_keys import listed
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.renewals import Renewals
from laurea.storage.issuer.stacks import Stacks
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import CredentialRow


def suspend(issuer: Issuer, credentials: Sequence[str], *, suspended: bool = True) -> list[str]:
    """Suspend credentials, or end that, all or none; return the UUIDs of those that it changes. `publishing.publish` tells verifiers.

    What is to come in the place of one that is renewed goes with it, and capstones that nobody was handed yet are withdrawn.
    Raises NotFound, and InputError for one that was taken back, or has no entry in a list for suspension.
    """
    changed = []
    uuids = [require(issuer, credential).id for credential in credentials]
    with issuer.database.write() as session:
        known = {row.id: row for row in Credentials(session).some(dict.fromkeys(uuids))}
        rows = {each.id: each for uuid in uuids for each in _with_successor(session, known[uuid])}
        for row in rows.values():
            _require_suspendable(session, row)
            if (row.suspended_at is not None) is suspended:
                continue
            row.suspended_at, row.unsuspended_at = (issuer.now(), row.unsuspended_at) if suspended else (None, issuer.now())
            session.add(row)
            issuer.record(session, "credential.suspend" if suspended else "credential.unsuspend", f"credential:{row.id}")
            changed.append(row.id)
        _let_lapse(session, issuer, changed if suspended else [])
    return changed


def take_over(issuer: Issuer, data: bytes) -> list[str]:
    """Suspend what a published list of ours says is suspended, and return the UUIDs: a restored backup does not know of it.

    Raises FormatError for what is no list of this issuer for suspension, signed by a key that nobody else holds.
    """
    found = StatusList.parse(data)
    keys = {issuer.profile.method(row.public): row.public for row in listed(issuer) if row.compromised_from is None}
    ours = [proof for proof in found.credential.proofs if proof.get("verificationMethod") in keys]
    if not any(check(found.credential.document, proof, keys[str(proof["verificationMethod"])]) for proof in ours):
        raise FormatError("the status list is not signed by a key of this issuer")
    bits = bitstring.decode(found.encoded)
    changed = []
    with issuer.database.write() as session:
        lists = [row for row in StatusLists(session).all() if row.url_of(SUSPENSION) == found.credential.id]
        if not lists or found.purposes != {SUSPENSION}:
            raise FormatError("the status list is not one for suspension that this directory knows")
        for row in Credentials(session).listed_in(lists[0].id):
            if row.suspended_at is None and bitstring.entry(bits, row.status_index or 0):
                row.suspended_at = issuer.now()
                session.add(row)
                issuer.record(session, "credential.suspend", f"credential:{row.id}", {"from": "list"})
                changed.append(row.id)
        _let_lapse(session, issuer, changed)
    return changed


def can_be(issuer: Issuer, row: CredentialRow) -> bool:
    """Tell whether a credential can be suspended, as far as that hangs on its status entries."""
    with issuer.database.read() as session:
        return _has_entry(session, row)


def waits(issuer: Issuer, row: CredentialRow) -> bool:
    """Tell whether the published list is yet to say what was decided about a credential."""
    changed = max((at for at in (row.suspended_at, row.unsuspended_at) if at is not None), default=None)
    if changed is None or row.status_list is None:
        return False
    with issuer.database.read() as session:
        found = StatusLists(session).get(row.status_list)
    return found is None or found.published_at is None or changed > found.published_at


def _with_successor(session: Session, row: CredentialRow) -> list[CredentialRow]:
    """Return a credential and what is to come in its place, or the new one would say that nothing was suspended."""
    new = None if row.renewed_at is None else Renewals(session).in_place_of(row.id)
    return [row] if new is None else [row, new]


def _let_lapse(session: Session, issuer: Issuer, suspended: Sequence[str]) -> None:
    session.flush()
    lapse(session, issuer, Stacks(session).unreleased_with(suspended), Reason.WITHDRAWN)


def _require_suspendable(session: Session, row: CredentialRow) -> None:
    if row.withdrawn_at or row.revoked_at or row.revocation or row.erased_at:
        raise InputError(f"credential {row.id} was taken back: there is nothing to suspend")
    if not _has_entry(session, row):
        raise InputError(
            f"credential {row.id} names no status list for suspension",
            hint="those made while the configuration has it under [status] do; this one can be revoked, and issued again",
        )


def _has_entry(session: Session, row: CredentialRow) -> bool:
    found = None if row.status_list is None else StatusLists(session).get(row.status_list)
    return found is not None and SUSPENSION in found.purposes.split()
