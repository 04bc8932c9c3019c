"""The reading of a roster: every cell of a CSV file is judged, row by row."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import material
from benchmarks.figures import AT_LEAST, Figure
from benchmarks.meter import cost_of
from benchmarks.parts import Asked
from laurea.core.achievement import Achievement
from laurea.core.keys import did_key
from laurea.core.problem import Problems
from laurea.core.roster import Roster

A_SECOND = 50_000
FIRST = ("Jörg", "김지우", "Łukasz", "Ada", "Grace", "Zoë", "Adébáyọ̀", "佐藤", "Иван", "Ben", "Anna", "Marie")
LAST = ("Müller", "Okafor", "Lovelace", "O'Brien", "Kowalska", "García", "陽菜", "Петров", "Smith", "Nguyễn", "Hopper")


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure how many rows are judged in a second, and how many when each has something wrong; raises ValueError when they are not judged so."""
    count = asked.credentials
    yield Figure("rows of a roster read and judged, in a second of CPU", _rate(count, 0), "rows", A_SECOND, AT_LEAST)
    yield Figure("the same where every row has something wrong", _rate(count, count), "rows")


def _rate(count: int, wrong: int) -> float:
    known = {material.KEY: Achievement.parse(material.achievement())}
    problems = Problems()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(count, wrong))
        roster = Roster.of(lambda: path.open("rb"), known, now=material.MOMENT)
        rows = 0

        def read() -> None:
            nonlocal rows
            rows = sum(1 for _ in roster.rows(problems))

        cost = cost_of(read)
    if (rows, problems.count) != (count, wrong):
        raise ValueError(f"the roster is not judged as it should be: {rows} rows, {problems.count} problems, {problems.kept[:1]}")
    return count / cost.cpu


def _lines(rows: int, wrong: int) -> Iterator[str]:
    """Give a roster of about 170 bytes a row: wallets and evidence different in each, the first so many with a wrong result."""
    chance = random.Random(1)
    yield "learner,name,achievement,result,evidence,evidence_name,holder,awarded\n"
    for number in range(rows):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {number % 997}"
        result = "120%" if number < wrong else f"{number % 1001 / 10}"
        evidence = f"https://evidence.example.edu/projects/{number:x}"
        day = f"2026-{number % 5 + 1:02d}-{number % 28 + 1:02d}"
        yield f"L-{number:07d},{name},{material.KEY},{result},{evidence},Project report,{did_key(chance.randbytes(32))},{day}\n"
