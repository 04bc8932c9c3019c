"""The figures: at which place the concept stands that was meant, and how long that takes."""

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, quantiles

from laurea.core.concept import Frameworks, uri_key

QUERIES = Path(__file__).parent / "queries.csv"
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, and which concepts are right."""

    half: str
    kind: str
    text: str
    uris: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """At which place, from 1, the first right concept stood; None when it was not among the first ten; seconds of a processor that it took."""

    query: Query
    place: int | None
    seconds: float


def queries(path: Path = QUERIES) -> list[Query]:
    """Read the labelled queries."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Query(row["half"], row["kind"], row["query"], frozenset(map(uri_key, row["uris"].split()))) for row in csv.DictReader(file)]


def answer(frameworks: Frameworks, asked: Sequence[Query]) -> list[Answer]:
    """Ask each query once."""
    frameworks.search("begin")  # what is read once for all searches is not a search's time
    found = []
    for query in asked:
        begin = time.process_time()
        hits = frameworks.search(query.text, limit=DEPTH)
        seconds = time.process_time() - begin
        places = [place for place, hit in enumerate(hits, start=1) if uri_key(hit.concept.uri) in query.uris]
        found.append(Answer(query, places[0] if places else None, seconds))
    return found


def recall(answers: Sequence[Answer], depth: int) -> float:
    """Return the part of queries that were answered rightly among the first `depth`."""
    return mean(each.place is not None and each.place <= depth for each in answers)


def reciprocal_rank(answers: Sequence[Answer]) -> float:
    """Return the mean reciprocal rank, of the first ten."""
    return mean(1 / each.place if each.place else 0.0 for each in answers)


def table(answers: Sequence[Answer]) -> list[str]:
    """Return the figures as a table of Markdown: for each half, then for each kind of the half that was held out."""
    lines = ["| queries | number | recall@1 | recall@5 | recall@10 | MRR@10 |", "|---|---|---|---|---|---|"]
    halves = sorted({each.query.half for each in answers})
    groups = [(half, [each for each in answers if each.query.half == half]) for half in halves]
    held_out = groups[-1][1]
    groups += [
        (f"{halves[-1]}, {kind}", [each for each in held_out if each.query.kind == kind])
        for kind in sorted({e.query.kind for e in held_out})
    ]
    for name, some in groups:
        figures = [recall(some, 1), recall(some, 5), recall(some, DEPTH), reciprocal_rank(some)]
        lines.append(f"| {name} | {len(some)} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")
    return lines


def pace(answers: Sequence[Answer]) -> str:
    """Return how long searches take."""
    milliseconds = [each.seconds * 1000 for each in answers]
    cuts = quantiles(milliseconds, n=100)
    return f"a search takes, of one processor, {cuts[49]:.1f} ms (median), {cuts[94]:.1f} ms (of 95 in 100 at most), {max(milliseconds):.1f} ms (at most)"
