"""Measure a batch from rows to sealed: what enrolling and sealing cost a credential, in wall time, and the memory that they take.

python scripts/bench_batch.py [--credentials N] [--database postgresql://...] [--alone]
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from laurea.cli.helpers import helpers
from laurea.core.problem import Problems
from laurea.core.roster import Row
from laurea.services.issuing import achievements, enrolment
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.issuer import Issuer, opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.sealing import seal
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import IssuerDirectory

BUDGET = {"sqlite": 45.0, "postgresql": 30.0}  # microseconds a credential, which are seconds for a million
MEMORY = 256  # MiB a process
ROSTER = 50_000  # rows that are enrolled at once
FIRST = 10_000  # credentials that the cost of the rest is compared with
LINEAR = 1.2
HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)


def achievement() -> bytes:
    """An achievement as a university describes it: with its alignments, criteria, credits and scale."""
    example = json.loads((Path(__file__).parent.parent / "examples/achievements/sql-for-analysts.json").read_text())
    example["criteria"]["narrative"] = (
        "Passed a proctored project of twelve hours on a data set of a public authority: a model of its entities, a cleaned import, twelve "
        "queries with joins, windows and common table expressions, an index for each that needs one, and a report for readers who know no SQL. "
        "Two examiners graded it by the published rubric, and talked with the learner about it for twenty minutes."
    )
    return json.dumps({**example, "creditsAvailable": 3, "fieldOfStudy": "Computer science", "inLanguage": "en"}).encode()


def rows(first: int, count: int) -> list[Row]:
    return [
        Row(
            learner=f"{number:08d}@students.example.edu",
            name=f"Łukasz Learner the {number}th",
            achievement="sql-for-analysts",
            result=str(50 + number % 51),
            evidence=f"https://evidence.example.edu/projects/{number}",
            evidence_name="Project report",
            holder=HOLDER,
            awarded=MOMENT,
            number=number,
        )
        for number in range(first, first + count)
    ]


@contextmanager
def an_issuer(database_url: str | None) -> Iterator[Issuer]:
    with tempfile.TemporaryDirectory() as folder:
        directory = IssuerDirectory(Path(folder) / "issuer")
        founding = Founding("did:web:badges.example.edu", "Example University", None, 31337, bytes(20))
        found(
            directory, founding, Keyring(directory, lambda: "a passphrase of the benchmark"), datetime.now(UTC), database_url=database_url
        )
        with opened(directory.path, lambda: datetime.now(UTC)) as issuer:
            achievements.add(issuer, achievement())
            yield issuer


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def enrol(issuer: Issuer, first: int, count: int) -> float:
    """Enrol so many credentials, a roster at a time, and return the seconds; the making of the rows is not counted."""
    seconds = 0.0
    for start in range(first, first + count, ROSTER):
        roster = rows(start, min(ROSTER, first + count - start))
        seconds += timed(partial(enrolment.enrol_rows, issuer, roster, Problems()))
    return seconds


def whole(issuer: Issuer, first: int, count: int, *, alone: bool) -> float:
    """Bring so many credentials from rows to sealed, say what each part took, and return the microseconds a credential."""
    enrolled = enrol(issuer, first, count)
    sealed = timed(lambda: seal(issuer, checkpoint=lambda _: None, helpers=None if alone else helpers))
    print(
        f"{count:>9,} credentials: enrolled in {enrolled:.1f} s, sealed in {sealed:.1f} s: {(enrolled + sealed) / count * 1e6:.1f} µs each"
    )
    return (enrolled + sealed) / count * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--credentials", type=int, default=100_000)
    parser.add_argument("--database", help="a PostgreSQL database that is empty; else SQLite")
    parser.add_argument("--alone", action="store_true", help="without helpers")
    asked = parser.parse_args()
    kind = "sqlite" if asked.database is None else "postgresql"
    with an_issuer(asked.database) as issuer:
        first = whole(issuer, 0, FIRST, alone=asked.alone)
        with issuer.database.read() as session:
            member = next(Credentials(session).members(1))
        print(f"a credential: {len(member.document):,} bytes; {kind}, {os.cpu_count()} processors")
        each = whole(issuer, FIRST, asked.credentials, alone=asked.alone)
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    budget = BUDGET[kind]
    answers = {
        f"from rows to sealed: {each:.1f} µs a credential, budget {budget:.0f}": each <= budget,
        f"{each / first:.2f} times what one of {FIRST:,} costs, budget {LINEAR}": each <= LINEAR * first,
        f"peak memory {memory} MiB a process, budget {MEMORY}": memory <= MEMORY,
    }
    for words, met in answers.items():
        print(f"{words}: {'met' if met else 'MISSED'}")
    sys.exit(0 if all(answers.values()) else 1)


if __name__ == "__main__":
    main()
