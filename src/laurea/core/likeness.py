"""How like the words of a search are to a label: stems that are the same, of one family, or one slip of a finger apart."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

SAME, FAMILY, SLIP = 1.0, 0.85, 0.75
"""What a word counts that is the one sought, that is of its family (manager, management), that is a slip of a finger away."""

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
            return rest
    return stem


def slips(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that somebody may have meant who typed this one: a letter more, fewer, another, or two swapped."""
    most = 2 if len(word) >= TWO_SLIPS else 1
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return []
    letters = set(word)
    found = []
    for other in known:
        # What differs in more letters than there may be slips is not worth the table below.
        if abs(len(other) - len(word)) <= most and len(letters.symmetric_difference(other)) <= 2 * most:
            distance = _distance(word, other, most)
            if distance <= most:
                found.append((distance, other[0] != word[0], other))
    nearest = min(found)[0] if found else 0
    return [other for distance, _, other in sorted(found) if distance == nearest]


def coverage(sought: Sequence[Sought], stems: Collection[str]) -> float:
    """Return how much of a search is in some stems, 0 to 1."""
    whole = sum(each.weight for each in sought)
    return sum(each.weight * _best(each, stems) for each in sought) / whole if whole else 0.0


def likeness(sought: Sequence[Sought], label: Sequence[str], weights: Mapping[str, float]) -> float:
    """Return how like a label is to a search, 0 to 1: 1 when each has all of the other; what the label has beyond it counts less."""
    asked = coverage(sought, label)
    if not asked:
        return 0.0
    answered = {stem for each in sought for stem in each.answers}
    whole = sum(weights.get(stem, 0.0) for stem in label)
    said = sum(weights.get(stem, 0.0) for stem in label if stem in answered) / whole if whole else 0.0
    return float(asked * said**0.5)


def _best(each: Sought, stems: Collection[str]) -> float:
    return max((counts for stem, counts in each.answers.items() if stem in stems), default=0.0)


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
