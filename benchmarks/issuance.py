"""An issuer that is measured, through the public functions of its services: the one place that changes with them."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import keys, material
from benchmarks.meter import Cost, cost_of
from benchmarks.processes import children_of, peak_of
from laurea.cli.helpers import processes
from laurea.core.problem import Sink
from laurea.core.roster import Row
from laurea.services.issuing import achievements, enrolment, release, signing_keys
from laurea.services.issuing.batches import load
from laurea.services.issuing.blockcerts import enrolling
from laurea.services.issuing.crew import Helpers
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.issuer import Issuer, opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.release_blockcerts import release_blockcerts
from laurea.services.issuing.sealing import seal
from laurea.services.issuing.sealing_blockcerts import seal_blockcerts
from laurea.storage.issuer.batches import Transactions
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.signing_keys import SigningKeys
from laurea.storage.issuer.tables import BatchRow, TransactionRow

MEMORY = Path("/dev/shm")
SEPOLIA = 11155111  # a chain that Blockcerts has a name for


@dataclass(frozen=True, slots=True)
class Made:
    """A roster of so many rows, numbered from the first on."""

    first: int
    count: int

    def rows(self, _: Sink, /) -> Iterator[Row]:
        """Give the rows, as often as they are read."""
        return material.rows(self.first, self.count)


@dataclass(frozen=True, slots=True)
class Issuing:
    """An issuer with one achievement, in a folder or a PostgreSQL database of its own; `server` is that database's process."""

    issuer: Issuer
    keyring: Keyring
    server: int | None
    blockcerts: bool = False  # whether its credentials are of that kind
    alone: bool = False  # whether one process does everything
    peaks: list[float] = field(default_factory=list)  # MiB of the largest helper, each time that there were some

    @contextmanager
    def _helpers(self) -> Iterator[Executor]:
        with processes() as executor:
            yield executor
            self.peaks.append(max(map(peak_of, children_of(os.getpid()))))

    @property
    def _helping(self) -> Helpers | None:
        return None if self.alone else self._helpers

    def enrol(self, first: int, count: int) -> Cost:
        """Enrol so many credentials as one roster, whose rows are made as they are read, and return what it took."""
        roster = Made(first, count)
        issuer = enrolling(self.issuer) if self.blockcerts else self.issuer
        return cost_of(lambda: enrolment.enrol_rows(issuer, roster, helpers=self._helping), server=self.server)

    def seal(self) -> Cost:
        """Seal what was enrolled as one batch, with helpers where it is large, and return what it took."""
        act = seal_blockcerts if self.blockcerts else seal
        return cost_of(lambda: act(self.issuer, checkpoint=lambda _: None, helpers=self._helping), server=self.server)

    def few(self, times: int, count: int) -> Cost:
        """Enrol and seal so many in each of several first batches, and return the medians of what it took: one is over before the machine changes its pace."""
        found = [self.enrol(number * count, count) + self.seal() for number in range(times)]
        return Cost(*(median(getattr(cost, name) for cost in found) for name in ("cpu", "wall", "server")))

    def release(self, batch: int, suites: Sequence[str]) -> Cost:
        """Release a batch with signatures of these suites, and return what it took; each time into a folder that is new."""
        released = self.issuer.directory.released
        released.rename(released.with_name(f"released-{time.monotonic_ns()}"))
        released.mkdir(mode=0o700)
        row = self.batch(batch)
        row.mined_hash, row.mined_block = bytes(32), 12_345_678  # as if it were
        if self.blockcerts:
            self._as_if_sent(row)
            return cost_of(lambda: release_blockcerts(self.issuer, row), server=self.server)
        issuer = replace(self.issuer, signatures=suites)
        signer = signing_keys.signer(issuer, self.keyring)
        return cost_of(lambda: release.release(issuer, row, signer), server=self.server)

    def _as_if_sent(self, row: BatchRow) -> None:
        """Keep a transaction of the batch's hash, by which its key is known."""
        with self.issuer.database.write() as session:
            key = Keys(session).all()[0].address
            sent = TransactionRow(batch=row.id, key=key, nonce=0, hash=row.mined_hash or b"", raw=b"", signed_at=self.issuer.now())
            Transactions(session).add(sent)

    def batch(self, batch: int) -> BatchRow:
        """Return a batch; raises NotFound."""
        return load(self.issuer, batch)

    def public(self) -> bytes:
        """Return the public key that signs."""
        with self.issuer.database.read() as session:
            return SigningKeys(session).all()[0].public

    def documents(self, batch: int) -> Iterator[bytes]:
        """Give the credentials of a batch as they are stored, without proof."""
        with self.issuer.database.read() as session:
            for member in Credentials(session).members(batch):
                yield member.document


@contextmanager
def issuing(
    database_url: str | None = None, server: int | None = None, *, on_disk: bool = True, blockcerts: bool = False
) -> Iterator[Issuing]:
    """Give a new issuer, in SQLite unless the URL of an empty PostgreSQL database is given.

    If not on the disk, its files are in memory where there is a place for that: a file system that is busy takes ten times as long for each.
    """
    with tempfile.TemporaryDirectory(dir=None if on_disk or not MEMORY.is_dir() else MEMORY) as folder:
        directory = IssuerDirectory(Path(folder) / "issuer")
        keys.put(directory)
        keyring = Keyring(directory, lambda: keys.PASSPHRASE)
        founding = Founding("did:web:badges.example.edu", "Example University", None, SEPOLIA if blockcerts else 31337, bytes(20))
        found(directory, founding, keyring, datetime.now(UTC), database_url=database_url)
        with opened(directory.path, lambda: datetime.now(UTC)) as issuer:
            achievements.add(issuer, material.achievement())
            yield Issuing(replace(issuer, blockcerts="https://badges.example.edu/blockcerts"), keyring, server, blockcerts)
