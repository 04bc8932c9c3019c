"""Nonces and signatures of the issuer's keys: each is written down before anything is sent with it.

A nonce is used once and a signature is kept for ever: what was handed to a node may be mined at any later time.
"""

from collections.abc import Callable

from laurea.chain.registry import anchor
from laurea.chain.signer import Signer
from laurea.chain.transaction import SignedTransaction
from laurea.errors import NotFound
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.storage.issuer.batches import Batches, Transactions
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import BatchRow, TransactionRow

Checkpoint = Callable[[str], None]
"""Called between an act and the line that records it, with the name of the place; the harness of faults raises or kills there."""


def pass_by(_place: str) -> None:
    """Let every checkpoint pass."""


class Dispatch:
    """Takes nonces and makes signatures for one issuer."""

    def __init__(self, issuer: Issuer, chain: Chain, keyring: Keyring, *, checkpoint: Checkpoint = pass_by) -> None:
        """Sign for this issuer."""
        self._issuer = issuer
        self._chain = chain
        self._keyring = keyring
        self._checkpoint = checkpoint

    def free_nonce(self, key: bytes) -> int:
        """Return the lowest nonce of a key that no block has used and nothing of ours holds or was ever signed with.

        The nodes' pools are not asked: what waits there of others may never be mined, and if it is, that is seen when it is final.
        """
        _, used = self._chain.used_nonces(key)
        with self._issuer.database.read() as session:
            taken = Transactions(session).nonces(key, at_least=used)
        nonce = used
        while nonce in taken:
            nonce += 1
        return nonce

    def sign(self, key: bytes, data: bytes, *, nonce: int) -> SignedTransaction:
        """Sign a call to the registry; raises what `Sender.sign` does."""
        return self._chain.sender.sign(self._signer(key), self._chain.registry.address, data, nonce=nonce)

    def sign_again(self, last: TransactionRow) -> SignedTransaction:
        """Sign a transaction that offers more and takes the place of the last one; raises Costly when that is above the cap."""
        return self._chain.sender.sign_again(self._signer(last.key), last.raw)

    def fill_below(self, key: bytes, nonce: int, *, used: int) -> None:
        """See to it that the nonces below ours are used, or ours never is: send again what we have for them, and fill what nobody has.

        A nonce is left open when the transaction that had it was taken out by a reorganisation and forgotten.
        """
        for missing in range(used, nonce):
            with self._issuer.database.read() as session:
                known = Transactions(session).with_nonce(key, missing)
                wanted = Batches(session).waits_for(key, missing)
            if known and wanted:
                self._chain.sender.send(known[-1].raw)
            else:  # what was signed for a batch that others have anchored meanwhile would be mined and refused
                self.fill(key, missing)

    def fill(self, key: bytes, nonce: int) -> None:
        """Use up a nonce with a transaction of nothing, in the place of whatever was signed with it; a young one is sent again."""
        with self._issuer.database.read() as session:
            known = Transactions(session).with_nonce(key, nonce)
        if known and self._is_fresh_filler(known[-1]):
            self._chain.sender.send(known[-1].raw)
        else:
            self._chain.sender.send(self._filler(key, nonce, known[-1].raw if known else None))

    def age(self, signed: TransactionRow) -> float:
        """Return for how many seconds there has been this signature, by a clock that may be set meanwhile; 0 for one from the future."""
        return max((self._issuer.now() - signed.signed_at).total_seconds(), 0.0)

    def row(self, signed: SignedTransaction, *, batch: int | None = None, revocation: int | None = None) -> TransactionRow:
        """Return the row that keeps a signature."""
        return TransactionRow(
            batch=batch,
            revocation=revocation,
            key=signed.key,
            nonce=signed.nonce,
            hash=signed.hash,
            raw=signed.raw,
            signed_at=self._issuer.now(),
        )

    def _is_fresh_filler(self, signed: TransactionRow) -> bool:
        """Tell whether this is a filler that is too young to be replaced by one that offers more."""
        serves_nothing = signed.batch is None and signed.revocation is None
        return serves_nothing and self.age(signed) < self._chain.sender.policy.bump_seconds

    def _filler(self, key: bytes, nonce: int, replaced: bytes | None) -> bytes:
        signed = self._chain.sender.sign_filler(self._signer(key), nonce=nonce, replaced=replaced)
        self._checkpoint("filler-signed-not-persisted")
        with self._issuer.database.write() as session:
            Transactions(session).add(self.row(signed))
        self._checkpoint("filler-persisted-not-sent")
        return signed.raw

    def _signer(self, key: bytes) -> Signer:
        with self._issuer.database.read() as session:
            row = Keys(session).at(key)
        if row is None:
            raise NotFound(f"the key 0x{key.hex()} is none of this issuer")
        return self._keyring.account(row.name)


def call_of(batch: BatchRow) -> bytes:
    """Return what the registry is sent of a batch: the call that anchors it, or its root alone."""
    return batch.root if batch.is_blockcerts else anchor(batch.root, batch.size)
