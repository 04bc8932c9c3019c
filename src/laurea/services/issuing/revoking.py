"""Bring revocations to the chain, each in one transaction; a kill anywhere and a second call end with one revocation."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.chain import registry
from laurea.errors import NotFound
from laurea.services.issuing.batches import load
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.dispatch import Checkpoint, Dispatch, pass_by
from laurea.services.issuing.errand import Errand, Errands, Reverted
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.patience import Patience
from laurea.services.issuing.revocation import Reason
from laurea.storage.issuer.batches import Transactions
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.tables import RevocationRow, RevocationState, Role, TransactionRow

NOT_DONE = (RevocationState.REQUESTED, RevocationState.SIGNED, RevocationState.FAILED)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One revocation with the root of its batch and the masks of its words."""

    row: RevocationRow
    root: bytes
    masks: dict[int, int]
    members: int

    @property
    def data(self) -> bytes:
        items = [registry.Revocation(self.root, word, mask) for word, mask in self.masks.items()]
        return registry.revoke(items, self.row.reason)


class Revoking:
    """Revokes what was asked for; the caller holds the lock "revoke"."""

    def __init__(self, issuer: Issuer, chain: Chain, keyring: Keyring, patience: Patience, *, checkpoint: Checkpoint = pass_by) -> None:
        """Revoke for this issuer."""
        self._issuer = issuer
        self._chain = chain
        self._errands = Errands(issuer, chain, Dispatch(issuer, chain, keyring, checkpoint=checkpoint), patience)

    def revoke(self, revocations: Sequence[int] | None = None) -> int:
        """Bring revocations (None: all that are not done) on the chain and return how many credentials they are about.

        Waits until they are mined; raises Unreachable when that takes too long, Refused when the registry refuses one.
        """
        with self._issuer.database.read() as session:
            numbers = Revocations(session).in_states(NOT_DONE) if revocations is None else list(revocations)
        return sum(self._revoke(number) for number in numbers)

    def revoke_batch(self, root: bytes, reason: Reason = Reason.SUPERSEDED) -> None:
        """Revoke all credentials of a batch of this issuer, known here or not."""

        def is_done() -> bool:
            held = self._chain.anchor_of(root)
            return held is not None and held.revoked

        key = self._issuer.acting_key(Role.REVOKE)
        self._errands.run(Errand(key.address, registry.revoke_batch(root, reason), is_done, [], self._keep))
        with self._issuer.database.write() as session:
            self._issuer.record(session, "batch.revoke", f"root:0x{root.hex()}", {"reason": reason.word})

    def _revoke(self, number: int) -> int:
        wanted = self._load(number)
        with self._issuer.database.read() as session:
            signed = Transactions(session).of_revocation(number)
        if not self._are_set(wanted):
            # Only now, since a revocation that is there already needs no key.
            key = signed[-1].key if signed else self._issuer.acting_key(Role.REVOKE).address

            def keep(row: TransactionRow) -> None:
                row.revocation = number
                self._move(number, RevocationState.SIGNED, signed=row, key=row.key, nonce=row.nonce, error="")

            try:
                self._errands.run(Errand(key, wanted.data, lambda: self._are_set(wanted), signed, keep))
            except Reverted as error:
                self._move(number, RevocationState.FAILED, error=str(error))
                raise
        self._move(number, RevocationState.MINED)
        return wanted.members

    def _load(self, number: int) -> _Wanted:
        with self._issuer.database.read() as session:
            row = Revocations(session).get(number)
            if row is None:
                raise NotFound(f"there is no revocation {number}")
            members = Credentials(session).of_revocation(number)
        root = load(self._issuer, row.batch).root
        items = registry.revocations(root, [member.index or 0 for member in members])
        return _Wanted(row, root, {item.word: item.mask for item in items}, len(members))

    def _are_set(self, wanted: _Wanted) -> bool:
        identity = self._chain.domain.issuer_id
        return all(self._chain.registry.revoked_word(identity, wanted.root, word) & mask == mask for word, mask in wanted.masks.items())

    def _keep(self, signed: TransactionRow) -> None:
        with self._issuer.database.write() as session:
            Transactions(session).add(signed)

    def _move(self, number: int, to: RevocationState, *, signed: TransactionRow | None = None, **facts: object) -> None:
        with self._issuer.database.write() as session:
            kept = Revocations(session).get(number)
            if kept is None:
                raise NotFound(f"there is no revocation {number}")
            kept.state = to
            for name, value in facts.items():
                setattr(kept, name, value)
            if signed is not None:
                Transactions(session).add(signed)
            if to is RevocationState.MINED:
                self._mark(number)

    def _mark(self, number: int) -> None:
        with self._issuer.database.write() as session:
            members = Credentials(session).of_revocation(number)
            for member in members:
                member.revoked_at = member.revoked_at or self._issuer.now()
            self._issuer.record(session, "revocation.mined", f"revocation:{number}", {"credentials": len(members)})
