"""What wallets ask for by OpenID4VCI 1.0 once they are let in: to be bound to a credential, and to be given it.

An invitation binds: the wallet's key becomes the holder before the batch is sealed, and the credential is fetched by the same wallet after the
release, however long that takes. A claim link is for what is released already, and hands it out at once. What is bound is bound in one
transaction; whoever asks again, because an answer was lost, gets the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from laurea.core import key_proof
from laurea.core.canonical import Json
from laurea.core.key_proof import KeyProof
from laurea.errors import FormatError, InputError
from laurea.services.issuing.invitations import bind_to, hand_out
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import is_taken_back, purpose_of, require_reach, working
from laurea.services.issuing.wallet_access import Denied, of_token
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.issuances import Issuances
from laurea.storage.issuer.tables import BatchState, CredentialRow, IssuanceRow, LinkPurpose

OPEN_SECONDS = 300  # until the next run, which is nightly or when somebody wants it
SEALED_SECONDS = 60  # a run is at it


@dataclass(frozen=True, slots=True)
class Asked:
    """A credential request: of which configuration, and with which proofs, as they were sent."""

    configuration: Json
    proofs: Json


@dataclass(frozen=True, slots=True)
class Waiting:
    """The credential is not released yet: ask again after so many seconds."""

    transaction: str
    interval: int


def request(issuer: Issuer, token: str, asked: Asked, take_nonce: Callable[[str], bool]) -> Waiting | bytes:
    """Bind the credential to the key that a wallet proves to have, or give it to the wallet that it is bound to; raises Denied.

    `take_nonce` tells whether a nonce is one that was given out, and not taken before. It is asked last, so that a proof that is none costs none.
    """
    with issuer.database.read() as session:
        _require_configuration(session, of_token(session, token, issuer.now()), asked.configuration)
    proof = _proof(issuer, asked.proofs)
    if not take_nonce(proof.nonce):
        raise Denied("invalid_nonce", "the nonce is unknown, was used already, or has expired: ask for another")
    with issuer.database.write() as session:
        found = of_token(session, token, issuer.now())
        try:
            return (_bind if found.purpose == LinkPurpose.BIND else _claim)(issuer, session, found, proof.holder)
        except Denied:
            raise
        except InputError as error:
            raise Denied("credential_request_denied", str(error)) from error


def collect(issuer: Issuer, token: str, transaction: str) -> Waiting | bytes:
    """Give the credential that a wallet was bound to, if it is released, or say when to ask again; raises Denied."""
    with issuer.database.read() as session:
        found, row = _transaction(session, issuer, token, transaction)
        waiting = _waiting(session, found, row)
    if waiting is not None:
        return waiting
    with issuer.database.write() as session:
        found, row = _transaction(session, issuer, token, transaction)
        return _deliver(issuer, session, found, row)


def _require_configuration(session: Session, found: IssuanceRow, configuration: Json) -> None:
    row = _credential(session, found)
    if not isinstance(configuration, str):
        raise Denied("invalid_credential_request", "credential_configuration_id is missing, or no string")
    if row.achievement != configuration:
        raise Denied("unknown_credential_configuration", "the access token is for a credential of another configuration")


def _proof(issuer: Issuer, proofs: Json) -> KeyProof:
    try:
        return key_proof.read(proofs, require_reach(issuer).url, at=issuer.now())
    except FormatError as error:
        raise Denied("invalid_proof", str(error)) from error


def _bind(issuer: Issuer, session: Session, found: IssuanceRow, holder: str) -> Waiting | bytes:
    if found.answered_at is None:
        _, row = working(session, found.link, issuer.now())
        bind_to(issuer, session, found.link, row, holder)
        found.answered_at, found.expires_at = issuer.now(), issuer.now() + require_reach(issuer).claim
        Issuances(session).add(found)
    row = _credential(session, found)
    if row.holder != holder:
        raise Denied("invalid_proof", "the credential is bound to another key already")
    return _waiting(session, found, row) or _deliver(issuer, session, found, row)


def _claim(issuer: Issuer, session: Session, found: IssuanceRow, holder: str) -> bytes:
    row = _credential(session, found)
    if row.holder not in (None, holder):
        raise Denied("invalid_proof", "the credential is bound to another wallet's key: fetch it with that one")
    if found.answered_at is not None:
        return _deliver(issuer, session, found, row)
    working(session, found.link, issuer.now())
    data = hand_out(issuer, session, found.link, row)
    found.answered_at = found.delivered_at = issuer.now()
    Issuances(session).add(found)
    return data


def _transaction(session: Session, issuer: Issuer, token: str, transaction: str) -> tuple[IssuanceRow, CredentialRow]:
    found = of_token(session, token, issuer.now())
    # A transaction is asked for with the token of its own wallet alone.
    if found.id != transaction or found.answered_at is None:
        raise Denied("invalid_transaction_id", "there is no such transaction of this wallet, or its credential was delivered")
    return found, _credential(session, found)


def _credential(session: Session, found: IssuanceRow) -> CredentialRow:
    row = None if found.credential is None else Credentials(session).get(found.credential)
    if row is None:
        raise Denied("credential_request_denied", "the credential will not be issued")
    return row


def _waiting(session: Session, found: IssuanceRow, row: CredentialRow) -> Waiting | None:
    """Return that a credential is not released yet; None when it is. Raises Denied when it never will be."""
    if is_taken_back(row):
        raise Denied("credential_request_denied", "the credential was taken back: it will not be issued")
    batch = None if row.batch is None else Batches(session).get(row.batch)
    if batch is not None and batch.state == BatchState.RELEASED:
        return None
    return Waiting(found.id, OPEN_SECONDS if batch is None else SEALED_SECONDS)


def _deliver(issuer: Issuer, session: Session, found: IssuanceRow, row: CredentialRow) -> bytes:
    try:
        purpose_of(session, row, issuer.now())  # which raises for what was taken back meanwhile
        data = issuer.directory.read_released(row.id)
    except InputError as error:
        raise Denied("credential_request_denied", str(error)) from error
    if found.delivered_at is None:
        found.delivered_at = issuer.now()
        Issuances(session).add(found)
        issuer.record(session, "credential.claim", f"credential:{row.id}")
    return data
