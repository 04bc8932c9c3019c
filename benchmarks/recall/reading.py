"""How well postings are read: what they ask for as a person read it (postings.csv), against what was found."""

import csv
from dataclasses import dataclass
from pathlib import Path

from laurea.core.concept import Frameworks, uri_key
from laurea.services.skills import posting_text, wanted_of

FOLDER = Path(__file__).parent / "postings"
LABELS = Path(__file__).parent / "postings.csv"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in all postings: concepts that are asked for, those that are not, and those that were missed."""

    right: int
    wrong: list[str]
    missed: list[str]
    need_right: int  # of those that are right, how many are said rightly to be a must or nice to have
    postings: int

    def __str__(self) -> str:
        """Say it with the figures."""
        found, asked = self.right + len(self.wrong), self.right + len(self.missed)
        return (
            f"{self.postings} postings: precision {self.right / found:.2f} ({self.right} of {found} concepts found), "
            f"recall {self.right / asked:.2f} ({self.right} of {asked} asked for), must or nice right for {self.need_right} of {self.right}"
        )


def read(frameworks: Frameworks) -> Reading:
    """Read each posting and compare."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reading = Reading(0, [], [], 0, 0)
    for path in sorted(FOLDER.glob("*.txt")):
        asked = {uri_key(row["uri"]): row["need"] for row in rows if row["posting"] == path.name}
        wanted = wanted_of(posting_text(path.read_bytes(), path.name), frameworks)
        found = {uri_key(each.concept.uri): each for each in wanted if each.concept}
        both = asked.keys() & found.keys()
        reading = Reading(
            reading.right + len(both),
            reading.wrong + [f"{path.name}: {found[uri].words}" for uri in found.keys() - asked.keys()],
            reading.missed + [f"{path.name}: {uri}" for uri in asked.keys() - found.keys()],
            reading.need_right + sum((asked[uri] == "must") == found[uri].essential for uri in both),
            reading.postings + 1,
        )
    return reading
