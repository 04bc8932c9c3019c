"""A batch of documents of Blockcerts v3 in one tree, and what each verifier of them is told instead of asking a chain and the web."""

import json
from collections.abc import Iterator
from hashlib import sha256

from laurea.core.blockcerts import anchor, proof_value, tree
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.blockcerts.proof_value import MerkleProof
from laurea.core.canonical import JsonObject

SEPOLIA = 11155111
ISSUER = "https://school.example/issuer.json"
REVOKED = "https://school.example/revoked.json"
ACCOUNT = "0x" + "5c" * 20
TRANSACTION = sha256(b"the transaction").digest()
TIME = 1_772_323_200  # of its block, in seconds since 1970
PAGES = {
    ISSUER: {
        "@context": ["https://w3id.org/openbadges/v2", "https://w3id.org/blockcerts/v2"],
        "type": "Profile",
        "id": ISSUER,
        "name": "Example School",
        "revocationList": REVOKED,
        "publicKey": [{"id": f"ecdsa-koblitz-pubkey:{ACCOUNT}", "created": "2020-01-01T00:00:00Z"}],
    },
    REVOKED: {"type": "RevocationList", "id": REVOKED, "issuer": ISSUER, "revokedAssertions": []},
}


def lines(count: int) -> Iterator[bytes]:
    """Give what the verifiers are told, in the first line, then so many documents with their proofs."""
    documents = [_document(index) for index in range(count)]
    normalizer = Normalizer(shapes=True)
    hashes = [normalizer.digest(each) for each in documents]
    batch = tree.build(b"".join(hashes))
    root = tree.root_from_path(hashes[0], tree.path(batch, 0))
    told = {"pages": PAGES, "account": ACCOUNT, "root": root.hex(), "time": TIME, "transaction": TRANSACTION.hex()}
    yield json.dumps(told).encode()
    place = (anchor.on_evm(SEPOLIA, TRANSACTION),)
    for index, document in enumerate(documents):
        value = proof_value.encode(MerkleProof(hashes[index], tree.path(batch, index), root, place))
        proof = {"type": "MerkleProof2019", "created": "2026-03-01T00:00:00Z", "proofPurpose": "assertionMethod"}
        yield json.dumps({**document, "proof": {**proof, "verificationMethod": f"{ISSUER}#key-1", "proofValue": value}}).encode()


def _document(index: int) -> JsonObject:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/blockcerts/v3.2"],
        "id": f"urn:uuid:00000000-0000-4000-8000-{index:012d}",
        "type": ["VerifiableCredential", "BlockcertsCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-02-01T00:00:00Z",
        "name": "SQL for Analysts",
        "credentialSubject": {"id": f"did:example:learner-{index}", "name": f"Learner {index}"},
        "display": {
            "contentMediaType": "text/html",
            "content": f"<h1>Learner {index}</h1>" + "<p>Queries, joins and windows on real data</p>" * 20,
        },
    }
