"""Write what all are given, the same for each: python -m benchmarks.peers.given leaves|credentials|proofs|certificates COUNT FILE."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import material
from benchmarks.issuance import issuing
from benchmarks.peers import certificates
from benchmarks.peers.standing import CERTIFICATES, LEAVES, PROOFS
from laurea.core.blockcerts import anchor, tree
from laurea.core.tree import HASH_BYTES


def main() -> None:
    """Write so many leaves, 32 bytes each, or, a line each, credentials without proof, documents of Blockcerts with theirs, the proofs of a batch."""
    what, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if what == LEAVES:
        path.write_bytes(material.leaves(count))
        return
    if what == PROOFS:
        path.write_text("\n".join(map(json.dumps, _proofs(material.leaves(count)))))
        return
    if what == CERTIFICATES:
        path.write_bytes(b"".join(line + b"\n" for line in certificates.lines(count)))
        return
    with issuing() as issuer, path.open("wb") as file:
        issuer.enrol(0, count)
        issuer.seal()
        file.writelines(document + b"\n" for document in issuer.documents(1))


def _proofs(leaves: bytes) -> Iterator[dict[str, object]]:
    built, place = tree.build(leaves), str(anchor.on_evm(11155111, bytes(range(HASH_BYTES))))
    for index in range(built.size):
        path = tree.document(tree.path(built, index))
        yield {"path": path, "merkleRoot": built.root.hex(), "targetHash": built.leaf(index).hex(), "anchors": [place]}


if __name__ == "__main__":
    main()
