"""Measure the release of a batch: what a credential costs with each set of signatures, in CPU time, and the memory that it takes.

python -m scripts.bench_release [--credentials N] [--database postgresql://...]
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from laurea.services.issuing.batches import load
from laurea.services.issuing.issuer import opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.release import release
from laurea.services.issuing.sealing import seal
from laurea.services.issuing.signing_keys import signer
from scripts.bench_batch import BUDGET, an_issuer, enrol

JCS, RDFC = "eddsa-jcs-2022", "eddsa-rdfc-2022"
SUITES: Sequence[Sequence[str]] = ((), (JCS,), (RDFC,), (RDFC, JCS))
TIMES = {JCS: 2.5, RDFC: 8}  # what a credential from its row to sealed may cost, that may it cost so many times with a signature
ROUNDS = 3  # of which the one that took the least counts
MEMORY = 256  # MiB
PASSPHRASE = "a passphrase of the benchmark"


class Cost(NamedTuple):
    """What a release took for each credential: microseconds of CPU, those of the system, which writes the files, and wall time; and MiB at most."""

    user: float
    system: float
    wall: float
    memory: int


def released(path: Path, suites: Sequence[str]) -> Cost:
    """Release the first batch of the issuer in a directory as if it were mined."""
    with opened(path, lambda: datetime.now(UTC)) as issuer:
        batch, by = load(issuer, 1), signer(issuer, Keyring(issuer.directory, lambda: PASSPHRASE))
        batch.mined_hash, batch.mined_block = bytes(32), 12_345_678
        before, wall = os.times(), time.perf_counter()
        count = release(replace(issuer, signatures=suites), batch, by)
        after, wall = os.times(), time.perf_counter() - wall
    user, system, wall = (seconds / count * 1e6 for seconds in (after.user - before.user, after.system - before.system, wall))
    return Cost(user, system, wall, peak_memory())


def alone(path: Path, suites: Sequence[str]) -> Cost:
    """Release in another process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(released, path, suites).result()


def peak_memory() -> int:
    """Return the MiB that this process had at most; what getrusage says is its parent's, if that was larger."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--credentials", type=int, default=20_000)
    parser.add_argument("--database", help="a PostgreSQL database that is empty; else SQLite")
    asked = parser.parse_args()
    costs: dict[Sequence[str], Cost] = {}
    with an_issuer(asked.database) as issuer:
        enrol(issuer, 0, asked.credentials, alone=True)
        seal(issuer, checkpoint=lambda _: None)
        for suites in SUITES:
            costs[suites] = min(alone(issuer.directory.path, suites) for _ in range(ROUNDS))
            words = "{:.0f} µs of CPU each and {:.0f} of the system, {:.0f} by the clock; peak memory {} MiB".format(*costs[suites])
            print(f"{asked.credentials:,} released with {' and '.join(suites) or 'no signature'}: {words}", flush=True)
    base = BUDGET["sqlite" if asked.database is None else "postgresql"]
    answers = {}
    for suite, times in TIMES.items():
        more, budget = costs[suite,].user - costs[()].user, base * (times - 1)
        answers[f"{suite}: {more:.0f} µs more, budget {budget:.0f}"] = more <= budget
    memory = max(cost.memory for cost in costs.values())
    answers[f"peak memory {memory} MiB, budget {MEMORY}"] = memory <= MEMORY
    for words, met in answers.items():
        print(f"{words}: {'met' if met else 'MISSED'}")
    sys.exit(0 if all(answers.values()) else 1)


if __name__ == "__main__":
    main()
