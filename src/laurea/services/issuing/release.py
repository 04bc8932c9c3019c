"""Release a batch: write each of its credentials with its proofs, the same bytes however often."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from laurea.core import canonical
from laurea.core.anchor import AnchorRef
from laurea.core.credential import Credential
from laurea.core.leaves import Content, Leaves
from laurea.core.proof import BaseProofs, Hints, proof_options
from laurea.core.secured_form import SecuredForms
from laurea.core.tree import Levels
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import parsed, regrow
from laurea.services.issuing.signing_keys import Signer
from laurea.services.issuing.stapling import Staples
from laurea.storage import files, levels
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.releasable import releasable
from laurea.storage.issuer.tables import BatchRow


def release(issuer: Issuer, batch: BatchRow, signer: Signer, staples: Sequence[str] | None = None) -> int:
    """Write the complete credentials of a batch that is final, but for those withdrawn or erased, and return how many.

    Raises FormatError rather than hand out what no verifier would accept.

    All that is in them was fixed when the batch was sealed and mined: after a kill the same files are written again. `staples` are those of
    the batch, else those that are kept of it.
    """
    count = 0
    leaves, securing = Leaves(issuer.profile.domain.digest), Securing(issuer, batch, signer, staples)
    with (
        issuer.database.read() as session,
        grown_tree(issuer, batch, Credentials(session)) as grown,
        files.filling(issuer.directory.released) as released,
    ):
        for each in releasable(session, batch.number):
            content = Content(each.achievement, each.document, each.seed)
            if leaves.of(content, each.place) != grown.leaf(each.place):
                raise FormatError(f"credential {each.id} is not the one that was sealed: the database was altered")
            released.put(f"{each.id}.json", securing.secured(content, each.place, grown.path(each.place)))
            count += 1
    files.settle()  # before anybody writes down that they are released
    return count


class Securing:
    """Gives the members of a batch their proofs: the issuer's signatures, then the anchor proof and its staple, all with the method that signs.

    Those of a form that is known go the fast way, which gives the bytes of the other.
    """

    def __init__(self, issuer: Issuer, batch: BatchRow, signer: Signer, staples: Sequence[str] | None = None) -> None:
        """Secure the members of a batch that is mined; with these staples, else with those that are kept."""
        self._staples = Staples(issuer.directory.read_staples(batch.number) if staples is None else staples, signer.method)
        domain = issuer.profile.domain
        ref = AnchorRef(domain.chain_id, domain.registry, domain.issuer_id, batch.root)
        self._anchors = BaseProofs(ref, batch.size, Hints(batch.mined_hash, batch.mined_block))
        self._anchor = proof_options(signer.method)
        self._signatures = signer.signatures(issuer, batch.sealed_at)
        self._forms = SecuredForms(self._signatures.signing, self._anchor)

    def secured(self, content: Content, index: int, path: Sequence[bytes]) -> bytes:
        """Return a member as it is released; raises FormatError when a suite cannot take it."""
        value = self._anchors.value(index, path, content.seed)
        after = self._staples.text(index)
        found = self._forms.secured(content, value, after)
        if found is None:
            document = parsed(content.document)
            credential = Credential(
                document, (*self._signatures.under(document), {**self._anchor, "proofValue": value}, *self._staples.objects(index))
            )
            found = canonical.dump(credential.secured())
            self._forms.learn(content, document, (value, after), found)
        return found


@contextmanager
def grown_tree(issuer: Issuer, batch: BatchRow, credentials: Credentials) -> Iterator[Levels]:
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
