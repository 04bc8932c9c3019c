"""Revoke a credential: withdrawn before it was released, on the chain after that."""

from enum import IntEnum
from uuid import UUID

from laurea.chain import registry
from laurea.chain.registry import CREDENTIALS_A_WORD
from laurea.chain.sender import Receipt
from laurea.errors import InputError, NotFound, Refused, Unreachable
from laurea.services.issuing.batches import load
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.running import FIRST_PAUSE_SECONDS, Patience
from laurea.storage.issuer.batches import Batches, Transactions
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchRow, BatchState, CredentialRow, Role, TransactionRow

# A credential in one of these may have left the house; before, nobody but us has its seed, and it is simply never released.
HANDED_OUT = (BatchState.FINAL, BatchState.RELEASED, BatchState.SUSPENDED)


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


def reason_of(word: str) -> Reason:
    """Return the reason that a word names; raises InputError that lists them."""
    for reason in Reason:
        if reason.word == word:
            return reason
    raise InputError(f"{word!r} is not a reason", hint=f"one of {', '.join(reason.word for reason in Reason)}")


def credential_uuid(text: str) -> str | None:
    """Return the UUID that a credential's id names, None when the text is no such id."""
    try:
        return str(UUID(text.removeprefix("urn:uuid:")))
    except ValueError:
        return None


def require(issuer: Issuer, credential: str) -> CredentialRow:
    """Return the credential with an id, "urn:uuid:…" or the bare UUID; raises NotFound."""
    uuid = credential_uuid(credential)
    with issuer.database.read() as session:
        row = None if uuid is None else Credentials(session).get(uuid)
    if row is None:
        raise NotFound(f"there is no credential {credential}", hint="`laurea issuer show LEARNER` lists a learner's credentials")
    return row


def withdraw(issuer: Issuer, credential: str, reason: Reason) -> bool:
    """Withdraw a credential that was not released, and tell whether that is all; if not, the chain must be told.

    Then the reason is written down, and the first one stays. One that was revoked before is asked about again: what was mined may have been
    lost in a reorganisation.
    """
    uuid = require(issuer, credential).id
    with issuer.database.write() as session:
        row = Credentials(session).get(uuid)
        batch = None if row is None or row.batch is None else Batches(session).get(row.batch)
        if row is None or row.withdrawn_at is not None:
            return True
        row.reason = reason if row.reason is None else row.reason  # one may be signed already
        if row.revoked_at is None and (batch is None or batch.state not in HANDED_OUT):
            row.withdrawn_at = issuer.now()
            return True
    return False


class Revoking:
    """Revokes released credentials on the chain; a kill anywhere and a second call end with one revocation."""

    def __init__(self, issuer: Issuer, chain: Chain, keyring: Keyring, patience: Patience) -> None:
        """Revoke for this issuer; the caller holds the directory's lock "revoke"."""
        self._issuer = issuer
        self._chain = chain
        self._keyring = keyring
        self._patience = patience

    def revoke(self, credential: str) -> None:
        """Bring a credential's bit on the chain, and wait until the transaction is mined; raises Unreachable when that takes too long."""
        row = require(self._issuer, credential)
        index, _ = row.place
        batch = load(self._issuer, row.batch or 0)
        if not self._is_set(batch, index):
            signed = self._pending(row) or self._sign(row, batch, index)
            receipt = self._await(signed)
            if not receipt.success:
                why = self._chain.why_reverted(signed.key, self._call(row, batch, index), receipt.block_number)
                raise Refused(f"the revocation was reverted: {why}")
        with self._issuer.database.write() as session:
            kept = Credentials(session).get(row.id)
            if kept is not None:
                kept.revoked_at = kept.revoked_at or self._issuer.now()

    def _is_set(self, batch: BatchRow, index: int) -> bool:
        word, bit = divmod(index, CREDENTIALS_A_WORD)
        return bool(self._chain.registry.revoked_word(self._chain.domain.issuer_id, batch.root, word) >> bit & 1)

    def _pending(self, row: CredentialRow) -> TransactionRow | None:
        """Return what was signed for this before and can still be mined."""
        with self._issuer.database.read() as session:
            signed = Transactions(session).of_credential(row.id)
        return next((each for each in reversed(signed) if self._chain.nonce_at(each.key, "latest") <= each.nonce), None)

    def _sign(self, row: CredentialRow, batch: BatchRow, index: int) -> TransactionRow:
        key = self._issuer.acting_key(Role.REVOKE)
        nonce = self._chain.sender.next_nonce(key.address)
        data = self._call(row, batch, index)
        signed = self._chain.sender.sign(self._keyring.account(key.name), self._chain.registry.address, data, nonce=nonce)
        kept = TransactionRow(
            credential=row.id, key=key.address, nonce=nonce, hash=signed.hash, raw=signed.raw, signed_at=self._issuer.now()
        )
        with self._issuer.database.write() as session:
            Transactions(session).add(kept)
        return kept

    def _call(self, row: CredentialRow, batch: BatchRow, index: int) -> bytes:
        return registry.revoke(registry.revocations(batch.root, [index]), row.reason or Reason.UNSPECIFIED)

    def _await(self, signed: TransactionRow) -> Receipt:
        deadline = self._patience.elapsed() + self._patience.max_wait
        while True:
            self._chain.sender.send(signed.raw)
            receipt = self._chain.sender.receipt([signed.hash])
            if receipt is not None:
                return receipt
            if self._patience.elapsed() >= deadline:
                raise Unreachable("the revocation is sent and not mined yet", hint="run the same command again: it goes on with it")
            self._patience.sleep(FIRST_PAUSE_SECONDS)
