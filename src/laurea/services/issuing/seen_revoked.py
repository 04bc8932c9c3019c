"""Take over what the chain says is revoked and the database does not know: it was restored from a backup, or somebody else revoked it.

So the status lists stay in step with the chain.
"""

from sqlmodel import Session

from laurea.chain.recorded import Revoked
from laurea.chain.registry import CREDENTIALS_A_WORD
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.revocation import Reason
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials


def mark_revoked(session: Session, issuer: Issuer, seen: Revoked) -> None:
    """Write down what the registry has recorded as revoked; nothing of a batch that the database does not know."""
    batch = Batches(session).with_root(seen.root)
    if batch is None or (seen.word or 0) * CREDENTIALS_A_WORD >= batch.size:
        return
    for row in Credentials(session).unrevoked_in(batch.number, seen.word, CREDENTIALS_A_WORD):
        index, _ = row.place
        if seen.word is None or seen.mask >> index % CREDENTIALS_A_WORD & 1:
            row.revoked_at = issuer.now()
            row.reason = seen.reason if row.reason is None and seen.reason in set(Reason) else row.reason
            session.add(row)
            issuer.record(session, "credential.seen-revoked", f"credential:{row.id}", {"batch": batch.number})


def look_up(issuer: Issuer, chain: Chain, root: bytes) -> None:
    """Ask the chain what of a batch is revoked, and write it down: for a batch whose events were passed before it was known."""
    with issuer.database.read() as session:
        batch = Batches(session).with_root(root)
    held = chain.anchor_of(root)
    if batch is None or held is None:
        return
    words = range(-(-batch.size // CREDENTIALS_A_WORD))
    found = [Revoked(root, word, chain.registry.revoked_word(chain.domain.issuer_id, root, word), 0) for word in words]
    if held.revoked:
        found.append(Revoked(root, None, 0, held.reason))
    with issuer.database.write() as session:
        for seen in found:
            if seen.mask or seen.word is None:
                mark_revoked(session, issuer, seen)
