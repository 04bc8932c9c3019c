"""Write what all are given, the same for each: python -m benchmarks.peers.given leaves|credentials|certificates COUNT FILE."""

import sys
from pathlib import Path

from benchmarks import material
from benchmarks.issuance import issuing
from benchmarks.peers import certificates
from benchmarks.peers.standing import CERTIFICATES, LEAVES


def main() -> None:
    """Write so many leaves, 32 bytes each, or so many credentials without proof, or documents of Blockcerts with theirs, a line each."""
    what, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if what == LEAVES:
        path.write_bytes(material.leaves(count))
        return
    if what == CERTIFICATES:
        path.write_bytes(b"".join(line + b"\n" for line in certificates.lines(count)))
        return
    with issuing() as issuer, path.open("wb") as file:
        issuer.enrol(0, count)
        issuer.seal()
        file.writelines(document + b"\n" for document in issuer.documents(1))


if __name__ == "__main__":
    main()
