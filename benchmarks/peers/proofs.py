"""Proofs as text by the package of PyPI, in the peers' own environment; says as JSON what it took.

python proofs.py FILE: FILE holds a proof a line, as JSON.
"""

import contextlib
import io
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from lds_merkle_proof_2019.merkle_proof_2019 import MerkleProof2019


def main() -> None:
    proofs = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    cpu, wall = time.process_time(), time.perf_counter()
    written = [MerkleProof2019().encode(proof).decode() for proof in proofs]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    with contextlib.redirect_stdout(io.StringIO()):  # decode prints
        if any(MerkleProof2019().decode(text) != proof for text, proof in zip(written[::100], proofs[::100], strict=True)):
            sys.exit("lds-merkle-proof-2019 does not read its own proofs")
    json.dump({"version": version("lds-merkle-proof-2019"), "cpu": cpu, "wall": wall}, sys.stdout)


if __name__ == "__main__":
    main()
