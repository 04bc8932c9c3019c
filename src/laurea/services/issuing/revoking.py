"""Bring revocations to the chain, each in one transaction; a kill anywhere and a second call end with one revocation."""

from collections.abc import Sequence

from laurea.chain import registry
from laurea.chain.sender import Receipt
from laurea.errors import NotFound, Refused, Unreachable
from laurea.services.issuing.batches import load
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.running import FIRST_PAUSE_SECONDS, Patience
from laurea.storage.issuer.batches import Transactions
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.tables import CredentialRow, RevocationRow, RevocationState, Role, TransactionRow

NOT_DONE = (RevocationState.REQUESTED, RevocationState.SIGNED, RevocationState.FAILED)


class Revoking:
    """Revokes what was asked for; the caller holds the lock "revoke"."""

    def __init__(self, issuer: Issuer, chain: Chain, keyring: Keyring, patience: Patience) -> None:
        """Revoke for this issuer."""
        self._issuer = issuer
        self._chain = chain
        self._keyring = keyring
        self._patience = patience

    def revoke(self, revocations: Sequence[int] | None = None) -> int:
        """Bring revocations (None: all that are not done) on the chain and return how many credentials they are about.

        Waits until they are mined; raises Unreachable when that takes too long, Refused when the registry refuses one.
        """
        with self._issuer.database.read() as session:
            numbers = Revocations(session).in_states(NOT_DONE) if revocations is None else list(revocations)
        return sum(self._revoke(number) for number in numbers)

    def _revoke(self, number: int) -> int:
        row, members = self._load(number)
        if not self._are_set(row, members):
            signed = self._pending(row) or self._sign(row, members)
            receipt = self._await(signed)
            if not receipt.success:
                why = self._chain.why_reverted(signed.key, self._call(row, members), receipt.block_number)
                self._move(row, RevocationState.FAILED, error=why)
                raise Refused(f"the revocation was reverted: {why}")
            row.mined_hash, row.mined_block = receipt.hash, receipt.block_number
        self._move(row, RevocationState.MINED, mined_hash=row.mined_hash, mined_block=row.mined_block)
        return len(members)

    def _load(self, number: int) -> tuple[RevocationRow, list[CredentialRow]]:
        with self._issuer.database.read() as session:
            row = Revocations(session).get(number)
            if row is None:
                raise NotFound(f"there is no revocation {number}")
            return row, Credentials(session).of_revocation(number)

    def _are_set(self, row: RevocationRow, members: Sequence[CredentialRow]) -> bool:
        words = self._masks(row, members)
        held = {
            word: self._chain.registry.revoked_word(self._chain.domain.issuer_id, load(self._issuer, row.batch).root, word)
            for word in words
        }
        return all(held[word] & mask == mask for word, mask in words.items())

    def _masks(self, row: RevocationRow, members: Sequence[CredentialRow]) -> dict[int, int]:
        root = load(self._issuer, row.batch).root
        return {item.word: item.mask for item in registry.revocations(root, [member.index or 0 for member in members])}

    def _pending(self, row: RevocationRow) -> TransactionRow | None:
        """Return what was signed for this before and can still be mined."""
        with self._issuer.database.read() as session:
            signed = Transactions(session).of_revocation(row.number)
        return next((each for each in reversed(signed) if self._chain.nonce_at(each.key, "latest") <= each.nonce), None)

    def _sign(self, row: RevocationRow, members: Sequence[CredentialRow]) -> TransactionRow:
        key = self._issuer.acting_key(Role.REVOKE)
        nonce = self._chain.sender.next_nonce(key.address)
        data = self._call(row, members)
        signed = self._chain.sender.sign(self._keyring.account(key.name), self._chain.registry.address, data, nonce=nonce)
        kept = TransactionRow(
            revocation=row.number, key=key.address, nonce=nonce, hash=signed.hash, raw=signed.raw, signed_at=self._issuer.now()
        )
        self._move(row, RevocationState.SIGNED, signed=kept, key=key.address, nonce=nonce, error="")
        return kept

    def _call(self, row: RevocationRow, members: Sequence[CredentialRow]) -> bytes:
        root = load(self._issuer, row.batch).root
        return registry.revoke(registry.revocations(root, [member.index or 0 for member in members]), row.reason)

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

    def _move(self, row: RevocationRow, to: RevocationState, *, signed: TransactionRow | None = None, **facts: object) -> None:
        with self._issuer.database.write() as session:
            kept = Revocations(session).get(row.number)
            if kept is None:
                raise NotFound(f"there is no revocation {row.number}")
            kept.state = to
            for name, value in facts.items():
                setattr(kept, name, value)
            if signed is not None:
                Transactions(session).add(signed)
            if to is RevocationState.MINED:
                for member in Credentials(session).of_revocation(row.number):
                    member.revoked_at = member.revoked_at or self._issuer.now()
