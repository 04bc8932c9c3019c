"""What is measured with: leaves, an achievement as a university describes it, rows of learners."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from laurea.core.roster import Row

HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "sql-for-analysts"
PLACE = f"https://example.edu/achievements/{KEY}"
ACHIEVEMENT = {
    "id": PLACE,
    "type": ["Achievement"],
    "humanCode": KEY,
    "achievementType": "MicroCredential",
    "name": "SQL for Analysts",
    "description": "Writes queries with joins, aggregates and window functions over real data, and explains what they answer.",
    "tag": ["sql", "databases", "data analysis"],
    "criteria": {
        "id": f"{PLACE}/criteria",
        "narrative": "Passed a proctored project of twelve hours on a data set of a public authority: a model of its entities, a cleaned import, "
        "twelve queries with joins, windows and common table expressions, an index for each that needs one, and a report for readers who know "
        "no SQL. Two examiners graded it by the published rubric, and talked with the learner about it for twenty minutes: what each query answers, what it does not, "
        "and what it would cost on ten times the data.",
    },
    "assessmentMethodType": ["Proctored project"],
    "alignment": [
        {
            "type": ["Alignment"],
            "targetName": "SQL",
            "targetUrl": "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742",
            "targetFramework": "ESCO",
            "targetType": "ext:ESCOSkill",
        }
    ],
    "resultDescription": [
        {
            "id": "urn:uuid:5d0f4a54-6c1d-4a39-9a55-0f4a8c8f3c11",
            "type": ["ResultDescription"],
            "name": "Project score",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
            "requiredValue": "60",
        }
    ],
}


def leaves(count: int) -> bytes:
    """Return so many leaves of 32 bytes, one after the other."""
    return b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(count))


def achievement() -> bytes:
    """Return an achievement with its alignment, criteria, credits and scale, as JSON: its credentials have some 2,500 bytes and 19 claims."""
    return json.dumps(ACHIEVEMENT).encode()


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
