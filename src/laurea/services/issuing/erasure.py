"""Erase a learner: nothing that says who they are or what they achieved stays in the directory or the database.

What stays of a credential that is in a batch is its place there and, in the place of its content, the leaf hash: the tree is made from it
again, and it tells nothing, for the seed is gone with the rest (DESIGN.md, section 2).
"""

from dataclasses import dataclass

from laurea.core.blockcerts.leaf import Hashes
from laurea.core.leaves import Content, Leaves
from laurea.errors import NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.revocation import HANDED_OUT
from laurea.storage import files
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.oauth import Grants
from laurea.storage.issuer.tables import BatchProfile, CredentialRow


@dataclass(frozen=True, slots=True)
class Erased:
    """How many credentials are gone altogether, and of how many an empty place in a batch is left."""

    removed: int
    emptied: int


def erase(issuer: Issuer, learner: str) -> Erased:
    """Erase all about a learner; the caller holds the locks "run" and "backup". Raises NotFound when there is nothing.

    After a kill it is done again: the files go first, the database last, by which they are found.
    """
    with issuer.database.read() as session:
        found = [row.id for row in Credentials(session).of_learner(learner)]
    if not learner or not found:
        raise NotFound("no credential of this learner", hint="name the learner exactly as the roster did")
    issuer.directory.clear_backups()
    issuer.directory.clear_unfinished()  # what a release that was killed has left of a credential
    for uuid in found:
        issuer.directory.remove_released(uuid)
    for waiting in issuer.directory.upload_names():  # whoever is in a roster that waits would be back with it
        issuer.directory.remove_upload(waiting)
    files.settle()
    with issuer.database.write() as session:
        rows = Credentials(session).of_learner(learner)
        Grants(session).forget_learner([row.email for row in rows if row.email], [row.id for row in rows])
        Credentials(session).cut_ties([row.id for row in rows])
        removed = [row for row in rows if row.batch is None]
        for row in rows:
            if row.batch is None:
                session.delete(row)
            else:
                batch = Batches(session).get(row.batch)
                _empty(issuer, row, handed_out=batch is not None and batch.state in HANDED_OUT)
            issuer.record(session, "credential.erase", f"credential:{row.id}", {"batch": row.batch})
    issuer.database.forget()
    return Erased(len(removed), len(rows) - len(removed))


def _empty(issuer: Issuer, row: CredentialRow, *, handed_out: bool) -> None:
    now = issuer.now()
    index, seed = row.place
    of_blockcerts = row.profile == BatchProfile.BLOCKCERTS
    content = Content(row.achievement, row.document, seed)
    row.leaf = Hashes().of(row.document) if of_blockcerts else Leaves(issuer.profile.domain.digest).of(content, index)
    row.learner, row.email, row.holder = "", None, None
    row.write(b"")
    row.seed, row.waits_until = b"", None
    row.erased_at = now
    if not handed_out:
        row.withdrawn_at = row.withdrawn_at or now
