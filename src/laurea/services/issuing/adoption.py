"""Take a lost batch back in, from the credentials that were released with it: each proves its own place in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from laurea.core import canonical
from laurea.core.accreditation import endorsed
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.disclosure import integrity_problem
from laurea.core.proof import BaseProof, anchor_proof
from laurea.errors import FormatError, LaureaError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.lookup import credential_uuid
from laurea.services.issuing.reconciling import Lost
from laurea.services.issuing.status_places import place_of
from laurea.storage import files
from laurea.storage.issuer.batches import Batches, LostBatches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import MAX_RELEASED_BYTES
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import ACCREDITATION, AT_ONCE, AchievementRow, BatchRow, BatchState, CredentialRow, MemberRow


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many of a lost batch's credentials were taken back in; it is settled when that is all of them."""

    root: bytes
    size: int
    found: int


def adopt(issuer: Issuer, lost: Lost, folder: Path) -> Adopted:
    """Take in the credentials of a lost batch that `folder` has as they were released; again is as good as once.

    One that the database has as open becomes a member of the batch, so that it is not sealed again; one that it does not know at all is
    made anew, under a learner called `lost:<uuid>`, since a credential does not tell the issuer's own name for the learner.
    """
    members = dict(_members(issuer, lost, folder))
    if members:
        with issuer.database.write() as session:
            batch = _batch(session, issuer, lost, next(iter(members.values())))
            for uuid, credential in members.items():
                _take_in(session, issuer, batch, uuid, credential)
            row = LostBatches(session).get(lost.root)
            if row is not None and len(members) == lost.size:
                row.settled_at = row.settled_at or issuer.now()
            issuer.record(session, "batch.adopt", f"batch:{batch}", {"size": lost.size, "found": len(members)})
        for uuid, credential in members.items():
            issuer.directory.write_released(uuid, canonical.dump(credential.secured()))
        files.settle()
    return Adopted(lost.root, lost.size, len(members))


def _members(issuer: Issuer, lost: Lost, folder: Path) -> Iterator[tuple[str, Credential]]:
    for path in sorted(folder.glob("*.json")):
        try:
            credential = Credential.parse(files.read(path, limit=MAX_RELEASED_BYTES))
            uuid = credential_uuid(credential.id or "")
            if uuid is not None and _proof(credential).anchoring.root == lost.root and _is_ours(issuer, lost, credential):
                yield uuid, credential
        except LaureaError:
            continue  # another file than a credential of ours proves nothing, and takes nothing away


def _is_ours(issuer: Issuer, lost: Lost, credential: Credential) -> bool:
    """Tell whether the credential leads to the root by itself, as an anchor of this issuer with the size that the registry has."""
    anchoring, domain = _proof(credential).anchoring, issuer.profile.domain
    place = (anchoring.chain_id, anchoring.registry, anchoring.issuer_id, anchoring.size)
    return place == (domain.chain_id, domain.registry, domain.issuer_id, lost.size) and integrity_problem(credential) == ""


def _proof(credential: Credential) -> BaseProof:
    proof = anchor_proof(credential)
    if not isinstance(proof, BaseProof):
        raise FormatError("the credential is not complete")
    return proof


def _batch(session: Session, issuer: Issuer, lost: Lost, member: Credential) -> int:
    for row in Batches(session).all():
        if row.root == lost.root:
            return row.number
    hints = _proof(member).hints
    return Batches(session).add(
        BatchRow(
            root=lost.root,
            size=lost.size,
            state=BatchState.RELEASED,
            sealed_at=issuer.now().replace(microsecond=0),
            mined_hash=hints.tx,
            mined_block=lost.block,
            released_at=issuer.now(),
        )
    )


def _take_in(session: Session, issuer: Issuer, batch: int, uuid: str, credential: Credential) -> None:
    proof = _proof(credential)
    row = Credentials(session).get(uuid)
    if row is None:
        found = _achievement(session, issuer, credential)
        row = CredentialRow(
            id=uuid,
            learner=f"lost:{uuid}" if found != AT_ONCE else f"{AT_ONCE}urn:uuid:{uuid}",
            achievement=found,
            kept=b"",
            holder=credential.subject_id,
            enrolled_at=issuer.now(),
        )
        session.add(row)
    elif row.batch not in (None, batch):
        raise FormatError(f"credential {uuid} is in batch {row.batch} already, and in the lost batch 0x{proof.anchoring.root.hex()}")
    row.write(canonical.dump(credential.document))
    row.seed = proof.seed
    if row.member is None:
        row.member = MemberRow(batch=batch, index=proof.anchoring.index, credential=uuid)
    row.member.index = proof.anchoring.index
    _place(session, issuer, row, credential)
    row.withdrawn_at = None  # it was released, whatever the old backup says


def _place(session: Session, issuer: Issuer, row: CredentialRow, credential: Credential) -> None:
    """Give a credential back the place in a status list that it names; its list, if it is not known, takes no others."""
    place = place_of(credential.document, now=issuer.now())
    if place is None or row.status_list is not None:
        return
    lists = StatusLists(session)
    if lists.get(place.status_list.id) is None:
        lists.add(place.status_list)
    session.flush()
    if not lists.taken(place.status_list.id, [place.index]):
        row.status_list, row.status_index = place.status_list.id, place.index


def _achievement(session: Session, issuer: Issuer, credential: Credential) -> str:
    subject = credential.document.get("credentialSubject")
    document = subject.get("achievement") if isinstance(subject, dict) else None
    if endorsed(credential):
        return ACCREDITATION
    if not isinstance(document, dict) or not isinstance(document.get("humanCode"), str):
        return AT_ONCE  # nothing else is anchored here without an achievement
    key = str(document["humanCode"])
    if Profiles(session).achievement(key) is None:
        Profiles(session).add_achievement(AchievementRow(id=key, document=_dump(document), added_at=issuer.now()))
        session.flush()
    return key


def _dump(document: JsonObject) -> bytes:
    return canonical.dump(document)
