"""What is measured with: leaves, an achievement as a university describes it, rows of learners."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from benchmarks.processes import ROOT
from laurea.core.roster import Row

HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "sql-for-analysts"


def leaves(count: int) -> bytes:
    """Return so many leaves of 32 bytes, one after the other."""
    return b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(count))


def achievement() -> bytes:
    """Return an achievement with its alignments, criteria, credits and scale, as JSON."""
    example = json.loads((ROOT / f"examples/achievements/{KEY}.json").read_text())
    example["criteria"]["narrative"] = (
        "Passed a proctored project of twelve hours on a data set of a public authority: a model of its entities, a cleaned import, twelve "
        "queries with joins, windows and common table expressions, an index for each that needs one, and a report for readers who know no SQL. "
        "Two examiners graded it by the published rubric, and talked with the learner about it for twenty minutes."
    )
    return json.dumps({**example, "creditsAvailable": 3, "fieldOfStudy": "Computer science", "inLanguage": "en"}).encode()


def rows(first: int, count: int) -> Iterator[Row]:
    """Give rows of learners, numbered from the first on."""
    return (
        Row(
            learner=f"{number:08d}@students.example.edu",
            name=f"Łukasz Learner the {number}th",
            achievement=KEY,
            result=str(50 + number % 51),
            evidence=f"https://evidence.example.edu/projects/{number}",
            evidence_name="Project report",
            holder=HOLDER,
            awarded=MOMENT,
            number=number,
        )
        for number in range(first, first + count)
    )
