"""Many files verified in one go by `laurea verify`, against a real node, each answer compared with what is known of it: `scripts/bulk`."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chain.http_node import relay
from tests.conformance.make.actors import UNIVERSITY
from tests.conformance.make.batches import Batch
from tests.conformance.make.documents import badge
from tests.conformance.make.history import History, found
from tests.conformance.make.trust import trust_files
from tests.conformance.make.valid import JCS
from tests.conformance.make.vector import text
from tests.conformance.replay import new_node, replay

LAUREA = Path(sys.executable).with_name("laurea")
FILES = 10_000
REVOKED_EACH, ALTERED_EACH, BROKEN_EACH = 997, 991, 983  # primes, so that they seldom meet
A_TRANSACTION = 100  # words of revocation bits
REVOCATION_GAS = 15_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run took: seconds, MiB, requests to the node; and how many files had each verdict."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    requests: int
    verdicts: dict[str, int]


def expected(number: int) -> str:
    """Return the verdict of a file."""
    wrong = any(number % each == each - 1 for each in (REVOKED_EACH, ALTERED_EACH, BROKEN_EACH))
    return "invalid" if wrong else "valid"


def name(number: int) -> str:
    """Return the name of a credential and of its file."""
    return f"{number:06}.json"


def batch_of(count: int) -> Batch:
    """Return a batch of badges."""
    return Batch("bulk", UNIVERSITY.domain, {name(number): badge(number) for number in range(count)})


def write(batch: Batch, folder: Path) -> None:
    """Write the credentials of a batch, some of them altered or cut off."""
    for number in range(batch.size):
        data = text(batch.credential(name(number), JCS))
        if number % ALTERED_EACH == ALTERED_EACH - 1:
            data = data.replace('"value":"92"', '"value":"100"')
        if number % BROKEN_EACH == BROKEN_EACH - 1:
            data = data[:-9]
        (folder / name(number)).write_text(data)


def chain_of(batch: Batch) -> dict[str, Any]:
    """Return the chain on which the batch is anchored, and some of it revoked."""
    chain = History()
    found(chain)
    chain.anchor(UNIVERSITY.admin, batch)
    revoked = [name(number) for number in range(REVOKED_EACH - 1, batch.size, REVOKED_EACH)]
    for start in range(0, len(revoked), A_TRANSACTION):
        chain.revoke(UNIVERSITY.admin, "some are revoked", batch, *revoked[start : start + A_TRANSACTION], gas=REVOCATION_GAS)
    return {"final": chain.steps, "recent": []}


def run(count: int, folder: Path) -> Figures:
    """Verify so many files in a folder; raises AssertionError when one has another verdict than it should."""
    batch, shown = batch_of(count), folder / "shown"
    shown.mkdir()
    write(batch, shown)
    (folder / "trust.json").write_text(json.dumps(trust_files()["university"]))
    with new_node() as node:
        replay(node, chain_of(batch))
        with relay(node.url) as counted:
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            command = [str(LAUREA), "verify", str(shown), "--json", "--rpc", counted.url, "--trust", str(folder / "trust.json")]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"XDG_STATE_HOME": str(folder)})
            seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        answers = {line["file"]: line["report"]["verdict"] for line in map(json.loads, done.stdout.splitlines())}
    assert answers == {name(number): expected(number) for number in range(count)}, done.stderr
    assert done.returncode == (1 if "invalid" in answers.values() else 0)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figures(seconds, cpu, after.ru_maxrss / 1024, len(counted.bodies), dict(Counter(answers.values())))


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES, help=f"so many files; {FILES:,} unless given")
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        figures = run(count, Path(folder))
    print(f"{count:,} files, each with the verdict that it should have: {figures.verdicts}")
    print(f"{figures.seconds:.1f} s, {figures.cpu_seconds:.1f} s of CPU, {figures.cpu_seconds / count * 1e3:.2f} ms a file")
    print(f"at most {figures.peak_mib:.0f} MiB, {figures.requests:,} requests to the node")


if __name__ == "__main__":
    main()
