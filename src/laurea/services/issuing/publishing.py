"""Publish status lists: signed, in step with what is revoked on the chain and what is suspended, anew before they grow stale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from laurea.core import bitstring, canonical
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.signature import check
from laurea.core.status_list import StatusList, build
from laurea.errors import FormatError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.signatures import DEFAULT, Signatures
from laurea.services.issuing.signing_keys import Signer, list_signers, signing
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import StatusListRow

Publish = Callable[[], int]
RENEWED_FROM = 3 / 4  # of its time left on, a list is signed anew: two nights without a run of three are survived


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
    """Sign every list that says other than the database or grows old, and return how many those were.

    The passphrase is needed only if there are any. After a kill it is done again: a file is replaced whole. Raises FormatError when one
    could not be signed, after all others were.
    """
    signers: list[Signer] = []
    while True:
        with issuer.database.read() as session:
            if _all_due(issuer, session):
                signers = list_signers(issuer, keyring)  # before the database is held: somebody may have to type the passphrase
        with issuer.database.write() as session:  # two at once would put the older statuses over the newer
            due = _all_due(issuer, session)
            if due and not signers:
                continue
            wrong = _write(issuer, session, due, signers)
        if wrong:
            raise FormatError(f"{len(wrong)} status lists could not be signed: {wrong[0]}")
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


def _all_due(issuer: Issuer, session: Session) -> list[_Due]:
    found = []
    for row in StatusLists(session).all():
        for purpose in row.purposes.split():
            entries = StatusLists(session).set_in(row.id, purpose)
            if not _stands(issuer, row, purpose, entries):
                found.append(_Due(row, purpose, entries))
    return found


def _write(issuer: Issuer, session: Session, due: Sequence[_Due], signers: Sequence[Signer]) -> list[str]:
    """Write the lists that are due, note of which all is published, and return what was wrong with the others."""
    wrong: dict[str, str] = {}
    for each in due:
        try:
            issuer.directory.write_status(each.row.file_name(each.purpose), canonical.dump(_signed(issuer, each, signers)))
        except FormatError as error:
            wrong[each.row.id] = str(error)
    for row in StatusLists(session).all():
        if row.id not in wrong:
            row.published_at = issuer.now()
            session.add(row)
    return list(wrong.values())


def _stands(issuer: Issuer, row: StatusListRow, purpose: str, entries: list[int]) -> bool:
    """Tell whether what is published is this list, says this, is signed as it would be now, and holds for long enough yet."""
    data = issuer.directory.read_status(row.file_name(purpose))
    try:
        found = StatusList.parse(data or b"")
        bits = bitstring.decode(found.encoded)
    except FormatError:
        return False
    end, policy = found.credential.valid_until, issuer.statuses
    return (
        (found.credential.id, found.purposes, found.credential.issuer) == (row.url_of(purpose), frozenset({purpose}), issuer.profile.did)
        and bits == bitstring.decode(bitstring.encode(entries))
        and found.ttl == policy.ttl
        and end is not None
        and end - issuer.now() > policy.valid_for * RENEWED_FROM
        and _is_signed(issuer, found.credential)
    )


def _is_signed(issuer: Issuer, credential: Credential) -> bool:
    """Tell whether a list has the signatures that it would be given now, and they fit."""
    keys = {issuer.profile.method(row.public): row.public for row in signing(issuer)}
    wanted = [(method, suite) for method in keys for suite in _suites(issuer)]
    if [(proof.get("verificationMethod"), proof.get("cryptosuite")) for proof in credential.proofs] != wanted:
        return False
    return all(check(credential.document, proof, keys[str(proof["verificationMethod"])]) for proof in credential.proofs)


def _signed(issuer: Issuer, due: _Due, signers: Sequence[Signer]) -> JsonObject:
    now = issuer.now().replace(microsecond=0)
    policy = issuer.statuses
    period = (now, now + policy.valid_for)
    document = build(due.row.url_of(due.purpose), issuer.profile.did, due.purpose, due.entries, period=period, ttl=policy.ttl)
    proofs = [proof for each in signers for proof in Signatures(each.key, each.method, _suites(issuer), now).under(document)]
    return Credential(document, tuple(proofs)).secured()


def _suites(issuer: Issuer) -> Sequence[str]:
    # Signed also by an issuer that does not sign credentials: nothing else tells whose a list is.
    return issuer.signatures or DEFAULT
