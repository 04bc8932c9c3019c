"""laurea's proofs of Blockcerts beside those of its peers; says as JSON what it took: python -m benchmarks.peers.ours_proofs FILE, of proofs."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.meter import cost_of
from laurea.core.blockcerts import anchor, tree
from laurea.core.blockcerts.proof_value import MerkleProof, decode, encode


def main() -> None:
    """Write proofs as text, one after the other; they are read first, and that is not counted."""
    proofs = [
        MerkleProof(
            tree.hash_of(each["targetHash"]),
            tree.steps_of(each["path"]),
            tree.hash_of(each["merkleRoot"]),
            tuple(map(anchor.parse, each["anchors"])),
        )
        for each in map(json.loads, Path(sys.argv[1]).read_text().splitlines())
    ]
    written: list[str] = []
    cost = cost_of(lambda: written.extend(map(encode, proofs)))
    if list(map(decode, written)) != proofs:
        sys.exit("laurea does not read its own proofs")
    json.dump({"version": version("laurea"), "cpu": cost.cpu, "wall": cost.wall}, sys.stdout)


if __name__ == "__main__":
    main()
