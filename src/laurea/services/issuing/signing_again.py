"""Sign what was released again, with the key that signs now: after the one before it was compromised."""

from laurea.core import canonical
from laurea.core.credential import Credential
from laurea.core.disclosure import integrity_problem
from laurea.core.plural import counted
from laurea.core.proof import anchor_proof, proof_object
from laurea.core.staple import staple_objects
from laurea.errors import FormatError, LaureaError
from laurea.services.issuing.batches import load
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.signing_keys import Signer, signer
from laurea.storage import files
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchRow, BatchState, CredentialRow


def sign_again(issuer: Issuer, keyring: Keyring) -> int:
    """Write every released credential with new signatures and return how many; the caller holds the lock "run".

    The anchor proof stays as it is, since the leaf is over the credential without its proofs. After a kill it is done again. Raises
    FormatError that names the first credential which is not the one that was released, after all others were signed.
    """
    with_key = signer(issuer, keyring)
    with issuer.database.read() as session:
        numbers = Batches(session).in_states([BatchState.RELEASED])
    wrong: list[str] = []
    batches = [
        batch for batch in (load(issuer, number) for number in numbers) if not batch.is_blockcerts
    ]  # those have no signature of ours
    count = sum(_sign_batch(issuer, batch, with_key, wrong) for batch in batches)
    files.settle()
    with issuer.database.write() as session:
        issuer.record(session, "credentials.sign-again", f"credentials:{count}", {"count": count, "wrong": len(wrong)})
    if wrong:
        raise FormatError(f"{counted(count, 'credential')} signed again, and {len(wrong):,} not: {wrong[0]}")
    return count


def _sign_batch(issuer: Issuer, batch: BatchRow, with_key: Signer, wrong: list[str]) -> int:
    signatures = with_key.signatures(issuer, batch.sealed_at)
    count = 0
    with issuer.database.read() as session:
        for member in Credentials(session).members(batch.number):
            if member.withdrawn_at is None and member.erased_at is None:
                try:
                    document, *anchored = _released(issuer, batch, member, with_key)
                    signed = Credential(document, (*signatures.under(document), *anchored))
                    issuer.directory.write_released(member.id, canonical.dump(signed.secured()))
                    count += 1
                except LaureaError as error:
                    wrong.append(f"credential {member.id}: {error}")
    return count


def _released(issuer: Issuer, batch: BatchRow, member: CredentialRow, with_key: Signer) -> tuple[canonical.JsonObject, ...]:
    """Return a credential, its anchor proof and its staple, as they were released; raises FormatError when they are not what the database has."""
    credential = Credential.parse(issuer.directory.read_released(member.id))
    proof = anchor_proof(credential)
    if canonical.dump(credential.document) != member.document or proof is None or proof.anchoring.root != batch.root:
        raise FormatError("what was released is not what the database has")
    problem = integrity_problem(credential)
    if problem:
        raise FormatError(problem)
    return credential.document, proof_object(proof, with_key.method), *staple_objects(credential)
