"""The names of skills that a wallet knows of itself: those that its credentials and catalogues use, beside the frameworks that were imported."""

from collections.abc import Iterable, Mapping

from laurea.core.concept import Concept, Frameworks, Hit, uri_key
from laurea.core.learning import Learning
from laurea.core.stems import key


class Known:
    """The frameworks at hand, and whatever else some learning is aligned to: so that an issuer's own framework is known without an import."""

    def __init__(self, frameworks: Frameworks | None, learning: Iterable[Learning]) -> None:
        """Take the names from the alignments that have a URL."""
        self._frameworks = frameworks
        self._concepts: dict[str, Concept] = {}
        self._by_label: dict[str, dict[str, Concept]] = {}
        for skill in (skill for each in learning for skill in each.skills if skill.url):
            concept = self._concepts.setdefault(uri_key(skill.url), Concept(skill.url, skill.name, skill.framework, code=skill.code))
            self._by_label.setdefault(key(skill.name), {})[uri_key(skill.url)] = concept

    def find(self, uri: str) -> Concept | None:
        """Return the concept of a URI, as a framework has it, else as an alignment names it."""
        found = None if self._frameworks is None else self._frameworks.find(uri)
        return found or self._concepts.get(uri_key(uri))

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:
        """Return the concepts whose labels are like some words."""
        return [] if self._frameworks is None else self._frameworks.search(text, limit=limit)

    def related(self, uri: str) -> Mapping[str, str]:
        """Return what a framework says to stand next to a concept."""
        return {} if self._frameworks is None else self._frameworks.related(uri)

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:
        """Return the concepts that have a phrase for a label; those of alignments after those of frameworks."""
        several = list(phrases)
        found = {} if self._frameworks is None else {phrase: list(concepts) for phrase, concepts in self._frameworks.named(several).items()}
        for phrase in several:
            there = found.get(phrase, [])
            known = {uri_key(each.uri) for each in there}
            more = [concept for uri, concept in self._by_label.get(key(phrase), {}).items() if uri not in known]
            if there or more:
                found[phrase] = [*there, *more]
        return found
