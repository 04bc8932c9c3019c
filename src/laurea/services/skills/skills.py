"""The frameworks that somebody imported, as `laurea.core.concept.Frameworks` has them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from laurea.core.concept import Concept, Hit
from laurea.core.stems import key
from laurea.services.skills.searching import Index
from laurea.storage.skills import SkillFile


class Skills:
    """The concepts of one file of skills. Where there is no file, there are none, and nothing is found."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet; `laurea.cli.skills.skills_of` knows the user's file."""
        self.file = SkillFile(path)
        self._read: tuple[object, Index | None] = (None, None)

    def __bool__(self) -> bool:
        """Tell whether any framework is there."""
        return bool(self.file.frameworks())

    def find(self, uri: str) -> Concept | None:
        """Return the concept of a URI; None when no framework here has it."""
        return self.file.find(uri)

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:
        """Return the concepts whose labels or descriptions are like some words, the best first."""
        index = self._index()
        found = index.search(text, limit) if index else []
        concepts = self.file.concepts([each.concept for each in found])
        return [Hit(concepts[each.concept], min(each.score, 1.0), each.matched) for each in found]

    def related(self, uri: str) -> Mapping[str, str]:
        """Return what stands next to a concept: URI to "broader", "narrower" or "related"."""
        return self.file.related(uri)

    def named(self, phrases: Iterable[str]) -> dict[str, list[Concept]]:
        """Return the concepts that have a phrase for a label but for case, inflection and small words."""
        keys = {phrase: key(phrase) for phrase in phrases}
        numbers = self.file.named(sorted(set(keys.values()) - {""}))
        concepts = self.file.concepts(sorted({number for some in numbers.values() for number in some}))
        return {phrase: [concepts[number] for number in numbers[stems]] for phrase, stems in keys.items() if stems in numbers}

    def _index(self) -> Index | None:
        state = self.file.state()
        if self._read[0] != state:  # another process may have imported meanwhile
            self._read = (state, Index(self.file) if state else None)
        return self._read[1]
