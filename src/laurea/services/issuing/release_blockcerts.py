"""Release a batch of Blockcerts: each credential with its MerkleProof2019, which names the transaction; the same bytes however often."""

from laurea.core import canonical
from laurea.core.blockcerts import anchor, tree
from laurea.core.blockcerts.leaf import Hashes
from laurea.core.blockcerts.proof_value import MerkleProof, encode
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.errors import FormatError
from laurea.services.issuing.blockcerts import method
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.release import grown_tree
from laurea.services.issuing.sealing import parsed
from laurea.storage import files
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.releasable import releasable
from laurea.storage.issuer.tables import BatchRow, stored

PROOF_TYPE = "MerkleProof2019"


def release_blockcerts(issuer: Issuer, batch: BatchRow) -> int:
    """Write the credentials of a batch that is final, but for those withdrawn or erased, and return how many.

    Raises FormatError rather than hand out what no verifier would accept, InputError when the profile has no URL.
    """
    anchors = (anchor.on_evm(issuer.profile.domain.chain_id, stored(batch.mined_hash)),)
    options = {
        "type": PROOF_TYPE,
        "created": format_time(batch.sealed_at),
        "proofPurpose": "assertionMethod",
        "verificationMethod": method(issuer, batch),
    }
    hashes, count = Hashes(), 0
    with (
        issuer.database.read() as session,
        grown_tree(issuer, batch, Credentials(session)) as grown,
        files.filling(issuer.directory.released) as released,
    ):
        for each in releasable(session, batch.number):
            target = grown.leaf(each.place)
            if hashes.of(each.document) != target:
                raise FormatError(f"credential {each.id} is not the one that was sealed: the database was altered")
            proof = MerkleProof(target, tree.path(grown, each.place), batch.root, anchors)
            released.put(f"{each.id}.json", _proven(each.document, {**options, "proofValue": encode(proof)}))
            count += 1
    files.settle()  # before anybody writes down that they are released
    return count


def _proven(text: bytes, proof: JsonObject) -> bytes:
    return canonical.dump({**parsed(text), "proof": proof})
