"""laurea's verification of documents of Blockcerts, network aside; says as JSON what it took: python -m benchmarks.peers.ours_certificates FILE."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from laurea import Verdict
from laurea.core.anchor import Block
from laurea.core.certificates.profile import IssuerProfile
from laurea.core.certificates.transaction import Sent, TransactionFacts, TransactionRef
from laurea.core.status import ReadList
from laurea.core.trust import Trust
from laurea.services.certificates import Blockcerts
from laurea.services.sources import Sources, Visits
from laurea.services.verifying import Verifying

NOW = datetime(2026, 4, 1, tzinfo=UTC)


class Told:
    """A chain and a web that are known beforehand."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Take what is known."""
        final = Block(100, sha256(b"final").digest(), NOW)
        block = Block(50, sha256(b"its block").digest(), datetime.fromtimestamp(told["time"], UTC))
        sent = Sent(bytes.fromhex(told["account"][2:]), None, bytes.fromhex(told["root"]), success=True, block=block)
        self._facts = TransactionFacts(TransactionRef(11155111, bytes.fromhex(told["transaction"])), final, final, sent, read_at=NOW)
        self.pages = {url: json.dumps(page).encode() for url, page in told["pages"].items()}

    def read_many(self, hashes: Sequence[bytes]) -> list[TransactionFacts]:
        """Say the same of each transaction."""
        return [self._facts for _ in hashes]

    def list(self, url: str) -> ReadList:
        """Return a page."""
        return ReadList(self.pages[url], NOW)


def main() -> None:
    """Verify all, and demand that all are valid and that an altered one is not."""
    first, *documents = Path(sys.argv[1]).read_bytes().splitlines()
    told = Told(json.loads(first))
    setattr(Visits, "list", lambda _, url: told.list(url))  # noqa: B010 - there is no web here
    profiles = {profile.id: profile for profile in [IssuerProfile.parse(next(iter(told.pages.values())))]}
    verifying = Verifying(lambda _: None, Trust(), blockcerts=Blockcerts(lambda _: told, profiles), sources=Sources(lambda: NOW))
    list(verifying.verify_many([(0, documents[0])], at=NOW))  # contexts are read
    cpu, wall = time.process_time(), time.perf_counter()
    found = list(verifying.verify_many(enumerate(documents), at=NOW))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    altered = verifying.verify(documents[-1].replace(b'"name": "Learner', b'"name": "Eve'), at=NOW)
    if not all(getattr(report, "verdict", None) is Verdict.VALID for _, report in found) or altered.verdict is not Verdict.INVALID:
        sys.exit("laurea does not verify its own documents")
    json.dump({"version": version("laurea"), "cpu": cpu, "wall": wall}, sys.stdout)


if __name__ == "__main__":
    main()
