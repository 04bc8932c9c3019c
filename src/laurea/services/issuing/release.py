"""Release a batch: write each of its credentials with its proofs, the same bytes however often."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laurea.core import canonical
from laurea.core.credential import Credential
from laurea.core.leaves import Content, Leaves
from laurea.core.proof import Anchoring, BaseProof, Hints, proof_object
from laurea.core.tree import Levels
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer, Profile
from laurea.services.issuing.sealing import parsed, regrow
from laurea.services.issuing.signatures import Signatures
from laurea.services.issuing.signing_keys import Signer
from laurea.storage import files, levels
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchRow, CredentialRow


def release(issuer: Issuer, batch: BatchRow, signer: Signer) -> int:
    """Write the complete credentials of a batch that is final, but for those withdrawn or erased, and return how many.

    Raises FormatError rather than hand out what no verifier would accept.

    All that is in them was fixed when the batch was sealed and mined: after a kill the same files are written again.
    """
    count = 0
    signatures, leaves = signer.signatures(issuer, batch.sealed_at), Leaves(issuer.profile.domain.digest)
    with issuer.database.read() as session, _tree(issuer, batch, Credentials(session)) as grown:
        for member in Credentials(session).members(batch.number):
            if member.withdrawn_at is None and member.erased_at is None:
                index, seed = member.place
                if leaves.of(Content(member.achievement, member.document, seed), index) != grown.leaf(index):
                    raise FormatError(f"credential {member.id} is not the one that was sealed: the database was altered")
                credential = secured(issuer.profile, batch, member, grown, (signatures, signer.method))
                issuer.directory.write_released(member.id, canonical.dump(credential.secured()))
                count += 1
    files.settle()  # before anybody writes down that they are released
    return count


def secured(profile: Profile, batch: BatchRow, member: CredentialRow, grown: Levels, signing: tuple[Signatures, str]) -> Credential:
    """Return a member of a batch with its proof set: the issuer's signatures, then the anchor proof, both with the method that signs."""
    document = parsed(member.document)
    index, seed = member.place
    (signatures, method), domain = signing, profile.domain
    anchoring = Anchoring(domain.chain_id, domain.registry, domain.issuer_id, batch.root, batch.size, index, grown.path(index))
    anchored = proof_object(BaseProof(anchoring, seed, Hints(batch.mined_hash, batch.mined_block)), method)
    return Credential(document, (*signatures.under(document), anchored))


@contextmanager
def _tree(issuer: Issuer, batch: BatchRow, credentials: Credentials) -> Iterator[Levels]:
    """Give the batch's tree from its level file; from the credentials when the file is lost or not that of the batch."""
    path = issuer.directory.level_file(batch.number)
    if not _fits(path, batch):
        regrow(path, issuer.profile.domain, batch, credentials.members(batch.number))
    with levels.mapped(path, batch.size) as grown:
        yield grown


def _fits(path: Path, batch: BatchRow) -> bool:
    try:
        with levels.mapped(path, batch.size) as grown:
            return grown.root == batch.root
    except (InputError, FormatError):
        return False
