"""Documents of Blockcerts v3 through the steps of a verifier, in the peers' own environment; says as JSON what it took.

python certificates_pipeline.py CONTEXTS FILE: as pipeline.py has it; FILE has what is told in the first line, then a document a line.

Decoded by lds-merkle-proof-2019, URDNA2015 by PyLD, SHA-256, the path by blockcerts-merkletools, the root compared: what a verifier does with
the packages that cert-issuer is made of, before it asks anybody.
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
from pipeline import PACKAGES, loader  # type: ignore[import-not-found]  # it stands beside this one
from pyld import jsonld


def is_good(text: str, root: str, options: dict[str, Any]) -> bool:
    """Tell whether a document leads to the root."""
    document = json.loads(text)
    with contextlib.redirect_stdout(io.StringIO()):  # decode prints
        proof = MerkleProof2019().decode(document.pop("proof")["proofValue"])
    target = sha256(jsonld.normalize(document, options).encode()).hexdigest()
    fits = target == proof["targetHash"] and proof["merkleRoot"] == root
    return fits and bool(MerkleTools().validate_proof(proof["path"], target, root))


def main() -> None:
    folder, path = map(Path, sys.argv[1:])
    first, *documents = path.read_text().splitlines()
    root = json.loads(first)["root"]
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader(folder)}
    is_good(documents[0], root, options)  # contexts are read
    cpu, wall = time.process_time(), time.perf_counter()
    found = [is_good(each, root, options) for each in documents]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if not all(found) or is_good(documents[-1].replace('"name": "Learner', '"name": "Eve'), root, options):
        sys.exit("the pipeline does not verify what it should")
    json.dump({"version": ", ".join(f"{name} {version(name)}" for name in PACKAGES), "cpu": cpu, "wall": wall}, sys.stdout)


if __name__ == "__main__":
    main()
