"""What goes into the file of skills, and comes out of it."""

from dataclasses import dataclass

from laurea.core.concept import Concept


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a concept in a language ("" when nobody said which); one of each language is preferred."""

    text: str
    language: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept as it is imported, with its labels in all languages."""

    concept: Concept
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """That `source` stands in a relation to `target`, both URIs: "broader" or "related"."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A framework that is there: how many concepts and labels, in which languages."""

    name: str
    version: str
    concepts: int
    labels: int
    languages: tuple[str, ...]
