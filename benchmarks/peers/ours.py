"""laurea's credentials beside those of its peers; says as JSON what they took: python -m benchmarks.peers.ours sealed|released|blockcerts COUNT."""

import json
import sys
from importlib.metadata import version

from benchmarks.issuance import issuing


def main() -> None:
    """Bring credentials from rows to sealed and stored in SQLite, or on to released: a file each with its proof, unsigned or of Blockcerts."""
    what, count = sys.argv[1], int(sys.argv[2])
    with issuing(blockcerts=what == "blockcerts") as measured:
        cost = measured.enrol(0, count) + measured.seal()
        if what != "sealed":
            cost += measured.release(1, ())
    json.dump({"version": version("laurea"), "cpu": cost.cpu, "wall": cost.wall}, sys.stdout)


if __name__ == "__main__":
    main()
