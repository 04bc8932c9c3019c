"""Sign what was released again, with the key that signs now: after the one before it was compromised."""

from laurea.services.issuing.batches import load
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.release import release
from laurea.services.issuing.signing_keys import signer
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.tables import BatchState


def sign_again(issuer: Issuer, keyring: Keyring) -> int:
    """Write every released credential with new signatures and return how many; the caller holds the lock "run".

    The anchor proof stays as it is, since the leaf is over the credential without its proofs. After a kill it is done again.
    """
    with_key = signer(issuer, keyring)
    with issuer.database.read() as session:
        numbers = Batches(session).in_states([BatchState.RELEASED])
    count = sum(release(issuer, load(issuer, number), with_key) for number in numbers)
    with issuer.database.write() as session:
        issuer.record(session, "credentials.sign-again", f"credentials:{count}", {"count": count})
    return count
