"""Publish status lists: signed, in step with what is revoked on the chain and what is suspended, anew before they grow stale."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from laurea.core import bitstring, canonical
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.status_list import StatusList, build
from laurea.errors import FormatError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.signatures import DEFAULT, Signatures
from laurea.services.issuing.signing_keys import Signer, current, signer
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import StatusListRow

Publish = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Published:
    """A list as it is published: the name of its file, where verifiers look for it, its bytes."""

    file_name: str
    url: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Due:
    """A list for one purpose that is to be signed anew."""

    row: StatusListRow
    purpose: str
    entries: list[int]


def publish(issuer: Issuer, keyring: Keyring) -> int:
    """Sign every list that says other than the database or is half-way to its end, and return how many those were.

    The passphrase is needed only if there are any. After a kill it is done again: a file is replaced whole.
    """
    with issuer.database.write() as session:  # two at once would put the older statuses over the newer
        rows = StatusLists(session).all()
        due = [each for row in rows for each in _due(issuer, session, row)]
        with_key = signer(issuer, keyring) if due else None
        for each in due:
            if with_key is not None:
                issuer.directory.write_status(each.row.file_name(each.purpose), canonical.dump(_signed(issuer, each, with_key)))
        for row in rows:
            row.published_at = issuer.now()
            session.add(row)
    return len(due)


def published(issuer: Issuer) -> list[Published]:
    """Return every list that is published."""
    with issuer.database.read() as session:
        places = [(row, purpose) for row in StatusLists(session).all() for purpose in row.purposes.split()]
    found = []
    for row, purpose in places:
        data = issuer.directory.read_status(row.file_name(purpose))
        found += [] if data is None else [Published(row.file_name(purpose), row.url_of(purpose), data)]
    return found


def _due(issuer: Issuer, session: Session, row: StatusListRow) -> list[_Due]:
    found = []
    for purpose in row.purposes.split():
        entries = StatusLists(session).set_in(row.id, purpose)
        if not _stands(issuer, row, purpose, entries):
            found.append(_Due(row, purpose, entries))
    return found


def _stands(issuer: Issuer, row: StatusListRow, purpose: str, entries: list[int]) -> bool:
    """Tell whether what is published says this, by the key that signs now, and holds for a while yet."""
    data = issuer.directory.read_status(row.file_name(purpose))
    if data is None:
        return False
    try:
        found = StatusList.parse(data)
    except FormatError:
        return False
    end, policy = found.credential.valid_until, issuer.statuses
    methods = {str(proof.get("verificationMethod")) for proof in found.credential.proofs}
    return (
        found.bits == bitstring.decode(bitstring.encode(entries))
        and found.ttl == policy.ttl
        and methods == {issuer.profile.method(current(issuer).public)}
        and end is not None
        and end - issuer.now() > policy.valid_for / 2
    )


def _signed(issuer: Issuer, due: _Due, with_key: Signer) -> JsonObject:
    now = issuer.now().replace(microsecond=0)
    policy = issuer.statuses
    period = (now, now + policy.valid_for)
    document = build(due.row.url_of(due.purpose), issuer.profile.did, due.purpose, due.entries, period=period, ttl=policy.ttl)
    # Signed also by an issuer that does not sign credentials: nothing else tells whose a list is.
    signatures = Signatures(with_key.key, with_key.method, issuer.signatures or DEFAULT, now)
    return Credential(document, tuple(signatures.under(document))).secured()
