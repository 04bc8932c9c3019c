"""The search: candidates by BM25 from the file's index, and their order by how like their labels are to the words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from laurea.core.likeness import FAMILY, SAME, SLIP, Sought, coverage, likeness, root, slips, weight
from laurea.core.stems import stem, stems
from laurea.storage.skills import SkillFile, Spoken

CANDIDATES = 120  # of BM25, whose labels are compared
MOST_WORDS = 24  # of a search: what is longer is cut
MOST_ANSWERS = 12  # stems that may answer one word
COMMON = 0.12  # part of all concepts from which on a word finds no candidates, if another one does
MIN_PART = 3  # letters of a part of a compound
OTHER_LABEL = 0.98  # what an alternative label counts, of a preferred one

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
        found = [self._found(each, sought, each.rank / best) for each in candidates]
        return sorted(found, key=lambda each: (-each.score, each.concept))[:limit]

    def _found(self, each: Spoken, sought: Sequence[Sought], rank: float) -> Found:
        labels = [(text, words.split(), 1.0 if preferred else OTHER_LABEL) for text, words, preferred in each.labels]
        weights = {word: weight(self._known.get(word, 1), self._count) for _, words, _ in labels for word in words}
        like, matched = max(((likeness(sought, words, weights) * counts, text) for text, words, counts in labels), key=lambda pair: pair[0])
        bag = coverage(sought, set(each.description.split()).union(weights))
        return Found(each.concept, LABEL * like + BAG * bag + RANK * rank, matched)

    def _sought(self, text: str) -> list[Sought]:
        words = list(stems(text)[:MOST_WORDS])
        words = [word for word in words if word not in TALK] or words
        return [Sought(answers, self._weight(answers)) for answers in self._answers(words)]

    def _weight(self, answers: Mapping[str, float]) -> float:
        most = max((self._known.get(answer, 0) for answer, counts in answers.items() if counts == max(answers.values())), default=0)
        return weight(most, self._count)

    def _answers(self, words: Sequence[str]) -> Iterator[Mapping[str, float]]:
        joined = {
            one + other: place for place, (one, other) in enumerate(zip(words, words[1:], strict=False)) if one + other in self._known
        }
        places = {place: pair for pair, place in joined.items()}
        for place, word in enumerate(words):
            together = [pair for pair in (places.get(place), places.get(place - 1)) if pair]
            yield from self._of_word(word, together)

    def _of_word(self, word: str, together: Sequence[str]) -> Iterator[Mapping[str, float]]:
        answers = {word: SAME} if word in self._known else {}
        parts = () if answers else self._parts(word)
        if parts:
            for part in parts:
                yield {part: SAME}
            return
        family = sorted(self._families.get(root(word), ()), key=lambda other: -self._known[other])[:MOST_ANSWERS]
        answers = dict.fromkeys(family, FAMILY) | dict.fromkeys(together, SAME) | answers
        if not answers:
            answers = dict.fromkeys(slips(word, self._known)[:MOST_ANSWERS], SLIP)
        yield answers or {word: SAME}

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return the two words that a compound is made of, "healthcare" or "Projektleitung"; () when it is none."""
        places = range(MIN_PART, len(word) - MIN_PART + 1) if word.isalpha() else ()
        pairs = [(stem(word[:place]), stem(word[place:])) for place in places]
        known = [pair for pair in pairs if all(self._known.get(part, 0) > 1 for part in pair)]
        return max(known, key=lambda pair: min(self._known[part] for part in pair), default=())
