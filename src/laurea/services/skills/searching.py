"""The search: candidates by BM25 from the file's index, and their order by how like their labels are to the words."""

import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from laurea.core.likeness import FAMILY, SAME, SLIP, Likeness, Sought, root, slips, weight
from laurea.core.stems import stem, stems
from laurea.storage.skills import SkillFile, Spoken

CANDIDATES = 80  # of BM25, whose labels are compared
MOST_WORDS = 24  # of a search: what is longer is cut
MOST_ANSWERS = 12  # stems that may answer one word
COMMON = 0.12  # part of all concepts from which on a word finds no candidates, if another one does
MIN_PART = 3  # letters of a part of a compound
OTHER_LABEL = 0.95  # what an alternative label counts, of a preferred one

LABEL, BAG, RANK = 0.72, 0.18, 0.10
"""What a candidate's best label, all of its words, and its rank by BM25 count."""

TALK = frozenset(
    stem(word)
    for word in [
        "experience",
        "experienced",
        "knowledge",
        "skill",
        "skills",
        "ability",
        "able",
        "strong",
        "good",
        "excellent",
        "proficient",
        "proficiency",
        "proven",
        "familiar",
        "familiarity",
        "solid",
        "understanding",
        "years",
        "year",
        "competent",
        "confident",
        "capable",
        "expertise",
        "expert",
        "background",
        "basic",
        "advanced",
        "fluent",
        "kenntnisse",
        "erfahrung",
        "erfahrungen",
        "fahigkeit",
        "fahigkeiten",
        "gute",
        "sehr",
        "sicherer",
        "umgang",
        "conocimiento",
        "conocimientos",
        "experiencia",
        "habilidad",
        "habilidades",
        "capacidad",
        "dominio",
        "manejo",
    ]
)
"""Words of advertisements that say nothing of the skill itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """A concept's number in the file, how like it is, and by which label."""

    concept: int
    score: float
    matched: str


class Index:
    """What a search needs of a file, read once: the file must not have changed since."""

    def __init__(self, file: SkillFile) -> None:
        """Read the vocabulary."""
        self._file = file
        self._known = file.vocabulary()
        self._count = sum(each.concepts for each in file.frameworks())

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        return {word: weight(documents, self._count) for word, documents in self._known.items()}

    @cached_property
    def _families(self) -> Mapping[str, Sequence[str]]:
        families: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._known:
            families[root(word)].append(word)
        return families

    def search(self, text: str, limit: int) -> list[Found]:
        """Return the concepts that are like some words, the best first."""
        sought = self._sought(text)
        common = COMMON * self._count
        rare = [each for each in sought if any(self._known.get(answer, 0) < common for answer in each.answers)]
        wanted = sorted({answer for each in rare or sought for answer in each.answers})
        candidates = self._file.spoken(wanted, CANDIDATES) if wanted else []
        best = max((each.rank for each in candidates), default=0.0) or 1.0
        likeness = Likeness(sought, self._weights)
        found = [_found(each, likeness, each.rank / best) for each in candidates]
        return sorted(found, key=lambda each: (-each.score, each.concept))[:limit]

    def _sought(self, text: str) -> list[Sought]:
        words = list(stems(text)[:MOST_WORDS])
        words = [word for word in words if word not in TALK] or words
        return [Sought(answers, self._weight(answers)) for answers in self._answers(words)]

    def _weight(self, answers: Mapping[str, float]) -> float:
        most = max((self._known.get(answer, 0) for answer, counts in answers.items() if counts == max(answers.values())), default=0)
        return weight(most, self._count)

    def _answers(self, words: Sequence[str]) -> Iterator[Mapping[str, float]]:
        places = {place: one + other for place, (one, other) in enumerate(pairwise(words)) if one + other in self._known}
        for place, word in enumerate(words):
            together = [pair for pair in (places.get(place), places.get(place - 1)) if pair]
            yield from self._of_word(word, together)

    def _of_word(self, word: str, together: Sequence[str]) -> Iterator[Mapping[str, float]]:
        family = sorted(self._families.get(root(word), ()), key=lambda other: -self._known[other])[:MOST_ANSWERS]
        answers = dict.fromkeys(family, FAMILY) | dict.fromkeys(together, SAME)
        if word in self._known:
            answers[word] = SAME
        if answers:
            yield answers
            return
        meant = slips(word, self._known)[:MOST_ANSWERS]
        parts = self._parts(word)
        if parts and not meant:
            yield from ({part: SAME} for part in parts)
        else:
            yield dict.fromkeys(meant, SLIP) or {word: SAME}

    def _is_part(self, word: str) -> bool:
        # Of short ones there are many by chance.
        return self._known.get(stem(word), 0) > (len(word) == MIN_PART)

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return the two words that a compound is made of, "healthcare" or "Projektleitung"; () when it is none."""
        places = range(MIN_PART, len(word) - MIN_PART + 1) if word.isalpha() else ()
        pairs = [(word[:place], word[place:]) for place in places]
        known = [(stem(one), stem(other)) for one, other in pairs if self._is_part(one) and self._is_part(other)]
        return max(known, key=lambda pair: min(self._known[part] for part in pair), default=())


def _found(each: Spoken, likeness: Likeness, rank: float) -> Found:
    labels = [(likeness.label(words.split()) * (1.0 if preferred else OTHER_LABEL), text) for text, words, preferred in each.labels]
    like, matched = max(labels, key=operator.itemgetter(0))
    bag = likeness.coverage([*each.description.split(), *(word for _, words, _ in each.labels for word in words.split())])
    return Found(each.concept, LABEL * like + BAG * bag + RANK * rank, matched)
