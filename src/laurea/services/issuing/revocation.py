"""Ask for revocations: what was not released yet is withdrawn at once, for the rest it is written down what the chain must be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from sqlmodel import Session

from laurea.chain.registry import CREDENTIALS_A_WORD
from laurea.errors import InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import is_taken_back
from laurea.services.issuing.lookup import require
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.renewals import Renewals
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.stacks import Stacks
from laurea.storage.issuer.tables import BatchProfile, BatchRow, BatchState, CredentialRow, RevocationRow, RevocationState

# A credential in one of these may have left the house; before, nobody but us has its seed, and it is simply never released.
HANDED_OUT = (BatchState.FINAL, BatchState.RELEASED, BatchState.SUSPENDED)
MAX_WORDS = 128  # of 256 credentials, in one transaction: 25,000 gas each, so that it fits into a block of any chain


class Reason(IntEnum):
    """Why, in the registry's codes: coarse, since they are public forever and may one day be tied to a person."""

    UNSPECIFIED = 0
    ERROR = 1
    SUPERSEDED = 2
    WITHDRAWN = 3

    @property
    def word(self) -> str:
        """The word that the operator uses."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Request:
    """What became of a request: credentials that were withdrawn, and the revocations that the chain must be told of, by their numbers.

    `listed` are those of Blockcerts, which the chain has no bits for: they are in the revocation list from now on.
    """

    withdrawn: list[str] = field(default_factory=list)
    revocations: list[int] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)


def reason_of(word: str) -> Reason:
    """Return the reason that a word names; raises InputError that lists them."""
    for reason in Reason:
        if reason.word == word:
            return reason
    raise InputError(f"{word!r} is not a reason", hint=f"one of {', '.join(reason.word for reason in Reason)}")


def request(issuer: Issuer, credentials: Sequence[str], reason: Reason) -> Request:
    """Take credentials back, all or none: withdraw what was not released, and write down the revocation of the rest.

    The first reason stays. What was revoked before is asked about again: what was mined may have been lost in a reorganisation.
    Raises NotFound.
    """
    uuids = [require(issuer, credential).id for credential in dict.fromkeys(credentials)]
    with issuer.database.write() as session:
        return take_back(session, issuer, uuids, reason)


def take_back(session: Session, issuer: Issuer, uuids: Iterable[str], reason: Reason) -> Request:
    """Do what `request` does within a transaction that does more."""
    found = Request()
    asked: dict[int, list[CredentialRow]] = {}
    uuids = list(uuids)
    for row in Credentials(session).some(uuids):
        batch = None if row.batch is None else Batches(session).get(row.batch)
        found.withdrawn.extend(_take_successor_back(session, issuer, row, reason))
        if row.withdrawn_at is not None:
            found.withdrawn.append(row.id)
        elif row.revocation is not None:
            found.revocations.append(row.revocation)
        elif row.revoked_at is None and not _is_handed_out(batch):
            row.withdrawn_at, row.reason = issuer.now(), reason
            found.withdrawn.append(row.id)
            issuer.record(session, "credential.withdraw", f"credential:{row.id}", {"reason": reason.word})
            _let_stand(session, row)
        elif row.profile == BatchProfile.BLOCKCERTS:
            _list(session, issuer, row, reason)
            found.listed.append(row.id)
        elif batch is not None:
            row.reason = reason
            asked.setdefault(batch.number, []).append(row)
            issuer.record(session, "credential.revoke", f"credential:{row.id}", {"reason": reason.word, "batch": batch.number})
    for number, rows in asked.items():
        found.revocations.extend(_write_down(session, issuer, number, rows, reason))
    session.flush()
    lapse(session, issuer, Stacks(session).unreleased_with(uuids), reason)
    return Request(found.withdrawn, sorted(set(found.revocations)), found.listed)


def _take_successor_back(session: Session, issuer: Issuer, row: CredentialRow, reason: Reason) -> list[str]:
    """Withdraw what is to come in the place of a credential that is taken back, unless it was handed out: then it stands by itself."""
    if row.renewed_at is None or reason is Reason.SUPERSEDED:
        return []
    new = Renewals(session).in_place_of(row.id)
    batch = None if new is None or new.batch is None else Batches(session).get(new.batch)
    if new is None or _is_handed_out(batch):
        return []
    new.withdrawn_at, new.reason = issuer.now(), reason
    issuer.record(session, "credential.withdraw", f"credential:{new.id}", {"reason": reason.word})
    return [new.id]


def _let_stand(session: Session, withdrawn: CredentialRow) -> None:
    """Let the credential stand again in whose place another was to come."""
    old = None if withdrawn.replaces is None else Credentials(session).get(withdrawn.replaces)
    if old is not None and old.renewed_at is not None:
        session.flush()  # before the old one comes, which the other would stand in the way of
        old.renewed_at = None
        session.add(old)


def pass_on(session: Session, issuer: Issuer, withdrawn: Sequence[str]) -> dict[str, str]:
    """Keep those renewed that stand again since what was to come in their place was withdrawn: others come. Return them by the withdrawn.

    Without this they would be in the way of the others, or nobody would take them back when those are released.
    """
    found = {}
    for row in Credentials(session).some(withdrawn):
        old = None if row.replaces is None or row.withdrawn_at is None else Credentials(session).get(row.replaces)
        if old is not None and not is_taken_back(old) and old.renewed_at is None:
            old.renewed_at = issuer.now()
            session.add(old)
            found[row.id] = old.id
    session.flush()
    return found


def lapse(session: Session, issuer: Issuer, capstones: Sequence[str], reason: Reason) -> list[str]:
    """Withdraw capstones that nobody was handed yet, since a part of them was taken back, within a transaction; return their ids.

    Their learners are awarded others when they satisfy the rule again.
    """
    for row in Credentials(session).some(capstones):
        row.withdrawn_at, row.reason = issuer.now(), reason
        session.add(row)
        issuer.record(session, "credential.withdraw", f"credential:{row.id}", {"reason": reason.word, "of": "part"})
    Stacks(session).lapse(capstones, issuer.now())
    session.flush()
    return list(capstones)


def _is_handed_out(batch: BatchRow | None) -> bool:
    return batch is not None and batch.state in HANDED_OUT


def _list(session: Session, issuer: Issuer, row: CredentialRow, reason: Reason) -> None:
    if row.revoked_at is None:
        row.revoked_at, row.reason = issuer.now(), reason
        issuer.record(session, "credential.list-revoked", f"credential:{row.id}", {"reason": reason.word})


def _write_down(session: Session, issuer: Issuer, batch: int, rows: Sequence[CredentialRow], reason: Reason) -> list[int]:
    words = sorted({row.place[0] // CREDENTIALS_A_WORD for row in rows})
    numbers = []
    for start in range(0, len(words), MAX_WORDS):
        chunk = set(words[start : start + MAX_WORDS])
        number = Revocations(session).add(
            RevocationRow(batch=batch, reason=reason, requested_at=issuer.now(), state=RevocationState.REQUESTED)
        )
        for row in rows:
            if row.place[0] // CREDENTIALS_A_WORD in chunk:
                row.revocation = number
        numbers.append(number)
    return numbers
