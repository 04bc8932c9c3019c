"""How like the words of a search are to a label: stems that are the same, of one family, or one slip of a finger apart."""

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SAME, FAMILY, SLIP = 1.0, 0.85, 0.75
"""What a word counts that is the one sought, that is of its family (manager, management), that is a slip of a finger away."""

BEYOND = 0.6  # how much counts what a label says beyond a search: 0 not at all, 1 as much as what it lacks

MIN_ROOT = 4
SHORTEST_SLIP = 4  # letters of a word that may be mistyped
TWO_SLIPS = 9  # letters from which it may be twice

_FAMILY = sorted(
    [
        "ment",
        "ments",
        "ation",
        "ations",
        "ator",
        "ators",
        "ition",
        "ion",
        "ions",
        "or",
        "ors",
        "ist",
        "ists",
        "ance",
        "ence",
        "al",
        "ic",
        "ical",
        "ics",
        "ive",
        "ity",
        "ness",
        "ly",
        "able",
        "ible",
        "at",
        "ant",
        "ent",
        "ary",
        "ship",
        "tic",
        "tics",
        "st",
        "is",
        "s",
        "er",
        "ung",
        "ungs",
        "keit",
        "heit",
        "lich",
        "isch",
        "cion",
        "ador",
        "dad",
        "mente",
        "ico",
        "ica",
        "iv",
    ],
    key=len,
    reverse=True,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a search: the stems that answer it, with what each counts, and how much the word tells."""

    answers: Mapping[str, float]
    weight: float


def weight(documents: int, of_all: int) -> float:
    """Return how much a word tells that is in so many of all concepts: the rarer, the more."""
    return math.log(1 + of_all / max(documents, 1))


def root(stem: str) -> str:
    """Return what the stems of one family have in common: of "management" and "manager", "manag"."""
    for ending in _FAMILY:
        rest = stem.removesuffix(ending)
        if rest != stem and len(rest) >= MIN_ROOT:
            return rest.removesuffix("e")  # of "management" what stems have of "manage"
    return stem


def slips(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that somebody may have meant who typed this one: a letter more, fewer, another, or two swapped."""
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return []
    letters, in_order = set(word), sorted(word)
    found = []
    for other in known:
        # What differs in more letters than there may be slips is not worth the table below.
        if abs(len(other) - len(word)) <= 2 and len(letters.symmetric_difference(other)) <= 4:
            most = 2 if len(word) >= TWO_SLIPS else 1
            distance = 1 if in_order == sorted(other) else _distance(word, other, most)  # "phyton" has all letters of what was meant
            if distance <= most:
                found.append((other[0] != word[0], distance, other))
    best = min(found)[:2] if found else ()
    return [other for *slip, other in sorted(found) if tuple(slip) == best]


class Likeness:
    """A search, ready to be compared with many labels."""

    def __init__(self, sought: Sequence[Sought], weights: Mapping[str, float]) -> None:
        """Compare these words; `weights` says how much each stem of a label tells."""
        self._weights = weights
        self._sought = [each.weight for each in sought]
        self._whole = sum(self._sought)
        self._answers: dict[str, list[tuple[int, float]]] = {}
        for place, each in enumerate(sought):
            for stem, counts in each.answers.items():
                self._answers.setdefault(stem, []).append((place, counts))

    def coverage(self, stems: Iterable[str]) -> float:
        """Return how much of the search is in some stems, 0 to 1."""
        best = [0.0] * len(self._sought)
        for stem in stems:
            for place, counts in self._answers.get(stem, ()):
                best[place] = max(best[place], counts)
        return sum(map(operator.mul, best, self._sought)) / self._whole if self._whole else 0.0

    def label(self, stems: Sequence[str]) -> float:
        """Return how like a label is, 0 to 1: 1 when each has all of the other; what the label has beyond the search counts less."""
        asked = self.coverage(stems)
        if not asked:
            return 0.0
        said = whole = 0.0
        for stem in stems:
            weight = self._weights.get(stem, 0.0)
            whole += weight
            if stem in self._answers:
                said += weight
        return float(asked * (said / whole) ** BEYOND) if whole else 0.0


def _distance(one: str, other: str, most: int) -> int:
    """Return how many slips lie between two words (optimal string alignment); `most` + 1 for more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row = row, [i] + [0] * len(other)
        for j, letter_there in enumerate(other, start=1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != letter_there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter_there:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before = above
    return row[-1]
