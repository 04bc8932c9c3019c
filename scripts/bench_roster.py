"""Measure the validation of a roster in CSV: the processor time of each row, and the memory that it takes.

python scripts/bench_roster.py [--rows N] [--wrong N] [--twice N]
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from laurea.core.achievement import Achievement
from laurea.core.keys import did_key
from laurea.core.problem import Problems
from laurea.core.roster import Roster

BUDGET = 20.0  # microseconds a row, which are 50,000 rows a second
MEMORY = 256  # MiB
NOW = datetime(2026, 11, 26, tzinfo=UTC)
FIRST = ("Jörg", "김지우", "Łukasz", "Ada", "Grace", "Zoë", "Adébáyọ̀", "佐藤", "Иван", "Ben", "Anna", "Marie")
LAST = ("Müller", "Okafor", "Lovelace", "O'Brien", "Kowalska", "García", "陽菜", "Петров", "Smith", "Nguyễn", "Hopper")


def lines(rows: int, wrong: int, twice: int) -> Iterator[str]:
    """Give a roster of about 170 bytes a row: wallets and evidence different in each, `wrong` results, and `twice` rows for one who has one."""
    chance = random.Random(1)
    yield "learner,name,achievement,result,evidence,evidence_name,holder,awarded\n"
    for number in range(rows):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {number % 997}"
        achievement, result = ("sql-for-analysts", f"{number % 1001 / 10}") if number % 2 else ("python-for-data", "ABCD"[number % 4])
        if number * wrong // rows < (number + 1) * wrong // rows:
            result = "120%"
        # Two rows beside each other have different achievements.
        learner = number - 2 if number % 4 > 1 and number < 4 * (twice // 2) else number
        evidence = f"https://evidence.example.edu/projects/{number:x}"
        day = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}"
        yield f"L-{learner:07d},{name},{achievement},{result},{evidence},Project report,{did_key(chance.randbytes(32))},{day}\n"


def known() -> dict[str, Achievement]:
    folder = Path(__file__).parent.parent / "examples/achievements"
    achievements = [Achievement.parse(path.read_bytes()) for path in folder.glob("*.json")]
    return {achievement.key: achievement for achievement in achievements}


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, count in (("--rows", 1_000_000), ("--wrong", 0), ("--twice", 0)):
        parser.add_argument(name, type=int, default=count)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines(asked.rows, asked.wrong, asked.twice))
        problems = Problems()
        start = time.process_time()
        rows = sum(1 for _ in Roster.of(lambda: path.open("rb"), known(), now=NOW).rows(problems))
        each = (time.process_time() - start) / asked.rows * 1e6
        size = path.stat().st_size / asked.rows
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    missed = each > BUDGET or memory > MEMORY
    print(
        f"{asked.rows:,} rows of {size:.0f} bytes, {rows:,} read, {problems.count:,} problems: {each:.1f} µs of processor time each "
        f"({1e6 / each:,.0f} rows a second; goal {BUDGET:.0f} µs), {memory} MiB (goal {MEMORY}): {'MISSED' if missed else 'met'}"
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
