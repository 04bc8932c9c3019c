"""Concepts: what frameworks of skills name (an ESCO skill, an O*NET element, a CASE item), and how they are looked up.

A credential says what was learnt by an alignment (`summary.Skill`), whose URL is the URI of a concept; a concept is what the framework says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of a framework (SKOS' word for it); "" or an empty tuple where the framework says nothing."""

    uri: str
    label: str
    framework: str  # its name: "ESCO", "O*NET", …
    version: str = ""
    code: str = ""
    kind: str = ""  # in the framework's words: "knowledge", "skill/competence", "Technology", …
    description: str = ""
    alternatives: tuple[str, ...] = ()  # other labels, in all languages that were imported
    broader: tuple[str, ...] = ()  # URIs


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that a search found: the best has the highest `score` (0 to 1); `matched` is the label that was like the words."""

    concept: Concept
    score: float
    matched: str


class Frameworks(Protocol):
    """The frameworks of skills that somebody has at hand."""

    def find(self, uri: str) -> Concept | None:
        """Return the concept of a URI, however its scheme and a slash at its end are written; None when no framework has it."""

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:
        """Return the concepts whose labels or descriptions are like some words, the best first; never raises for odd text."""

    def related(self, uri: str) -> Mapping[str, str]:
        """Return what stands next to a concept: URI to "broader", "narrower" or "related"; {} for an unknown one."""

    def named(self, phrases: Iterable[str]) -> Mapping[str, list[Concept]]:
        """Return the concepts that have a phrase for a label but for case, inflection and small words; phrases without any are left out."""


def uri_key(uri: str) -> str:
    """Return what two URIs of the same concept have in common: http and https are one, and a slash at the end says nothing."""
    scheme, separator, rest = uri.strip().partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        return uri.strip()
    host, slash, path = rest.partition("/")
    return f"http://{host.lower()}{slash}{path}".rstrip("/")
