"""Credentials through the steps of Blockcerts v3, in the peers' own environment; says as JSON what it took.

python pipeline.py CONTEXTS FILE: CONTEXTS is the folder of the JSON-LD contexts, FILE holds a credential a line.

URDNA2015 by PyLD, SHA-256, a tree by blockcerts-merkletools, MerkleProof2019 by lds-merkle-proof-2019: what cert-issuer does between
reading the credentials and sending the root, with the packages that it does it with.
"""

import contextlib
import io
import json
import sys
import time
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from blockcerts_merkletools import MerkleTools
from lds_merkle_proof_2019.merkle_proof_2019 import MerkleProof2019
from pyld import jsonld

PACKAGES = ("pyld", "blockcerts-merkletools", "lds-merkle-proof-2019")
ANCHOR = "blink:eth:sepolia:0x" + "5f" * 32


def loader(folder: Path) -> Any:
    """What gives PyLD the contexts that are there, and no others."""
    known = {
        url: json.loads((folder / entry["file"]).read_text()) for url, entry in json.loads((folder / "index.json").read_text()).items()
    }
    return lambda url, _: {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}


def issue(documents: list[dict[str, Any]], load: Any) -> list[str]:
    """Return each credential with its proof, as JSON."""
    tree = MerkleTools()
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    hashes = [sha256(jsonld.normalize(document, options).encode()).hexdigest() for document in documents]
    tree.add_leaf(hashes)
    tree.make_tree()
    root = tree.get_merkle_root()
    issued = []
    for index, document in enumerate(documents):
        proof = {"path": tree.get_proof(index), "merkleRoot": root, "targetHash": hashes[index], "anchors": [ANCHOR]}
        value = MerkleProof2019().encode(proof).decode()
        issued.append(
            json.dumps({**document, "proof": {"type": "MerkleProof2019", "proofPurpose": "assertionMethod", "proofValue": value}})
        )
    return issued


def is_proven(credential: str) -> bool:
    """Tell whether the path in a credential leads from its hash to its root."""
    with contextlib.redirect_stdout(io.StringIO()):  # decode prints
        proof = MerkleProof2019().decode(json.loads(credential)["proof"]["proofValue"])
    return bool(MerkleTools().validate_proof(proof["path"], proof["targetHash"], proof["merkleRoot"]))


def main() -> None:
    folder, path = map(Path, sys.argv[1:])
    documents, load = [json.loads(line) for line in path.read_text().splitlines()], loader(folder)
    jsonld.normalize(documents[0], {"documentLoader": load})  # contexts are read
    cpu, wall = time.process_time(), time.perf_counter()
    issued = issue(documents, load)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if not (is_proven(issued[0]) and is_proven(issued[-1])):
        sys.exit("the pipeline does not prove its own credentials")
    json.dump({"version": ", ".join(f"{name} {version(name)}" for name in PACKAGES), "cpu": cpu, "wall": wall}, sys.stdout)


if __name__ == "__main__":
    main()
